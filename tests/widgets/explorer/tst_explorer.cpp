#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/explorer/explorer_model.h"
#include "widgets/explorer/explorer_pane.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
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

    std::unique_ptr<MomentControl> m_moments;
    std::unique_ptr<Navigator> m_navigator;
    std::unique_ptr<ExplorerPane> m_pane;
    QTreeView* m_tree = nullptr;
};

QTEST_MAIN(tst_Explorer)
#include "tst_explorer.moc"
