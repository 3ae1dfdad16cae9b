#include "model/decode/json_text.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace hindcast;

class tst_JsonText : public QObject
{
    Q_OBJECT

private slots:
    void numbersAreReadAsTheyAreWritten_data();
    void numbersAreReadAsTheyAreWritten();
    void whatIsNoNumberIsRefused_data();
    void whatIsNoNumberIsRefused();
    void escapesBecomeText_data();
    void escapesBecomeText();
};

void tst_JsonText::numbersAreReadAsTheyAreWritten_data()
{
    constexpr double inf = std::numeric_limits<double>::infinity();
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("integer");
    QTest::addColumn<qint64>("value");
    QTest::addColumn<double>("approximate");
    QTest::newRow("0") << QByteArray("0") << true << qint64{0} << 0.0;
    QTest::newRow("-0") << QByteArray("-0") << true << qint64{0} << -0.0;
    QTest::newRow("2^63-1") << QByteArray("9223372036854775807") << true
                            << std::numeric_limits<qint64>::max() << 9223372036854775807.0;
    QTest::newRow("-2^63") << QByteArray("-9223372036854775808") << true
                           << std::numeric_limits<qint64>::min() << -9223372036854775808.0;
    QTest::newRow("2^63") << QByteArray("9223372036854775808") << false << qint64{0}
                          << 9223372036854775808.0;
    QTest::newRow("30 digits") << QByteArray("123456789012345678901234567890") << false << qint64{0}
                               << 123456789012345678901234567890.0;
    QTest::newRow("0.1") << QByteArray("0.1") << false << qint64{0} << 0.1;
    QTest::newRow("1e2") << QByteArray("1e2") << false << qint64{0} << 100.0;
    QTest::newRow("1E+2") << QByteArray("1E+2") << false << qint64{0} << 100.0;
    QTest::newRow("1e400") << QByteArray("1e400") << false << qint64{0} << inf;
    QTest::newRow("-1e400") << QByteArray("-1e400") << false << qint64{0} << -inf;
    QTest::newRow("1e-400") << QByteArray("1e-400") << false << qint64{0} << 0.0;
    QTest::newRow("0e999999999999999999999")
        << QByteArray("0e999999999999999999999") << false << qint64{0} << 0.0;
    QTest::newRow("1e999999999999999999999")
        << QByteArray("1e999999999999999999999") << false << qint64{0} << inf;
    QTest::newRow("1e-999999999999999999999")
        << QByteArray("1e-999999999999999999999") << false << qint64{0} << 0.0;
    QTest::newRow("tiny first, large exponent")
        << QByteArray("0.00001e320") << false << qint64{0} << inf;
}

void tst_JsonText::numbersAreReadAsTheyAreWritten()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, integer);
    QFETCH(qint64, value);
    QFETCH(double, approximate);
    const auto number = readJsonNumber(text.toStdString());
    QVERIFY(number.has_value());
    QCOMPARE(number->integer, integer);
    QCOMPARE(static_cast<qint64>(number->value), value);
    QVERIFY(number->approximate == approximate);
    QCOMPARE(std::signbit(number->approximate), std::signbit(approximate));
}

void tst_JsonText::whatIsNoNumberIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* bad : {"", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1.e3", "NaN",
                            "Infinity", "0x10", "1_000", "1 2", "1a"}) {
        QTest::newRow(bad) << QByteArray(bad);
    }
}

void tst_JsonText::whatIsNoNumberIsRefused()
{
    QFETCH(QByteArray, text);
    QVERIFY(!readJsonNumber(text.toStdString()).has_value());
}

void tst_JsonText::escapesBecomeText_data()
{
    QTest::addColumn<QByteArray>("literal");
    QTest::addColumn<bool>("good");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("none") << QByteArray("abc") << true << QByteArray("abc");
    QTest::newRow("all short ones")
        << QByteArray(R"(\"\\\/\b\f\n\r\t)") << true << QByteArray("\"\\/\b\f\n\r\t");
    QTest::newRow("one byte") << QByteArray(R"(\u0041)") << true << QByteArray("A");
    QTest::newRow("NUL") << QByteArray(R"(a\u0000b)") << true << QByteArray("a\0b", 3);
    QTest::newRow("two bytes") << QByteArray(R"(\u00e9)") << true << QByteArray("\u00e9");
    QTest::newRow("three bytes") << QByteArray(R"(\u20AC)") << true << QByteArray("\u20ac");
    QTest::newRow("a pair") << QByteArray(R"(\ud83d\ude00)") << true << QByteArray("\U0001F600");
    QTest::newRow("high surrogate alone")
        << QByteArray(R"(x\ud83dy)") << true << QByteArray("x\uFFFDy");
    QTest::newRow("low surrogate alone") << QByteArray(R"(\ude00)") << true << QByteArray("\uFFFD");
    QTest::newRow("two high ones")
        << QByteArray(R"(\ud83d\ud83d\ude00)") << true << QByteArray("\uFFFD\U0001F600");
    QTest::newRow("no such escape") << QByteArray(R"(\x41)") << false << QByteArray();
    QTest::newRow("breaks off") << QByteArray("abc\\") << false << QByteArray();
    QTest::newRow("three digits") << QByteArray(R"(\u12)") << false << QByteArray();
    QTest::newRow("a sign is no digit") << QByteArray(R"(\u-123)") << false << QByteArray();
}

void tst_JsonText::escapesBecomeText()
{
    QFETCH(QByteArray, literal);
    QFETCH(bool, good);
    QFETCH(QByteArray, text);
    std::string out;
    QCOMPARE(unescapeJson(literal.toStdString(), out), good);
    if (good) {
        QCOMPARE(QByteArray::fromStdString(out), text);
    }
}

QTEST_GUILESS_MAIN(tst_JsonText)
#include "tst_json_text.moc"
