#include "model/record/timestamp.h"

#include <QTest>

using namespace hindcast;
using namespace std::chrono_literals;

class tst_Timestamp : public QObject
{
    Q_OBJECT

private slots:
    void textBecomesATime_data();
    void textBecomesATime();
    void textThatIsNoTimeIsRefusedInWords_data();
    void textThatIsNoTimeIsRefusedInWords();
    void aTimeReadsBackAsItWasWritten();
    void durationsReadAsAPersonSaysThem_data();
    void durationsReadAsAPersonSaysThem();
};

namespace {
constexpr Timestamp kNow = timestampFromMs(1'795'269'792'418); // 2026-11-21T14:03:12.418Z
}

void tst_Timestamp::textBecomesATime_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("ms");

    QTest::newRow("utc") << QByteArray("2026-11-20T14:03:12.418Z") << qint64{1'795'183'392'418};
    QTest::newRow("a blank for T, no zone")
        << QByteArray("2026-11-20 14:03:12.418") << qint64{1'795'183'392'418};
    QTest::newRow("zone east") << QByteArray("2026-11-20T16:03:12.418+02:00")
                               << qint64{1'795'183'392'418};
    QTest::newRow("zone west, no colon")
        << QByteArray("2026-11-20T09:33:12.418-0430") << qint64{1'795'183'392'418};
    QTest::newRow("microseconds are cut")
        << QByteArray("2026-11-20T14:03:12.418999Z") << qint64{1'795'183'392'418};
    QTest::newRow("one digit of a second")
        << QByteArray("2026-11-20T14:03:12.4Z") << qint64{1'795'183'392'400};
    QTest::newRow("minutes only") << QByteArray("2026-11-20T14:03Z") << qint64{1'795'183'380'000};
    QTest::newRow("a day") << QByteArray("2026-11-20") << qint64{1'795'132'800'000};
    QTest::newRow("leap day") << QByteArray("2024-02-29") << qint64{1'709'164'800'000};
    QTest::newRow("before 1970") << QByteArray("1969-12-31T23:59:59.999Z") << qint64{-1};
    QTest::newRow("milliseconds") << QByteArray("1795183392418") << qint64{1'795'183'392'418};
    QTest::newRow("now") << QByteArray("now") << qint64{toMs(kNow)};
    QTest::newRow("an hour ago") << QByteArray("-1h") << qint64{toMs(kNow - 1h)};
    QTest::newRow("half a second ago") << QByteArray("-500ms") << qint64{toMs(kNow - 500ms)};
}

void tst_Timestamp::textBecomesATime()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, ms);
    const auto t = parseTimestamp(text.toStdString(), kNow);
    QVERIFY2(t.has_value(), t ? "" : t.error().message.c_str());
    QCOMPARE(static_cast<qint64>(toMs(*t)), ms);
}

void tst_Timestamp::textThatIsNoTimeIsRefusedInWords_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* bad :
         {"", "yesterday", "2026-13-01", "2025-02-29", "2026-11-20T", "2026-11-20T14",
          "2026-11-20T14:61", "2026-11-20T14:03:12.", "2026-11-20T14:03:12+1",
          "2026-11-20T14:03:12+99:00", "-1y", "-", "2026-11-20T14:03:12Zx"}) {
        QTest::newRow(bad) << QByteArray(bad);
    }
}

void tst_Timestamp::textThatIsNoTimeIsRefusedInWords()
{
    QFETCH(QByteArray, text);
    const auto t = parseTimestamp(text.toStdString(), kNow);
    QVERIFY(!t.has_value());
    QCOMPARE(t.error().code, ErrorCode::InvalidArgument);
    QVERIFY(t.error().message.find("is not a time") != std::string::npos);
}

void tst_Timestamp::aTimeReadsBackAsItWasWritten()
{
    for (const std::int64_t ms :
         {0LL, 1LL, 1'795'183'392'418LL, -62'135'596'800'000LL, 4'102'444'800'000LL,
          253'402'300'800'000LL, 1'763'647'392'418'000LL, 9'223'372'036'854'775'807LL,
          -62'167'219'200'001LL, -9'000'000'000'000'000'000LL}) {
        const auto back = parseTimestamp(formatUtc(timestampFromMs(ms)), kNow);
        QVERIFY(back.has_value());
        QCOMPARE(static_cast<qint64>(toMs(*back)), static_cast<qint64>(ms));
    }
    QCOMPARE(formatUtc(kNoTimestamp), std::string("-"));
    QCOMPARE(formatUtc(timestampFromMs(1'763'647'392'418'000)),
             std::string("57857-10-05T13:26:58.000Z"));
    QCOMPARE(formatUtc(timestampFromMs(-62'167'219'200'001)),
             std::string("-0001-12-31T23:59:59.999Z"));
}

void tst_Timestamp::durationsReadAsAPersonSaysThem_data()
{
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("few milliseconds") << qint64{4} << QByteArray("4ms");
    QTest::newRow("tenths") << qint64{300} << QByteArray("0.3s");
    QTest::newRow("seconds") << qint64{8'449} << QByteArray("8.4s");
    QTest::newRow("never 60.0s") << qint64{59'999} << QByteArray("59.9s");
    QTest::newRow("minutes") << qint64{131'000} << QByteArray("2m 11s");
    QTest::newRow("hours") << qint64{3'900'000} << QByteArray("1h 05m");
    QTest::newRow("days") << qint64{273'600'000} << QByteArray("3d 4h");
    QTest::newRow("back in time") << qint64{-131'000} << QByteArray("-2m 11s");
}

void tst_Timestamp::durationsReadAsAPersonSaysThem()
{
    QFETCH(qint64, ms);
    QFETCH(QByteArray, text);
    QCOMPARE(formatDuration(std::chrono::milliseconds{ms}), text.toStdString());
}

QTEST_GUILESS_MAIN(tst_Timestamp)
#include "tst_timestamp.moc"
