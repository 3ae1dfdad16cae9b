#include "tests/unit/replay/fold_ways.h"

using namespace hindcast;
using namespace hindcast::test;

namespace {

// Enough that a fold goes by lanes; a piece of it does not.
constexpr std::size_t kMany = 24'000;
constexpr std::size_t kPiece = 6'000;

// JSON that every reducer of the projections below can do something with, and some that none can.
std::string someValue(std::mt19937& random, unsigned members)
{
    static const char* const kStates[] = {"CREATED", "PAID", "SHIPPED", "DELIVERED"};
    switch (random() % 40) {
    case 0:
        return "a mere text";
    case 1:
        return R"({"n":)";
    case 2:
        return "7";
    default:
        break;
    }
    std::string value = "{\"s\":\"" + std::string(kStates[random() % 4]) +
                        "\",\"n\":" + std::to_string(random() % 5);
    if (members > 1 && random() % 2 == 0) {
        value += random() % 3 == 0 ? R"(,"gone":null)" : R"(,"gone":{"a":1,"b":[1,2]})";
    }
    return value + ",\"id\":\"k" + std::to_string(random() % 300) + "\"}";
}

std::string somePatch(std::mt19937& random)
{
    static const char* const kPatches[] = {
        R"([{"op":"add","path":"/a","value":1}])",
        R"([{"op":"add","path":"/list","value":[1]},{"op":"add","path":"/list/-","value":2}])",
        R"([{"op":"remove","path":"/a"}])",
        R"([{"op":"test","path":"/a","value":1},{"op":"replace","path":"/a","value":0.10}])",
        R"([{"op":"replace","path":"","value":{"fresh":true}}])",
        "no patch"};
    return kPatches[random() % 6];
}

std::string source(const std::string& topic, const std::string& rest)
{
    return "[[source]]\ntopic = \"" + topic + "\"\n" + rest;
}

} // namespace

// A fold that goes by lanes against one that goes record by record, because it comes in pieces too
// small for lanes. On a machine with one core both go record by record.
class tst_FoldLanes : public QObject
{
    Q_OBJECT

private slots:
    void aLogIsTheSameAsRecordByRecord_data();
    void aLogIsTheSameAsRecordByRecord();
    void itStopsWhenAskedTo();
    void aScriptThatNeverEndsIsNamedAndTheOthersGoOn();
};

void tst_FoldLanes::aLogIsTheSameAsRecordByRecord_data()
{
    QTest::addColumn<QString>("sources");
    QTest::addColumn<int>("seed");
    const std::string machine = "reduce = \"machine\"\nstate = \"value.s\"\ninitial = \"CREATED\"\n"
                                "terminal = \"DELIVERED\"\n[source.transitions]\n"
                                "CREATED = [\"PAID\"]\nPAID = [\"SHIPPED\"]\n"
                                "SHIPPED = [\"DELIVERED\", \"PAID\"]\n";
    const std::string script = R"(reduce = "script"
script = """
function init(key) { return { n: 0, seen: [] }; }
function apply(state, event) {
    state.n += event.value.n;
    state.seen = state.seen.concat([event.offset]).slice(-3);
    if (state.n === 12) { throw new Error('twelve'); }
    return state.n > 20 ? null : state;
}
function remove(state, event) { return state.n % 2 === 0 ? null : undefined; }
"""
)";
    const auto row = [](const char* name, const std::string& sources, int seed) {
        QTest::newRow(name) << QString::fromStdString(sources) << seed;
    };
    row("merge-patch", source("one", "reduce = \"merge-patch\"\n"), 1);
    row("merge-patch by a path, filtered",
        source("one", "key = [\"value.id\", \"value.n\"]\nwhere = \"value.n <> 3\"\n"
                      "reduce = \"merge-patch\"\n"),
        2);
    row("json-patch that skips", source("patches", "reduce = \"json-patch\"\nfailure = \"skip\"\n"),
        3);
    row("json-patch that stops", source("patches", "reduce = \"json-patch\"\nfailure = \"stop\"\n"),
        4);
    row("machine", source("one", machine), 5);
    row("script", source("one", script), 6);
    row("one row of three sources",
        source("one", "into = \"a\"\nreduce = \"merge-patch\"\n") +
            source("two", "into = \"b\"\nreduce = \"latest\"\n") +
            source("one", "into = \"c\"\nkey = \"value.id\"\n" + machine),
        7);
}

void tst_FoldLanes::aLogIsTheSameAsRecordByRecord()
{
    QFETCH(QString, sources);
    QFETCH(int, seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    auto events =
        randomEvents(random, {"one", "two", "patches"}, kMany, 300, [&](const Event& event) {
            return event.topic == "patches" ? somePatch(random) : someValue(random, 2);
        });
    // No record is as late as one of the piece before: each fold goes on from that one's.
    for (std::size_t i = 0; i < events.size(); ++i) {
        events[i].ms += static_cast<std::int64_t>(i / kPiece) * 1000;
    }
    const auto projected = projection("name = \"p\"\n" + sources.toStdString());

    const auto growing = Capture::inMemory();
    VersionLogPtr inPieces;
    for (std::size_t at = 0; at < events.size(); at += kPiece) {
        const auto from = events.begin() + static_cast<std::ptrdiff_t>(at);
        append(*growing,
               {from, from + static_cast<std::ptrdiff_t>(std::min(kPiece, events.size() - at))},
               500);
        inPieces = fold(*growing, projected, inPieces);
        QCOMPARE(inPieces->report().refoldedFrom, static_cast<Rank>(at));
    }
    const auto whole = Capture::inMemory();
    append(*whole, events, 500);
    const auto atOnce = fold(*whole, projected);

    QCOMPARE(atOnce->size(), inPieces->size());
    QCOMPARE(atOnce->keys().size(), inPieces->keys().size());
    for (Version v = 0; v < atOnce->size(); ++v) {
        QCOMPARE(atOnce->rankOf(v), inPieces->rankOf(v));
        QCOMPARE(atOnce->keys().text(atOnce->keyOf(v)), inPieces->keys().text(inPieces->keyOf(v)));
    }
    for (Rank prefix = 0; prefix <= atOnce->order()->size(); prefix += kMany / 16) {
        QCOMPARE(State::at(atOnce, prefix)->hash().value(),
                 State::at(inPieces, prefix)->hash().value());
    }
    const FoldReport& a = atOnce->report();
    const FoldReport& b = inPieces->report();
    QCOMPARE(a.sentence(), b.sentence());
    QCOMPARE(a.filtered, b.filtered);
    QCOMPARE(a.withoutKey, b.withoutKey);
    QCOMPARE(a.skipped, b.skipped);
    QVERIFY(a.skipped > 0);
    QCOMPARE(a.firstSkipped.size(), b.firstSkipped.size());
    for (std::size_t i = 0; i < a.firstSkipped.size(); ++i) {
        QCOMPARE(a.firstSkipped[i].place.toString(), b.firstSkipped[i].place.toString());
        QCOMPARE(a.firstSkipped[i].reason, b.firstSkipped[i].reason);
    }
    QCOMPARE(a.findings, b.findings);
    QCOMPARE(a.firstFindings.size(), b.firstFindings.size());
    for (std::size_t i = 0; i < a.firstFindings.size(); ++i) {
        QCOMPARE(a.firstFindings[i].key, b.firstFindings[i].key);
        QCOMPARE(a.firstFindings[i].what, b.firstFindings[i].what);
    }

    // And on from a log, by lanes again.
    const auto half = Capture::inMemory();
    const auto middle = events.begin() + kPiece;
    append(*half, {events.begin(), middle}, 500);
    const auto begun = fold(*half, projected);
    append(*half, {middle, events.end()}, 500);
    const auto goneOn = fold(*half, projected, begun);
    QCOMPARE(goneOn->report().refoldedFrom, static_cast<Rank>(kPiece));
    QCOMPARE(goneOn->size(), atOnce->size());
    QCOMPARE(State::at(goneOn, kMany / 2)->hash().value(),
             State::at(atOnce, kMany / 2)->hash().value());
    QCOMPARE(State::at(goneOn, kMany)->hash().value(), State::at(atOnce, kMany)->hash().value());
}

void tst_FoldLanes::itStopsWhenAskedTo()
{
    std::mt19937 random(9);
    constexpr std::size_t kPastTheFirstLook = 40'000;
    const auto capture = Capture::inMemory();
    append(*capture,
           randomEvents(random, {"one"}, kPastTheFirstLook, 300,
                        [&](const Event&) { return someValue(random, 1); }),
           500);
    std::stop_source stop;
    const auto log =
        VersionLog::fold(projection("one", "merge-patch"), TimeOrder::build(capture->snapshot()),
                         stop.get_token(), [&](Rank done, Rank) {
                             if (done > 0) {
                                 stop.request_stop();
                             }
                         });
    QVERIFY(!log);
    QCOMPARE(log.error().code, ErrorCode::Cancelled);
}

void tst_FoldLanes::aScriptThatNeverEndsIsNamedAndTheOthersGoOn()
{
    std::vector<Event> events;
    for (std::int64_t i = 0; i < 20'000; ++i) {
        events.push_back({"one", 0, i, i, "k" + std::to_string(i % 50),
                          i == 12'345 ? R"({"n":-1})" : R"({"n":1})"});
    }
    const auto capture = Capture::inMemory();
    append(*capture, events, 500);
    const auto log = fold(*capture, projection("name = \"p\"\n" + source("one", R"(reduce = "script"
script = """
function apply(state, event) {
    while (event.value.n < 0) {}
    return { n: (state.n || 0) + event.value.n };
}
"""
)")));
    QCOMPARE(log->report().skipped, std::uint64_t{1});
    QCOMPARE(log->report().firstSkipped.at(0).place.toString(), std::string("one-0@12345"));
    QVERIFY(log->report().firstSkipped.at(0).reason.find("was stopped") != std::string::npos);
    const auto rows = table(log, log->order()->size());
    QCOMPARE(rows.at("k45"), std::string(R"({"n":399})"));
    QCOMPARE(rows.at("k46"), std::string(R"({"n":400})"));
}

QTEST_GUILESS_MAIN(tst_FoldLanes)
#include "tst_fold_lanes.moc"
