#include "model/replay/cell_cache.h"
#include "tests/unit/replay/state_tables_fixture.h"

#include <QTest>
#include <random>

using namespace hindcast;
using namespace hindcast::test;

namespace {

// Values of every kind, many of them equal, some nearly.
std::string someValue(std::mt19937& random)
{
    static const char* const kValues[] = {"null",
                                          "true",
                                          "false",
                                          "0",
                                          "-0.0",
                                          "1",
                                          "1.0",
                                          "10",
                                          "2",
                                          "-3",
                                          "0.1",
                                          "0.10",
                                          "1e3",
                                          "9007199254740992",
                                          "9007199254740993",
                                          "9007199254740992.0",
                                          "9223372036854775807",
                                          "9223372036854775808",
                                          "123456789.123456789123",
                                          R"("")",
                                          R"("a")",
                                          R"("A")",
                                          R"("10")",
                                          R"("é")",
                                          R"("tab\tbed")",
                                          R"({"x":1})",
                                          "[1,2]"};
    if (random() % 12 == 0) {
        return '"' + std::string(random() % 200, 'l') + '"';
    }
    return kValues[random() % std::size(kValues)];
}

std::vector<Event> someEvents(unsigned seed, std::size_t count, std::size_t keys)
{
    std::mt19937 random(seed);
    std::vector<Event> events;
    for (std::size_t i = 0; i < count; ++i) {
        Event event{"orders",
                    0,
                    static_cast<std::int64_t>(i),
                    static_cast<std::int64_t>(i),
                    "k" + std::to_string(random() % keys),
                    std::nullopt};
        if (random() % 15 != 0) {
            event.value = "{\"a\":" + someValue(random);
            if (random() % 4 != 0) {
                *event.value += ",\"b\":" + someValue(random);
            }
            *event.value += ",\"n\":" + std::to_string(random() % 7) + "}";
        }
        events.push_back(std::move(event));
    }
    return events;
}

const std::string kOrders = "name = \"orders\"\n[[source]]\ntopic = \"orders\"\n"
                            "reduce = \"latest\"\n[columns]\na = \"a\"\nb = \"b\"\nn = \"n\"\n";

} // namespace

// The cells of states: sorted by ourselves where SQLite would, and kept where they are asked for
// again and again.
class tst_StateCells : public QObject
{
    Q_OBJECT

private slots:
    void rowsComeSortedAsSqliteSortsThem_data();
    void rowsComeSortedAsSqliteSortsThem();
    void whatIsAskedAgainIsKeptAndTheSame();
    void deletedRowsAndGrownLogsHaveCellsOfTheirOwn();
};

void tst_StateCells::rowsComeSortedAsSqliteSortsThem_data()
{
    QTest::addColumn<QString>("query"); // # stands before a column that SQLite shall sort by itself
    QTest::addColumn<bool>("ours");     // without #, SQLite has nothing left to sort
    const auto row = [](const char* query, bool ours = true) {
        QTest::newRow(query) << QString::fromLatin1(query) << ours;
    };
    row("select key, a from state('orders') order by #a, #key");
    row("select key, a from state('orders') order by #a desc, #key");
    row("select key, b, a from state('orders') order by #b, #a desc, #key desc");
    row("select key from state('orders') order by #key desc");
    row("select key from state('orders') order by #key");
    row("select a, count(*), min(key), max(b) from state('orders') group by #a");
    row("select n, a, count(*) from state('orders') group by #n, #a");
    row("select distinct n from state('orders') order by #n");
    row("select a, count(distinct b) from state('orders') group by #a order by 1 desc");
    row("select n, group_concat(key) from state('orders') where n > 2 group by #n");
    row("select key, a from state('orders') where key = 'k7' order by #a", false);
    row("select key, a from state('orders') where offset > 300 order by #a, #key", false);
    row("select key, offset from state('orders') order by #offset", false);
    row("select key, a from state('orders') order by #a collate nocase, #key", false);
    row("select x.key, y.a from state('orders', 'A') x join state('orders', 'B') y using (key) "
        "order by #y.a, #x.key",
        false);
}

void tst_StateCells::rowsComeSortedAsSqliteSortsThem()
{
    QFETCH(QString, query);
    QFETCH(bool, ours);
    for (unsigned seed = 0; seed < 8; ++seed) {
        Asked asked(someEvents(seed, 500, 60 + seed * 20));
        asked.add(kOrders);
        asked.catalog->setMoment("A", "orders-0@200");
        asked.catalog->setMoment("B", "orders-0@400");
        QString plain = query;
        QString left = query;
        const std::string sql = plain.remove(QLatin1Char('#')).toStdString();
        const auto expected =
            asked.ask(left.replace(QLatin1Char('#'), QLatin1Char('+')).toStdString());
        QVERIFY2(expected, expected ? "" : expected.error().message.c_str());
        QVERIFY(!expected->empty());
        QCOMPARE(asked.ask(sql).value(), *expected);
        const auto plan = asked.ask("explain query plan " + sql);
        QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
        QCOMPARE(plan->find("TEMP B-TREE FOR ORDER BY") == std::string::npos &&
                     plan->find("TEMP B-TREE FOR GROUP BY") == std::string::npos,
                 ours);
    }
}

void tst_StateCells::whatIsAskedAgainIsKeptAndTheSame()
{
    // More rows than are read by themselves.
    Asked asked(someEvents(1, 90'000, 70'000));
    asked.add(kOrders);
    const std::string query = "select key, a, b, n from state('orders', 'A')";
    const std::vector<std::string> moments{"orders-0@89000", "orders-0@87000"};
    std::vector<std::string> answers;
    for (const std::string& moment : moments) {
        asked.catalog->setMoment("A", moment);
        answers.push_back(asked.ask(query).value());
    }
    QVERIFY(answers[0] != answers[1]);
    CellCache& cells = asked.log("orders")->cells();
    QCOMPARE(cells.memoryBytes(), std::size_t{0});
    for (std::size_t i = 0; i < moments.size(); ++i) {
        asked.catalog->setMoment("A", moments[i]);
        QVERIFY(asked.ask(query).value() == answers[i]);
        // Nine bytes a cell, and texts.
        QVERIFY(cells.memoryBytes() > std::size_t{asked.log("orders")->size()} * 3 * 9);
        QVERIFY(cells.memoryBytes() < std::size_t{asked.log("orders")->size()} * 3 * 30);
    }
}

void tst_StateCells::deletedRowsAndGrownLogsHaveCellsOfTheirOwn()
{
    const auto capture = Capture::inMemory();
    const auto events = someEvents(2, 50'000, 45'000);
    append(*capture, events, 500);
    const auto shared = projection(kOrders);
    const auto log = fold(*capture, shared);
    const std::vector<FieldPath> paths{shared->columns[0].path, shared->columns[2].path};
    std::vector<Version> all(log->size());
    for (Version v = 0; v < log->size(); ++v) {
        all[v] = v;
    }
    const auto describe = [&](const VersionLogPtr& of) {
        std::vector<std::string> cells;
        const auto read = SqlCells::read(*of, all, paths, {}).value();
        for (std::size_t i = 0; i < all.size(); ++i) {
            cells.push_back(textOf(sqlValueOf(read->at(i, 0))) + "|" +
                            textOf(sqlValueOf(read->at(i, 1))));
        }
        return cells;
    };
    const auto direct = describe(log);
    QVERIFY(describe(log) == direct);
    QCOMPARE(log->cells().memoryBytes(), std::size_t{0});
    QVERIFY(describe(log) == direct); // now they are kept
    QVERIFY(log->cells().memoryBytes() > 0);
    QVERIFY(describe(log) == direct);
    std::size_t deleted = 0;
    for (Version v = 0; v < log->size(); ++v) {
        if (log->deleted(v)) {
            ++deleted;
            QCOMPARE(direct[v], std::string("null|null"));
        }
    }
    QVERIFY(deleted > 0);

    append(*capture, {{"orders", 0, 50'000, 50'000, "k1", R"({"a":"new","n":1})"}});
    const auto grown = fold(*capture, shared, log);
    QCOMPARE(grown->cells().memoryBytes(), std::size_t{0});
    all.push_back(static_cast<Version>(all.size()));
    for (int i = 0; i < 4; ++i) {
        const auto cells = describe(grown);
        QCOMPARE(cells.back(), std::string("'new'|1"));
        QVERIFY(std::equal(direct.begin(), direct.end(), cells.begin()));
    }
}

QTEST_GUILESS_MAIN(tst_StateCells)
#include "tst_state_cells.moc"
