#include "model/replay/history.h"
#include "model/replay/moment_finder.h"
#include "tests/unit/replay/fold_ways.h"
#include "tests/unit/replay/state_tables_fixture.h"

#include <QTest>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

using namespace hindcast;
using namespace hindcast::test;

namespace {

const char* const kOrder = R"(
name = "order"
[[source]]
topic = "orders"
reduce = "latest"
[columns]
status = "status"
amount = "amount"
country = "customer.country"
)";
const char* const kOdd = R"(
name = "odd 'one'"
[[source]]
topic = "odd"
reduce = "latest"
)";

std::vector<Event> orders()
{
    const auto at = [](std::int32_t partition, std::int64_t offset, std::int64_t second,
                       const char* key, const char* value) {
        Event event;
        event.partition = partition;
        event.offset = offset;
        event.ms = 1'795'183'200'000 + second * 1000;
        event.key = key;
        if (value) {
            event.value = value;
        }
        return event;
    };
    std::vector<Event> events{
        at(0, 0, 0, "o1", R"({"status":"NEW","amount":120.50,"customer":{"country":"DE"}})"),
        at(1, 0, 1, "o2", R"({"status":"NEW","amount":9223372036854775807})"),
        at(0, 1, 2, "o1", R"({"status":"PAID","amount":120.50,"customer":{"country":"DE"}})"),
        at(1, 1, 3, "o3", R"({"status":"NEW","amount":9223372036854775808})"),
        at(0, 2, 4, "o10", R"({"status":null,"amount":true,"x":[1, 2]})"),
        at(1, 2, 5, "o2", nullptr),
        at(0, 3, 6, "o3", R"({"status":"NEW","amount":9223372036854775808,"x":1})"),
    };
    Event odd;
    odd.topic = "odd";
    odd.ms = 1'795'183'200'000;
    odd.key = "a";
    odd.value = R"({"key":1,"Time":2,"time":3,"value":0.1,"offset":"x","long":0.12345678901234567,)"
                R"("list":[1, {"b":2}],"huge":1e400,"":5})";
    events.push_back(odd);
    odd.offset = 1;
    odd.key = "b";
    odd.value = "\xff\x01";
    events.push_back(odd);
    return events;
}

} // namespace

class tst_StateTables : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aQueryAnswers_data();
    void aQueryAnswers();
    void aMistakeIsShownAtItsPlace_data();
    void aMistakeIsShownAtItsPlace();
    void momentsOfTwoOrdersAreJoinedOnly();
    void aProjectionIsFoldedWhenItIsNamed();
    void namedMomentsAreTheCallers();
    void theAnswerSaysWhatItRestsOn();
    void anythingIsAsAPlainFoldHasIt_data();
    void anythingIsAsAPlainFoldHasIt();
    void joinsOfManyRowsFindThemAll();
    void aQueryCanBeStopped();

private:
    std::unique_ptr<Asked> m_asked;
};

void tst_StateTables::initTestCase()
{
    m_asked = std::make_unique<Asked>(orders());
    m_asked->add(kOrder);
    m_asked->add(kOdd);
}

void tst_StateTables::aQueryAnswers_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char* sql, const char* answer) {
        QTest::newRow(sql) << QByteArray(sql) << QByteArray(answer);
    };
    row("select * from state('order')",
        "'o1'|'PAID'|120.5r|'DE'|'2026-11-20T14:00:02.000Z'|'orders'|0|1;"
        "'o10'|null|1|null|'2026-11-20T14:00:04.000Z'|'orders'|0|2;"
        "'o3'|'NEW'|'9223372036854775808'|null|'2026-11-20T14:00:06.000Z'|'orders'|0|3");
    row("select key, amount from state('order', '2026-11-20T14:00:01Z')",
        "'o1'|120.5r;'o2'|9223372036854775807");
    row("select key from state('order', 'orders-0@1')", "'o1';'o2'");
    row("select key from state('order', 'end') where key = 'o3'", "'o3'");
    row("select key from state('order', 'end') where key = 'O3' collate nocase", "'o3'");
    row("select key from state('order', 1795183200000)", "'o1'");
    row("select count(*) from state('order', 'orders-0@0') where value ->> 'status' = 'NEW'", "1");
    row("select key from state('order') where key in ('o3', 'o1', 'nosuch')", "'o1';'o3'");
    row("select key from state('order') where key = null", "");
    row("select key from state('order') where partition = 0 and offset > 1", "'o10';'o3'");
    row("select key from state('order') where time < '2026-11-20T14:00:04'", "'o1'");
    row("select key from state('order') where topic = 'nosuch'", "");
    row("select key, status from state('order', 'offsets:orders-0@2')", "'o1'|'PAID'");
    row("select key, status, offset from state('order', 'offsets:orders-0@2') where partition = 0",
        "'o1'|'PAID'|1");
    row("select key from state('order', 'offsets:orders-0@1,orders-1@1')", "'o1';'o2'");
    row("select a.key from state('order') a left join state('order', 'offsets:orders-0@3') b "
        "using (key) where b.key is null",
        "'o3'");
    row("select key, offset from history('order', 'offsets:orders-1@2')", "'o2'|0;'o3'|1");
    row("select key, column, b from changes('order', 'orders-0@0', 'orders-0@0 +1 events') "
        "where column = 'status'",
        "'o2'|'status'|'NEW'");
    row("select count(*) from state('order', 'before:orders-1@0')", "1");
    row("select count(*) from history('order', 'end -3')", "4");
    row("select state.key from state('order') where state.status = 'PAID'", "'o1'");
    row("select a.key, a.status, b.status from state('order', 'orders-0@0') a "
        "join state('order') b using (key)",
        "'o1'|'NEW'|'PAID'");
    row("select a.key from state('order', 'orders-1@0') as a left join state('order') as b "
        "on a.key = b.key where b.key is null",
        "'o2'");
    row("select m.value, count(*) from json_each('[\"orders-0@0\",\"orders-1@0\",\"end\"]') m, "
        "state('order', m.value) group by 1 order by 2, 1",
        "'orders-0@0'|1;'orders-1@0'|2;'end'|3");
    row("select r.offset, s.status from records('orders') r, "
        "state('order', r.topic || '-' || r.partition || '@' || r.offset) s "
        "where r.key = 'o1' and s.key = r.key order by 1",
        "0|'NEW';1|'PAID'");
    row("select count(*) from state('order', (select max(time) from history('order') "
        "where key = 'o2' and not deleted))",
        "2");
    row("select key, status, deleted, partition, offset from history('order') "
        "where key in ('o1', 'o2')",
        "'o1'|'NEW'|0|0|0;'o2'|'NEW'|0|1|0;'o1'|'PAID'|0|0|1;'o2'|null|1|1|2");
    row("select key, time from history('order') where time >= '2026-11-20T14:00:04.000Z'",
        "'o10'|'2026-11-20T14:00:04.000Z';'o2'|'2026-11-20T14:00:05.000Z';"
        "'o3'|'2026-11-20T14:00:06.000Z'");
    row("select key from history('order') where key = 'o1' and time > '2026-11-20T14:00:00.000Z'",
        "'o1'");
    row("select count(*) from history('order', 'orders-1@0')", "2");
    row("select key, value from history('order') where offset = 2",
        "'o10'|'{\"status\":null,\"amount\":true,\"x\":[1, 2]}';'o2'|null");
    row("select change, key, column, a, b from changes('order', 'orders-1@0', 'end')",
        "'changed'|'o1'|'status'|'NEW'|'PAID';"
        "'added'|'o10'|'amount'|null|1;"
        "'removed'|'o2'|'status'|'NEW'|null;'removed'|'o2'|'amount'|9223372036854775807|null;"
        "'added'|'o3'|'status'|null|'NEW';'added'|'o3'|'amount'|null|'9223372036854775808'");
    row("select change, key, column from changes('order', 'orders-0@2')",
        "'removed'|'o2'|'status';'removed'|'o2'|'amount';'changed'|'o3'|null");
    row("select change, time, topic, partition, offset, after from "
        "changes('order', 'orders-0@0', 'orders-0@1') where key = 'o1'",
        "'changed'|'2026-11-20T14:00:02.000Z'|'orders'|0|1|"
        "'{\"status\":\"PAID\",\"amount\":120.50,\"customer\":{\"country\":\"DE\"}}'");
    row("select change, before is null, after is null, topic from "
        "changes('order', 'end', 'orders-0@0') where column = 'status'",
        "'changed'|0|0|'orders';'removed'|0|1|null");
    row("select key, key_, Time, time_, value_, offset, \"long\", list, huge, \"_\" "
        "from state('odd ''one''') where key = 'a'",
        "'a'|1|2|3|0.1r|'x'|'0.12345678901234567'|'[1, {\"b\":2}]'|'1e400'|5");
    row("select value, value_, value__, time_, time__, offset_ from state('odd ''one''') "
        "where key = 'b'",
        "blob of 2|null|blob of 2|null|'2026-11-20T14:00:00.000Z'|1");
    row("with state(x) as (select 7) select x from state", "7");
    row("select 1 as state, 'state(''order'')' as \"history\"", "1|'state('order')'");
    row("select count(*) from state('order' /* , */ , /* ( */ 'end' -- )\n)", "3");
    row("select count(*) from state('order') union all select count(*) from history('order')",
        "3;7");
}

void tst_StateTables::aQueryAnswers()
{
    QFETCH(QByteArray, sql);
    QFETCH(QByteArray, answer);
    const auto seen = m_asked->ask(sql.toStdString());
    QVERIFY2(seen.has_value(), seen ? "" : seen.error().message.c_str());
    QCOMPARE(QByteArray::fromStdString(*seen), answer);
}

void tst_StateTables::aMistakeIsShownAtItsPlace_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("place");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char* sql, const char* place, const char* message) {
        QTest::newRow(sql) << QByteArray(sql) << QByteArray(place) << QByteArray(message);
    };
    row("select * from state('nosuch')", "'nosuch'",
        "There is no projection \"nosuch\"; known: odd 'one', order.");
    row("select * from state('order', 'when?')", "'when?'", "\"when?\" is not a time");
    row("select * from state('order', 'orders-7@1') x", "'orders-7@1'",
        "The record orders-7@1 is not in this capture.");
    row("select * from state('order', A)", "A", "Nothing is called A here");
    row("select * from state('order', 'end', 'end')", "state('order', 'end', 'end')",
        "Write state('projection', moment).");
    row("select * from changes('order')", "changes('order')",
        "Write changes('projection', moment, moment).");
    row("select * from state('order', 'group:billing')", "'group:billing'",
        "The capture knows no group billing; known: none.");
    row("select nosuch from state('order', 'end'), state('order', 'end')", "n",
        "no such column: nosuch; state('order') has key, status, amount, country, time, topic");
    row("select key from state('order', 'end') s where s.nosuch = 1", "s",
        "no such column: s.nosuch");
    row("select * from state", "state", "state() is given a projection's name as a text");
    row("select * from history(order)", "o", "near \"order\": syntax error");
    row("select * from state('order') wher key = 1", "k", "near \"key\": syntax error");
    row("delete from state", "state", "state() is given a projection's name");
}

void tst_StateTables::aMistakeIsShownAtItsPlace()
{
    QFETCH(QByteArray, sql);
    QFETCH(QByteArray, place);
    QFETCH(QByteArray, message);
    FilterMistake mistake;
    const auto seen = m_asked->ask(sql.toStdString(), &mistake);
    QVERIFY(!seen.has_value());
    QVERIFY2(QByteArray::fromStdString(mistake.message).contains(message), mistake.message.c_str());
    QCOMPARE(
        sql.mid(static_cast<qsizetype>(mistake.offset), static_cast<qsizetype>(mistake.length)),
        place);
}

void tst_StateTables::momentsOfTwoOrdersAreJoinedOnly()
{
    QCOMPARE(m_asked
                 ->ask("select b.key from state('order', 'offsets:orders-0@1') a join "
                       "state('order', 'offsets:orders-0@1,orders-1@1') b")
                 .value(),
             std::string("'o1';'o2'"));
    const auto seen = m_asked->ask("select * from changes('order', 'offsets:orders-0@1', 'end')");
    QVERIFY(!seen.has_value());
    QVERIFY2(seen.error().message.find("join two state()") != std::string::npos,
             seen.error().message.c_str());
}

void tst_StateTables::aProjectionIsFoldedWhenItIsNamed()
{
    Asked asked(orders());
    asked.add(kOrder);
    QVERIFY(asked.ask("select count(*) from records").has_value());
    QCOMPARE(asked.folds, 0);
    QVERIFY(
        asked.ask("select 1 from state('order') a, state('order', 'orders-0@0') b").has_value());
    QVERIFY(asked.ask("select 1 from history('order')").has_value());
    QCOMPARE(asked.folds, 1);
}

void tst_StateTables::namedMomentsAreTheCallers()
{
    Asked asked(orders());
    asked.add(kOrder);
    asked.catalog->setMoment("A", "orders-0@0");
    asked.catalog->setMoment("B", asked.log("order")->order()->momentOf(4));
    QCOMPARE(asked.ask("select count(*) from state('order', A)").value(), std::string("1"));
    QCOMPARE(asked.ask("select count(*) from state('order', B) as b, state('order', 'A')").value(),
             std::string("2"));
    QCOMPARE(
        asked.ask("select change, key from changes('order', A, B) where column = 'status'").value(),
        std::string("'added'|'o2'"));
    asked.catalog->setMoment("A", "end");
    QCOMPARE(asked.ask("select count(*) from state('order', A)").value(), std::string("3"));
}

void tst_StateTables::theAnswerSaysWhatItRestsOn()
{
    Asked asked(orders());
    asked.add(kOrder);
    QVERIFY(asked
                .ask("select 1 from state('order') a, state('order', 'orders-0@0') b, "
                     "state('order', 'end') c")
                .has_value());
    QCOMPARE(asked.catalog->rests().size(), 2U);
    QCOMPARE(asked.catalog->rests()[0].prefix, Rank(3));
    QCOMPARE(asked.catalog->rests()[1].prefix, Rank(9));
    QVERIFY(asked.catalog->complete());
    QVERIFY(asked
                .ask("select count(*) from history('order') h, state('order', h.time) s, "
                     "json_each('[1,2,3]')")
                .has_value());
    QCOMPARE(asked.catalog->rests().size(), 7U);
    QVERIFY(asked.ask("select 1").has_value());
    QVERIFY(asked.catalog->rests().empty());
}

void tst_StateTables::anythingIsAsAPlainFoldHasIt_data()
{
    QTest::addColumn<QByteArray>("reduce");
    QTest::addColumn<int>("logs");
    QTest::addColumn<int>("events");
    QTest::newRow("latest, many small logs") << QByteArray("latest") << 250 << 30;
    QTest::newRow("merge-patch, many small logs") << QByteArray("merge-patch") << 250 << 30;
    QTest::newRow("latest, large logs") << QByteArray("latest") << 2 << 6000;
    QTest::newRow("merge-patch, large logs") << QByteArray("merge-patch") << 2 << 6000;
}

// A state by SQL is the one that its hash was taken of, cell by cell; and what SQL adds up is what
// a loop over the events adds up.
void tst_StateTables::anythingIsAsAPlainFoldHasIt()
{
    QFETCH(QByteArray, reduce);
    QFETCH(int, logs);
    QFETCH(int, events);
    for (int round = 0; round < logs; ++round) {
        std::mt19937 random(static_cast<unsigned>(round * 7919 + events));
        const unsigned keys = events > 1000 ? 3000 : 6;
        Asked asked(
            randomEvents(random, {"p"}, static_cast<std::size_t>(events), keys, [&](const Event&) {
                return fmt::format(R"({{"n":{},"s":"{}"}})", random() % 9,
                                   static_cast<char>('a' + random() % 4));
            }));
        asked.add("name = \"p\"\n[[source]]\ntopic = \"p\"\nreduce = \"" + reduce.toStdString() +
                  "\"\n[columns]\nn = \"n\"\ns = \"s\"\n");
        const VersionLogPtr& log = asked.log("p");
        const TimeOrder& order = *log->order();
        for (int i = 0; i < 4; ++i) {
            const Rank prefix = static_cast<Rank>(random() % (order.size() + 1));
            asked.catalog->setMoment("T", order.momentOf(prefix));
            std::map<std::string, std::string> plain; // value by key; the reducers agree here
            for (Rank rank = 0; rank < prefix; ++rank) {
                const StoredRecord stored = order.snapshot()->record(order.rowAt(rank)).value();
                const RecordView record = stored.view();
                if (!record.key) {
                    continue;
                }
                if (record.value) {
                    plain[std::string(*record.key)] = *record.value;
                } else {
                    plain.erase(std::string(*record.key));
                }
            }
            std::int64_t sum = 0;
            std::set<std::string> kinds;
            for (const auto& [key, value] : plain) {
                const auto json = nlohmann::json::parse(value);
                sum += json["n"].get<std::int64_t>();
                kinds.insert(json["s"].get<std::string>());
            }
            const auto total = asked.ask(
                "select count(*), coalesce(sum(n), 0), count(distinct s) from state('p', T)");
            QVERIFY2(total.has_value(), total ? "" : total.error().message.c_str());
            QCOMPARE(*total, fmt::format("{}|{}|{}", plain.size(), sum, kinds.size()));

            std::map<std::string, std::string> bySql;
            const auto read =
                asked.session().query("select key, value from state('p', T)",
                                      {{}, [&](auto cells) {
                                           bySql.emplace(cells[0].bytes, cells[1].bytes);
                                           return true;
                                       }});
            QVERIFY(read.has_value());
            QVERIFY(bySql == table(log, prefix));
            // By history: the newest version of each key.
            QCOMPARE(asked
                         .ask("select count(*), coalesce(sum(n), 0) from (select key, n, deleted, "
                              "max(rowid) from history('p', T) group by key) where not deleted")
                         .value(),
                     fmt::format("{}|{}", plain.size(), sum));
            // By differences: from nothing to it.
            QCOMPARE(asked
                         .ask("select count(*), coalesce(sum(b), 0) from "
                              "changes('p', '1960-01-01T00:00:00Z', T) where column = 'n'")
                         .value(),
                     fmt::format("{}|{}", plain.size(), sum));
        }
    }
}

void tst_StateTables::joinsOfManyRowsFindThemAll()
{
    std::mt19937 random(5);
    Asked asked(randomEvents(random, {"p"}, 30000, 8000, [&](const Event&) {
        return fmt::format(R"({{"n":{}}})", random() % 1000);
    }));
    asked.add("name = \"p\"\n[[source]]\ntopic = \"p\"\nreduce = \"latest\"\n[columns]\n"
              "n = \"n\"\n");
    const VersionLogPtr& log = asked.log("p");
    asked.catalog->setMoment("A", log->order()->momentOf(15000));
    const auto before = table(log, 15000);
    const auto after = table(log, log->order()->size());
    std::size_t both = 0;
    std::int64_t sum = 0;
    for (const auto& [key, value] : before) {
        if (const auto found = after.find(key); found != after.end()) {
            ++both;
            sum += nlohmann::json::parse(value)["n"].get<std::int64_t>() *
                   nlohmann::json::parse(found->second)["n"].get<std::int64_t>();
        }
    }
    const std::string expected = fmt::format("{}|{}", both, sum);
    QCOMPARE(asked
                 .ask("select count(*), sum(a.n * b.n) from state('p', A) a join state('p') b "
                      "using (key)")
                 .value(),
             expected);
    // In another order than that of the keys.
    QCOMPARE(asked
                 .ask("with a as materialized (select * from state('p', A) order by n, key) "
                      "select count(*), sum(a.n * b.n) from a cross join state('p') b "
                      "where a.key = b.key")
                 .value(),
             expected);
}

void tst_StateTables::aQueryCanBeStopped()
{
    std::mt19937 random(6);
    Asked asked(randomEvents(random, {"p"}, 3000, 2000,
                             [](const Event&) { return std::string(R"({"n":1})"); }));
    asked.add("name = \"p\"\n[[source]]\ntopic = \"p\"\nreduce = \"latest\"\n");
    std::jthread other;
    SqlSession& session = asked.session();
    const auto done =
        session.query("select count(*) from state('p') a, state('p') b, state('p') c",
                      {[&](auto) { other = std::jthread([&session] { session.cancel(); }); }, {}});
    QVERIFY(!done.has_value());
    QCOMPARE(done.error().code, ErrorCode::Cancelled);
    QVERIFY(asked.ask("select count(*) from state('p')").has_value());
}

QTEST_GUILESS_MAIN(tst_StateTables)
#include "tst_state_tables.moc"
