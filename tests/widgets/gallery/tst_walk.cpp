#include "app/desktop/application.h"
#include "app/desktop/documents.h"
#include "app/desktop/main_window.h"
#include "app/desktop/tab_group.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/text.h"
#include "widgets/shared/verdict_bar.h"
#include "widgets/sql/sql_view.h"

#include <QAbstractItemView>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextDocumentFragment>

using namespace hindcast;

// resources/walk.md as a person does it, with mouse and keys; its pictures are taken on the way.
class tst_Walk : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        test::allowPlatformWarnings();
        text::setZone(text::Zone::Utc);
        QDir().mkpath(QStringLiteral(HINDCAST_GALLERY));
        m_application = std::make_unique<Application>(
            Application::Options{m_folder.filePath(QStringLiteral("settings.ini")),
                                 m_folder.filePath(QStringLiteral("scratch"))});
        m_application->setScheme(theme::Scheme::Light);
        m_window = m_application->window();
        m_window->resize(1280, 800);
        m_window->show();
        QSignalSpy ready(m_application.get(), &Application::ready);
        m_application->openFile(QStringLiteral(HINDCAST_SAMPLE));
        QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 60'000);
    }
    void cleanupTestCase() { m_application.reset(); }

    void oneTheGroupThatStopped()
    {
        clickTab(QStringLiteral("billing \u00b7 lag"));
        QTRY_COMPARE(seen<VerdictBar>()->headline(),
                     QStringLiteral("billing has stopped on payments-2"));
        take("walk-1-lag.png");
    }

    void twoTheRecordItIsStuckOn()
    {
        QTest::mouseClick(seen<VerdictBar>()->button(), Qt::LeftButton);
        QTRY_COMPARE(m_window->findChild<QLabel*>(QStringLiteral("factRecord"))->text(),
                     QStringLiteral("payments-2 @ 8,122,277"));
        take("walk-2-record.png");
    }

    void threeItsOrderAtThatMoment()
    {
        auto* const state = m_window->findChild<QPushButton*>(QStringLiteral("stateHere"));
        QTRY_VERIFY(state->isEnabled());
        QTest::mouseClick(state, Qt::LeftButton);
        QTRY_COMPARE(documents()->current()->title(), QStringLiteral("order \u00b7 state"));
        QTRY_COMPARE(setBy(), QStringLiteral("orders-5 @ 48,211,954"));
        QCOMPARE(text::time(m_application->moments()->a().time), QStringLiteral("14:03:10.738"));
        take("walk-3-state.png");
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
        take("walk-4-why.png");
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
        take("walk-5-sql.png");
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

    // When several looks, a moment apart, are the same.
    void take(const char* name)
    {
        QImage last;
        int same = 0;
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                const QImage now = m_window->grab().toImage();
                const bool rests = now == last && m_application->jobs()->jobs().empty();
                same = rests ? same + 1 : 0;
                last = now;
                return same >= 8;
            }(),
            20'000);
        QVERIFY(last.save(QDir(QStringLiteral(HINDCAST_GALLERY)).filePath(QLatin1String(name))));
    }

    const QTemporaryDir m_folder;
    std::unique_ptr<Application> m_application;
    MainWindow* m_window = nullptr;
};

QTEST_MAIN(tst_Walk)
#include "tst_walk.moc"
