#include "model/capture/vector_order.h"
#include "model/replay/clock_order.h"
#include "model/replay/clock_proposal.h"
#include "model/replay/field_times.h"
#include "model/replay/moment_finder.h"
#include "tests/unit/replay/fold_ways.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

namespace {

// What a versioned store was given: by key and timestamp the value put last, null for a tombstone.
using VersionedStore = std::map<std::string, std::map<std::int64_t, std::optional<std::string>>>;

std::optional<std::string> get(const VersionedStore& store, const std::string& key,
                               std::int64_t asOf)
{
    const auto versions = store.find(key);
    if (versions == store.end()) {
        return std::nullopt;
    }
    const auto after = versions->second.upper_bound(asOf); // asOf is inclusive
    return after == versions->second.begin() ? std::nullopt : std::prev(after)->second;
}

struct Put
{
    std::int64_t ms;
    const char* value; // null: a tombstone
};
using Puts = std::vector<Put>;
using Gets = std::vector<std::pair<std::int64_t, std::string>>; // "": nothing there

TimeOrderPtr ordered(const std::string& clock, const Capture& capture,
                     const TimeOrderPtr& older = nullptr)
{
    const auto order = orderBy(Clock::parse(clock).value(), capture.snapshot(), {}, older);
    if (!order) {
        std::fprintf(stderr, "order: %s\n", order.error().message.c_str());
        std::abort();
    }
    return *order;
}

VersionLogPtr folded(const ProjectionPtr& projection, const TimeOrderPtr& order,
                     const VersionLogPtr& older = nullptr)
{
    return VersionLog::fold(projection, order, {}, {}, older).value();
}

std::map<std::string, std::string> tableAt(const VersionLogPtr& log, std::int64_t ms)
{
    return table(log, log->order()->prefix({timestampFromMs(ms), std::nullopt}));
}

std::vector<Row> rowsOf(const TimeOrder& order)
{
    std::vector<Row> rows;
    for (Rank rank = 0; rank < order.size(); ++rank) {
        rows.push_back(order.rowAt(rank));
    }
    return rows;
}

// In seconds: so few digits mean nothing finer.
std::string withTime(std::int64_t ms)
{
    const std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
    return "{\"at\":" + std::to_string(ms / 1000) + "." + fraction + "}";
}

} // namespace

Q_DECLARE_METATYPE(Puts)
Q_DECLARE_METATYPE(Gets)

class tst_ClockOrder : public QObject
{
    Q_OBJECT

private slots:
    void latestByEventTimeIsAVersionedStore_data();
    void latestByEventTimeIsAVersionedStore();
    void randomPutsGiveWhatAVersionedStoreAnswers();
    void aFieldIsReadAsATime_data();
    void aFieldIsReadAsATime();
    void aRecordWithoutTheFieldStandsAtItsTimestamp();
    void aPathThatIsNoneIsRefused();
    void aFieldThatNoRecordHasIsRefused();
    void whatComesLaterReadsOnlyItself();
    void everyClockGivesAPermutation_data();
    void everyClockGivesAPermutation();
    void aGrownOrderIsTheOneFromNothing_data() { everyClockGivesAPermutation_data(); }
    void aGrownOrderIsTheOneFromNothing();
    void aFoldGoesOnUnderAnyClock_data() { everyClockGivesAPermutation_data(); }
    void aFoldGoesOnUnderAnyClock();
    void aFoldGoesOnUnderAnotherClock();
    void aFoldByAnOffsetVectorIsNoStartForOneByItsClock();
    void aClockIsTakenByItsName();
    void changesOfADatabaseAreFound();
    void aClockIsProposedWithItsReason();
};

// The cases of KIP-889 and of VersionedKeyValueStore's documentation: one value a key and
// timestamp, a put with both the same replaces the one before it, null deletes from its timestamp
// on, and puts may come in any order.
void tst_ClockOrder::latestByEventTimeIsAVersionedStore_data()
{
    QTest::addColumn<Puts>("puts");
    QTest::addColumn<Gets>("gets");
    const auto row = [](const char* name, const Puts& puts, const Gets& gets) {
        QTest::newRow(name) << puts << gets;
    };
    row("the bound is inclusive", {{10, "a"}}, {{9, ""}, {10, "a"}, {11, "a"}});
    row("each version lasts until the next", {{10, "a"}, {20, "b"}},
        {{9, ""}, {10, "a"}, {19, "a"}, {20, "b"}, {99, "b"}});
    row("an older put does not become the latest", {{20, "b"}, {10, "a"}},
        {{9, ""}, {10, "a"}, {19, "a"}, {20, "b"}, {99, "b"}});
    row("a put between two others", {{10, "a"}, {30, "c"}, {20, "b"}},
        {{10, "a"}, {19, "a"}, {20, "b"}, {29, "b"}, {30, "c"}});
    row("a put before all others", {{20, "b"}, {30, "c"}, {5, "z"}},
        {{4, ""}, {5, "z"}, {19, "z"}, {20, "b"}, {30, "c"}});
    row("puts in falling order", {{30, "c"}, {20, "b"}, {10, "a"}},
        {{9, ""}, {10, "a"}, {20, "b"}, {30, "c"}});
    row("a tombstone deletes from its time on", {{10, "a"}, {20, nullptr}},
        {{10, "a"}, {19, "a"}, {20, ""}, {99, ""}});
    row("a value after a tombstone", {{10, "a"}, {20, nullptr}, {30, "c"}},
        {{19, "a"}, {20, ""}, {29, ""}, {30, "c"}});
    row("a late tombstone between two values", {{10, "a"}, {30, "c"}, {20, nullptr}},
        {{19, "a"}, {20, ""}, {29, ""}, {30, "c"}});
    row("a late value between a value and a tombstone", {{10, "a"}, {30, nullptr}, {20, "b"}},
        {{19, "a"}, {20, "b"}, {29, "b"}, {30, ""}});
    row("a late tombstone before all", {{20, "b"}, {10, nullptr}}, {{10, ""}, {19, ""}, {20, "b"}});
    row("a late value behind a tombstone", {{10, nullptr}, {5, "z"}},
        {{4, ""}, {5, "z"}, {9, "z"}, {10, ""}});
    row("tombstones only", {{10, nullptr}, {20, nullptr}, {15, nullptr}},
        {{10, ""}, {15, ""}, {99, ""}});
    row("of equal timestamps the later put wins", {{10, "a"}, {10, "b"}}, {{9, ""}, {10, "b"}});
    row("a tombstone at the same timestamp", {{10, "a"}, {10, nullptr}}, {{10, ""}, {11, ""}});
    row("a value at a tombstone's timestamp", {{10, nullptr}, {10, "a"}}, {{10, "a"}});
    row("a late put at a version's timestamp", {{10, "a"}, {20, "b"}, {10, "c"}},
        {{10, "c"}, {19, "c"}, {20, "b"}});
    row("a late tombstone at a version's timestamp", {{10, "a"}, {20, "b"}, {10, nullptr}},
        {{10, ""}, {19, ""}, {20, "b"}});
    row("the same again and again", {{10, "a"}, {10, nullptr}, {10, "b"}, {10, "c"}}, {{10, "c"}});
    row("the same value twice", {{10, "a"}, {20, "a"}, {15, nullptr}},
        {{10, "a"}, {15, ""}, {20, "a"}});
    row("the beginning of time", {{0, "a"}}, {{0, "a"}});
}

void tst_ClockOrder::latestByEventTimeIsAVersionedStore()
{
    QFETCH(Puts, puts);
    QFETCH(Gets, gets);
    const auto capture = Capture::inMemory();
    VersionedStore store;
    std::vector<Event> events;
    const auto json = [](const char* value) {
        return value == nullptr ? std::nullopt : std::optional("\"" + std::string(value) + "\"");
    };
    for (const Put& put : puts) {
        const auto offset = static_cast<std::int64_t>(events.size());
        events.push_back({"orders", 0, offset, put.ms, "k", json(put.value)});
        store["k"][put.ms] = json(put.value);
    }
    append(*capture, events);
    const auto log = folded(projection("orders", "latest"), ordered("event-time", *capture));
    for (const auto& [ms, value] : gets) {
        const auto expected = json(value.empty() ? nullptr : value.c_str());
        QCOMPARE(get(store, "k", ms), expected); // the table says what the rule says
        const auto rows = tableAt(log, ms);
        const auto found = rows.find("k");
        QCOMPARE(found == rows.end() ? std::nullopt : std::optional(found->second), expected);
    }
}

void tst_ClockOrder::randomPutsGiveWhatAVersionedStoreAnswers()
{
    std::mt19937 random(11);
    for (int round = 0; round < 60; ++round) {
        const auto capture = Capture::inMemory();
        VersionedStore store;
        std::vector<Event> events;
        for (int i = 0; i < 60; ++i) {
            const std::string key = "k" + std::to_string(random() % 5);
            // A key's records lie in one partition, as a store's do.
            const auto partition = static_cast<std::int32_t>(key.back() % 2);
            const auto ms = static_cast<std::int64_t>(random() % 40);
            const auto value =
                random() % 4 == 0 ? std::nullopt : std::optional(std::to_string(random() % 9));
            events.push_back({"orders", partition, i, ms, key, value});
            store[key][ms] = value;
        }
        append(*capture, events, 1 + random() % 9);
        const auto log = folded(projection("orders", "latest"), ordered("event-time", *capture));
        for (std::int64_t ms = -1; ms <= 41; ++ms) {
            std::map<std::string, std::string> expected;
            for (const auto& [key, versions] : store) {
                if (const auto value = get(store, key, ms)) {
                    expected.emplace(key, *value);
                }
            }
            QVERIFY(tableAt(log, ms) == expected);
        }
    }
}

void tst_ClockOrder::aFieldIsReadAsATime_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<qint64>("ms"); // -7: no time
    const qint64 time = 1'763'647'392'418;
    QTest::newRow("milliseconds") << "1763647392418" << time;
    QTest::newRow("microseconds") << "1763647392418999" << time;
    QTest::newRow("nanoseconds") << "1763647392418999999" << time;
    QTest::newRow("seconds") << "1763647392" << time - 418;
    QTest::newRow("seconds with a fraction") << "1763647392.4189" << time;
    QTest::newRow("one tenth") << "1763647392.4" << time - 18;
    QTest::newRow("milliseconds with a fraction") << "1763647392418.9" << time;
    QTest::newRow("a number in text") << "\"1763647392418\"" << time;
    QTest::newRow("ISO 8601") << "\"2025-11-20T14:03:12.418Z\"" << time;
    QTest::newRow("with microseconds") << "\"2025-11-20T14:03:12.418999Z\"" << time;
    QTest::newRow("with an offset") << "\"2025-11-20T16:03:12.418+02:00\"" << time;
    QTest::newRow("a space, no zone") << "\"2025-11-20 14:03:12.418\"" << time;
    QTest::newRow("a day") << "\"2025-11-20\"" << time - 50'592'418;
    QTest::newRow("before 1970") << "-1500" << qint64(-1'500'000);
    QTest::newRow("before 1970, nanoseconds") << "-100000000000000001" << qint64(-100'000'000'001);
    QTest::newRow("null") << "null" << qint64(-7);
    QTest::newRow("a bool") << "true" << qint64(-7);
    QTest::newRow("an object") << "{}" << qint64(-7);
    QTest::newRow("another text") << "\"yesterday\"" << qint64(-7);
    QTest::newRow("now is no record's time") << "\"now\"" << qint64(-7);
    QTest::newRow("a duration is none") << "\"-1h\"" << qint64(-7);
    QTest::newRow("a day that is none") << "\"2025-13-40\"" << qint64(-7);
    QTest::newRow("with an exponent") << "1.7e12" << qint64(-7);
    QTest::newRow("empty") << "\"\"" << qint64(-7);
}

void tst_ClockOrder::aFieldIsReadAsATime()
{
    QFETCH(QString, json);
    QFETCH(qint64, ms);
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 0, TimestampType::CreateTime, "k", "{\"at\":" + json.toStdString() + "}");
    const auto batch = builder.take();
    FieldReader reader({FieldPath::parse("value.at").value()});
    QCOMPARE(timeOfField(reader.read(batch->record(0)).front()).value_or(-7), ms);
}

void tst_ClockOrder::aRecordWithoutTheFieldStandsAtItsTimestamp()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"t", 0, 0, 100, "a", withTime(50)},
                      {"t", 0, 1, 110, "a", "{}"},
                      {"t", 0, 2, 120, "a", std::nullopt},
                      {"t", 0, 3, 130, "a", "not JSON"},
                      {"t", 0, 4, 140, "a", withTime(115)}});
    const auto order = ordered("event-time:value.at", *capture);
    QCOMPARE(rowsOf(*order), (std::vector<Row>{0, 1, 4, 2, 3}));
    QCOMPARE(toMs(order->timeAt(2)), std::int64_t{115});
    const auto times = readFieldTimes(capture->snapshot(), "value.at").value();
    QCOMPARE(times->withoutField, (std::vector<Row>{1, 2, 3}));
}

void tst_ClockOrder::aPathThatIsNoneIsRefused()
{
    const auto capture = Capture::inMemory();
    const auto order = orderBy({Clock::Kind::EventTime, "valeu..at"}, capture->snapshot());
    QVERIFY(!order);
    QVERIFY(order.error().message.find("valeu..at") != std::string::npos);
}

void tst_ClockOrder::aFieldThatNoRecordHasIsRefused()
{
    const auto capture = Capture::inMemory();
    const Clock clock{Clock::Kind::EventTime, "value.at"};
    QVERIFY(orderBy(clock, capture->snapshot())); // nothing is known yet
    append(*capture, {{"t", 0, 0, 100, "a", R"({"st":5})"}, {"t", 0, 1, 100, "a", "{}"}});
    const auto order = orderBy(clock, capture->snapshot());
    QVERIFY(!order);
    QVERIFY(
        order.error().message.starts_with("No record of this capture tells a time in value.at"));
    append(*capture, {{"u", 0, 0, 100, "a", withTime(7)}});
    const auto some = orderBy(clock, capture->snapshot());
    QVERIFY(some);
    QCOMPARE(recordsWithoutField(**some, *projection("t", "latest")), std::uint64_t{2});
    QCOMPARE(recordsWithoutField(**some, *projection("u", "latest")), std::uint64_t{0});
    QCOMPARE(recordsWithoutField(*ordered("log", *capture), *projection("t", "latest")),
             std::uint64_t{0});
}

void tst_ClockOrder::whatComesLaterReadsOnlyItself()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"t", 0, 0, 100, "a", withTime(50)}, {"t", 0, 1, 100, "a", "{}"}});
    const auto before = readFieldTimes(capture->snapshot(), "value.at").value();
    append(*capture, {{"t", 0, 2, 100, "a", withTime(70)}, {"t", 0, 3, 101, "a", "{}"}});
    const auto after = readFieldTimes(capture->snapshot(), "value.at", {}, before).value();
    QCOMPARE(after->ms, (std::vector<std::int64_t>{50, 100, 70, 101}));
    QCOMPARE(after->withoutField, (std::vector<Row>{1, 3}));
    const auto other = readFieldTimes(capture->snapshot(), "value.other", {}, after).value();
    QCOMPARE(other->ms, (std::vector<std::int64_t>{100, 100, 100, 101}));
}

void tst_ClockOrder::everyClockGivesAPermutation_data()
{
    QTest::addColumn<QString>("clock");
    for (const char* const clock :
         {"log", "robust", "event-time", "event-time:value.at", "commit"}) {
        QTest::newRow(clock) << clock;
    }
}

// Records whose field lies somewhere around their timestamp, some without.
std::vector<Event> randomLog(std::mt19937& random, std::size_t count)
{
    return randomEvents(random, {"orders", "payments"}, count, 9, [&random](const Event& event) {
        return random() % 7 == 0 ? std::string("{}")
                                 : withTime(event.ms - static_cast<std::int64_t>(random() % 90));
    });
}

void tst_ClockOrder::everyClockGivesAPermutation()
{
    QFETCH(QString, clock);
    std::mt19937 random(5);
    for (int round = 0; round < 20; ++round) {
        const auto capture = Capture::inMemory();
        append(*capture, randomLog(random, 200));
        const auto order = ordered(clock.toStdString(), *capture);
        auto rows = rowsOf(*order);
        for (Rank rank = 0; rank < order->size(); ++rank) {
            QCOMPARE(order->rankOf(rows[rank]), rank);
            QVERIFY(rank == 0 || order->timeAt(rank) >= order->timeAt(rank - 1));
        }
        std::sort(rows.begin(), rows.end());
        for (Row row = 0; row < 200; ++row) {
            QCOMPARE(rows[row], row);
        }
    }
}

void tst_ClockOrder::aGrownOrderIsTheOneFromNothing()
{
    QFETCH(QString, clock);
    std::mt19937 random(6);
    for (int round = 0; round < 10; ++round) {
        const auto capture = Capture::inMemory();
        const auto events = randomLog(random, 300);
        TimeOrderPtr grown;
        for (std::size_t at = 0; at < events.size();) {
            const std::size_t n = std::min<std::size_t>(1 + random() % 60, events.size() - at);
            append(*capture, {events.begin() + static_cast<std::ptrdiff_t>(at),
                              events.begin() + static_cast<std::ptrdiff_t>(at + n)});
            at += n;
            grown = ordered(clock.toStdString(), *capture, grown);
            const auto fresh = ordered(clock.toStdString(), *capture);
            QVERIFY(rowsOf(*grown) == rowsOf(*fresh));
            QCOMPARE(grown->clock(), fresh->clock());
            for (Rank rank = 0; rank < fresh->size(); ++rank) {
                QCOMPARE(grown->timeAt(rank), fresh->timeAt(rank));
            }
        }
        QCOMPARE(ordered(clock.toStdString(), *capture, grown), grown);
    }
}

void tst_ClockOrder::aFoldGoesOnUnderAnyClock()
{
    QFETCH(QString, clock);
    std::mt19937 random(8);
    for (int round = 0; round < 5; ++round) {
        const auto capture = Capture::inMemory();
        const auto events = randomLog(random, 200);
        TimeOrderPtr order;
        VersionLogPtr log;
        for (std::size_t at = 0; at < events.size();) {
            const std::size_t n = std::min<std::size_t>(1 + random() % 60, events.size() - at);
            append(*capture, {events.begin() + static_cast<std::ptrdiff_t>(at),
                              events.begin() + static_cast<std::ptrdiff_t>(at + n)});
            at += n;
            order = ordered(clock.toStdString(), *capture, order);
            log = folded(projection("orders", "merge-patch"), order, log);
        }
        const auto fresh = folded(projection("orders", "merge-patch"), order);
        for (Rank prefix = 0; prefix <= order->size(); prefix += 10) {
            QVERIFY(table(log, prefix) == table(fresh, prefix));
        }
    }
}

// More records than a mark of the fold lies apart, so that it has somewhere to go on from.
void tst_ClockOrder::aFoldGoesOnUnderAnotherClock()
{
    std::mt19937 random(9);
    const auto capture = Capture::inMemory();
    auto events = randomLog(random, 140'000);
    for (std::size_t i = 0; i < 100'000; ++i) { // alike by each clock up to there
        events[i].ms = static_cast<std::int64_t>(i * 10);
    }
    append(*capture, events, 500);
    const auto p = projection("orders", "latest");
    VersionLogPtr log;
    for (const char* const clock : {"log", "event-time", "robust", "log"}) {
        const auto order = ordered(clock, *capture);
        log = folded(p, order, log);
        const auto fresh = folded(p, order);
        for (const Rank prefix : {Rank{50'000}, Rank{110'000}, Rank{130'000}, order->size()}) {
            QCOMPARE(State::at(log, prefix)->hash().value(),
                     State::at(fresh, prefix)->hash().value());
        }
    }
    QVERIFY(log->report().refoldedFrom > 0);
}

void tst_ClockOrder::aFoldByAnOffsetVectorIsNoStartForOneByItsClock()
{
    std::mt19937 random(12);
    const auto capture = Capture::inMemory();
    append(*capture, randomLog(random, 200));
    const auto p = projection("orders", "latest");
    const auto order = ordered("log", *capture);
    const auto byVector = VectorOrder::build(order, {{{"orders", 1}, 20}});
    QVERIFY(!byVector->isPrefix());
    const auto older = folded(p, byVector);
    const auto log = folded(p, order, older);
    const auto fresh = folded(p, order);
    for (Rank prefix = 0; prefix <= order->size(); prefix += 10) {
        QVERIFY(table(log, prefix) == table(fresh, prefix));
    }
    QCOMPARE(ordered("log", *capture, order), order);
    QVERIFY(ordered("log", *capture, byVector) != byVector);
}

void tst_ClockOrder::aClockIsTakenByItsName()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 10, "a", withTime(10)}});
    const auto p = projection("orders", "latest");
    for (const std::string clock : {"log", "robust", "event-time", "event-time:value.at"}) {
        const auto order = orderFor(*p, capture->snapshot(), clock, false, {});
        QVERIFY(order);
        QCOMPARE((*order)->clock().toString(), clock);
    }
    QVERIFY(!orderFor(*p, capture->snapshot(), "wall", false, {}));
    QCOMPARE((*orderFor(*p, capture->snapshot(), "", false, {}))->clock(), Clock{});
}

void tst_ClockOrder::changesOfADatabaseAreFound()
{
    const auto capture = Capture::inMemory();
    const std::string change =
        R"({"before":null,"after":{"id":1},"source":{"name":"db","txId":7,"lsn":9,"ts_ms":5},"op":"c"})";
    const std::string maxwell =
        R"({"database":"app","table":"t","type":"insert","ts":5,"xid":7,"commit":true,"data":{"id":1}})";
    const std::string unplaced =
        R"({"before":null,"after":{"id":1},"source":{"name":"db","ts_ms":5},"op":"c"})";
    append(*capture, {{"db.app.t", 0, 0, 5, "{\"id\":1}", change},
                      {"elsewhere", 0, 0, 5, "{\"id\":1}", unplaced},
                      {"maxwell", 0, 0, 5, "a", maxwell},
                      {"orders", 0, 0, 5, "a", "{\"op\":\"c\"}"}});
    QCOMPARE(topicsOfChanges(*capture->snapshot(),
                             {"db.app.t", "elsewhere", "maxwell", "orders", "none"}),
             (std::vector<std::string>{"db.app.t", "maxwell"}));
    QVERIFY(readsChanges(*projection("db.app.t", "cdc")));
    QVERIFY(!readsChanges(*projection("orders", "latest")));
}

void tst_ClockOrder::aClockIsProposedWithItsReason()
{
    DisorderReport disorder;
    QVERIFY(!proposeClock(disorder, {}));
    PartitionDisorder part;
    part.place = {"orders", 3};
    part.distortion = {41, timestampFromMs(1'893'456'000'000), 120};
    disorder.partitions.push_back(part);
    const auto robust = proposeClock(disorder, {});
    QCOMPARE(robust->clock.toString(), std::string("robust"));
    QCOMPARE(robust->reason,
             std::string("orders-3@41 is stamped 2030-01-01T00:00:00.000Z, which by the clock log "
                         "moves 120 records behind it to that time."));
    const auto commit = proposeClock(disorder, {"db.app.t"});
    QCOMPARE(commit->clock.toString(), std::string("commit"));
    QCOMPARE(commit->reason, std::string("db.app.t is change data, which only the order of its "
                                         "database's commits puts together exactly."));
    QVERIFY(proposeClock({}, {"a", "b", "c"})->reason.starts_with("a and 2 more are change data"));
}

QTEST_GUILESS_MAIN(tst_ClockOrder)
#include "tst_clock_order.moc"
