#include "model/replay/projection.h"

#include <QTest>

using namespace hindcast;

class tst_Projection : public QObject
{
    Q_OBJECT

private slots:
    void aDefinitionIsReadWhole();
    void defaultsAreTheRecordKeyAndAllFields();
    void mistakesAreRefusedWithFileLineAndKnownNames_data();
    void mistakesAreRefusedWithFileLineAndKnownNames();
    void columnsAndCommentsDoNotChangeWhatIsFolded();
};

void tst_Projection::aDefinitionIsReadWhole()
{
    const auto projection = Projection::parse(R"(# the order
name = "order"

[[source]]
topic = ["orders", "orders.retry"]
where = "value.amount > 0"
key = ["value.shop", "key.id"]
reduce = "merge-patch"

[[source]]
topic = "payments"
key = "value.orderId"
reduce = "latest"

[columns]
status = "status"
amount = "payment.amount"
"first item" = "items[0].sku"
)",
                                              "order.toml");
    QVERIFY2(projection.has_value(), projection ? "" : projection.error().message.c_str());
    QCOMPARE(projection->name, std::string("order"));
    QCOMPARE(projection->sources.size(), std::size_t{2});
    QCOMPARE(projection->sources[0].topics, (std::vector<std::string>{"orders", "orders.retry"}));
    QCOMPARE(projection->sources[0].where, std::string("value.amount > 0"));
    QCOMPARE(projection->sources[0].key.size(), std::size_t{2});
    QCOMPARE(projection->sources[0].key[1].toString(), std::string("key.id"));
    QCOMPARE(projection->sources[1].reduce, std::string("latest"));
    QCOMPARE(projection->sources[1].line, 10);
    QCOMPARE(projection->columns.size(), std::size_t{3});
    QCOMPARE(projection->columns[0].name, std::string("status"));
    QCOMPARE(projection->columns[1].path.toString(), std::string("value.payment.amount"));
    QCOMPARE(projection->columns[2].name, std::string("first item"));
    QVERIFY(projection->hasTopic("payments"));
    QVERIFY(!projection->hasTopic("orders.dlt"));
    QCOMPARE(projection->topics(),
             (std::vector<std::string>{"orders", "orders.retry", "payments"}));
}

void tst_Projection::defaultsAreTheRecordKeyAndAllFields()
{
    const auto projection = Projection::parse(
        "name = \"a\"\n[[source]]\ntopic = \"t\"\nreduce = \"latest\"\n", "a.toml");
    QVERIFY(projection.has_value());
    QVERIFY(projection->sources[0].keyIsRecordKey());
    QVERIFY(projection->columns.empty());
}

void tst_Projection::mistakesAreRefusedWithFileLineAndKnownNames_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, const char* text, int line, const char* says) {
        QTest::newRow(name) << QByteArray(text) << line << QByteArray(says);
    };
    row("no TOML", "name = \n", 1, "not TOML");
    row("no name", "[[source]]\ntopic = \"t\"\nreduce = \"latest\"\n", 1, "no name");
    row("empty name", "name = \"\"\n", 1, "empty");
    row("no source", "name = \"a\"\n", 1, "[[source]]");
    row("source is no list", "name = \"a\"\nsource = 3\n", 2, "[[source]]");
    row("unknown word on top", "name = \"a\"\nclok = \"log\"\n", 2, "name, source, columns");
    row("unknown word in a source", "name = \"a\"\n[[source]]\ntopics = \"t\"\n", 3,
        "topic, where, key, reduce");
    row("no topic", "name = \"a\"\n\n[[source]]\nreduce = \"latest\"\n", 3, "topic");
    row("no reducer", "name = \"a\"\n[[source]]\ntopic = \"t\"\n", 2,
        "latest, merge-patch, json-patch, machine, aggregate, script, cdc");
    row("a reducer not known", "name = \"a\"\n[[source]]\ntopic = \"t\"\nreduce = \"newest\"\n", 4,
        "latest, merge-patch, json-patch, machine, aggregate, script, cdc");
    row("a key that is no path",
        "name = \"a\"\n[[source]]\ntopic = \"t\"\nkey = \"vlaue.id\"\nreduce = \"latest\"\n", 4,
        "vlaue");
    row("a key that is a number",
        "name = \"a\"\n[[source]]\ntopic = \"t\"\nkey = 3\nreduce = \"latest\"\n", 4, "text");
    row("no topics in the list", "name = \"a\"\n[[source]]\ntopic = []\nreduce = \"latest\"\n", 3,
        "empty list");
    row("a filter that is no expression",
        "name = \"a\"\n[[source]]\ntopic = \"t\"\nwhere = \"value.a >\"\nreduce = \"latest\"\n", 4,
        "where");
    const auto where = [&](const char* name, const std::string& expression, const char* says) {
        const std::string text = "name = \"a\"\n[[source]]\ntopic = \"t\"\nwhere = \"" +
                                 expression + "\"\nreduce = \"latest\"\n";
        row(name, text.c_str(), 4, says);
    };
    where("chance", "Random() > 0", "This is chance");
    where("the day", "key > current_date", "machine's clock");
    where("the clock as a text", "strftime('%f', 'NOW') > '30'", "machine's clock");
    where("the clock by default", "value.day = date()", "machine's clock");
    where("a time counted from now", "time > '-1h'", "counted from now");
    row("a topic named twice",
        "name = \"a\"\n[[source]]\ntopic = [\"t\",\n\"t\"]\nreduce = \"latest\"\n", 4,
        "\"t\" twice");
    row("a member that is no text",
        "name = \"a\"\n[[source]]\ntopic = \"t\"\nreduce = \"latest\"\ninto = 1\n", 5, "into must");
    row("a member for rows that are whole",
        "name = \"a\"\n[[source]]\ntopic = \"t\"\nreduce = \"cdc\"\ninto = \"x\"\n", 5,
        "into does not go with reduce = \"cdc\"");
    row("a mistake in the second source",
        "name = \"a\"\n[[source]]\ntopic = \"t\"\nreduce = \"latest\"\n[[source]]\ntopic = \"u\"\n"
        "kye = \"key\"\nreduce = \"latest\"\n",
        7, "topic, where, key, reduce, into");
    row("a column that is no path",
        "name = \"a\"\n[[source]]\ntopic = \"t\"\nreduce = \"latest\"\n[columns]\na = \"a..b\"\n",
        6, "a..b");
    row("a column that is no text",
        "name = \"a\"\n[[source]]\ntopic = \"t\"\nreduce = \"latest\"\n[columns]\na = 1\n", 6,
        "text");
}

void tst_Projection::mistakesAreRefusedWithFileLineAndKnownNames()
{
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    QFETCH(QByteArray, says);
    int at = 0;
    const auto projection = Projection::parse(text.toStdString(), "dir/a.toml", &at);
    QVERIFY(!projection.has_value());
    const std::string message = projection.error().message;
    const std::string place = "dir/a.toml:" + std::to_string(line) + ": ";
    QVERIFY2(message.starts_with(place), message.c_str());
    QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
    QCOMPARE(at, line);
}

void tst_Projection::columnsAndCommentsDoNotChangeWhatIsFolded()
{
    const std::string text = "name = \"a\"\n[[source]]\ntopic = \"t\"\nreduce = \"latest\"\n";
    const auto plain = Projection::parse(text, "a.toml").value();
    QVERIFY(plain.foldsLike(
        Projection::parse("# new\n" + text + "[columns]\nx = \"x\"\n", "b.toml").value()));
    const auto other = Projection::parse(text + "key = \"value.id\"\n", "a.toml");
    QVERIFY(!plain.foldsLike(other.value()));
    const auto member = Projection::parse(text + "into = \"x\"\n", "a.toml");
    QVERIFY(!plain.foldsLike(member.value()));
}

QTEST_GUILESS_MAIN(tst_Projection)
#include "tst_projection.moc"
