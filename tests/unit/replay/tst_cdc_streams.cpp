#include "model/replay/commit_order.h"
#include "tests/unit/replay/cdc_shapes.h"
#include "tests/unit/replay/fold_ways.h"

#include <QTest>
#include <nlohmann/json.hpp>
#include <random>

using namespace hindcast;
using namespace hindcast::test;
using nlohmann::json;

class tst_CdcStreams : public QObject
{
    Q_OBJECT

private slots:
    void transactionsAreWhole_data();
    void transactionsAreWhole();
    void aStreamOverPartitionsKeepsItsOrder();
    void changesWithoutPositionsSaySo();
    void oneHistoryIsOneTableInEveryShape();
    void everyWayToAMomentGivesOneState_data();
    void everyWayToAMomentGivesOneState();
    void largeValuesStayThroughManyUpdates();
};

void tst_CdcStreams::transactionsAreWhole_data()
{
    QTest::addColumn<QByteArrayList>("values"); // two transactions of two changes each
    QTest::addColumn<QByteArrayList>("keys");
    QTest::addColumn<int>("tx"); // of the first; -1: not told
    const auto add = [](const char* name, const std::vector<std::string>& values, int tx) {
        QByteArrayList list;
        for (const std::string& value : values) {
            list << QByteArray::fromStdString(value);
        }
        QTest::newRow(name) << list << QByteArrayList() << tx;
    };
    const auto m = [](int id, const std::string& place) {
        return maxwell("insert", R"({"id":)" + std::to_string(id) + "}", {},
                       R"(,"primary_key_columns":["id"])" + place);
    };
    add("Maxwell",
        {m(1, R"(,"xid":7,"xoffset":0)"), m(2, R"(,"xid":7,"commit":true)"),
         m(3, R"(,"xid":6,"xoffset":0)"), m(4, R"(,"xid":6,"commit":true)")},
        7);
    const auto d = [](int id, int tx, int place) {
        return dms("insert", R"({"id":)" + std::to_string(id) + "}", {},
                   R"(,"commit-timestamp":"2024-07-29T00:58:1)" + std::to_string(10 - tx) +
                       R"(.974340Z","transaction-id":)" + std::to_string(tx) +
                       R"(,"transaction-record-id":)" + std::to_string(place));
    };
    add("AWS DMS", {d(1, 9, 1), d(2, 9, 2), d(3, 8, 1), d(4, 8, 2)}, 9);
    const auto w = [](int id, const std::string& more) {
        return wal2("I", column("id", std::to_string(id)), {}, R"(,"pk":[{"name":"id"}])" + more);
    };
    add("wal2json",
        {R"({"action":"B","xid":5,"lsn":"0/20","nextlsn":"0/21"})",
         w(1, R"(,"xid":5,"lsn":"0/10")"), w(2, R"(,"xid":5,"lsn":"0/12")"),
         R"({"action":"C","xid":5,"lsn":"0/20","nextlsn":"0/21"})",
         R"({"action":"B","xid":4,"lsn":"0/30","nextlsn":"0/31"})", w(3, R"(,"xid":4,"lsn":"0/9")"),
         w(4, R"(,"xid":4,"lsn":"0/11")"),
         R"({"action":"C","xid":4,"lsn":"0/30","nextlsn":"0/31"})"},
        5);
    add("wal2json without numbers of transactions",
        {R"({"action":"B"})", w(1, ""), w(2, ""), R"({"action":"C"})", R"({"action":"B"})",
         w(3, ""), w(4, ""), R"({"action":"C"})"},
        -1);
}

void tst_CdcStreams::transactionsAreWhole()
{
    QFETCH(QByteArrayList, values);
    QFETCH(int, tx);
    std::vector<Told> told;
    for (const QByteArray& value : values) {
        told.push_back({"", value.toStdString()});
    }
    const auto capture = Capture::inMemory();
    append(*capture, eventsOf(told));
    const auto order = CommitOrder::build(capture->snapshot()).value();
    const auto log =
        VersionLog::fold(projection("name = \"p\"\n[[source]]\ntopic = \"t\"\nreduce = \"cdc\"\n"
                                    "key = \"value.id\"\n"),
                         order, {})
            .value();
    const auto half = static_cast<Rank>(told.size() / 2);
    const auto whole = static_cast<Rank>(told.size());
    for (Rank rank = 1; rank < whole; ++rank) {
        QCOMPARE(order->wholeBefore(rank), rank < half ? Rank{0} : half);
    }
    QCOMPARE(table(log, half).size(), std::size_t{2});
    QVERIFY(table(log, half).contains("1") && table(log, half).contains("2"));
    QCOMPARE(table(log, whole).size(), std::size_t{4});
    QCOMPARE(order->hasTransactions(), tx >= 0);
    if (tx >= 0) {
        QCOMPARE(order->prefixOfTransaction(tx).value(), half);
    }
}

// Two transactions over two partitions: the second one's record comes first in its own partition,
// yet in the other the first one precedes it.
void tst_CdcStreams::aStreamOverPartitionsKeepsItsOrder()
{
    const auto m = [](int xid, int id, int n, bool last) {
        return maxwell(
            "update", R"({"id":)" + std::to_string(id) + R"(,"n":)" + std::to_string(n) + "}", "{}",
            R"(,"primary_key_columns":["id"],"xid":)" + std::to_string(xid) +
                (last ? R"(,"commit":true)" : R"(,"xoffset":0)"));
    };
    std::vector<Event> events = eventsOf({{"", m(1, 1, 1, false), 1},
                                          {"", m(2, 2, 2, false), 0},
                                          {"", m(2, 1, 2, true), 1},
                                          {"", m(1, 3, 1, true), 2}});
    for (Event& event : events) {
        event.ms = 1000; // one tick of the producer's clock: partition 0 is first by the log
    }
    const auto capture = Capture::inMemory();
    append(*capture, events);
    const auto order = CommitOrder::build(capture->snapshot()).value();
    const auto log = VersionLog::fold(projection("t", "cdc"), order, {}).value();
    QCOMPARE(order->prefixOfTransaction(1).value(), Rank{2});
    QCOMPARE(written(table(log, 2)), std::string("1 {\"id\":1,\"n\":1}\n3 {\"id\":3,\"n\":1}\n"));
    QCOMPARE(table(log, 4)["1"], std::string("{\"id\":1,\"n\":2}"));
    // What the tool wrote again after a restart is the same change.
    events.push_back({"t", 1, 2, 2000, std::nullopt, m(1, 1, 1, false)});
    const auto again = Capture::inMemory();
    append(*again, events);
    const auto second = CommitOrder::build(again->snapshot()).value();
    QCOMPARE(second->redeliveries(), std::uint64_t{1});
    const auto refolded = VersionLog::fold(projection("t", "cdc"), second, {}).value();
    QCOMPARE(table(refolded, second->size())["1"], std::string("{\"id\":1,\"n\":2}"));
}

void tst_CdcStreams::changesWithoutPositionsSaySo()
{
    const auto capture = Capture::inMemory();
    append(*capture,
           eventsOf({{"", maxwell("insert", R"({"id":1})", {}, R"(,"xid":7,"commit":true)")}}));
    const auto order = CommitOrder::build(capture->snapshot()).value();
    const auto byLsn = order->prefixOfLsn(7);
    QVERIFY(!byLsn);
    QVERIFY2(byLsn.error().message.find("tx:ID") != std::string::npos,
             byLsn.error().message.c_str());
    QVERIFY(!order->lsnOf(order->size()));
    QVERIFY(!order->lastLsn());
    QCOMPARE(toMs(order->timeAt(0)), std::int64_t{1477053217000});
}

namespace {

// A row's values as texts, so that Canal's are the same as the others'.
std::map<std::string, std::map<std::string, std::string>> texts(const Table& rows)
{
    std::map<std::string, std::map<std::string, std::string>> result;
    for (const auto& [key, row] : rows) {
        const json parsed = json::parse(row);
        for (const auto& [name, value] : parsed.items()) {
            result[key][name] = value.is_string() ? value.get<std::string>() : value.dump();
        }
    }
    return result;
}

// A table (id, n, doc) and what each tool writes of its changes, a topic a tool.
class Writer
{
public:
    std::vector<Event> events;

    void transaction(std::mt19937& random, std::int64_t number)
    {
        m_ms = 1'000'000'000'000 + number * 1000;
        m_number = number;
        m_batch.clear();
        put("wal2", {}, R"({"action":"B","xid":)" + std::to_string(number) + place(0) + "}");
        const unsigned changes = 1 + random() % 4;
        for (unsigned i = 0; i < changes; ++i) {
            m_place = static_cast<int>(i);
            m_last = i + 1 == changes;
            change(random);
        }
        put("wal2", {}, R"({"action":"C","xid":)" + std::to_string(number) + place(9) + "}");
        put("wal1", {}, R"({"xid":)" + std::to_string(number) + R"(,"change":[)" + m_batch + "]}");
    }

    static std::vector<std::string> topics()
    {
        return {"debezium", "maxwell", "canal", "dms", "wal2", "wal1"};
    }

private:
    struct Row
    {
        int n = 0;
        std::string doc;
    };

    static std::string text(int id, const Row& row)
    {
        return R"({"id":)" + std::to_string(id) + R"(,"n":)" + std::to_string(row.n) +
               R"(,"doc":")" + row.doc + "\"}";
    }
    static std::string strings(int id, const Row& row)
    {
        return R"({"id":")" + std::to_string(id) + R"(","n":")" + std::to_string(row.n) +
               R"(","doc":")" + row.doc + "\"}";
    }
    static std::string columns(int id, const Row& row, bool doc)
    {
        return column("id", std::to_string(id)) + "," + column("n", std::to_string(row.n)) +
               (doc ? "," + column("doc", "\"" + row.doc + "\"") : "");
    }
    std::string place(int at) const
    {
        char text[64];
        std::snprintf(text, sizeof text, R"(,"lsn":"0/%X")",
                      static_cast<unsigned>(m_number * 16 + at));
        return text;
    }

    void put(const std::string& topic, const std::optional<std::string>& key,
             const std::string& value)
    {
        events.push_back({topic, 0, m_next[topic]++, m_ms, key, value});
    }

    void change(std::mt19937& random)
    {
        const int id = static_cast<int>(random() % 8);
        if (!m_rows.contains(id)) {
            m_rows[id] = {static_cast<int>(random() % 100), "d" + std::to_string(random() % 1000)};
            tell('c', id, id, {}, true);
        } else if (random() % 3 == 0) {
            tell('d', id, id, m_rows[id], true);
            m_rows.erase(id);
        } else {
            const Row old = m_rows[id];
            Row row = old;
            row.n += 1;
            const bool doc = random() % 3 == 0;
            row.doc = doc ? "d" + std::to_string(random() % 1000) : row.doc;
            const int to = random() % 4 == 0 ? 8 + static_cast<int>(random() % 8) : id;
            if (to != id && m_rows.contains(to)) {
                return;
            }
            m_rows.erase(id);
            m_rows[to] = row;
            tell('u', id, to, old, doc || row.doc != old.doc);
        }
    }

    void tell(char op, int from, int to, const Row& old, bool doc)
    {
        const Row row = op == 'd' ? old : m_rows[to];
        const std::string fromText = std::to_string(from);
        const std::string toText = std::to_string(to);
        // Debezium: a changed key is a delete and a create.
        const auto debezium = [&](const std::string& key, const std::string& as,
                                  const std::string& after) {
            put("debezium", R"({"id":)" + key + "}",
                R"({"before":null,"after":)" + after + R"(,"source":{},"op":")" + as + "\"}");
        };
        if (op == 'd' || from != to) {
            debezium(fromText, "d", "null");
        }
        if (op != 'd') {
            debezium(toText, op == 'c' || from != to ? "c" : "u", text(to, row));
        }
        std::string changed = R"("n":)" + std::to_string(old.n);
        changed += from != to ? R"(,"id":)" + fromText : "";
        changed += doc ? R"(,"doc":")" + old.doc + "\"" : "";
        const std::string type = op == 'c' ? "insert" : op == 'u' ? "update" : "delete";
        put("maxwell", R"({"database":"shop","table":"orders","pk.id":)" + toText + "}",
            R"({"database":"shop","table":"orders","type":")" + type + R"(","ts":)" +
                std::to_string(m_ms / 1000) + R"(,"xid":)" + std::to_string(m_number) +
                (m_last ? R"(,"commit":true)" : R"(,"xoffset":)" + std::to_string(m_place)) +
                R"(,"data":)" + text(to, row) +
                (op == 'u' ? R"(,"old":{)" + changed + "}" : std::string()) + "}");
        const std::string oldTexts =
            from != to ? R"([{"id":")" + fromText + R"("}])" : std::string("[{}]");
        put("canal", {},
            canal(op == 'c'   ? "INSERT"
                  : op == 'u' ? "UPDATE"
                              : "DELETE",
                  "[" + strings(to, row) + "]", op == 'u' ? oldTexts : "null"));
        put("dms", {},
            dms(type, text(to, row),
                op == 'u' && from != to ? R"(,"before-image":{"id":)" + fromText + "}"
                                        : std::string(),
                R"(,"transaction-id":)" + std::to_string(m_number) +
                    R"(,"transaction-record-id":)" + std::to_string(m_place + 1)));
        put("wal2", {},
            wal2(op == 'c'   ? "I"
                 : op == 'u' ? "U"
                             : "D",
                 op == 'd' ? std::string() : columns(to, row, doc),
                 op == 'c' ? std::string() : column("id", fromText),
                 R"(,"pk":[{"name":"id"}],"xid":)" + std::to_string(m_number) +
                     place(m_place + 1)));
        m_batch += m_batch.empty() ? "" : ",";
        m_batch += R"({"kind":")" + type + R"(","schema":"public","table":"t")";
        if (op != 'd') {
            m_batch += R"(,"columnnames":["id","n")" + std::string(doc ? R"(,"doc")" : "") +
                       R"(],"columnvalues":[)" + toText + "," + std::to_string(row.n) +
                       (doc ? ",\"" + row.doc + "\"" : "") + "]";
        }
        if (op != 'c') {
            m_batch += R"(,"oldkeys":{"keynames":["id"],"keyvalues":[)" + fromText + "]}";
        }
        m_batch += "}";
    }

    std::map<int, Row> m_rows;
    std::map<std::string, std::int64_t> m_next;
    std::string m_batch;
    std::int64_t m_ms = 0;
    std::int64_t m_number = 0;
    int m_place = 0;
    bool m_last = false;
};

} // namespace

void tst_CdcStreams::oneHistoryIsOneTableInEveryShape()
{
    constexpr std::int64_t kTransactions = 60;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937 random(seed);
        Writer writer;
        for (std::int64_t number = 1; number <= kTransactions; ++number) {
            writer.transaction(random, number);
        }
        const auto capture = Capture::inMemory();
        append(*capture, writer.events, 1 + seed % 5);
        const TimeOrderPtr byLog = TimeOrder::build(capture->snapshot());
        const TimeOrderPtr byCommit = CommitOrder::build(capture->snapshot()).value();
        std::vector<std::pair<std::string, VersionLogPtr>> logs;
        for (const std::string& topic : Writer::topics()) {
            const bool names = topic == "dms" || topic == "wal1";
            const auto p =
                projection("name = \"p\"\n[[source]]\ntopic = \"" + topic +
                           "\"\nreduce = \"cdc\"\n" + (names ? "key = \"value.id\"\n" : ""));
            logs.emplace_back(topic, VersionLog::fold(p, byLog, {}).value());
            if (topic != "debezium" && topic != "canal" && topic != "dms") {
                logs.emplace_back(topic + ", commit", VersionLog::fold(p, byCommit, {}).value());
            }
            QCOMPARE(logs.back().second->report().skipped, std::uint64_t{0});
            QCOMPARE(logs.back().second->report().unknownValues, std::uint64_t{0});
        }
        for (std::int64_t number = 1; number <= kTransactions; ++number) {
            const Timestamp behind = timestampFromMs(1'000'000'000'001 + number * 1000);
            const auto expected = texts(table(logs.front().second, byLog->lowerBound(behind)));
            for (const auto& [name, log] : logs) {
                const auto rows = texts(table(log, log->order()->lowerBound(behind)));
                QVERIFY2(rows == expected, qPrintable(QStringLiteral("%1, seed %2, transaction %3")
                                                          .arg(QString::fromStdString(name))
                                                          .arg(seed)
                                                          .arg(number)));
            }
        }
    }
}

void tst_CdcStreams::everyWayToAMomentGivesOneState_data()
{
    QTest::addColumn<QString>("topic");
    for (const std::string& topic : Writer::topics()) {
        QTest::newRow(topic.c_str()) << QString::fromStdString(topic);
    }
}

void tst_CdcStreams::everyWayToAMomentGivesOneState()
{
    QFETCH(QString, topic);
    std::mt19937 random(5);
    Writer writer;
    for (std::int64_t number = 1; number <= 40; ++number) {
        writer.transaction(random, number);
    }
    const bool names = topic == QLatin1String("dms") || topic == QLatin1String("wal1");
    const auto cdc = projection("name = \"p\"\n[[source]]\ntopic = \"" + topic.toStdString() +
                                "\"\nreduce = \"cdc\"\n" + (names ? "key = \"value.id\"\n" : ""));
    checkEveryWay(writer.events, cdc, random);
}

// So many that the fold keeps the rows at hand from some update on.
void tst_CdcStreams::largeValuesStayThroughManyUpdates()
{
    std::mt19937 random(9);
    std::vector<Told> told;
    Table rows;
    const auto tell = [&](const std::string& action, const std::string& id,
                          const std::string& columns) {
        told.push_back({"", wal2(action, columns, action == "I" ? "" : column("id", id))});
    };
    for (int i = 0; i < 6000; ++i) {
        const std::string id = std::to_string(random() % 40);
        const std::string n = std::to_string(i);
        if (!rows.contains(id)) {
            tell("I", id,
                 column("id", id) + "," + column("doc", "\"of " + n + "\"") + "," + column("n", n));
            rows[id] = R"({"id":)" + id + R"(,"doc":"of )" + n + R"(","n":)" + n + "}";
        } else if (random() % 50 == 0) {
            tell("D", id, "");
            rows.erase(id);
        } else {
            tell("U", id, column("id", id) + "," + column("n", n));
            std::string& row = rows[id];
            row = row.substr(0, row.rfind(':') + 1) + n + "}";
        }
    }
    const auto log = foldOf(told);
    QCOMPARE(written(atEnd(log)), written(rows));
    QCOMPARE(log->report().unknownValues, std::uint64_t{0});
}

QTEST_GUILESS_MAIN(tst_CdcStreams)
#include "tst_cdc_streams.moc"
