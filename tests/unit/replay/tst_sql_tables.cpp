#include "model/capture/database.h"
#include "tests/unit/replay/random_queries.h"
#include "tests/unit/replay/state_tables_fixture.h"

#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <cmath>
#include <random>

using namespace hindcast;
using namespace hindcast::test;

namespace {

constexpr int kQueries = 1200;

const std::vector<std::string> kKeys{"10",    "9",
                                     "a",     "010",
                                     "10.0",  "1e1",
                                     "-0",    "0",
                                     " 10",   "10 ",
                                     "",      "NULL",
                                     "A",     "b",
                                     "B",     "é",
                                     "-9",    "100",
                                     "1.5",   "0x10",
                                     "1e400", "9007199254740993",
                                     "\xff",  "\xff\x01",
                                     "a\xc3"};

std::string valueText(std::mt19937& random)
{
    static const std::vector<std::string> kValues{
        "null", "true", "0",     "-0.0",   "1",      "1.0",     "10",     "2",
        "0.1",  "1e3",  R"("")", R"("a")", R"("A")", R"("10")", R"("é")", "[1,2]"};
    return kValues[random() % kValues.size()];
}

std::vector<Event> events()
{
    constexpr std::int64_t kStart = 1'795'183'200'000; // 2026-11-20T14:00:00Z
    std::mt19937 random(11);
    std::vector<Event> made;
    std::array<std::int64_t, 3> next{};
    for (std::int64_t i = 0; i < 150; ++i) {
        Event event{"t1",
                    static_cast<std::int32_t>(random() % 3),
                    0,
                    kStart + i * 1000,
                    kKeys[random() % kKeys.size()],
                    std::nullopt};
        event.offset = next[static_cast<std::size_t>(event.partition)]++;
        if (event.partition == 2 && event.offset < 3) {
            event.ms = -1; // no time
        }
        if (i > 145) {
            event.ms = kStart * 1000; // microseconds: the year 58857
        }
        if (random() % 12 != 0) {
            event.value = "{\"a\":" + valueText(random) + ",\"b\":" + valueText(random) + "}";
        }
        made.push_back(std::move(event));
    }
    for (std::int64_t i = 0; i < 8; ++i) {
        made.push_back({"010", 0, i, i < 2 ? -63'000'000'000'000 : kStart + i, kKeys[i], "{}"});
    }
    return made;
}

// Numbers that are equal are the same, whichever of them stands for a group.
std::string seenText(const SqlValue& value)
{
    switch (value.kind) {
    case SqlValue::Kind::Null:
        return "null";
    case SqlValue::Kind::Integer:
        return std::abs(value.integer) < (std::int64_t{1} << 53)
                   ? fmt::format("{:.17g}", static_cast<double>(value.integer))
                   : std::to_string(value.integer);
    case SqlValue::Kind::Real:
        return fmt::format("{:.17g}", value.real + 0.0);
    case SqlValue::Kind::Text:
    case SqlValue::Kind::Blob:
        break;
    }
    std::string text = value.kind == SqlValue::Kind::Blob ? "x" : "t";
    for (const char c : value.bytes) {
        text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
    return text;
}

std::string literalOf(const SqlValue& value)
{
    switch (value.kind) {
    case SqlValue::Kind::Null:
        return "null";
    case SqlValue::Kind::Integer:
        return std::to_string(value.integer);
    case SqlValue::Kind::Real:
        return fmt::format("{:.17e}", value.real);
    case SqlValue::Kind::Text:
    case SqlValue::Kind::Blob:
        break;
    }
    const std::string bytes = "x'" + seenText(value).substr(1) + "'";
    return value.kind == SqlValue::Kind::Text ? "cast(" + bytes + " as text)" : bytes;
}

} // namespace

// Our tables answer as SQLite's own do that hold the same rows: what they are asked beforehand, and
// the order they come in, changes nothing.
class tst_SqlTables : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aKnownQueryAnswersAsOverACopy_data();
    void aKnownQueryAnswersAsOverACopy();
    void anyQueryAnswersAsOverACopy();
    void everyRowHasARowidOfItsOwn();
    void aMomentThatIsNullIsAMistake();

private:
    std::string ask(const std::string& sql);
    void compare(const std::string& query);

    QTemporaryDir m_folder;
    std::unique_ptr<Asked> m_asked;
};

std::string tst_SqlTables::ask(const std::string& sql)
{
    std::string seen;
    const auto done = m_asked->session().query(sql, {{}, [&](auto cells) {
                                                         for (const SqlValue& cell : cells) {
                                                             seen += seenText(cell) + "|";
                                                         }
                                                         seen += ";";
                                                         return true;
                                                     }});
    return done ? seen : "error: " + done.error().message;
}

void tst_SqlTables::compare(const std::string& query)
{
    const std::string copy = ask(named(query, false));
    QVERIFY2(!copy.starts_with("error"), (copy + "\n" + query).c_str());
    const std::string ours = ask(named(query, true));
    QVERIFY2(ours == copy,
             fmt::format("{}\nours {}\ncopy {}", named(query, true), ours, copy).c_str());
}

void tst_SqlTables::initTestCase()
{
    m_asked = std::make_unique<Asked>(events());
    m_asked->add("name = \"p\"\n[[source]]\ntopic = \"t1\"\nreduce = \"latest\"\n[columns]\n"
                 "a = \"a\"\nb = \"b\"\n");
    std::vector<std::string> statements{
        "create table v(i INTEGER, r REAL, n NUMERIC, t TEXT, b BLOB, c TEXT COLLATE NOCASE, u)",
        "insert into v values (10, 10.0, '10', '10', x'3130', 'A', 10)",
        "insert into v values (0, -0.0, '1.5', '010', x'ff', 'b', '1e1')",
        "insert into v values (9, 1.5, 'a', 'a', x'', '10', 9.0)",
        "insert into v values (9007199254740993, 9e999, '0x10', '1', x'ff01', 'é', null)",
        "insert into v values (1, 1.0, 1, '2026-11-20T14:01', x'30', 't1', '')"};
    for (const SqlTable& table : kSqlTables) {
        statements.push_back(fmt::format("create table {}({})", table.copy + 2, table.declared));
        const auto read =
            m_asked->session().query(fmt::format("select * from {}", table.ours),
                                     {{}, [&](auto cells) {
                                          std::string row;
                                          for (const SqlValue& cell : cells) {
                                              row += (row.empty() ? "" : ",") + literalOf(cell);
                                          }
                                          statements.push_back(fmt::format(
                                              "insert into {} values ({})", table.copy + 2, row));
                                          return true;
                                      }});
        QVERIFY2(read, read ? "" : read.error().message.c_str());
    }
    const std::string path = m_folder.filePath(QStringLiteral("copy.sqlite")).toStdString();
    {
        const auto database = Database::open(path, Database::Mode::Create).value();
        QVERIFY(database->exec("begin"));
        for (const std::string& statement : statements) {
            const auto done = database->exec(statement.c_str());
            QVERIFY2(done, done ? "" : (done.error().message + statement).c_str());
        }
        QVERIFY(database->exec("commit"));
    }
    QVERIFY(m_asked->session().attach(path, "f"));
}

void tst_SqlTables::aKnownQueryAnswersAsOverACopy_data()
{
    QTest::addColumn<QByteArray>("query");
    for (const char* query :
         {"select min(key) from {1}",
          "select max(key) from {1} x where key < 'a'",
          "select key from {1} intersect select key from {0} order by 1",
          "select key from {0} except select key from {1} order by 1",
          "select key from {1} union select key from {1} order by 1",
          "select key, row_number() over (order by key) from {1} order by key, a",
          "select count(*) from {5} where key = 'a' or (key = '10' and change = 'changed')",
          "select key from {1} where key = cast('10' as real) order by key",
          "select key from {3} where key in (select i from f.v) order by key",
          "select count(*) from {3} where partition < '0'",
          "select count(*) from {1} where partition <= 'abc'",
          "select count(*) from {0} where time < x'323032362d31312d32305431343a30303a33355a'",
          "select count(*) from {3} where time > '3'",
          "select count(*) from {0} where time < '1'",
          "select count(*) from {0} r join {1} s on s.key = r.key",
          "select key from {1} where key = x'ff'",
          "select x.key from (select i as k from f.v union all select '010') y join {1} x on "
          "x.key = y.k order by 1",
          "select key from {1} where (key, partition) in (select t, 0 from f.v) order by 1",
          "select topic, count(*) from {0} where topic in (select i from f.v) group by topic",
          "select key, count(*) from {1} group by key order by key desc",
          "select y.key, (select x.key from {1} x where x.key >= y.key order by x.key limit 1) "
          "from {3} y order by y.partition, y.offset",
          "select x.key, y.key from {1} x join {2} y order by y.key, x.key"}) {
        QTest::newRow(query) << QByteArray(query);
    }
}

void tst_SqlTables::aKnownQueryAnswersAsOverACopy()
{
    QFETCH(QByteArray, query);
    compare(query.toStdString());
}

void tst_SqlTables::anyQueryAnswersAsOverACopy()
{
    for (unsigned seed = 0; seed < kQueries; ++seed) {
        compare(randomQuery(seed));
        if (QTest::currentTestFailed()) {
            qWarning("seed %u", seed);
            return;
        }
    }
}

void tst_SqlTables::everyRowHasARowidOfItsOwn()
{
    for (const SqlTable& table : kSqlTables) {
        const std::string ours = table.ours;
        QCOMPARE(ask("select count(*) = count(distinct rowid) from " + ours), std::string("1|;"));
        QCOMPARE(ask("select count(*) from " + ours + " x join (select rowid r, key from " + ours +
                     ") y on x.key = y.key and x.rowid = y.r"),
                 ask("select count(*) from " + ours + " where key is not null"));
    }
    QCOMPARE(ask("select count(*) from state('p') where moment = 'end' or moment = 't1-0@20'"),
             ask("select (select count(*) from state('p', 'end')) + "
                 "(select count(*) from state('p', 't1-0@20'))"));
}

void tst_SqlTables::aMomentThatIsNullIsAMistake()
{
    const std::string none = "(select key from records where offset = -1)";
    for (const std::string call :
         {"state('p', ", "history('p', ", "changes('p', 'end', ", "changes('p', "}) {
        const std::string seen = ask("select * from " + call + none + ")");
        QVERIFY2(seen.find("() is NULL") != std::string::npos, seen.c_str());
    }
    QVERIFY(ask("select * from records(" + none + ")").find("() is NULL") != std::string::npos);
}

QTEST_GUILESS_MAIN(tst_SqlTables)
#include "tst_sql_tables.moc"
