#include "tests/unit/replay/fold_ways.h"

#include "model/replay/history.h"

#include <nlohmann/json.hpp>

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Table = std::map<std::string, std::string>;

const char* const kOrder = R"(name = "order"
[[source]]
topic = "orders"
reduce = "merge-patch"

[[source]]
topic = "payments"
key = "value.orderId"
where = "value.state <> 'TEST'"
reduce = "latest"
into = "payment"

[[source]]
topic = ["shipments", "shipments.retry"]
key = "header.order"
reduce = "merge-patch"
into = "shipment"
)";

} // namespace

class tst_Sources : public QObject
{
    Q_OBJECT

private slots:
    void anOrderIsBuiltFromThreeTopics();
    void aMemberComesAndGoesWithItsSource_data();
    void aMemberComesAndGoesWithItsSource();
    void compositeKeysMeetAcrossSources();
    void aRecordKeyMeansToEachSourceWhatItReadsInIt();
    void aCellNamesTheRecordOfItsOwnSource();
    void everyWayToAMomentGivesOneState();
};

void tst_Sources::anOrderIsBuiltFromThreeTopics()
{
    const auto capture = Capture::inMemory();
    append(*capture,
           {{"orders", 0, 0, 100, "o1", R"({"status":"CREATED","amount":0.10})"},
            {"payments", 0, 0, 200, "p9",
             R"({"orderId":"o1","state":"OPEN","n":9223372036854775808})"},
            {"payments", 0, 1, 250, "p8", R"({"orderId":"o1","state":"TEST"})"},
            {"shipments", 0, 0, 300, "s1", R"({"at":"Hamburg","kg":1.50})", {{"order", "o1"}}},
            {"shipments.retry", 0, 0, 350, "s1", R"({"at":"Kiel"})", {{"order", "o1"}}},
            {"payments", 0, 2, 400, "p9", R"({"orderId":"o1","state":"PAID"})"},
            {"orders", 0, 1, 500, "o1", R"({"status":"PAID"})"},
            {"shipments", 0, 1, 600, "s2", R"({"at":"Bremen"})", {{"order", "o2"}}}});
    const auto log = fold(*capture, projection(kOrder));
    QCOMPARE(table(log, 2).at("o1"),
             std::string(R"({"status":"CREATED","amount":0.10,)"
                         R"("payment":{"orderId":"o1","state":"OPEN","n":9223372036854775808}})"));
    QCOMPARE(table(log, 8),
             (Table{{"o1", R"({"status":"PAID","amount":0.10,"shipment":{"at":"Kiel","kg":1.50},)"
                           R"("payment":{"orderId":"o1","state":"PAID"}})"},
                    {"o2", R"({"shipment":{"at":"Bremen"}})"}}));
    QCOMPARE(log->report().filtered, std::uint64_t{1});
}

void tst_Sources::aMemberComesAndGoesWithItsSource_data()
{
    QTest::addColumn<QByteArray>("orders"); // the record before; empty: none
    QTest::addColumn<QByteArray>("part");   // the value for the member; empty: null
    QTest::addColumn<QByteArray>("row");    // what is there then; empty: no row
    QTest::addColumn<int>("skipped");
    const auto row = [](const char* name, const char* orders, const char* part, const char* result,
                        int skipped = 0) {
        QTest::newRow(name) << QByteArray(orders) << QByteArray(part) << QByteArray(result)
                            << skipped;
    };
    row("nothing there", "", R"({"x":1})", R"({"a b\"":{"x":1}})");
    row("an empty row", "{}", R"({"x":1})", R"({"a b\"":{"x":1}})");
    row("behind other members", R"({"n":1})", "0.10", R"({"n":1,"a b\"":0.10})");
    row("replaced", R"({"a b\"":1,"n":1.0})", "[2]", R"({"n":1.0,"a b\"":[2]})");
    row("replaced, written with other escapes", "{\"a\\u0020b\\\"\":1}", "2", R"({"a b\"":2})");
    row("removed", R"({"a b\"":1,"n":1})", "", R"({"n":1})");
    row("removed, the last one", R"({"a b\"":1})", "", "");
    row("removed where it was not", R"({"n":1})", "", R"({"n":1})");
    row("null is a value", R"({"n":1})", "null", R"({"n":1,"a b\"":null})");
    row("a text", R"({"n":1})", " \"\\u00e9\" ", R"({"n":1,"a b\"":"\u00e9"})");
    row("blanks and a mark before", "", "\xef\xbb\xbf {\"x\":1}\n", R"({"a b\"":{"x":1}})");
    row("no JSON", R"({"n":1})", "{\"x\":", R"({"n":1})", 1);
    row("bytes", R"({"n":1})", "\x01\x02", R"({"n":1})", 1);
    row("a row that is no object", "7", R"({"x":1})", "7", 1);
    row("a row that is no JSON", "{n", R"({"x":1})", "{n", 1);
}

void tst_Sources::aMemberComesAndGoesWithItsSource()
{
    QFETCH(QByteArray, orders);
    QFETCH(QByteArray, part);
    QFETCH(QByteArray, row);
    const auto capture = Capture::inMemory();
    if (!orders.isEmpty()) {
        append(*capture, {{"orders", 0, 0, 100, "o", orders.toStdString()}});
    }
    Event event{"parts", 0, 0, 200, "o", std::nullopt};
    if (!part.isEmpty()) {
        event.value = part.toStdString();
    }
    append(*capture, {event});
    const auto log = fold(*capture, projection("name = \"p\"\n"
                                               "[[source]]\ntopic = \"orders\"\n"
                                               "reduce = \"latest\"\n"
                                               "[[source]]\ntopic = \"parts\"\n"
                                               "reduce = \"latest\"\ninto = 'a b\"'\n"));
    const Table rows = table(log, log->order()->size());
    QCOMPARE(rows.size(), row.isEmpty() ? std::size_t{0} : std::size_t{1});
    QCOMPARE(rows.empty() ? std::string() : rows.at("o"), row.toStdString());
    QTEST(static_cast<int>(log->report().skipped), "skipped");
}

void tst_Sources::compositeKeysMeetAcrossSources()
{
    const auto capture = Capture::inMemory();
    append(*capture,
           {{"a", 0, 0, 100, R"({"shop":"x\"y"})", R"({"id":7,"n":1})", {{"tenant", "t1"}}},
            {"b", 0, 0, 200, R"(["x\u0022y",7])", R"({"t":"t1","m":2})"},
            {"b", 0, 1, 300, R"(["x",7])", R"({"m":3})"}});
    const auto log = fold(*capture, projection(R"(name = "p"
[[source]]
topic = "a"
key = ["key.shop", "value.id", "header.tenant"]
reduce = "merge-patch"
[[source]]
topic = "b"
key = ["key[0]", "key[1]", "value.t"]
reduce = "merge-patch"
)"));
    QCOMPARE(table(log, 3), (Table{{R"(["x\"y",7,"t1"])", R"({"id":7,"n":1,"t":"t1","m":2})"}}));
    QCOMPARE(log->report().withoutKey, std::uint64_t{1});
}

// Each looks a key up once and then knows it by the record's key.
void tst_Sources::aRecordKeyMeansToEachSourceWhatItReadsInIt()
{
    const auto capture = Capture::inMemory();
    const auto change = [](int n) {
        return R"({"before":null,"after":{"id":1,"n":)" + std::to_string(n) +
               R"(},"source":{"table":"t"},"op":"u"})";
    };
    const std::string key = R"({"id":1})";
    std::vector<Event> events;
    for (int i = 0; i < 6; ++i) {
        const auto at = std::int64_t{i};
        events.push_back({"orders", 0, at, 100 + 3 * at, key, std::to_string(i)});
        events.push_back({"changes", 0, at, 101 + 3 * at, key, change(i)});
        events.push_back({"more", 0, at, 102 + 3 * at, key, "\"m" + std::to_string(i) + "\""});
    }
    append(*capture, events);
    const auto log = fold(*capture, projection(R"(
name = "p"
[[source]]
topic = "changes"
reduce = "cdc"
[[source]]
topic = "orders"
reduce = "latest"
[[source]]
topic = "more"
key = "key.id"
reduce = "merge-patch"
)"));
    QCOMPARE(table(log, 17), (Table{{"1", R"({"id":1,"n":5})"}, {key, "5"}}));
    QCOMPARE(table(log, 18), (Table{{"1", R"("m5")"}, {key, "5"}}));
    QCOMPARE(log->size(), Version{18});
}

void tst_Sources::aCellNamesTheRecordOfItsOwnSource()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "o1", R"({"status":"CREATED"})"},
                      {"payments", 0, 0, 200, "p9", R"({"orderId":"o1","state":"PAID"})"},
                      {"orders", 0, 1, 300, "o1", R"({"status":"PAID"})"}});
    const auto log = fold(*capture, projection(kOrder));
    const auto setBy = [&](const char* path) {
        const ProjectionColumn column{path, FieldPath::parse(path).value()};
        return log->placeOf(provenanceOf(*log, "o1", column, 3).value().value()).toString();
    };
    QCOMPARE(setBy("value.payment.state"), std::string("payments-0@0"));
    QCOMPARE(setBy("value.status"), std::string("orders-0@1"));
}

void tst_Sources::everyWayToAMomentGivesOneState()
{
    const auto definition = projection(R"(name = "order"
[[source]]
topic = "orders"
reduce = "merge-patch"
[[source]]
topic = "payments"
key = "value.o"
where = "value.n <> 3"
reduce = "latest"
into = "payment"
[[source]]
topic = "shipments"
reduce = "merge-patch"
into = "shipment"
)");
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        const auto events =
            randomEvents(random, {"orders", "payments", "shipments"}, 60 + random() % 300, 1 + seed,
                         [&](const Event&) {
                             nlohmann::json value;
                             value["n"] = static_cast<int>(random() % 6);
                             value["o"] = "k" + std::to_string(random() % (1 + seed));
                             return random() % 15 == 0 ? std::string("{broken") : value.dump();
                         });
        checkEveryWay(events, definition, random);
        if (QTest::currentTestFailed()) {
            QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
        }
    }
}

QTEST_GUILESS_MAIN(tst_Sources)
#include "tst_sources.moc"
