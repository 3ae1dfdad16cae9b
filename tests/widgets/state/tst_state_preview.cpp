#include "tests/widgets/state/state_fixture.h"

#include "widgets/state/projection_editor.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_view.h"

#include <Qsci/qsciscintilla.h>

#include <QLabel>
#include <QPushButton>
#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

// The rows in sight follow a definition while it is being written.
class tst_StatePreview : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_shop = std::make_unique<Shop>();
        m_shop->clock.setA({shopTime(310), std::nullopt});
        m_frame = std::make_unique<QWidget>();
        m_frame->resize(746, 600);
        m_view = new StateView(m_shop->context(), m_shop->store.get(), QStringLiteral("order"),
                               m_frame.get());
        m_view->resize(m_frame->size());
        m_frame->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_frame.get()));
        QTRY_COMPARE(m_view->model()->rowCount(), 100);
        QTRY_COMPARE(cell(10, 1), QStringLiteral("PAID"));
        QTRY_COMPARE(cell(10, 2), QStringLiteral("10.50"));
        QTest::mouseClick(m_view->findChild<QPushButton*>(QStringLiteral("edit")), Qt::LeftButton);
    }
    void cleanup()
    {
        m_frame.reset();
        m_shop.reset();
    }

    void anotherReducerIsSeenAtOnce()
    {
        edit()->setText(
            QString(kOrderToml).replace(QStringLiteral("merge-patch"), QStringLiteral("latest")));
        // The newest value alone: order-010 was paid by an event without an amount.
        QTRY_COMPARE(cell(10, 2), QString());
        QCOMPARE(cell(10, 1), QStringLiteral("PAID"));
        QTRY_VERIFY(words().contains(QStringLiteral("in sight as this definition makes them")));
        // Nothing is kept: as it was, it is the table again.
        edit()->setText(kOrderToml);
        QTRY_COMPARE(cell(10, 2), QStringLiteral("10.50"));
        QCOMPARE(m_view->model()->rowCount(), 100);
        QVERIFY(
            m_shop->store->find(QStringLiteral("order"))->file.startsWith(m_shop->folder.path()));
    }

    void aNewColumnIsSeenOverTheWholeTable()
    {
        edit()->setText(kOrderToml + QStringLiteral("again = \"status\"\n"));
        QTRY_COMPARE(cell(10, 3), QStringLiteral("PAID"));
        QCOMPARE(m_view->model()->rowCount(), 100);
    }

    void itFollowsA()
    {
        edit()->setText(
            QString(kOrderToml).replace(QStringLiteral("merge-patch"), QStringLiteral("latest")));
        QTRY_COMPARE(cell(10, 2), QString());
        m_shop->clock.setA({shopTime(200), std::nullopt});
        QTRY_COMPARE(cell(10, 2), QStringLiteral("10.50"));
        QCOMPARE(cell(10, 1), QStringLiteral("CREATED"));
    }

    void whatOnlyTheWholeFoldTellsWaitsForApply()
    {
        edit()->setText(QString(kOrderToml)
                            .replace(QStringLiteral("reduce"),
                                     QStringLiteral("key = \"value.status\"\nreduce")));
        QTRY_VERIFY2(words().contains(QStringLiteral("Apply")), qPrintable(words()));
        QCOMPARE(cell(10, 2), QStringLiteral("10.50"));
    }

    void closingTheEditorEndsIt()
    {
        edit()->setText(
            QString(kOrderToml).replace(QStringLiteral("merge-patch"), QStringLiteral("latest")));
        QTRY_COMPARE(cell(10, 2), QString());
        QTest::mouseClick(m_view->findChild<QPushButton*>(QStringLiteral("edit")), Qt::LeftButton);
        QTRY_COMPARE(cell(10, 2), QStringLiteral("10.50"));
    }

private:
    QString cell(int row, int column) const
    {
        return m_view->model()->index(row, column).data().toString();
    }
    QsciScintilla* edit() const { return m_view->editor()->findChild<QsciScintilla*>(); }
    QString words() const
    {
        return m_view->editor()->findChild<QLabel*>(QStringLiteral("words"))->text();
    }

    std::unique_ptr<Shop> m_shop;
    std::unique_ptr<QWidget> m_frame;
    StateView* m_view = nullptr;
};

QTEST_MAIN(tst_StatePreview)
#include "tst_state_preview.moc"
