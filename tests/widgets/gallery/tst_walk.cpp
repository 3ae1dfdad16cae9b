#include "app/desktop/tab_group.h"
#include "tests/widgets/gallery/gallery_window.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/verdict_bar.h"
#include "widgets/sql/sql_view.h"

#include <QAbstractItemView>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>
#include <QTextDocumentFragment>

using namespace hindcast;

// resources/walk.md as a person does it, with mouse and keys; its pictures are taken on the way.
class tst_Walk : public QObject, private test::GalleryWindow
{
    Q_OBJECT

private slots:
    void initTestCase() { open(QStringLiteral(HINDCAST_SAMPLE)); }
    void cleanupTestCase() { close(); }

    void oneTheGroupThatStopped()
    {
        clickTab(QStringLiteral("billing \u00b7 lag"));
        QTRY_COMPARE(seen<VerdictBar>()->headline(),
                     QStringLiteral("billing has stopped on payments-2"));
        takeAsItIs(QStringLiteral("walk-1-lag"));
    }

    void twoTheRecordItIsStuckOn()
    {
        QTest::mouseClick(seen<VerdictBar>()->button(), Qt::LeftButton);
        QTRY_COMPARE(m_window->findChild<QLabel*>(QStringLiteral("factRecord"))->text(),
                     QStringLiteral("payments-2 @ 8,122,277"));
        takeAsItIs(QStringLiteral("walk-2-record"));
    }

    void threeItsOrderAtThatMoment()
    {
        auto* const state = m_window->findChild<QPushButton*>(QStringLiteral("stateHere"));
        QTRY_VERIFY(state->isEnabled());
        QTest::mouseClick(state, Qt::LeftButton);
        QTRY_COMPARE(documents()->current()->title(), QStringLiteral("order \u00b7 state"));
        QTRY_COMPARE(setBy(), QStringLiteral("orders-5 @ 48,211,954"));
        QCOMPARE(text::time(m_application->moments()->a().time), QStringLiteral("14:03:10.738"));
        takeAsItIs(QStringLiteral("walk-3-state"));
    }

    void fourWhatChangedItAndWhatCameAfter()
    {
        QTableView* const table = seen<QTableView>();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(cellIndex(QStringLiteral("status"))).center());
        QTest::keyClick(table, Qt::Key_BracketRight, Qt::AltModifier);
        QTRY_COMPARE(text::time(m_application->moments()->a().time),
                     QStringLiteral("14:06:31.402"));
        QTRY_COMPARE(setBy(), QStringLiteral("orders-5 @ 48,214,321"));
        takeAsItIs(QStringLiteral("walk-4-why"));
    }

    void fiveWhetherItIsTheOnlyOne()
    {
        QTest::keyClick(m_window, Qt::Key_E, Qt::ControlModifier);
        auto* const sql = qobject_cast<SqlView*>(documents()->current());
        QVERIFY(sql != nullptr);
        sql->setQuery(
            QStringLiteral("select b.status, count(*) orders, round(sum(b.amount), 2) amount\n"
                           "from state('order', 'payments-2@8122277') a\n"
                           "join state('order') b using (key)\n"
                           "where a.status = 'FAILED' group by 1"));
        QTest::mouseClick(sql->findChild<QPushButton*>(QStringLiteral("run")), Qt::LeftButton);
        auto* const table = sql->findChild<QAbstractItemView*>(QStringLiteral("answer"));
        const auto* const answer = table->model();
        QTRY_COMPARE(answer->rowCount(), 2);
        QCOMPARE(answer->index(1, 0).data().toString(), QStringLiteral("SHIPPED"));
        QCOMPARE(answer->index(1, 1).data().toString(), QStringLiteral("1"));
        QCOMPARE(answer->index(1, 2).data().toString(), QStringLiteral("201.49"));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(answer->index(1, 0)).center());
        takeAsItIs(QStringLiteral("walk-5-sql"));
    }

private:
    Documents* documents() const { return m_window->documents(); }

    // The one of its kind in the tab in front.
    template <typename T>
    T* seen() const
    {
        return documents()->current()->findChild<T*>();
    }

    void clickTab(const QString& title)
    {
        for (auto* bar : m_window->findChildren<QTabBar*>()) {
            for (int i = 0; i < bar->count(); ++i) {
                if (bar->tabText(i) == title) {
                    QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(i).center());
                    return;
                }
            }
        }
        QFAIL(qPrintable(QStringLiteral("There is no tab ") + title));
    }

    QModelIndex cellIndex(const QString& column) const
    {
        const auto* const model = seen<QTableView>()->model();
        for (int c = 0; c < model->columnCount(); ++c) {
            if (model->headerData(c, Qt::Horizontal).toString() != column) {
                continue;
            }
            for (int r = 0; r < model->rowCount(); ++r) {
                if (model->index(r, 0).data().toString() == QLatin1String("order-483710")) {
                    return model->index(r, c);
                }
            }
        }
        return {};
    }

    // The record that the row in sight is of, as the inspector links to it.
    QString setBy() const
    {
        const auto* const label = m_window->findChild<QLabel*>(QStringLiteral("setBy"));
        return label == nullptr ? QString()
                                : QTextDocumentFragment::fromHtml(label->text()).toPlainText();
    }
};

QTEST_MAIN(tst_Walk)
#include "tst_walk.moc"
