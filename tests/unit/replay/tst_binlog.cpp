#include "model/replay/commit_order.h"
#include "model/replay/moment_finder.h"
#include "tests/unit/replay/cdc_shapes.h"

#include <QTest>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

using namespace hindcast;
using namespace hindcast::test;
using nlohmann::json;

namespace {

const std::string kUuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

// A change as Debezium's connectors for MySQL and MariaDB write it.
struct Change
{
    std::string op;
    int id = 0;
    int n = 0;
    std::string file = "mysql-bin.000003";
    std::int64_t pos = 0;
    int row = 0;
    std::string transaction = {}; // its name; "": not told
    std::int64_t ms = 0;
    std::int32_t partition = 0;
    std::string snapshot = "false";
    bool gtid = false; // the name is also in the source
};

std::string text(const std::string& value)
{
    return value.empty() ? "null" : "\"" + value + "\"";
}

std::string rowOf(const Change& c)
{
    return R"({"id":)" + std::to_string(c.id) + R"(,"n":)" + std::to_string(c.n) + "}";
}

std::string envelope(const Change& c)
{
    return R"({"before":)" + (c.op == "d" ? rowOf(c) : std::string("null")) + R"(,"after":)" +
           (c.op == "d" ? std::string("null") : rowOf(c)) +
           R"(,"source":{"version":"3.6.1.Final","connector":"mysql","name":"shop","ts_ms":)" +
           std::to_string(c.ms) + R"(,"snapshot":")" + c.snapshot +
           R"(","db":"inventory","sequence":null,"table":"t","server_id":223344,"gtid":)" +
           text(c.gtid ? c.transaction : std::string()) + R"(,"file":")" + c.file + R"(","pos":)" +
           std::to_string(c.pos) + R"(,"row":)" + std::to_string(c.row) +
           R"(,"thread":7,"query":null},"op":")" + c.op + R"(","transaction":)" +
           (c.transaction.empty() || c.gtid
                ? std::string("null")
                : R"({"id":")" + c.transaction + R"(","total_order":1})") +
           "}";
}

std::string unwrapped(const Change& c)
{
    return R"({"id":)" + std::to_string(c.id) + R"(,"n":)" + std::to_string(c.n) + R"(,"__op":")" +
           c.op + R"(","__source_file":")" + c.file + R"(","__source_pos":)" +
           std::to_string(c.pos) + R"(,"__source_row":)" + std::to_string(c.row) +
           R"(,"__source_gtid":)" + text(c.transaction) + R"(,"__source_ts_ms":)" +
           std::to_string(c.ms) + (c.op == "d" ? R"(,"__deleted":"true"})" : "}");
}

std::string maxwellOf(const Change& c)
{
    const std::string type = c.op == "c" ? "insert" : c.op == "u" ? "update" : "delete";
    return R"({"database":"inventory","table":"t","type":")" + type + R"(","ts":)" +
           std::to_string(c.ms / 1000) +
           (c.transaction.empty() ? std::string() : R"(,"xid":)" + c.transaction) +
           R"(,"position":")" + c.file + ":" + std::to_string(c.pos) +
           R"(","primary_key_columns":["id"],"data":)" + rowOf(c) + "}";
}

std::vector<Event> eventsFor(const std::vector<Change>& changes,
                             const std::function<std::string(const Change&)>& value)
{
    std::vector<Event> events;
    std::map<std::int32_t, std::int64_t> next;
    std::int64_t ms = 100'000;
    for (const Change& c : changes) {
        events.push_back({"shop.inventory.t", c.partition, next[c.partition]++, ms++,
                          R"({"id":)" + std::to_string(c.id) + "}", value(c)});
    }
    return events;
}

CommitOrderPtr orderOf(const std::vector<Event>& events)
{
    const auto capture = Capture::inMemory();
    append(*capture, events);
    return CommitOrder::build(capture->snapshot()).value();
}

CommitOrderPtr debezium(const std::vector<Change>& changes)
{
    return orderOf(eventsFor(changes, envelope));
}

// The rows of the table at a moment, as "id=n".
std::string rowsAt(const CommitOrderPtr& order, Rank prefix)
{
    const auto log =
        VersionLog::fold(projection("name = \"p\"\n[[source]]\ntopic = \"shop.inventory.t\"\n"
                                    "reduce = \"cdc\"\nkey = \"value.id\"\n"),
                         order, {})
            .value();
    std::string rows;
    for (const auto& [key, row] : table(log, prefix)) {
        const std::size_t n = row.find("\"n\":") + 4;
        rows +=
            (rows.empty() ? "" : " ") + key + "=" + row.substr(n, row.find_first_of(",}", n) - n);
    }
    return rows;
}

std::string at(const CommitOrderPtr& order, const std::string& moment)
{
    const auto found = findMoment(*order, moment);
    if (!found) {
        return "! " + found.error().message;
    }
    return rowsAt(order, found->prefix) + (found->note.empty() ? "" : " (" + found->note + ")");
}

// A snapshot at 500, three transactions over two partitions and two files.
std::vector<Change> history(bool gtid = false)
{
    const auto name = [gtid](int number, const std::string& place) {
        return gtid ? kUuid + ":" + std::to_string(number) : place;
    };
    const std::string first = name(23, "file=mysql-bin.000003,pos=900");
    const std::string second = name(24, "file=mysql-bin.000003,pos=1500");
    const std::string third = name(25, "file=mysql-bin.000010,pos=4");
    return {
        {"r", 1, 1, "mysql-bin.000003", 500, 0, "", 1000, 0, "first"},
        {"r", 2, 1, "mysql-bin.000003", 500, 0, "", 1000, 1, "last"},
        {"u", 1, 2, "mysql-bin.000003", 1000, 0, first, 2000, 0, "false", gtid},
        {"u", 2, 2, "mysql-bin.000003", 1000, 1, first, 2000, 1, "false", gtid},
        {"c", 3, 2, "mysql-bin.000003", 1200, 0, first, 2000, 0, "false", gtid},
        {"u", 2, 3, "mysql-bin.000003", 1547, 0, second, 2000, 1, "false", gtid},
        {"d", 3, 2, "mysql-bin.000010", 200, 0, third, 3000, 0, "false", gtid},
        {"u", 1, 4, "mysql-bin.000010", 300, 0, third, 3000, 0, "false", gtid},
    };
}

} // namespace

class tst_Binlog : public QObject
{
    Q_OBJECT

private slots:
    void aPositionIsAFileAndAByte_data();
    void aPositionIsAFileAndAByte();
    void filesStandByTheirNumbers();
    void aPositionIsAMomentInEveryShape_data();
    void aPositionIsAMomentInEveryShape();
    void whatIsNoPositionIsSaidAtItsPlace_data();
    void whatIsNoPositionIsSaidAtItsPlace();
    void changesWithoutPositionsSaySo_data();
    void changesWithoutPositionsSaySo();
    void aGtidIsATransaction();
    void changesWithoutTransactionsStandByTheirPlace();
    void theEndOfATransactionJoinsItsChanges();
    void aFailoverGoesOnInItsOwnFiles();
    void aLogThatBeginsAnewCannotBeCompared();
    void rowsOfOneStatementKeepTheirOrder();
    void whatCameAgainIsOneChange();
    void theOrderOfArrivalDoesNotMatter();
};

void tst_Binlog::aPositionIsAFileAndAByte_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("file"); // empty: it is none
    QTest::addColumn<quint64>("pos");
    const auto add = [](const char* written, const char* file, quint64 pos) {
        QTest::newRow(written) << QString::fromLatin1(written) << QString::fromLatin1(file) << pos;
    };
    add("mysql-bin.000003:1547", "mysql-bin.000003", 1547);
    add("binlog.000001:0", "binlog.000001", 0);
    add("db-1.prod.bin.1000000:4", "db-1.prod.bin.1000000", 4);
    add("mysql-bin-changelog.012345:99999999999", "mysql-bin-changelog.012345", 99999999999);
    add("mysql-bin.000003", "", 0);
    add("mysql-bin:1547", "", 0);
    add("mysql-bin.index:1547", "", 0);
    add(".000003:1547", "", 0);
    add("mysql-bin.000003:", "", 0);
    add("mysql-bin.000003:-1", "", 0);
    add("mysql-bin.000003:15 47", "", 0);
    add("mysql-bin.:15", "", 0);
    add("a:mysql-bin.000003:15", "", 0);
    add("", "", 0);
}

void tst_Binlog::aPositionIsAFileAndAByte()
{
    QFETCH(QString, written);
    QFETCH(QString, file);
    QFETCH(quint64, pos);
    const auto position = BinlogPosition::parse(written.toStdString());
    QCOMPARE(position.has_value(), !file.isEmpty());
    if (position) {
        QCOMPARE(QString::fromStdString(position->file), file);
        QCOMPARE(quint64(position->pos), pos);
        QCOMPARE(QString::fromStdString(position->toString()), written);
    }
}

void tst_Binlog::filesStandByTheirNumbers()
{
    BinlogNames names;
    const auto early = names.add("mysql-bin.999999", 1547);
    const auto late = names.add("mysql-bin.1000000", 4);
    const auto other = names.add("binlog.000001", 4);
    QVERIFY(early && late && other && *early < *late && *late < *other);
    QCOMPARE(names.at(*early).toString(), std::string("mysql-bin.999999:1547"));
    QCOMPARE(names.at(*late).toString(), std::string("mysql-bin.1000000:4"));
    QCOMPARE(names.find({"mysql-bin.1000000", 4}), late);
    QVERIFY(*names.find({"mysql-bin.1000000", 5'000'000'000}) > *late);
    QVERIFY(!names.find({"relay-bin.000001", 4}));
    QVERIFY(!names.add("CommitLog-6-1546.log", 4));
    QVERIFY(!names.add("mysql-bin.000001", 5'000'000'000));
    names.setOrder({1, 0});
    QCOMPARE(names.at(BinlogNames::renumbered(*other, {1, 0})).toString(),
             std::string("binlog.000001:4"));
    QCOMPARE(names.find({"binlog.000001", 4}),
             std::optional(BinlogNames::renumbered(*other, {1, 0})));
}

void tst_Binlog::aPositionIsAMomentInEveryShape_data()
{
    QTest::addColumn<QString>("shape");
    QTest::addColumn<QString>("moment");
    QTest::addColumn<QString>("expected");
    const QString inside =
        QStringLiteral("1=1 2=1 (The log position %1 is inside a transaction; this is the "
                       "state before it)");
    for (const char* const shape : {"places", "GTIDs", "unwrapped"}) {
        const auto add = [shape](const char* moment, const QString& expected) {
            QTest::addRow("%s, %s", shape, moment)
                << QString::fromLatin1(shape) << QString::fromLatin1(moment) << expected;
        };
        const auto same = [&add](const char* moment, const char* expected) {
            add(moment, QString::fromLatin1(expected));
        };
        same("binlog:mysql-bin.000003:499", "");
        same("binlog:mysql-bin.000003:500", "1=1 2=1");
        same("binlog:mysql-bin.000003:999", "1=1 2=1");
        add("binlog:mysql-bin.000003:1000", inside.arg(QStringLiteral("mysql-bin.000003:1000")));
        add("binlog:mysql-bin.000003:1199", inside.arg(QStringLiteral("mysql-bin.000003:1199")));
        same("binlog:mysql-bin.000003:1200", "1=2 2=2 3=2");
        same("binlog:mysql-bin.000003:1546", "1=2 2=2 3=2");
        same("binlog:mysql-bin.000003:1547", "1=2 2=3 3=2");
        same("binlog:mysql-bin.3:1547", "1=2 2=3 3=2");
        same("binlog:mysql-bin.000009:999999999999", "1=2 2=3 3=2");
        same("binlog:shop:mysql-bin.000010:4", "1=2 2=3 3=2");
        add("binlog:mysql-bin.000010:200",
            QStringLiteral("1=2 2=3 3=2 (The log position mysql-bin.000010:200 is inside a "
                           "transaction; this is the state before it)"));
        same("binlog:mysql-bin.000010:300", "1=4 2=3");
        same("binlog:mysql-bin.000010:301",
             "1=4 2=3 (The capture's last change is at the log position mysql-bin.000010:300; "
             "whether others followed up to mysql-bin.000010:301 cannot be told)");
        same("binlog:mysql-bin.000010:300 -1", "1=2 2=3 3=2 (That is inside a transaction; this "
                                               "is the state before it)");
    }
}

void tst_Binlog::aPositionIsAMomentInEveryShape()
{
    QFETCH(QString, shape);
    QFETCH(QString, moment);
    const bool places = shape == QLatin1String("places");
    const bool flat = shape == QLatin1String("unwrapped");
    const auto order = orderOf(eventsFor(
        history(!places), [flat](const Change& c) { return flat ? unwrapped(c) : envelope(c); }));
    QVERIFY(order->hasTransactions());
    QTEST(QString::fromStdString(at(order, moment.toStdString())), "expected");
}

void tst_Binlog::whatIsNoPositionIsSaidAtItsPlace_data()
{
    QTest::addColumn<QString>("moment");
    QTest::addColumn<QString>("what");
    const auto add = [](const char* moment, const char* what) {
        QTest::newRow(moment) << QString::fromLatin1(moment) << QString::fromLatin1(what);
    };
    add("binlog:mysql-bin.000003", "the position in the file is missing at character 24;");
    add("binlog:mysql-bin.000003:", "no position in a file at character 25;");
    add("binlog:mysql-bin.000003:12x", "no position in a file at character 25;");
    add("binlog:mysql-bin:12", "no file of a binary log, whose name ends with a number, at "
                               "character 8;");
    add("binlog:shop:mysql-bin:12", "ends with a number, at character 13;");
    add("binlog::12", "ends with a number, at character 8;");
    add("binlog:other:mysql-bin.000003:12",
        "The capture holds no changes of \"other\"; it has those of shop.");
    add("binlog:binlog.000003:12", "The changes of shop are in no file like binlog.000003, but "
                                   "from mysql-bin.000003:500 to mysql-bin.000010:300.");
    add("lsn:1547", "name a position of it, as binlog:mysql-bin.000010:300.");
    add("tx:23", "The transactions of shop have no numbers; name a position of its binary log, as "
                 "binlog:mysql-bin.000010:300, or a GTID (gtid:SERVER:N).");
    add("gtid:23", "write gtid:SERVER:N");
    add("gtid:a:23", "No change of this capture tells a GTID.");
}

void tst_Binlog::whatIsNoPositionIsSaidAtItsPlace()
{
    QFETCH(QString, moment);
    QFETCH(QString, what);
    const std::string said = at(debezium(history()), moment.toStdString());
    QVERIFY2(said.starts_with('!') && said.find(what.toStdString()) != std::string::npos,
             said.c_str());
}

void tst_Binlog::changesWithoutPositionsSaySo_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("what");
    const auto add = [](const char* name, const std::string& value, const char* what) {
        QTest::newRow(name) << QByteArray::fromStdString(value) << QString::fromLatin1(what);
    };
    add("Maxwell", maxwell("insert", R"({"id":1})", {}, R"(,"xid":7)"), "output_binlog_position");
    add("Canal", canal("INSERT", R"([{"id":"1"}])"),
        "Canal does not write where in the binary log its changes stand");
    add("AWS DMS", dms("insert", R"({"id":1})", {}, R"(,"transaction-id":7)"),
        "AWS DMS does not write where in the binary log its changes stand");
    add("PostgreSQL",
        R"({"before":null,"after":{"id":1},"source":{"name":"pg","txId":7,"lsn":9,"ts_ms":5},"op":"c"})",
        "The changes of pg stand in no binary log; name a position of its own log, as lsn:");
    add("none", R"({"id":1})", "The capture holds no change events with a position");
}

void tst_Binlog::changesWithoutPositionsSaySo()
{
    QFETCH(QByteArray, value);
    QFETCH(QString, what);
    const auto order = orderOf(eventsOf({{"", value.toStdString()}}));
    const auto found = findMoment(*order, "binlog:mysql-bin.000003:1547");
    QVERIFY(!found);
    QVERIFY2(found.error().message.find(what.toStdString()) != std::string::npos,
             found.error().message.c_str());
    QVERIFY(!order->binlogOf(order->size()) && !order->lastBinlog());
}

void tst_Binlog::aGtidIsATransaction()
{
    const auto order = debezium(history(true));
    QCOMPARE(at(order, "gtid:" + kUuid + ":23"), std::string("1=2 2=2 3=2"));
    QCOMPARE(at(order, "gtid:3E11FA47-71CA-11E1-9E33-C80AA9429562:24"), std::string("1=2 2=3 3=2"));
    QVERIFY(at(order, "gtid:" + kUuid + ":99").find("is not in this capture") != std::string::npos);
    QVERIFY(at(order, "gtid:abc:23").find("known: " + kUuid) != std::string::npos);
    const auto maria =
        debezium({{"c", 1, 1, "mariadb-bin.000001", 400, 0, "0-1-42", 1, 0, "false", true},
                  {"u", 1, 2, "mariadb-bin.000001", 600, 0, "0-1-43", 1, 0, "false", true}});
    QCOMPARE(at(maria, "gtid:0-1-42"), std::string("1=1"));
    QCOMPARE(momentText(*maria, maria->size()),
             std::string("at 1970-01-01T00:00:00.001Z (shop.inventory.t-0@1), log position "
                         "mariadb-bin.000001:600"));
}

void tst_Binlog::changesWithoutTransactionsStandByTheirPlace()
{
    auto changes = history();
    for (Change& c : changes) {
        c.transaction.clear();
    }
    const auto order = debezium(changes);
    QVERIFY(!order->hasTransactions() && order->hasUntold());
    const std::string untold = " (The changes do not say of which transaction they are, so this "
                               "may be inside one)";
    QCOMPARE(at(order, "binlog:mysql-bin.000003:1000"), "1=2 2=2" + untold);
    QCOMPARE(at(order, "binlog:mysql-bin.000003:1200"), "1=2 2=2 3=2" + untold);
}

// BEGIN and END are told by the connector's topic of transactions, END with what came.
void tst_Binlog::theEndOfATransactionJoinsItsChanges()
{
    for (const bool gtid : {false, true}) {
        auto events = eventsFor(history(gtid), envelope);
        const std::string name = gtid ? kUuid + ":23" : "file=mysql-bin.000003,pos=900";
        std::int64_t offset = 0;
        const auto tell = [&](const std::string& status, const std::string& id) {
            const json told{{"status", status}, {"id", id}, {"ts_ms", 2000}, {"event_count", 3}};
            events.push_back({"shop.transaction", 0, offset++, 100'100, std::nullopt, told.dump()});
        };
        tell("BEGIN", name);
        tell("END", name);
        tell("BEGIN", "file=mysql-bin.000003,pos=99999"); // nothing of it is in the capture
        const auto order = orderOf(events);
        QCOMPARE(order->sources(), std::vector<std::string>{"shop"});
        const auto found = order->inBinlog({"mysql-bin.000003", 1200}).value();
        QCOMPARE(found.prefix, Rank{7}); // snapshot, begin, three changes, end
        QCOMPARE(rowsAt(order, found.prefix), std::string("1=2 2=2 3=2"));
        QCOMPARE(order->wholeBefore(6), Rank{2});
    }
}

// Lower numbers of another name are no earlier ones.
void tst_Binlog::aFailoverGoesOnInItsOwnFiles()
{
    auto changes = history(true);
    changes.push_back({"u", 1, 5, "replica-bin.000001", 700, 0, "other:1", 4000, 0, "false", true});
    const auto order = debezium(changes);
    QCOMPARE(at(order, "binlog:mysql-bin.000010:300"), std::string("1=4 2=3"));
    QCOMPARE(at(order, "binlog:replica-bin.000001:600"), std::string("1=4 2=3"));
    QCOMPARE(at(order, "binlog:replica-bin.000001:700"), std::string("1=5 2=3"));
    QCOMPARE(at(order, "end"), std::string("1=5 2=3"));
}

void tst_Binlog::aLogThatBeginsAnewCannotBeCompared()
{
    auto changes = history(true);
    changes.push_back({"u", 1, 5, "mysql-bin.000001", 700, 0, "other:1", 4000, 0, "false", true});
    const auto order = debezium(changes);
    QVERIFY(at(order, "binlog:mysql-bin.000010:300").find("cannot be compared") !=
            std::string::npos);
    QCOMPARE(at(order, "end"), std::string("1=5 2=3"));
    QCOMPARE(at(order, "gtid:" + kUuid + ":25"), std::string("1=4 2=3"));
}

// A statement that moves keys: by row, each a delete and a create.
void tst_Binlog::rowsOfOneStatementKeepTheirOrder()
{
    const std::string name = kUuid + ":7";
    const auto order = debezium({{"c", 1, 1, "b.000001", 100, 0, kUuid + ":6", 1, 0, "false", true},
                                 {"c", 2, 2, "b.000001", 100, 1, kUuid + ":6", 1, 1, "false", true},
                                 {"d", 2, 2, "b.000001", 200, 0, name, 2, 1, "false", true},
                                 {"c", 3, 2, "b.000001", 200, 0, name, 2, 2, "false", true},
                                 {"d", 1, 1, "b.000001", 200, 1, name, 2, 0, "false", true},
                                 {"c", 2, 1, "b.000001", 200, 1, name, 2, 1, "false", true}});
    QCOMPARE(at(order, "end"), std::string("2=1 3=2"));
}

void tst_Binlog::whatCameAgainIsOneChange()
{
    auto changes = history();
    const std::vector<Change> again(changes.begin() + 3, changes.begin() + 6);
    changes.insert(changes.end(), again.begin(), again.end());
    const auto order = debezium(changes);
    QCOMPARE(order->redeliveries(), std::uint64_t{3});
    QCOMPARE(at(order, "end"), std::string("1=4 2=3"));
    QCOMPARE(at(order, "binlog:mysql-bin.000003:1200"), std::string("1=2 2=2 3=2"));
}

void tst_Binlog::theOrderOfArrivalDoesNotMatter()
{
    std::mt19937 random(20261122);
    std::vector<Change> changes;
    std::int64_t pos = 4;
    int file = 1;
    for (int tx = 1; tx < 60; ++tx) {
        file += random() % 9 == 0 ? 1 : 0;
        const int count = 1 + static_cast<int>(random() % 4);
        for (int i = 0; i < count; ++i) {
            const int id = static_cast<int>(random() % 9);
            pos += 10;
            changes.push_back({random() % 3 == 0 ? "d" : "u", id, tx,
                               "mysql-bin.00000" + std::to_string(file), pos, 0, std::to_string(tx),
                               1000 * tx, id % 3});
        }
    }
    const std::int64_t half = changes[changes.size() / 2].pos;
    const std::string moment =
        "binlog:" + changes[changes.size() / 2].file + ":" + std::to_string(half);
    const std::vector<std::function<std::string(const Change&)>> shapes{envelope, maxwellOf};
    for (const auto& value : shapes) {
        const auto events = eventsFor(changes, value);
        std::vector<std::string> placed;
        for (int round = 0; round < 4; ++round) {
            auto shuffled = events;
            if (round > 0) {
                std::shuffle(shuffled.begin(), shuffled.end(), random);
            }
            const auto order = orderOf(shuffled);
            std::vector<std::string> places;
            std::uint64_t before = 0;
            BinlogNames names;
            for (Rank rank = 0; rank < order->size(); ++rank) {
                places.push_back(order->snapshot()->placeOf(order->rowAt(rank)).toString());
                const BinlogPosition position = order->binlogOf(rank + 1).value();
                const std::uint64_t number = names.add(position.file, position.pos).value();
                QVERIFY(before <= number);
                before = number;
            }
            places.push_back(std::to_string(findMoment(*order, moment).value().prefix));
            QVERIFY(round == 0 || places == placed);
            placed = places;
        }
    }
}

QTEST_GUILESS_MAIN(tst_Binlog)
#include "tst_binlog.moc"
