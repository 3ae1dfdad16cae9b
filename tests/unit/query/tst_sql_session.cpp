#include "model/capture/database.h"
#include "model/query/sql_session.h"
#include "tests/unit/query/query_fixtures.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace hindcast;

namespace {

std::string textOf(const SqlValue& value)
{
    switch (value.kind) {
    case SqlValue::Kind::Null:
        return "null";
    case SqlValue::Kind::Integer:
        return std::to_string(value.integer);
    case SqlValue::Kind::Real:
        return std::to_string(value.real);
    case SqlValue::Kind::Text:
        return std::string(value.bytes);
    case SqlValue::Kind::Blob:
        return "blob of " + std::to_string(value.bytes.size());
    }
    return {};
}

} // namespace

class tst_SqlSession : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aQueryAnswers_data();
    void aQueryAnswers();
    void columnsAreNamedBeforeTheFirstRow();
    void enoughIsNoError();
    void aMistakeIsShownAtItsPlace_data();
    void aMistakeIsShownAtItsPlace();
    void nothingIsWritten_data();
    void nothingIsWritten();
    void aQueryCanBeCancelled();
    void anAttachedFileIsRead();
    void anAttachedFileIsNotWritten_data();
    void anAttachedFileIsNotWritten();
    void whatCannotBeAttachedIsSaid();
    void recordsOfTopicsInAnyCaseAreFound();

private:
    std::shared_ptr<Capture> m_capture;
    std::unique_ptr<SqlSession> m_session;
};

void tst_SqlSession::initTestCase()
{
    m_capture = Capture::inMemory();
    fillTopic(*m_capture, "orders", 1000, 100);
    fillTopic(*m_capture, "payments", 100, 100, 1'763'650'000'000);
    RecordBatchBuilder odd("odd");
    odd.add(0, 0, -1, TimestampType::None, std::nullopt, std::nullopt);
    odd.add(0, 1, 5, TimestampType::CreateTime, "\xff\x01", "");
    odd.addHeader("a", "1");
    odd.addHeader("b", std::nullopt);
    odd.addHeader("a", "2");
    QVERIFY(m_capture->append(odd.take()).has_value());
    m_session = SqlSession::open(m_capture->snapshot()).value();
}

void tst_SqlSession::aQueryAnswers_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char* sql, const char* answer) {
        QTest::newRow(sql) << QByteArray(sql) << QByteArray(answer);
    };
    row("select count(*) from records('orders')", "1000");
    row("select count(*) from records", "1102");
    row("select count(*) from records where topic = 'payments'", "100");
    row("select count(*) from records where topic = 'nosuch'", "0");
    row("select count(*) from records('orders') where partition = 2", "250");
    row("select count(*) from records('orders') where partition = 2 and offset >= 240", "10");
    row("select count(*) from records('orders') where offset between 10 and 19", "40");
    row("select count(*) from records('orders') where offset < 10 and offset > 7", "8");
    row("select count(*) from records('orders') where partition = null", "0");
    row("select count(*) from records where timestamp >= 1763650000000", "100");
    row("select count(*) from records where timestamp < 1763647392100 and timestamp > 5", "100");
    row("select count(*) from records where time >= '2025-11-20T14:03:12.900Z' and topic = "
        "'orders'",
        "100");
    row("select count(*) from records('orders') where time < '2025-11-20T14:03:13'", "1000");
    row("select count(*) from records('orders') where time < '2025-11-20'", "0");
    row("select count(*) from records('orders') where time > '2025-11-20T14:03:12.9'", "100");
    row("select topic, partition, offset, time, timestamp, key, value, headers from "
        "records('orders') where rowid = 6",
        "orders|2|1|2025-11-20T14:03:12.006Z|1763647392006|k6|{\"n\":6,\"state\":\"EVEN\"}|"
        "{\"trace\":\"t6\"}");
    row("select key, value, time, timestamp, headers from records('odd')",
        "null|null|null|null|{};blob of 2||1970-01-01T00:00:00.005Z|5|{\"a\":\"2\",\"b\":null}");
    row("select headers ->> 'trace' from records('orders') limit 1", "t0");
    row("select sum(value ->> 'n') from records('orders') where json_valid(value)", "449100");
    row("select value ->> 'state' s, count(*) from records('orders') where json_valid(value) group "
        "by s order by s",
        "EVEN|500;ODD|400");
    row("select count(*) from records('orders') a join records('payments') b on a.key = b.key and "
        "a.offset = b.offset and a.partition = b.partition",
        "100");
    row("select count(*) from records('orders') where value regexp '^not'", "100");
    row("with recursive c(x) as (select 1 union all select x + 1 from c where x < 5) select sum(x) "
        "from c",
        "15");
    row("select group_concat(value, '+') from json_each('[1,2]')", "1+2");
    row("select 9223372036854775807, 0.5, x'00', null",
        "9223372036854775807|0.500000|blob of 1|null");
    row("select 1; -- and a comment", "1");
    row("select offset from records('orders') where partition = 3 order by offset desc limit 2",
        "249;248");
}

void tst_SqlSession::aQueryAnswers()
{
    QFETCH(QByteArray, sql);
    QFETCH(QByteArray, answer);
    std::string seen;
    const auto result =
        m_session->query(sql.toStdString(), {{}, [&](auto cells) {
                                                 seen += seen.empty() ? "" : ";";
                                                 for (std::size_t i = 0; i < cells.size(); ++i) {
                                                     seen += (i == 0 ? "" : "|") + textOf(cells[i]);
                                                 }
                                                 return true;
                                             }});
    QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
    QCOMPARE(QByteArray::fromStdString(seen), answer);
}

void tst_SqlSession::columnsAreNamedBeforeTheFirstRow()
{
    std::vector<std::string> columns;
    bool before = false;
    const auto result =
        m_session->query("select key, value as v, 1 + 1 from records('orders') limit 1",
                         {[&](auto names) { columns.assign(names.begin(), names.end()); },
                          [&](auto) {
                              before = !columns.empty();
                              return true;
                          }});
    QVERIFY(result.has_value());
    const std::vector<std::string> expected{"key", "v", "1 + 1"};
    QCOMPARE(columns, expected);
    QVERIFY(before);
}

void tst_SqlSession::enoughIsNoError()
{
    int rows = 0;
    QVERIFY(m_session->query("select 1 from records", {{}, [&](auto) { return ++rows < 3; }})
                .has_value());
    QCOMPARE(rows, 3);
}

void tst_SqlSession::aMistakeIsShownAtItsPlace_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("syntax") << QByteArray("select * form records") << 9
                            << QByteArray("syntax error");
    QTest::newRow("no such column")
        << QByteArray("select nosuch from records") << 7 << QByteArray("no such column: nosuch");
    QTest::newRow("no such table")
        << QByteArray("select 1 from orders") << 14 << QByteArray("no such table: orders");
    QTest::newRow("nothing") << QByteArray(" ") << 0 << QByteArray("no statement");
    QTest::newRow("two") << QByteArray("select 1; select 2") << 9 << QByteArray("One statement");
    QTest::newRow("no such topic") << QByteArray("select * from records('nosuch')") << -1
                                   << QByteArray("There is no topic \"nosuch\" in this capture; it "
                                                 "holds orders, payments, odd.");
    QTest::newRow("not JSON") << QByteArray("select value ->> 'n' from records") << -1
                              << QByteArray("malformed JSON");
}

void tst_SqlSession::aMistakeIsShownAtItsPlace()
{
    QFETCH(QByteArray, sql);
    QFETCH(int, offset);
    QFETCH(QByteArray, says);
    FilterMistake mistake;
    const auto result = m_session->query(sql.toStdString(), {}, &mistake);
    QVERIFY(!result.has_value());
    QVERIFY2(result.error().message.find(says.toStdString()) != std::string::npos,
             result.error().message.c_str());
    if (offset >= 0) {
        QCOMPARE(static_cast<int>(mistake.offset), offset);
    }
}

void tst_SqlSession::nothingIsWritten_data()
{
    QTest::addColumn<QByteArray>("sql");
    for (const char* bad :
         {"create table t(x)", "create temp table t(x)", "insert into records values (1)",
          "delete from records", "attach '/tmp/x' as x", "pragma journal_mode = wal", "begin",
          "select load_extension('x')", "vacuum into '/tmp/x'",
          "create virtual table t using records", "select * from pragma_database_list"}) {
        QTest::newRow(bad) << QByteArray(bad);
    }
}

void tst_SqlSession::nothingIsWritten()
{
    QFETCH(QByteArray, sql);
    QVERIFY(!m_session->query(sql.toStdString(), {}).has_value());
}

void tst_SqlSession::aQueryCanBeCancelled()
{
    bool stopped = false;
    const auto session = SqlSession::open(m_capture->snapshot()).value();
    std::jthread stopper([&session] { session->cancel(); });
    const auto result = session->query("with recursive c(x) as (select 1 union all select x + 1 "
                                       "from c) select count(*) from c",
                                       {});
    stopped = !result.has_value() && result.error().code == ErrorCode::Cancelled;
    QVERIFY(stopped);
    stopper.join();
    QVERIFY(session->query("select 1", {}).has_value());
    session->cancel(); // before it begins
    const auto next = session->query("select 1", {});
    QVERIFY(!next.has_value());
    QCOMPARE(next.error().code, ErrorCode::Cancelled);
}

void tst_SqlSession::recordsOfTopicsInAnyCaseAreFound()
{
    std::int64_t found = 0;
    QVERIFY(m_session
                ->query("select count(*) from records where topic = 'ORDERS' collate nocase",
                        {{},
                         [&](auto cells) {
                             found = cells[0].integer;
                             return true;
                         }})
                .has_value());
    QCOMPARE(found, 1000);
}

namespace {

// A database with one table and a view that calls a function that opens files.
std::string stockFile(const QTemporaryDir& folder)
{
    std::string path = folder.filePath(QStringLiteral("stock %20?&#.sqlite")).toStdString();
    const auto database = Database::open(path, Database::Mode::Create).value();
    for (const char* sql : {"create table lines(key text primary key, n integer)",
                            "insert into lines values ('k1', 5), ('k2', 7)",
                            "create view harm as select load_extension('/tmp/x') as x",
                            "create view whole as select sum(n) as n from lines"}) {
        if (!database->exec(sql)) {
            qFatal("%s", sql);
        }
    }
    return path;
}

} // namespace

void tst_SqlSession::anAttachedFileIsRead()
{
    const QTemporaryDir folder;
    const std::string path = stockFile(folder);
    auto session = SqlSession::open(m_capture->snapshot()).value();
    const auto attached = session->attach(path, "stock");
    QVERIFY2(attached.has_value(), attached ? "" : attached.error().message.c_str());
    std::string seen;
    const auto ask = [&](const char* sql) {
        seen.clear();
        return session->query(sql, {{}, [&](auto cells) {
                                        seen += textOf(cells[0]) + ";";
                                        return true;
                                    }});
    };
    QVERIFY(ask("select l.n + r.offset from records('orders') r join stock.lines l using (key) "
                "where r.partition = 1 and r.offset = 0")
                .has_value());
    QCOMPARE(seen, std::string("5;"));
    QVERIFY(ask("select n from stock.whole").has_value());
    QCOMPARE(seen, std::string("12;"));
    QVERIFY(ask("select name from stock.sqlite_schema where type = 'view' order by 1").has_value());
    QCOMPARE(seen, std::string("harm;whole;"));
    QVERIFY(!ask("select x from stock.harm").has_value());
}

void tst_SqlSession::anAttachedFileIsNotWritten_data()
{
    QTest::addColumn<QByteArray>("sql");
    for (const char* bad : {"insert into stock.lines values ('x', 1)", "delete from stock.lines",
                            "update stock.lines set n = 0", "drop table stock.lines",
                            "create table stock.t(x)", "detach stock", "attach '/tmp/x' as other",
                            "vacuum stock", "pragma stock.user_version = 3",
                            "with a as (select 1) insert into stock.lines select 1, 2"}) {
        QTest::newRow(bad) << QByteArray(bad);
    }
}

void tst_SqlSession::anAttachedFileIsNotWritten()
{
    QFETCH(QByteArray, sql);
    const QTemporaryDir folder;
    const std::string path = stockFile(folder);
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    {
        auto session = SqlSession::open(m_capture->snapshot()).value();
        QVERIFY(session->attach(path, "stock").has_value());
        QVERIFY(!session->query(sql.toStdString(), {}).has_value());
    }
    QVERIFY(file.seek(0));
    QVERIFY(file.readAll() == before);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

void tst_SqlSession::whatCannotBeAttachedIsSaid()
{
    const QTemporaryDir folder;
    const std::string path = stockFile(folder);
    auto session = SqlSession::open(m_capture->snapshot()).value();
    const auto message = [&](const std::string& file, const std::string& name) {
        const auto done = session->attach(file, name);
        return done ? std::string("attached") : done.error().message;
    };
    QCOMPARE(message("/nosuch/x.db", "x"),
             std::string("/nosuch/x.db cannot be attached as x: there is no such file."));
    QVERIFY(message(path, "main").ends_with("write another name, as stock in stock.order_lines."));
    QVERIFY(message(path, "").ends_with("write another name, as stock in stock.order_lines."));
    const std::string text = folder.filePath(QStringLiteral("text.txt")).toStdString();
    QFile file(QString::fromStdString(text));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(4096, 'x'));
    file.close();
    QVERIFY(message(text, "t").ends_with("file is not a database."));
    QCOMPARE(message(path, "odd \"name\""), std::string("attached"));
    QVERIFY(session->query("select * from \"odd \"\"name\"\"\".lines", {}).has_value());
    QVERIFY(message(path, "odd \"name\"").find("already in use") != std::string::npos);
}

QTEST_GUILESS_MAIN(tst_SqlSession)
#include "tst_sql_session.moc"
