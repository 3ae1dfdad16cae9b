#include "model/capture/event_time_order.h"
#include "tests/widgets/items/record_fixture.h"
#include "tests/widgets/shared/fake_workspace.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/inspector/inspector_pane.h"
#include "widgets/inspector/key_history_page.h"
#include "widgets/inspector/raw_page.h"
#include "widgets/inspector/record_inspector.h"
#include "widgets/inspector/value_tree_view.h"
#include "widgets/items/record_table.h"
#include "widgets/items/record_table_model.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableWidget>
#include <QTest>

using namespace hindcast;

namespace {

struct Bench
{
    test::Records records;
    test::FakeWorkspace workspace;
    MomentControl moments;
    Navigator navigator{&moments};
    QWidget window;
    InspectorPane* pane = nullptr;

    void open()
    {
        workspace.setSnapshot(records.snapshot(), records.order());
        moments.setOrder(workspace.order());
        pane = new InspectorPane({&workspace, &moments, &navigator, nullptr}, &window);
        pane->setGeometry(0, 0, 312, 632);
        window.resize(312, 632);
        window.show();
    }
    RecordInspector* record() const { return pane->findChild<RecordInspector*>(); }
    void select(const RecordPlace& place)
    {
        navigator.select(Place::ofRecord(place));
        QTRY_VERIFY(record()->record() && record()->record()->place == place);
    }
    QString label(const char* name) const
    {
        return pane->findChild<QLabel*>(QLatin1String(name))->text();
    }
    template <typename T>
    T* child(const char* name) const
    {
        return pane->findChild<T*>(QLatin1String(name));
    }
    void clickTab(const QString& title)
    {
        QTabBar* const bar = record()->tabBar();
        for (int i = 0; i < bar->count(); ++i) {
            if (bar->tabText(i).startsWith(title)) {
                QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(i).center());
                QCOMPARE(bar->currentIndex(), i);
                return;
            }
        }
        QFAIL("no such tab");
    }
};

} // namespace

class tst_inspector : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        test::allowPlatformWarnings();
        text::setZone(text::Zone::Utc);
    }

    void showsWhatTheSelectedRecordIs()
    {
        Bench bench;
        bench.records.addOrders(10);
        bench.open();
        QVERIFY(bench.child<QLabel>("factRecord")->isHidden() ||
                !bench.child<QLabel>("factRecord")->isVisible());
        bench.select({"orders", 1, 48'211'001});
        QCOMPARE(bench.label("factRecord"), QStringLiteral("orders-1 @ 48,211,001"));
        QCOMPARE(bench.label("factTime"), QStringLiteral("14:03:09.400 +00:00 (create)"));
        QCOMPARE(bench.label("factKey"), QStringLiteral("order-4"));
        QVERIFY(bench.label("factDecoded").startsWith(QStringLiteral("JSON, ")));
        auto* const tree = bench.pane->findChild<ValueTreeView*>();
        const QAbstractItemModel* const model = tree->model();
        QCOMPARE(model->index(0, 0).data().toString(), QStringLiteral("orderId \"order-4\""));
        QVERIFY(tree->isExpanded(model->index(3, 0)));  // customer
        QVERIFY(!tree->isExpanded(model->index(4, 0))); // items
        QVERIFY(bench.record()->tabBar()->tabText(2) == QStringLiteral("Headers 2"));
    }

    void aRecordThatIsNotThereSaysSoAndComesWhenItIsRead()
    {
        Bench bench;
        bench.records.addOrders(3);
        bench.open();
        bench.select({"orders", 0, 99});
        QCOMPARE(bench.label("factProblem"), QStringLiteral("This record is not in the capture."));
        bench.records.add("orders", 0, 99, 10, "k", "text");
        bench.workspace.setSnapshot(bench.records.snapshot(), bench.records.order());
        QTRY_COMPARE(bench.label("factDecoded"), QStringLiteral("text, 4 B"));
    }

    void brokenJsonSaysWhy()
    {
        Bench bench;
        bench.records.add("orders", 0, 1, 0, "k", "{\"status\":\"PAID\"");
        bench.open();
        bench.select({"orders", 0, 1});
        QVERIFY(bench.child<QLabel>("factProblem")->isVisible());
        QVERIFY(!bench.label("factProblem").isEmpty());
        QVERIFY(bench.label("factDecoded").startsWith(QStringLiteral("text")));
    }

    void hostilePayloadsStayPlain_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("absent");
        QTest::newRow("markup") << QByteArray("{\"a\":\"<img src=x>\"}") << QString();
        QTest::newRow("turning the line") << QByteArray("a\xE2\x80\xAE"
                                                        "b")
                                          << QString(QChar(0x202e));
        QTest::newRow("NULs") << QByteArray("a\0b\0", 4) << QString(QChar(0));
        QTest::newRow("5 MB in one line") << QByteArray(5'000'000, 'x') << QString();
        QTest::newRow("5 MB of JSON in one line")
            << QByteArray("[" + QByteArray("1,").repeated(2'500'000) + "1]") << QString();
        QTest::newRow("deep") << QByteArray(QByteArray("[").repeated(3000) +
                                            QByteArray("]").repeated(3000))
                              << QString();
    }

    void hostilePayloadsStayPlain()
    {
        QFETCH(QByteArray, value);
        QFETCH(QString, absent);
        Bench bench;
        bench.records.add("orders", 0, 1, 0, "<i>k</i>", value.toStdString(),
                          {"<u>h</u>", "<b>v</b>"});
        bench.open();
        bench.select({"orders", 0, 1});
        QCOMPARE(bench.child<QLabel>("factKey")->textFormat(), Qt::PlainText);
        QCOMPARE(bench.label("factKey"), QStringLiteral("<i>k</i>"));
        bench.pane->grab();
        bench.clickTab(QStringLiteral("Raw"));
        auto* const raw = bench.pane->findChild<RawPage*>();
        QTRY_VERIFY(!raw->text().isEmpty());
        QVERIFY(raw->text().size() < 400'000);
        for (const QString& line : raw->text().split(QLatin1Char('\n'))) {
            QVERIFY(line.size() <= static_cast<qsizetype>(RawPage::kLongestLine));
        }
        if (!absent.isEmpty()) {
            QVERIFY(!raw->text().contains(absent));
        }
        if (value.size() > 1'000'000) {
            QTRY_VERIFY(raw->note().startsWith(QStringLiteral("The first")));
            QVERIFY(bench.child<QPushButton>("rawShowAll")->isVisible());
        }
        bench.pane->grab();
        bench.clickTab(QStringLiteral("Headers"));
        auto* const headers = bench.child<QTableWidget>("headers");
        QCOMPARE(headers->item(0, 1)->text(), QStringLiteral("<b>v</b>"));
        bench.pane->grab();
    }

    void rawShowsJsonIndentedWithItsNumbersAsWritten()
    {
        Bench bench;
        bench.records.add("orders", 0, 1, 0, "k",
                          "{\"n\":9223372036854775808,\"d\":0.10,\"s\":\"a\\\"b\"}");
        bench.open();
        bench.select({"orders", 0, 1});
        bench.clickTab(QStringLiteral("Raw"));
        auto* const raw = bench.pane->findChild<RawPage*>();
        QTRY_COMPARE(raw->text(),
                     QStringLiteral("{\n  \"n\": 9223372036854775808,\n  \"d\": 0.10,\n  \"s\": "
                                    "\"a\\\"b\"\n}"));
        const auto buttons = raw->findChildren<QPushButton*>();
        QTest::mouseClick(buttons[2], Qt::LeftButton); // hex
        QTRY_VERIFY(raw->text().startsWith(QStringLiteral("000000  7b 22 6e 22")));
    }

    void binaryHeadersAreShownInHex()
    {
        Bench bench;
        bench.records.add("orders", 0, 1, 0, "k", "{}",
                          {"blob", std::string("\x00\xff\x01", 3), "t", "x"});
        bench.open();
        bench.select({"orders", 0, 1});
        bench.clickTab(QStringLiteral("Headers"));
        auto* const headers = bench.child<QTableWidget>("headers");
        QCOMPARE(headers->item(0, 1)->text(), QStringLiteral("00 ff 01"));
        QCOMPARE(headers->item(1, 1)->text(), QStringLiteral("x"));
    }

    void theKeysHistoryGoesThroughAllTopicsInTimeOrder()
    {
        Bench bench;
        bench.records.add("orders", 0, 1, 100, "order-1", "{\"status\":\"CREATED\"}");
        bench.records.add("payments", 0, 1, 200, "order-1", "{\"status\":\"PAID\"}");
        bench.records.add("orders", 0, 2, 300, "order-1", "{\"status\":\"SHIPPED\"}");
        bench.records.add("orders", 0, 3, 300, "order-2", "{\"status\":\"CREATED\"}");
        bench.open();
        bench.select({"orders", 0, 2});
        QCOMPARE(bench.child<QPushButton>("keySummary")->text(),
                 QStringLiteral("3 events \u00b7 in 2 topics"));
        QTest::mouseClick(bench.child<QPushButton>("keySummary"), Qt::LeftButton);
        auto* const table = bench.child<RecordTable>("keyHistory");
        auto* const model = bench.pane->findChild<KeyHistoryPage*>()->model();
        const QAbstractItemModelTester tester(
            table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_COMPARE(model->rowCount(), 3);
        QCOMPARE(model->placeAt(1).topic, std::string("payments"));
        QTRY_COMPARE(table->currentIndex().row(), 2); // the record that is shown
        bench.moments.setRankA(1);
        QCOMPARE(table->playheadA(), std::optional<int>(1)); // two of them lie after A
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(model->index(0, 0)).center());
        QCOMPARE(bench.navigator.selected(), Place::ofRecord({"orders", 0, 1}));
        const QPoint second = table->visualRect(model->index(1, 0)).center();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, second);
        QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, second);
        QCOMPARE(bench.moments.rankA(), Rank{2});
    }

    void theKeysHistoryFollowsTheClock()
    {
        Bench bench;
        bench.records.add("orders", 0, 1, 100, "order-1", "{}");
        bench.records.add("orders", 0, 2, 300, "order-1", "{}");
        bench.records.add("orders", 0, 3, 200, "order-1", "{}"); // late
        bench.open();
        bench.select({"orders", 0, 1});
        QTest::mouseClick(bench.child<QPushButton>("keySummary"), Qt::LeftButton);
        auto* const model = bench.pane->findChild<KeyHistoryPage*>()->model();
        QTRY_COMPARE(model->rowCount(), 3);
        QCOMPARE(model->placeAt(1).offset, std::int64_t(2));
        bench.workspace.setOrder(EventTimeOrder::build(bench.records.snapshot()));
        bench.moments.setOrder(bench.workspace.order());
        QTRY_COMPARE(model->placeAt(1).offset, std::int64_t(3));
        QCOMPARE(model->placeAt(2).offset, std::int64_t(2));
    }

    void leadsToTheStateAndTheTrace()
    {
        Bench bench;
        bench.records.addOrders(10);
        bench.open();
        bench.pane->setStatePlace([](const RecordPlace& place) -> std::optional<Place> {
            return place.topic == "orders"
                       ? std::optional<Place>(Place::ofProjection(QStringLiteral("order")))
                       : std::nullopt;
        });
        bench.select({"orders", 1, 48'211'001});
        QSignalSpy opened(&bench.navigator, &Navigator::openRequested);
        auto* const state = bench.child<QPushButton>("stateHere");
        QVERIFY(state->isEnabled());
        QTest::mouseClick(state, Qt::LeftButton);
        QCOMPARE(opened.last()[0].value<Place>(), Place::ofProjection(QStringLiteral("order")));
        QCOMPARE(bench.moments.rankA(), Rank{5}); // just after the record
        QTest::mouseClick(bench.child<QPushButton>("followTrace"), Qt::LeftButton);
        QCOMPARE(opened.last()[0].value<Place>(),
                 Place::ofTrace(QStringLiteral("4bf92f3577b34da6a3ce929d0e0e0005"),
                                QStringLiteral("00f067aa0ba90005")));
    }

    void theStateIsThatOfTheRecordAskedForLast()
    {
        Bench bench;
        bench.records.addOrders(10);
        bench.open();
        std::vector<RecordPlace> asked;
        bench.pane->setStatePlace([&asked](const RecordPlace& place) {
            asked.push_back(place);
            return std::optional<Place>(Place::ofProjection(QStringLiteral("order")));
        });
        bench.select({"orders", 1, 48'211'001});
        const RecordPlace next{"orders", 0, 48'211'001};
        bench.navigator.select(Place::ofRecord(next)); // not loaded yet
        QTest::mouseClick(bench.child<QPushButton>("stateHere"), Qt::LeftButton);
        QCOMPARE(asked.back(), next);
    }

    void aRecordWithoutContextHasNoTraceTab()
    {
        Bench bench;
        bench.records.add("orders", 0, 1, 0, std::nullopt, "{}");
        bench.open();
        bench.select({"orders", 0, 1});
        QVERIFY(!bench.record()->isTabVisible(4));
        QVERIFY(!bench.child<QPushButton>("followTrace")->isEnabled());
        QVERIFY(!bench.child<QPushButton>("stateHere")->isEnabled());
        QCOMPARE(bench.label("factKey"), QStringLiteral("null"));
    }

    void showsThePageThatWasAddedForAKindOfPlace()
    {
        Bench bench;
        bench.records.addOrders(3);
        bench.open();
        auto* const page = new QLabel;
        QStringList shown;
        bench.pane->addPage(Place::Kind::Projection, page,
                            [&shown](const Place& place) { shown << place.name; });
        bench.navigator.select(Place::ofProjection(QStringLiteral("order"), "k"));
        QCOMPARE(shown, QStringList{QStringLiteral("order")});
        QVERIFY(page->isVisible());
        bench.navigator.select(Place::ofTopic(QStringLiteral("orders"))); // no page: stays
        QVERIFY(page->isVisible());
        bench.select({"orders", 0, 48'211'000});
        QVERIFY(!page->isVisible());
    }
};

QTEST_MAIN(tst_inspector)
#include "tst_inspector.moc"
