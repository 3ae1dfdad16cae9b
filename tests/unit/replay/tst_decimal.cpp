#include "model/replay/decimal.h"

#include <QTest>
#include <random>

using namespace hindcast;

namespace {

std::string sumOf(const std::vector<std::string>& numbers)
{
    Decimal sum;
    for (const std::string& number : numbers) {
        const auto parsed = Decimal::parse(number);
        if (!parsed) {
            return "(refused)";
        }
        sum += *parsed;
    }
    return sum.toString();
}

std::string sign(std::strong_ordering order)
{
    return order < 0 ? "<" : order > 0 ? ">" : "=";
}

} // namespace

class tst_Decimal : public QObject
{
    Q_OBJECT

private slots:
    void sumsLoseNothing_data();
    void sumsLoseNothing();
    void numbersAreOrderedByValue_data();
    void numbersAreOrderedByValue();
    void quotientsAreExactOrRoundedHalfToEven_data();
    void quotientsAreExactOrRoundedHalfToEven();
    void spellingsOfOneNumberAreOne_data();
    void spellingsOfOneNumberAreOne();
    void randomSumsAreThoseOfWideIntegers();
};

void tst_Decimal::sumsLoseNothing_data()
{
    QTest::addColumn<QStringList>("numbers");
    QTest::addColumn<QString>("sum");
    const auto row = [](const char* name, std::initializer_list<const char*> numbers,
                        const char* sum) {
        QStringList list;
        for (const char* const number : numbers) {
            list << QString::fromLatin1(number);
        }
        QTest::newRow(name) << list << QString::fromLatin1(sum);
    };
    row("nothing", {}, "0");
    row("what doubles get wrong", {"0.1", "0.2"}, "0.3");
    row("places are kept", {"0.10", "0.2"}, "0.30");
    row("of what cancels out too", {"1.50", "-1.5"}, "0.00");
    row("2^63", {"9223372036854775807", "1"}, "9223372036854775808");
    row("-2^63 and back", {"-9223372036854775807", "-1", "1"}, "-9223372036854775807");
    row("past 2^53", {"9007199254740993", "0.0000001"}, "9007199254740993.0000001");
    row("far past 64 bits", {"123456789012345678901234567890", "0.5"},
        "123456789012345678901234567890.5");
    row("back from there", {"123456789012345678901234567890", "-123456789012345678901234567889"},
        "1");
    row("to below zero", {"100000000000000000000", "-100000000000000000000.25"}, "-0.25");
    row("carries", {"999999999999999999", "1"}, "1000000000000000000");
    row("borrows", {"1000000000000000000", "-0.001"}, "999999999999999999.999");
    row("exponents", {"1e3", "1.5E-3", "2e+0"}, "1002.0015");
    row("an exponent past a double's", {"1e400", "-1e400", "7"}, "7");
    row("zero with an exponent", {"0e99999999999999999999", "1"}, "1");
    row("minus zero", {"-0", "-0.0"}, "0.0");
    row("a number as large as memory", {"1e999999999"}, "(refused)");
    row("one as small", {"1e-999999999"}, "(refused)");
    row("an exponent past 64 bits", {"1e99999999999999999999"}, "(refused)");
    row("no number", {"01"}, "(refused)");
    row("no number either", {"NaN"}, "(refused)");
}

void tst_Decimal::sumsLoseNothing()
{
    QFETCH(QStringList, numbers);
    std::vector<std::string> texts;
    for (const QString& number : numbers) {
        texts.push_back(number.toStdString());
    }
    QTEST(QString::fromStdString(sumOf(texts)), "sum");
    std::reverse(texts.begin(), texts.end());
    QTEST(QString::fromStdString(sumOf(texts)), "sum");
}

void tst_Decimal::numbersAreOrderedByValue_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("is");
    QTest::addColumn<QString>("b");
    const auto row = [](const char* a, const char* is, const char* b) {
        QTest::addRow("%s %s %s", a, is, b)
            << QString::fromLatin1(a) << QString::fromLatin1(is) << QString::fromLatin1(b);
    };
    row("1", "=", "1.0");
    row("10e-1", "=", "1");
    row("-0", "=", "0.00");
    row("2", "<", "10");
    row("-2", ">", "-10");
    row("-1", "<", "0");
    row("0.1", "<", "0.10000000000000000000000001");
    row("9223372036854775807", "<", "9223372036854775808");
    row("-9223372036854775809", "<", "-9223372036854775808");
    row("9007199254740993", ">", "9007199254740992");
    row("1e400", ">", "-1e400");
    row("1e400", "<", "1.0000001e400");
}

void tst_Decimal::numbersAreOrderedByValue()
{
    QFETCH(QString, a);
    QFETCH(QString, b);
    const Decimal left = Decimal::parse(a.toStdString()).value();
    const Decimal right = Decimal::parse(b.toStdString()).value();
    QTEST(QString::fromStdString(sign(left <=> right)), "is");
    QCOMPARE(right <=> left, 0 <=> (left <=> right));
    QCOMPARE(left == right, (left <=> right) == 0);
}

void tst_Decimal::quotientsAreExactOrRoundedHalfToEven_data()
{
    QTest::addColumn<QString>("number");
    QTest::addColumn<qulonglong>("divisor");
    QTest::addColumn<QString>("quotient");
    const auto row = [](const char* number, qulonglong divisor, const char* quotient) {
        QTest::addRow("%s / %llu", number, divisor)
            << QString::fromLatin1(number) << divisor << QString::fromLatin1(quotient);
    };
    row("0", 7, "0");
    row("0.00", 7, "0.00");
    row("12.50", 1, "12.50");
    row("1", 4, "0.25");
    row("-1", 8, "-0.125");
    row("10", 4, "2.5");
    row("10.00", 4, "2.50");
    row("1", 3, "0.3333333333333333333333333333333333");
    row("2", 3, "0.6666666666666666666666666666666667");
    row("-20", 3, "-6.666666666666666666666666666666667");
    row("100", 18446744073709551615ULL, "0.00000000000000000542101086242752217033113759205528");
    row("1000000000000000000000000000000000000", 3, "333333333333333333333333333333333333");
    row("5", 2, "2.5");
}

void tst_Decimal::quotientsAreExactOrRoundedHalfToEven()
{
    QFETCH(QString, number);
    QFETCH(qulonglong, divisor);
    const Decimal value = Decimal::parse(number.toStdString()).value();
    QTEST(QString::fromStdString(value.dividedBy(divisor)), "quotient");
    QCOMPARE(Decimal::parse("0.25").value().dividedBy(1, 1), std::string("0.25"));
    QCOMPARE(Decimal::parse("5").value().dividedBy(8, 2), std::string("0.62")); // 0.625, to even
    QCOMPARE(Decimal::parse("7").value().dividedBy(8, 2), std::string("0.88")); // 0.875, to even
}

void tst_Decimal::spellingsOfOneNumberAreOne_data()
{
    QTest::addColumn<QString>("number");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* number, const char* text) {
        QTest::newRow(number) << QString::fromLatin1(number) << QString::fromLatin1(text);
    };
    row("1", "1e0");
    row("1.0", "1e0");
    row("10e-1", "1e0");
    row("0.1E1", "1e0");
    row("-0.0", "0");
    row("0e5", "0");
    row("1e400", "1e400");
    row("1200", "12e2");
    row("-0.00120", "-12e-4");
    row("true", "true");
}

void tst_Decimal::spellingsOfOneNumberAreOne()
{
    QFETCH(QString, number);
    QTEST(QString::fromStdString(sameNumberText(number.toStdString())), "text");
}

void tst_Decimal::randomSumsAreThoseOfWideIntegers()
{
    __extension__ using Wide = __int128;
    std::mt19937_64 random(6902);
    for (int round = 0; round < 2000; ++round) {
        Wide expected = 0;
        Decimal sum;
        for (int i = 0; i < 20; ++i) {
            const auto digits = static_cast<long long>(random() >> (random() % 63 + 1));
            const int places = static_cast<int>(random() % 7);
            const bool negative = random() % 2 == 0;
            sum += Decimal::parse((negative ? "-" : "") + std::to_string(digits) + "e-" +
                                  std::to_string(places))
                       .value();
            Wide value = negative ? -digits : digits;
            for (int p = places; p < 6; ++p) {
                value *= 10;
            }
            expected += value;
        }
        std::string text;
        for (Wide rest = expected < 0 ? -expected : expected; rest != 0; rest /= 10) {
            text.insert(0, 1, static_cast<char>('0' + static_cast<int>(rest % 10)));
        }
        const std::string whole = (expected < 0 ? "-" : "") + (text.empty() ? "0" : text) + "e-6";
        QCOMPARE(sameNumberText(sum.toString()), sameNumberText(whole));
    }
}

QTEST_GUILESS_MAIN(tst_Decimal)
#include "tst_decimal.moc"
