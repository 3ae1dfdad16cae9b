#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/explorer/explorer_model.h"
#include "widgets/explorer/explorer_pane.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace hindcast;

namespace {

QStringList list(std::initializer_list<const char*> names)
{
    QStringList all;
    for (const char* name : names) {
        all << QString::fromUtf8(name);
    }
    return all;
}

ExplorerData shop()
{
    ExplorerData data;
    for (const char* name : {"orders", "payments", "payments.dlt", "shipments"}) {
        data.topics.push_back({QString::fromLatin1(name), {0.2F, 1.0F, 0.5F}, {}});
    }
    data.groups.push_back({QStringLiteral("billing"), Severity::Error, QStringLiteral("2m 11s"),
                           QStringLiteral("billing has stopped on payments-2")});
    data.groups.push_back({QStringLiteral("shipping"), Severity::Ok, QStringLiteral("0.1s"), {}});
    data.traces.push_back({QStringLiteral("Longest first"), {}, {}, Severity::None});
    data.projections.push_back({QStringLiteral("order"), {}, QStringLiteral("142,031 keys")});
    data.captures.push_back(
        {QStringLiteral("/tmp/incident.hindcast"), QStringLiteral("incident.hindcast"), {}});
    return data;
}

} // namespace

class tst_Explorer : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }

    void init()
    {
        m_moments = std::make_unique<MomentControl>();
        m_navigator = std::make_unique<Navigator>(m_moments.get());
        m_pane = std::make_unique<ExplorerPane>(m_navigator.get());
        m_pane->resize(222, 600);
        m_pane->show();
        m_pane->setData(shop());
        m_tree = m_pane->tree();
        m_tree->expandAll();
    }
    void cleanup() { m_pane.reset(); }

    void newDataIsLaidOverTheOld_data()
    {
        QTest::addColumn<QStringList>("topics");
        QTest::newRow("one more") << list(
            {"customers", "orders", "payments", "payments.dlt", "shipments"});
        QTest::newRow("one less") << list({"orders", "payments.dlt", "shipments"});
        QTest::newRow("another order") << list({"shipments", "payments.dlt", "orders", "payments"});
        QTest::newRow("all others") << list({"a", "b"});
        QTest::newRow("none") << QStringList{};
    }
    void newDataIsLaidOverTheOld()
    {
        QFETCH(QStringList, topics);
        ExplorerModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setData(shop());
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        ExplorerData next = shop();
        next.topics.clear();
        for (const QString& name : topics) {
            next.topics.push_back({name, {}, {}});
        }
        model.setData(next);
        QCOMPARE(resets.count(), 0);
        const QModelIndex section = model.index(ExplorerModel::Topics, 0);
        QStringList shown;
        for (int row = 0; row < model.rowCount(section); ++row) {
            shown << model.index(row, 0, section).data().toString();
        }
        QCOMPARE(shown, topics);
    }

    void theFilterNarrowsAllSections()
    {
        auto* filter = m_pane->findChild<QLineEdit*>(QStringLiteral("explorerFilter"));
        QTest::keyClicks(filter, QStringLiteral("SHIP"));
        QCOMPARE(names(ExplorerModel::Topics), list({"shipments"}));
        QCOMPARE(names(ExplorerModel::Groups), list({"shipping"}));
        QCOMPARE(names(ExplorerModel::Projections), QStringList{});
        filter->clear();
        QCOMPARE(names(ExplorerModel::Topics).size(), 4);
    }

    void enterInTheFilterOpensTheFirstThatIsLeft()
    {
        QSignalSpy opened(m_navigator.get(), &Navigator::openRequested);
        auto* filter = m_pane->findChild<QLineEdit*>(QStringLiteral("explorerFilter"));
        QTest::keyClicks(filter, QStringLiteral("billing"));
        QTest::keyClick(filter, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].value<Place>(), Place::ofGroup(QStringLiteral("billing")));
    }

    void aClickOpensThePlace()
    {
        QSignalSpy opened(m_navigator.get(), &Navigator::openRequested);
        click(ExplorerModel::Groups, 0);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].value<Place>(), Place::ofGroup(QStringLiteral("billing")));
        click(ExplorerModel::Topics, 1);
        QCOMPARE(opened[1][0].value<Place>(), Place::ofTopic(QStringLiteral("payments")));
    }

    void topicsMarkedTogetherOpenAsOneList()
    {
        QSignalSpy opened(m_navigator.get(), &Navigator::openRequested);
        click(ExplorerModel::Topics, 0);
        click(ExplorerModel::Topics, 1, Qt::ControlModifier);
        QCOMPARE(m_pane->markedTopics(), list({"orders", "payments"}));
        QTest::keyClick(m_tree, Qt::Key_Return);
        QCOMPARE(opened.back()[0].value<Place>(),
                 Place::ofTopics({QStringLiteral("orders"), QStringLiteral("payments")}));
    }

    void aSelectionSurvivesNewData()
    {
        click(ExplorerModel::Topics, 2);
        ExplorerData next = shop();
        next.topics.insert(next.topics.begin(), {QStringLiteral("a-new-one"), {}, {}});
        next.groups[0].behind = QStringLiteral("2m 16s");
        m_pane->setData(next);
        QCOMPARE(m_pane->markedTopics(), list({"payments.dlt"}));
    }

    void aCaptureIsAskedForAndNotOpenedHere()
    {
        QSignalSpy opened(m_navigator.get(), &Navigator::openRequested);
        QSignalSpy asked(m_pane.get(), &ExplorerPane::captureRequested);
        click(ExplorerModel::Captures, 0);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toString(), QStringLiteral("/tmp/incident.hindcast"));
        QCOMPARE(opened.count(), 0);
    }

    void aTopicsMenuMakesAProjection()
    {
        QSignalSpy asked(m_pane.get(), &ExplorerPane::newProjectionRequested);
        trigger(openMenu(at(ExplorerModel::Topics, 1)), "New projection from this topic");
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toString(), QStringLiteral("payments"));
        // Of several topics there is no one table.
        click(ExplorerModel::Topics, 0);
        click(ExplorerModel::Topics, 1, Qt::ControlModifier);
        QMenu* const menu = openMenu(at(ExplorerModel::Topics, 1));
        QVERIFY(entries(menu).contains(QStringLiteral("Open 2 topics as one list")));
        QVERIFY(!entries(menu).contains(QStringLiteral("New projection from this topic")));
        menu->close();
    }

    void withoutAProjectionOneIsOffered()
    {
        QSignalSpy asked(m_pane.get(), &ExplorerPane::newProjectionRequested);
        ExplorerData data = shop();
        data.projections.clear();
        data.topics[0].name = QStringLiteral("a&b");
        m_pane->setData(data);
        QCOMPARE(names(ExplorerModel::Projections), list({"New projection\u2026"}));
        click(ExplorerModel::Projections, 0);
        auto* const menu = m_pane->findChild<QMenu*>(QStringLiteral("explorerMenu"));
        QTRY_VERIFY(menu && menu->isVisible());
        QMenu* const topics = menu->actions().constFirst()->menu();
        QVERIFY(topics);
        QCOMPARE(entries(topics), list({"a&&b", "payments", "payments.dlt", "shipments"}));
        topics->actions().constFirst()->trigger();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toString(), QStringLiteral("a&b"));
        menu->close();
        m_pane->setData(shop());
        QCOMPARE(names(ExplorerModel::Projections), list({"order"}));
    }

    void aProjectionsMenuIsOfWhatCanBeDoneWithIt_data()
    {
        QTest::addColumn<bool>("own");
        QTest::addColumn<bool>("shadows");
        QTest::addColumn<QString>("last");
        QTest::newRow("came with Hindcast") << false << false << QString();
        QTest::newRow("own") << true << false << QStringLiteral("Delete\u2026");
        QTest::newRow("own, before another")
            << true << true << QStringLiteral("Revert to the one that came with Hindcast\u2026");
    }
    void aProjectionsMenuIsOfWhatCanBeDoneWithIt()
    {
        QFETCH(bool, own);
        QFETCH(bool, shadows);
        QFETCH(QString, last);
        ExplorerData data = shop();
        data.projections[0].own = own;
        data.projections[0].shadows = shadows;
        m_pane->setData(data);
        QMenu* const menu = openMenu(at(ExplorerModel::Projections, 0));
        QStringList expected = list({"Open", "Edit", "Duplicate"});
        expected << last << QStringLiteral("Copy name");
        expected.removeAll(QString());
        QCOMPARE(entries(menu).mid(0, expected.size()), expected);
        QSignalSpy edited(m_pane.get(), &ExplorerPane::editRequested);
        QSignalSpy deleted(m_pane.get(), &ExplorerPane::deleteRequested);
        if (own) {
            trigger(menu, qPrintable(last));
            QCOMPARE(deleted.count(), 1);
        } else {
            trigger(menu, "Edit");
            QCOMPARE(edited[0][0].toString(), QStringLiteral("order"));
        }
    }

    void aProjectionThatShowsNothingSaysWhy()
    {
        ExplorerData data = shop();
        data.projections[0].fits = false;
        data.projections[0].detail = QStringLiteral("This capture holds no records of <b>.");
        data.projections.push_back({QStringLiteral("wrong"), {}, {}});
        data.projections[1].refused = true;
        data.projections[1].fits = false;
        m_pane->setData(data);
        const QModelIndex dim = at(ExplorerModel::Projections, 0);
        QVERIFY(dim.data(ExplorerModel::DimRole).toBool());
        QVERIFY(
            dim.data(Qt::ToolTipRole).toString().contains(QStringLiteral("no records of &lt;")));
        const QModelIndex wrong = at(ExplorerModel::Projections, 1);
        QCOMPARE(wrong.data(ExplorerModel::SignRole).toInt(), static_cast<int>(Severity::Error));
        QVERIFY(!wrong.data(ExplorerModel::DimRole).toBool());
    }

    void hostileNamesStayPlainText()
    {
        ExplorerData data;
        data.topics.push_back({QStringLiteral("<b>x</b>\u202egnp.exe"), {}, {}});
        ExplorerModel model;
        model.setData(data);
        const QModelIndex index = model.index(0, 0, model.index(ExplorerModel::Topics, 0));
        QVERIFY(!index.data().toString().contains(QChar(0x202e)));
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains(QStringLiteral("&lt;b&gt;")));
    }

private:
    QModelIndex at(int section, int row) const
    {
        const auto* model = m_tree->model();
        return model->index(row, 0, model->index(section, 0));
    }
    QStringList names(int section) const
    {
        QStringList all;
        const auto* model = m_tree->model();
        const QModelIndex parent = model->index(section, 0);
        for (int row = 0; row < model->rowCount(parent); ++row) {
            all << model->index(row, 0, parent).data().toString();
        }
        return all;
    }
    void click(int section, int row, Qt::KeyboardModifiers keys = Qt::NoModifier)
    {
        QTest::mouseClick(m_tree->viewport(), Qt::LeftButton, keys,
                          m_tree->visualRect(at(section, row)).center());
    }

    QMenu* openMenu(const QModelIndex& index)
    {
        const QPoint where = m_tree->visualRect(index).center();
        QContextMenuEvent event(QContextMenuEvent::Mouse, where,
                                m_tree->viewport()->mapToGlobal(where));
        QApplication::sendEvent(m_tree->viewport(), &event);
        QMenu* open = nullptr;
        for (QMenu* menu : m_pane->findChildren<QMenu*>(QStringLiteral("explorerMenu"))) {
            open = menu->isVisible() ? menu : open;
        }
        return open;
    }
    static QStringList entries(const QMenu* menu)
    {
        QStringList all;
        for (const QAction* action : menu->actions()) {
            all << action->text();
        }
        return all;
    }
    static void trigger(QMenu* menu, const char* text)
    {
        QVERIFY(menu);
        for (QAction* action : menu->actions()) {
            if (action->text() == QString::fromUtf8(text)) {
                QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
                return;
            }
        }
        QFAIL(text);
    }

    std::unique_ptr<MomentControl> m_moments;
    std::unique_ptr<Navigator> m_navigator;
    std::unique_ptr<ExplorerPane> m_pane;
    QTreeView* m_tree = nullptr;
};

QTEST_MAIN(tst_Explorer)
#include "tst_explorer.moc"
