#include "model/query/regexp_function.h"

#include <QTest>

#include <sqlite3.h>

using namespace hindcast;

class tst_Regexp : public QObject
{
    Q_OBJECT

private slots:
    void aPatternIsFoundInAText_data();
    void aPatternIsFoundInAText();
    void aMistakeSaysWhere_data();
    void aMistakeSaysWhere();
};

void tst_Regexp::aPatternIsFoundInAText_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("result");
    QTest::newRow("anywhere") << QByteArray("'xaby' regexp 'ab'") << QByteArray("1");
    QTest::newRow("nowhere") << QByteArray("'xaby' regexp '^ab'") << QByteArray("0");
    QTest::newRow("empty pattern") << QByteArray("'x' regexp ''") << QByteArray("1");
    QTest::newRow("empty text") << QByteArray("'' regexp 'x'") << QByteArray("0");
    QTest::newRow("null text") << QByteArray("null regexp 'x'") << QByteArray("null");
    QTest::newRow("null pattern") << QByteArray("'x' regexp null") << QByteArray("null");
    QTest::newRow("a number is text") << QByteArray("42 regexp '^4'") << QByteArray("1");
    QTest::newRow("characters, not bytes")
        << QByteArray("'\u20ac' regexp '^.$'") << QByteArray("1");
    QTest::newRow("lookahead") << QByteArray("'ab' regexp 'a(?=b)'") << QByteArray("1");
    QTest::newRow("a text with a NUL")
        << QByteArray("cast(x'610062' as text) regexp 'a\\x00b'") << QByteArray("1");
    QTest::newRow("a text that is not UTF-8")
        << QByteArray("cast(x'ff61' as text) regexp 'a'") << QByteArray("1");
    QTest::newRow("a pattern from a column")
        << QByteArray("(select sum('abc' regexp p) from (select 'a' p union all select 'x'))")
        << QByteArray("1");
    QTest::newRow("a broken pattern")
        << QByteArray("'x' regexp ('(' || '')")
        << QByteArray("The pattern goes wrong at character 2: missing "
                      "closing parenthesis.");
}

void tst_Regexp::aPatternIsFoundInAText()
{
    QFETCH(QByteArray, expression);
    QFETCH(QByteArray, result);
    sqlite3* database = nullptr;
    QCOMPARE(sqlite3_open(":memory:", &database), SQLITE_OK);
    registerRegexp(database);
    sqlite3_stmt* statement = nullptr;
    const QByteArray sql = "select " + expression;
    QCOMPARE(sqlite3_prepare_v2(database, sql.constData(), -1, &statement, nullptr), SQLITE_OK);
    QByteArray seen;
    if (sqlite3_step(statement) != SQLITE_ROW) {
        seen = sqlite3_errmsg(database);
    } else if (sqlite3_column_type(statement, 0) == SQLITE_NULL) {
        seen = "null";
    } else {
        seen = QByteArray::number(sqlite3_column_int(statement, 0));
    }
    QCOMPARE(seen, result);
    sqlite3_finalize(statement);
    sqlite3_close(database);
}

void tst_Regexp::aMistakeSaysWhere_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("good") << QByteArray("a+b") << -1 << QByteArray();
    QTest::newRow("open group") << QByteArray("(a") << 2 << QByteArray("parenthesis");
    QTest::newRow("nothing to repeat") << QByteArray("a|*") << 2 << QByteArray("quantifier");
    QTest::newRow("open class") << QByteArray("[a") << 2 << QByteArray("]");
    QTest::newRow("too large once compiled")
        << QByteArray("((a{1000}){1000}){1000}") << 0 << QByteArray("large");
    QTest::newRow("too long") << QByteArray(100'000, 'a') << 0 << QByteArray("64 KiB");
}

void tst_Regexp::aMistakeSaysWhere()
{
    QFETCH(QByteArray, pattern);
    QFETCH(int, offset);
    QFETCH(QByteArray, says);
    const auto mistake = checkPattern(pattern.toStdString());
    QCOMPARE(mistake.has_value(), offset >= 0);
    if (mistake) {
        QVERIFY2(mistake->message.find(says.toStdString()) != std::string::npos,
                 mistake->message.c_str());
        QVERIFY(offset == 0 || static_cast<int>(mistake->offset) == offset);
    }
}

QTEST_GUILESS_MAIN(tst_Regexp)
#include "tst_regexp.moc"
