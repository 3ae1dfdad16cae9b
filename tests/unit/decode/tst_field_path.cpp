#include "model/decode/field_path.h"

#include <QTest>

using namespace hindcast;

class tst_FieldPath : public QObject
{
    Q_OBJECT

private slots:
    void aPathReadsBackAsItWasWritten_data();
    void aPathReadsBackAsItWasWritten();
    void stepsAreNamesAndIndexes();
    void aMistakeIsShownAtItsPlace_data();
    void aMistakeIsShownAtItsPlace();
};

void tst_FieldPath::aPathReadsBackAsItWasWritten_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("steps");
    QTest::newRow("key") << QByteArray("key") << 0;
    QTest::newRow("value") << QByteArray("value") << 0;
    QTest::newRow("offset") << QByteArray("offset") << 0;
    QTest::newRow("a field of the key") << QByteArray("key.id") << 1;
    QTest::newRow("nested") << QByteArray("value.customer.country") << 2;
    QTest::newRow("index") << QByteArray("value.items[0].sku") << 3;
    QTest::newRow("index of the root") << QByteArray("value[2][13]") << 2;
    QTest::newRow("odd name") << QByteArray("value.\"odd name\".x") << 2;
    QTest::newRow("quote in a name") << QByteArray("value.\"a\"\"b\"") << 1;
    QTest::newRow("empty name") << QByteArray("value.\"\"") << 1;
    QTest::newRow("header") << QByteArray("header.traceparent") << 1;
    QTest::newRow("header with dashes") << QByteArray("header.x-request-id") << 1;
    QTest::newRow("header with dots") << QByteArray("header.\"spring.json.type\"") << 1;
    QTest::newRow("not ASCII") << QByteArray("value.größe") << 1;
}

void tst_FieldPath::aPathReadsBackAsItWasWritten()
{
    QFETCH(QByteArray, text);
    QFETCH(int, steps);
    const auto path = FieldPath::parse(text.toStdString());
    QVERIFY2(path.has_value(), path ? "" : path.error().message.c_str());
    QCOMPARE(static_cast<int>(path->steps.size()), steps);
    QCOMPARE(QByteArray::fromStdString(path->toString()), text);
}

void tst_FieldPath::stepsAreNamesAndIndexes()
{
    const auto path = FieldPath::parse("value.items[12].\"a.b\"");
    QVERIFY(path.has_value());
    QVERIFY(path->root == FieldPath::Root::Value);
    QCOMPARE(std::get<std::string>(path->steps[0]), std::string("items"));
    QCOMPARE(std::get<std::size_t>(path->steps[1]), std::size_t{12});
    QCOMPARE(std::get<std::string>(path->steps[2]), std::string("a.b"));
    QCOMPARE(FieldPath::parse("header.spring.json.type").value(),
             FieldPath::parse("header.\"spring.json.type\"").value());
}

void tst_FieldPath::aMistakeIsShownAtItsPlace_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray("") << QByteArray("key, value, header");
    QTest::newRow("no such root") << QByteArray("valu.x") << QByteArray("key, value, header");
    QTest::newRow("dot at the end") << QByteArray("value.") << QByteArray("character 7");
    QTest::newRow("two dots") << QByteArray("value..x") << QByteArray("character 7");
    QTest::newRow("open bracket") << QByteArray("value.a[1") << QByteArray("[0]");
    QTest::newRow("negative index") << QByteArray("value.a[-1]") << QByteArray("[0]");
    QTest::newRow("no dot behind an index") << QByteArray("value[0]x") << QByteArray("character 9");
    QTest::newRow("open quote") << QByteArray("value.\"x") << QByteArray("closing quote");
    QTest::newRow("fields of the topic") << QByteArray("topic.x") << QByteArray("no fields");
    QTest::newRow("header alone") << QByteArray("header") << QByteArray("header.traceparent");
    QTest::newRow("header with fields") << QByteArray("header.\"a\".b") << QByteArray("no fields");
    QByteArray deep = "value";
    for (int i = 0; i < 300; ++i) {
        deep += ".a";
    }
    QTest::newRow("300 steps") << deep << QByteArray("256");
}

void tst_FieldPath::aMistakeIsShownAtItsPlace()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, says);
    const auto path = FieldPath::parse(text.toStdString());
    QVERIFY(!path.has_value());
    QVERIFY(path.error().code == ErrorCode::InvalidArgument);
    QVERIFY2(path.error().message.find(says.toStdString()) != std::string::npos,
             path.error().message.c_str());
}

QTEST_GUILESS_MAIN(tst_FieldPath)
#include "tst_field_path.moc"
