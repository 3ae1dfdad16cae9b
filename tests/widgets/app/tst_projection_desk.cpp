#include "app/desktop/session.h"
#include "app/desktop/status_line.h"
#include "tests/widgets/app/fake_cluster.h"
#include "tests/widgets/app/window_fixture.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/explorer/explorer_model.h"
#include "widgets/explorer/explorer_pane.h"
#include "widgets/shared/navigator.h"
#include "widgets/state/projection_editor.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_view.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeView>

using namespace hindcast;

// Projections as they are made, kept and deleted by the explorer's menu.
class tst_ProjectionDesk : public QObject, private test::WindowFixture
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }
    void init() { begin(); }
    void cleanup() { m_application.reset(); }

    void aProjectionIsMadeFromATopicOfACapture()
    {
        openShop();
        choose(ExplorerModel::Topics, "payments", "New projection from this topic");
        QTRY_VERIFY(state() && state()->place().name == QStringLiteral("payments"));
        QVERIFY(state()->editor()->isVisible());
        QVERIFY(state()->editor()->text().contains(QStringLiteral("topic = \"payments\"")));
        QVERIFY(QFile::exists(file("payments")));
        QTRY_VERIFY(state()->model()->rowCount() > 0);
        QTRY_VERIFY(find(ExplorerModel::Projections, "payments").isValid());
        // The name is taken now.
        choose(ExplorerModel::Topics, "payments", "New projection from this topic");
        QTRY_COMPARE(state()->place().name, QStringLiteral("payments-2"));
    }

    void aProjectionIsMadeFromATopicOfACluster()
    {
        const auto source = std::make_shared<test::FakeSource>();
        connectTo(source);
        QVERIFY(!m_application->session()->snapshot()->topicId("orders"));
        choose(ExplorerModel::Topics, "orders", "New projection from this topic");
        QTRY_VERIFY(state() && state()->place().name == QStringLiteral("orders"));
        QVERIFY(source->fetched > 0);
        QTRY_COMPARE(state()->model()->rowCount(), 10);
        m_application->session()->discard();
    }

    void ofATopicWithoutRecordsThatIsSaid()
    {
        const auto source = std::make_shared<test::FakeSource>();
        source->end = 0;
        connectTo(source);
        choose(ExplorerModel::Topics, "orders", "New projection from this topic");
        QTRY_VERIFY2(m_window->status()->problem().contains(QStringLiteral("has no records")),
                     qPrintable(m_window->status()->problem()));
        QVERIFY(!state());
    }

    void oneOfAnotherCaptureStaysInTheExplorer()
    {
        write("other", "name = \"other\"\n[[source]]\ntopic = \"parcels\"\nreduce = \"latest\"\n");
        write("wrong", "name = \"wrong\"\n[[source]]\ntopic = \"orders\"\nreduce = \"newest\"\n");
        start(); // reads them
        openShop();
        QTRY_VERIFY(find(ExplorerModel::Projections, "other").isValid());
        const QModelIndex other = find(ExplorerModel::Projections, "other");
        QVERIFY(other.data(ExplorerModel::DimRole).toBool());
        QVERIFY(other.data(Qt::ToolTipRole).toString().contains(QStringLiteral("parcels")));
        const QModelIndex wrong = find(ExplorerModel::Projections, "wrong");
        QCOMPARE(wrong.data(ExplorerModel::SignRole).toInt(), static_cast<int>(Severity::Error));
        click(wrong);
        QTRY_VERIFY(state() && state()->place().name == QStringLiteral("wrong"));
        QVERIFY(state()->editor()->isVisible());
        const auto* words = state()->editor()->findChild<QLabel*>(QStringLiteral("words"));
        QVERIFY2(words->text().startsWith(QStringLiteral("Line 4: ")), qPrintable(words->text()));
    }

    void aProjectionIsCopiedAndDeleted()
    {
        openShop();
        choose(ExplorerModel::Projections, "order", "Duplicate");
        QTRY_VERIFY(state() && state()->place().name == QStringLiteral("order-copy"));
        QVERIFY(QFile::exists(file("order-copy")));
        choose(ExplorerModel::Projections, "order-copy", "Delete\u2026");
        auto* question = m_window->findChild<QMessageBox*>(QStringLiteral("deleteQuestion"));
        QVERIFY(question);
        QTest::mouseClick(question->button(QMessageBox::Cancel), Qt::LeftButton);
        QVERIFY(QFile::exists(file("order-copy")));
        QTRY_VERIFY(!m_window->findChild<QMessageBox*>(QStringLiteral("deleteQuestion")));

        choose(ExplorerModel::Projections, "order-copy", "Delete\u2026");
        question = m_window->findChild<QMessageBox*>(QStringLiteral("deleteQuestion"));
        QTest::mouseClick(question->findChild<QPushButton*>(QStringLiteral("doDelete")),
                          Qt::LeftButton);
        QVERIFY(!QFile::exists(file("order-copy")));
        for (const View* view : m_documents->views()) {
            QVERIFY(view->place().name != QStringLiteral("order-copy"));
        }
        QTRY_VERIFY(!find(ExplorerModel::Projections, "order-copy").isValid());
    }

    void whatCameWithHindcastIsBackAfterARevert()
    {
        openShop();
        choose(ExplorerModel::Projections, "order", "Edit");
        QTRY_VERIFY(state() && state()->editor()->isVisible());
        const QString shipped = state()->editor()->text();
        QWidget* const typing = state()->editor()->focusProxy();
        QTest::keyClicks(typing, QStringLiteral("# mine"));
        QTest::keyClick(typing, Qt::Key_Return);
        QTest::keyClick(typing, Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(QFile::exists(file("order")));
        const char* const revert = "Revert to the one that came with Hindcast\u2026";
        QTRY_VERIFY(
            find(ExplorerModel::Projections, "order").data(ExplorerModel::ShadowsRole).toBool());
        choose(ExplorerModel::Projections, "order", revert);
        auto* question = m_window->findChild<QMessageBox*>(QStringLiteral("deleteQuestion"));
        QVERIFY(question);
        QTest::mouseClick(question->findChild<QPushButton*>(QStringLiteral("doDelete")),
                          Qt::LeftButton);
        QVERIFY(!QFile::exists(file("order")));
        QTRY_COMPARE(state()->editor()->text(), shipped);
        QTRY_VERIFY(state()->model()->rowCount() > 0);
    }

private:
    QString file(const char* name) const
    {
        return m_folder->filePath(QStringLiteral("projections/%1.toml").arg(QLatin1String(name)));
    }
    void write(const char* name, const char* text) const
    {
        QVERIFY(QDir().mkpath(m_folder->filePath(QStringLiteral("projections"))));
        QFile out(file(name));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(text);
    }
    void connectTo(const std::shared_ptr<test::FakeSource>& source)
    {
        QSignalSpy opened(m_application->session(), &Session::opened);
        m_application->session()->connectTo(test::fakeConnection(source));
        QTRY_COMPARE(opened.count(), 1);
        QTRY_VERIFY(find(ExplorerModel::Topics, "orders").isValid());
    }
    StateView* state() const { return qobject_cast<StateView*>(m_documents->current()); }
    QTreeView* tree() const { return m_window->explorer()->tree(); }
    QModelIndex find(int section, const char* name) const
    {
        const QAbstractItemModel* const model = tree()->model();
        const QModelIndex parent = model->index(section, 0);
        for (int row = 0; row < model->rowCount(parent); ++row) {
            if (model->index(row, 0, parent).data().toString() == QLatin1String(name)) {
                return model->index(row, 0, parent);
            }
        }
        return {};
    }
    void click(const QModelIndex& index)
    {
        tree()->scrollTo(index);
        QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {},
                          tree()->visualRect(index).center());
    }
    void choose(int section, const char* name, const char* entry)
    {
        QTRY_VERIFY(find(section, name).isValid());
        tree()->scrollTo(find(section, name));
        const QPoint where = tree()->visualRect(find(section, name)).center();
        QContextMenuEvent event(QContextMenuEvent::Mouse, where,
                                tree()->viewport()->mapToGlobal(where));
        QApplication::sendEvent(tree()->viewport(), &event);
        for (QMenu* menu : m_window->explorer()->findChildren<QMenu*>()) {
            for (QAction* action : menu->actions()) {
                if (menu->isVisible() && action->text() == QString::fromUtf8(entry)) {
                    QTest::mouseClick(menu, Qt::LeftButton, {},
                                      menu->actionGeometry(action).center());
                    return;
                }
            }
        }
        QFAIL(entry);
    }
};

QTEST_MAIN(tst_ProjectionDesk)
#include "tst_projection_desk.moc"
