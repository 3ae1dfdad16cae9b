#include "model/replay/columns.h"
#include "model/replay/condition_watch.h"
#include "tests/unit/replay/replay_fixture.h"

#include <QTest>
#include <random>

using namespace hindcast;
using namespace hindcast::test;

namespace {

const std::vector<ProjectionColumn> kColumns = [] {
    std::vector<ProjectionColumn> columns;
    for (const char* const name : {"n", "s", "t"}) {
        columns.push_back({name, *FieldPath::parse(std::string("value.") + name)});
    }
    return columns;
}();

// A log of many pieces: `n` rises, `s` changes seldom, `t` never.
struct LongLog
{
    static constexpr Version kSize = 80'000;

    explicit LongLog(KeyNo keys)
    {
        std::mt19937 random(3);
        std::vector<Event> events;
        for (Version i = 0; i < kSize; ++i) {
            Event event;
            event.offset = i;
            event.ms = 1'795'000'000'000 + i;
            event.key = "k" + std::to_string(random() % keys);
            event.value = R"({"n":)" + std::to_string(i) + R"(,"s":")" +
                          (random() % 10'000 == 0 ? "rare" : "usual") + R"(","t":"same"})";
            events.push_back(std::move(event));
        }
        capture = Capture::inMemory();
        append(*capture, events, 1000);
        log = fold(*capture, projection("orders", "latest"));
    }

    ConditionWatch watch(std::string_view condition) const
    {
        return std::move(*ConditionWatch::compile(log, condition, kColumns));
    }
    // By the book.
    std::vector<Version> became(std::string_view text) const
    {
        std::vector<Version> found;
        std::map<KeyNo, bool> held;
        for (Version v = 0; v < log->size(); ++v) {
            const bool holds = log->stateOf(v).value()->find(text) != std::string::npos;
            bool& before = held[log->keyOf(v)];
            if (holds && !before) {
                found.push_back(v);
            }
            before = holds;
        }
        return found;
    }

    std::shared_ptr<Capture> capture;
    VersionLogPtr log;
};

} // namespace

// Conditions over logs that are looked at piece by piece, by two threads.
class tst_ConditionWatch : public QObject
{
    Q_OBJECT

private slots:
    void allPlacesOfARareConditionAreFoundBothWays_data();
    void allPlacesOfARareConditionAreFoundBothWays();
    void theOnlyPlaceIsFoundFromBothEnds();
    void aConditionThatAlwaysHoldsBecameTrueWithEachKey_data();
    void aConditionThatAlwaysHoldsBecameTrueWithEachKey();
    void whereItHoldsNowhereNothingIsFound();
    void aStopEndsTheSearch();
};

void tst_ConditionWatch::allPlacesOfARareConditionAreFoundBothWays_data()
{
    QTest::addColumn<QByteArray>("condition");
    QTest::newRow("judged before it is parsed") << QByteArray("s = 'rare'");
    QTest::newRow("parsed always") << QByteArray("s like 'rare'");
    QTest::newRow("with the key") << QByteArray("s = 'rare' and key >= 'k'");
}

void tst_ConditionWatch::allPlacesOfARareConditionAreFoundBothWays()
{
    QFETCH(QByteArray, condition);
    const LongLog all(1000);
    const std::vector<Version> expected = all.became(R"("s":"rare")");
    QVERIFY(expected.size() > 3);
    std::vector<Version> found;
    auto forwards = all.watch(condition.toStdString());
    for (Version from = 0;;) {
        const auto next = forwards.next(from).value();
        if (!next) {
            break;
        }
        found.push_back(*next);
        from = *next + 1;
    }
    QCOMPARE(found, expected);

    found.clear();
    auto backwards = all.watch(condition.toStdString());
    for (Version before = all.log->size();;) {
        const auto previous = backwards.previous(before).value();
        if (!previous) {
            break;
        }
        found.insert(found.begin(), *previous);
        before = *previous;
    }
    QCOMPARE(found, expected);
}

void tst_ConditionWatch::theOnlyPlaceIsFoundFromBothEnds()
{
    const LongLog all(1000);
    for (const Version place : {Version{0}, Version{1}, Version{16'383}, Version{16'384},
                                Version{77'777}, LongLog::kSize - 1}) {
        const std::string condition = "n = " + std::to_string(place);
        QCOMPARE(all.watch(condition).next(0).value(), std::optional(place));
        QCOMPARE(all.watch(condition).previous(LongLog::kSize).value(), std::optional(place));
        QCOMPARE(all.watch(condition).previous(place).value(), std::nullopt);
        QCOMPARE(all.watch(condition).next(place + 1).value(), std::nullopt);
        QCOMPARE(all.watch(condition).next(place).value(), std::optional(place));
    }
}

// Nearly every version satisfies it, and nearly none began to.
void tst_ConditionWatch::aConditionThatAlwaysHoldsBecameTrueWithEachKey_data()
{
    QTest::addColumn<int>("keys");
    QTest::newRow("few") << 50;
    QTest::newRow("more than are read one by one") << 5000;
}

void tst_ConditionWatch::aConditionThatAlwaysHoldsBecameTrueWithEachKey()
{
    QFETCH(int, keys);
    const LongLog all(static_cast<KeyNo>(keys));
    const std::vector<Version> expected = all.became(R"("t":"same")");
    QCOMPARE(expected.size(), static_cast<std::size_t>(keys));
    auto watch = all.watch("t = 'same'");
    QCOMPARE(watch.previous(LongLog::kSize).value(), std::optional(expected.back()));
    QCOMPARE(watch.previous(expected.back()).value(), std::optional(expected[expected.size() - 2]));
    QCOMPARE(all.watch("t = 'same'").next(expected[20]).value(), std::optional(expected[20]));
    QCOMPARE(all.watch("t = 'same'").next(expected.back() + 1).value(), std::nullopt);
    const KeyNo key = all.log->keyOf(expected[30]);
    QCOMPARE(watch.next(0, key).value(), std::optional(expected[30]));
    QCOMPARE(watch.previous(LongLog::kSize, key).value(), std::optional(expected[30]));
    QCOMPARE(watch.previous(expected[30], key).value(), std::nullopt);
}

void tst_ConditionWatch::whereItHoldsNowhereNothingIsFound()
{
    const LongLog all(1000);
    for (const char* const condition : {"n < 0", "s = 'none'", "s like 'none'"}) {
        auto watch = all.watch(condition);
        QCOMPARE(watch.next(0).value(), std::nullopt);
        QCOMPARE(watch.previous(LongLog::kSize).value(), std::nullopt);
        QCOMPARE(watch.previous(0).value(), std::nullopt);
        QCOMPARE(watch.next(LongLog::kSize).value(), std::nullopt);
        QCOMPARE(watch.next(kNoVersion).value(), std::nullopt);
    }
}

void tst_ConditionWatch::aStopEndsTheSearch()
{
    const LongLog all(1000);
    std::stop_source stop;
    stop.request_stop();
    auto watch = all.watch("s = 'none'");
    const auto stopped = watch.next(0, kNoKeyNo, stop.get_token());
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    // What was not looked at is, when it is asked for again.
    QCOMPARE(watch.next(0).value(), std::nullopt);
}

QTEST_GUILESS_MAIN(tst_ConditionWatch)
#include "tst_condition_watch.moc"
