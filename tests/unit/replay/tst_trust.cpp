#include "tests/unit/replay/replay_fixture.h"

#include "model/capture/event_time_order.h"
#include "model/record/receipt.h"
#include "model/replay/trust_judge.h"

#include <QTest>
#include <random>

using namespace hindcast;
using namespace hindcast::test;

namespace {

// What a capture knows of the one partition orders-0, and how the topic is folded.
struct Known
{
    std::vector<std::int64_t> offsets; // held; record i at i milliseconds
    std::int64_t logStart = -1;        // -1: no look at the cluster
    std::int64_t logEnd = -1;
    std::optional<OffsetRange> read; // of the one receipt
    std::string where;               // that was on while reading
    std::string reduce = "latest";
    std::string also = {}; // more lines of the [[source]]
};

std::shared_ptr<Capture> captureOf(const Known& known)
{
    auto capture = Capture::inMemory();
    std::vector<Event> events;
    for (const std::int64_t offset : known.offsets) {
        events.push_back({"orders", 0, offset, 1000 + static_cast<std::int64_t>(events.size()),
                          "k" + std::to_string(offset % 3), R"({"n":1})"});
    }
    append(*capture, events);
    if (known.logEnd >= 0) {
        auto cluster = std::make_shared<ClusterState>();
        TopicState topic;
        topic.name = "orders";
        topic.partitions.push_back({0, 1, {1}, {1}, known.logStart, known.logEnd, {}});
        cluster->topics.push_back(topic);
        if (!capture->putCluster(cluster)) {
            std::abort();
        }
    }
    if (known.read || !known.where.empty()) {
        Receipt receipt;
        receipt.where = known.where;
        if (known.read) {
            PartitionReceipt part;
            part.place = {"orders", 0};
            part.logStart = known.logStart;
            part.logEnd = known.logEnd;
            part.from = known.read->from;
            part.to = part.next = known.read->to;
            receipt.partitions.push_back(part);
        }
        if (!capture->putReceipt(receipt)) {
            std::abort();
        }
    }
    return capture;
}

} // namespace

Q_DECLARE_METATYPE(Known)

class tst_Trust : public QObject
{
    Q_OBJECT

private slots:
    void aPartitionIsBelievedAsFarAsItIsKnown_data();
    void aPartitionIsBelievedAsFarAsItIsKnown();
    void theBandSaysOfEveryMomentWhatTheReportDoes_data();
    void theBandSaysOfEveryMomentWhatTheReportDoes();
    void byEventTimeWhatIsMissingAnywhereCounts_data();
    void byEventTimeWhatIsMissingAnywhereCounts();
    void recordsLeftOutCountFromWhereTheyStand();
    void valuesThatTheLogDoesNotTellAreNeverExact();
    void theWorstPartitionGivesTheReason();
    void aTopicThatIsNotThereIsUnknown();
    void recordsAreJudgedWithoutAProjection();
    void aJudgeThatGoesOnIsTheOneMadeAtOnce();
    void runsOfOffsetsDoNotDependOnTheOrderOfReading();
};

void tst_Trust::aPartitionIsBelievedAsFarAsItIsKnown_data()
{
    QTest::addColumn<Known>("known");
    QTest::addColumn<int>("prefix"); // -1: the end
    QTest::addColumn<int>("trust");
    QTest::addColumn<QString>("reason");

    const auto row = [](const char* name, const Known& known, int prefix, Trust trust,
                        const char* reason) {
        QTest::newRow(name) << known << prefix << static_cast<int>(trust)
                            << QString::fromUtf8(reason);
    };
    const std::vector<std::int64_t> whole{0, 1, 2, 3};
    row("all of the log", {whole, 0, 4, {}, {}}, -1, Trust::Exact, "");
    row("all of the log, at its beginning", {whole, 0, 4, {}, {}}, 1, Trust::Exact, "");
    row("before the first record", {whole, 0, 4, {}, {}}, 0, Trust::Exact, "");
    row("nothing is known of the log's end", {whole, -1, -1, {}, {}}, -1, Trust::Exact, "");
    row("an empty log", {{}, 0, 0, OffsetRange{0, 0}, {}}, -1, Trust::Exact, "");
    row("nothing was read of a log with records", {{}, 0, 9, {}, {}}, -1, Trust::Unknown,
        "nothing of it was read");
    row("retention took the beginning", {{2, 3}, 2, 4, OffsetRange{2, 4}, {}}, -1,
        Trust::BestEffort, "records before offset 2 were removed");
    row("retention took what lies here, after it was read", {whole, 2, 4, {}, {}}, -1, Trust::Exact,
        "");
    row("read from its middle", {{2, 3}, 0, 4, OffsetRange{2, 4}, {}}, -1, Trust::BestEffort,
        "read from offset 2 on");
    row("read from its middle, which the log has lost since", {{2, 3}, 3, 4, {}, {}}, -1,
        Trust::BestEffort, "read from offset 2 on");
    row("a large number is grouped", {{1234567, 1234568}, 1234567, 1234569, {}, {}}, -1,
        Trust::BestEffort, "records before offset 1,234,567 were removed");
    row("more came after the read", {whole, 0, 9, OffsetRange{0, 4}, {}}, -1, Trust::BestEffort,
        "read up to offset 4 of 9");
    row("more came after the read, at a moment before", {whole, 0, 9, OffsetRange{0, 4}, {}}, 2,
        Trust::Exact, "");
    const std::vector<std::int64_t> holed{0, 1, 5, 6};
    row("a hole that was read over, at the end", {holed, 0, 7, OffsetRange{0, 7}, {}}, -1,
        Trust::Exact, "");
    row("a hole that was read over, in the middle", {holed, 0, 7, OffsetRange{0, 7}, {}}, 3,
        Trust::BestEffort,
        "3 offsets hold no record: transaction markers, or records that compaction removed");
    row("a hole that was read over, before it", {holed, 0, 7, OffsetRange{0, 7}, {}}, 1,
        Trust::Exact, "");
    row("a hole that was read over, inside it", {holed, 0, 7, OffsetRange{0, 7}, {}}, 2,
        Trust::BestEffort,
        "3 offsets hold no record: transaction markers, or records that compaction removed");
    row("a hole where every event counts", {holed, 0, 7, OffsetRange{0, 7}, {}, "merge-patch"}, -1,
        Trust::BestEffort,
        "3 offsets hold no record: transaction markers, or records that compaction removed");
    row("one offset without a record", {{0, 2}, 0, 3, OffsetRange{0, 3}, {}, "merge-patch"}, -1,
        Trust::BestEffort,
        "1 offset holds no record: transaction markers, or records that compaction removed");
    row("compacted by another key than the rows'",
        {{0, 2}, 0, 3, OffsetRange{0, 3}, {}, "latest", "key = \"value.n\"\n"}, -1,
        Trust::BestEffort,
        "1 offset holds no record: transaction markers, or records that compaction removed");
    row("compacted, and a filter looks at the values",
        {{0, 2}, 0, 3, OffsetRange{0, 3}, {}, "latest", "where = \"value.n = 1\"\n"}, -1,
        Trust::BestEffort,
        "1 offset holds no record: transaction markers, or records that compaction removed");
    row("a hole that nobody read", {holed, 0, 7, OffsetRange{5, 7}, {}}, -1, Trust::BestEffort,
        "offsets 2 to 4 were not read");
    row("a hole that nobody read, before it", {holed, 0, 7, OffsetRange{5, 7}, {}}, 1, Trust::Exact,
        "");
    row("the first record lies behind compacted ones", {{3, 4}, 0, 5, OffsetRange{0, 5}, {}}, 1,
        Trust::BestEffort,
        "3 offsets hold no record: transaction markers, or records that compaction removed");
    row("only matches were kept", {whole, 0, 4, {}, "value.n = 1"}, -1, Trust::BestEffort,
        "a read may have kept only what matches value.n = 1");
    row("a worse reason goes before the filter", {{2, 3}, 2, 4, {}, "value.n = 1"}, -1,
        Trust::BestEffort, "records before offset 2 were removed");
}

void tst_Trust::aPartitionIsBelievedAsFarAsItIsKnown()
{
    QFETCH(Known, known);
    QFETCH(int, prefix);
    const auto capture = captureOf(known);
    const auto log =
        fold(*capture, projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\nreduce = \"" +
                                  known.reduce + "\"\n" + known.also));
    const Rank at = prefix < 0 ? log->order()->size() : static_cast<Rank>(prefix);

    const TrustReport report = TrustJudge(log).at(at);

    QCOMPARE(report.partitions.size(), std::size_t(1));
    QCOMPARE(report.partitions[0].place, (TopicPartition{"orders", 0}));
    QTEST(QString::fromStdString(report.partitions[0].reason), "reason");
    QTEST(static_cast<int>(report.partitions[0].trust), "trust");
    QCOMPARE(report.overall, report.partitions[0].trust);
}

void tst_Trust::theBandSaysOfEveryMomentWhatTheReportDoes_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 20; ++seed) {
        QTest::addRow("log %d", seed) << seed;
    }
}

void tst_Trust::theBandSaysOfEveryMomentWhatTheReportDoes()
{
    QFETCH(int, seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const auto capture = Capture::inMemory();
    std::vector<Event> events;
    std::vector<std::int64_t> next(3);
    for (std::int64_t& first : next) {
        first = random() % 3 == 0 ? 5 : 0;
    }
    for (int i = 0; i < 60; ++i) {
        const auto p = random() % 3;
        next[p] += random() % 6 == 0 ? 4 : 0;
        events.push_back({"orders", static_cast<std::int32_t>(p), next[p]++, 1000 + i / 2,
                          "k" + std::to_string(i % 7),
                          random() % 15 == 0 ? "{broken" : R"({"n":1})"});
    }
    append(*capture, events);
    Receipt receipt;
    for (std::int32_t p = 0; p < 3; ++p) {
        PartitionReceipt part;
        part.place = {"orders", p};
        part.logEnd = next[static_cast<std::size_t>(p)] + static_cast<std::int64_t>(random() % 2);
        part.from = static_cast<std::int64_t>(random() % 20);
        part.to = part.next = next[static_cast<std::size_t>(p)];
        receipt.partitions.push_back(part);
    }
    QVERIFY(capture->putReceipt(receipt));
    const auto log = fold(*capture, projection("orders", seed % 2 ? "merge-patch" : "latest"));
    const TrustJudge judge(log);
    const TimeOrder& order = *log->order();

    const std::vector<TrustSpan> band = judge.band();

    QVERIFY(!band.empty());
    QCOMPARE(band.front().from, Rank(0));
    QCOMPARE(band.front().times.from, order.range().from);
    QCOMPARE(band.back().times.to, order.range().to);
    for (std::size_t i = 1; i < band.size(); ++i) {
        QVERIFY(band[i - 1].from < band[i].from);
        QCOMPARE(band[i - 1].times.to, band[i].times.from);
    }
    for (Rank prefix = 0; prefix <= order.size(); ++prefix) {
        const auto after =
            std::upper_bound(band.begin(), band.end(), prefix,
                             [](Rank rank, const TrustSpan& span) { return rank < span.from; });
        const TrustSpan& span = *std::prev(after);
        const TrustReport report = judge.at(prefix);
        QCOMPARE(span.trust, report.overall);
        QCOMPARE(span.exact, report.exact());
        QCOMPARE(span.partitions, report.partitions.size());
        QCOMPARE(span.reason.empty(), report.overall == Trust::Exact);
    }
}

// What is not there may be stamped before any moment.
void tst_Trust::byEventTimeWhatIsMissingAnywhereCounts_data()
{
    QTest::addColumn<Known>("known");
    QTest::addColumn<QString>("reason"); // empty: exact
    const QString holes =
        QStringLiteral("3 offsets hold no record: transaction markers, or records that compaction "
                       "removed");
    QTest::newRow("all of the log") << Known{{0, 1, 2, 3}, 0, 4, {}, {}} << QString();
    QTest::newRow("more came after the read")
        << Known{{0, 1, 2, 3}, 0, 9, OffsetRange{0, 4}, {}} << "read up to offset 4 of 9";
    QTest::newRow("a hole that was read over")
        << Known{{0, 1, 5, 6}, 0, 7, OffsetRange{0, 7}, {}} << holes;
    QTest::newRow("a hole that was not")
        << Known{{0, 1, 5, 6}, 0, 7, OffsetRange{0, 2}, {}} << "offsets 2 to 4 were not read";
}

void tst_Trust::byEventTimeWhatIsMissingAnywhereCounts()
{
    QFETCH(Known, known);
    QFETCH(QString, reason);
    const auto capture = captureOf(known);
    const auto log = VersionLog::fold(projection("orders", known.reduce),
                                      EventTimeOrder::build(capture->snapshot()), {});
    QVERIFY(log);
    const TrustJudge judge(*log);
    for (Rank prefix = 0; prefix <= (*log)->order()->size(); ++prefix) {
        const TrustReport report = judge.at(prefix);
        QCOMPARE(report.overall, reason.isEmpty() ? Trust::Exact : Trust::BestEffort);
        QCOMPARE(QString::fromStdString(report.partitions.at(0).reason), reason);
    }
    QCOMPARE(judge.band().size(), std::size_t{1});
}

void tst_Trust::recordsLeftOutCountFromWhereTheyStand()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 1000, "a", R"({"n":1})"},
                      {"orders", 0, 1, 1001, "a", "{broken"},
                      {"orders", 0, 2, 1002, "a", R"({"n":2})"}});
    const auto log = fold(*capture, projection("orders", "merge-patch"));
    const TrustJudge judge(log);
    QCOMPARE(judge.at(1).skipped, std::uint64_t(0));
    QCOMPARE(judge.at(1).overall, Trust::Exact);
    QCOMPARE(judge.at(2).skipped, std::uint64_t(1));
    QCOMPARE(judge.at(2).overall, Trust::BestEffort);
    QCOMPARE(judge.at(3).sentence(),
             std::string("Best effort on 1 partition; 1 unreadable record left out"));
    QCOMPARE(judge.at(1).partitions.at(0).verdict(), Trust::Exact);
    QCOMPARE(judge.at(3).partitions.at(0).verdict(), Trust::BestEffort);
    QCOMPARE(judge.at(3).partitions.at(0).why(), std::string("1 unreadable record left out"));
    const auto band = judge.band();
    QCOMPARE(band.size(), std::size_t(2));
    QCOMPARE(band[1].from, Rank(2));
    QCOMPARE(band[1].reason, std::string("1 unreadable record left out"));
}

void tst_Trust::valuesThatTheLogDoesNotTellAreNeverExact()
{
    const std::string source = R"("source":{"version":"3","connector":"postgresql","name":"pg",)"
                               R"("ts_ms":1,"db":"s","schema":"a","table":"t","txId":1,"lsn":1})";
    const auto capture = Capture::inMemory();
    append(*capture,
           {{"t", 0, 0, 1000, R"({"id":1})",
             R"({"before":null,"after":{"id":1,"text":"__debezium_unavailable_value","v":1},)" +
                 source + R"(,"op":"c","ts_ms":1})"},
            {"t", 0, 1, 1001, R"({"id":1})",
             R"({"before":null,"after":{"id":1,"text":"__debezium_unavailable_value","v":1},)" +
                 source + R"(,"op":"u","ts_ms":1})"}});
    const auto log = fold(*capture, projection("t", "cdc"));
    const TrustJudge judge(log);
    QCOMPARE(judge.at(1).overall, Trust::Exact);
    QCOMPARE(judge.at(2).overall, Trust::BestEffort);
    QCOMPARE(judge.at(2).sentence(),
             std::string("Best effort on 1 partition; 1 value not in the log"));
    QCOMPARE(judge.band().back().trust, Trust::BestEffort);
}

void tst_Trust::theWorstPartitionGivesTheReason()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 1000, "a", "1"},
                      {"orders", 1, 7, 1001, "b", "1"},
                      {"orders", 3, 9, 1002, "c", "1"}});
    auto cluster = std::make_shared<ClusterState>();
    TopicState topic;
    topic.name = "orders";
    for (const auto& [partition, end] : {std::pair{0, 1}, {1, 8}, {2, 50}, {3, 10}}) {
        topic.partitions.push_back({partition, 1, {1}, {1}, 0, end, {}});
    }
    cluster->topics.push_back(topic);
    QVERIFY(capture->putCluster(cluster));
    const TrustJudge judge(fold(*capture, projection("orders", "latest")));
    const TrustReport report = judge.at(3);
    QCOMPARE(report.overall, Trust::Unknown);
    QCOMPARE(report.exact(), std::size_t(1));
    QCOMPARE(report.sentence(),
             std::string("Exact on 1 of 4 partitions; orders-2: nothing of it was read"));
    const TrustSpan last = judge.band().back();
    QCOMPARE(last.trust, Trust::Unknown);
    QCOMPARE(last.reason, std::string("orders-2: nothing of it was read"));
    QCOMPARE(last.others, std::size_t(2));
}

void tst_Trust::aTopicThatIsNotThereIsUnknown()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 1000, "a", "1"}});
    const TrustJudge judge(fold(*capture, projection("payments", "latest")));
    QCOMPARE(judge.at(1).overall, Trust::Unknown);
    QCOMPARE(judge.at(1).sentence(),
             std::string("Nothing of this projection's topics is in the capture"));
    QCOMPARE(judge.band().size(), std::size_t(1));
    QCOMPARE(judge.band()[0].trust, Trust::Unknown);
    QCOMPARE(judge.band()[0].partitions, std::size_t(0));
}

void tst_Trust::recordsAreJudgedWithoutAProjection()
{
    const auto capture = captureOf({{0, 1, 5, 6}, 0, 7, OffsetRange{0, 7}, {}});
    append(*capture, {{"other", 0, 3, 2000, "a", "1"}});
    const auto order = TimeOrder::build(capture->snapshot());
    const auto judge = TrustJudge::ofRecords(order, {"orders"});
    // Compaction took records, if perhaps none that a newest state rests on.
    QCOMPARE(judge->at(order->size()).overall, Trust::BestEffort);
    QCOMPARE(judge->at(1).overall, Trust::Exact);
    QCOMPARE(judge->at(2).overall, Trust::BestEffort); // one of them may have stood there
    QCOMPARE(judge->at(2).partitions.size(), std::size_t(1));
    QCOMPARE(TrustJudge::ofRecords(order, {"orders", "other"})->at(2).partitions.size(),
             std::size_t(2));
    std::stop_source stopped;
    stopped.request_stop();
    QVERIFY(!TrustJudge::ofRecords(order, {"orders"}, stopped.get_token()));
}

void tst_Trust::aJudgeThatGoesOnIsTheOneMadeAtOnce()
{
    std::mt19937 random(5);
    const auto capture = Capture::inMemory();
    TrustJudgePtr older;
    std::vector<std::int64_t> next(3);
    for (int round = 0; round < 8; ++round) {
        std::vector<Event> events;
        for (int i = 0; i < 50; ++i) {
            const auto p = random() % 3;
            next[p] += random() % 9 == 0 ? 2 : 1;
            events.push_back({"orders", static_cast<std::int32_t>(p), next[p],
                              1000 + static_cast<std::int64_t>(random() % 500), "a", "1"});
        }
        append(*capture, events);
        const auto order = TimeOrder::build(capture->snapshot());
        const auto atOnce = TrustJudge::ofRecords(order, {"orders"});
        older = TrustJudge::ofRecords(order, {"orders"}, {}, older.get());
        for (Rank prefix = 0; prefix <= order->size(); ++prefix) {
            QCOMPARE(older->at(prefix).sentence(), atOnce->at(prefix).sentence());
        }
        QCOMPARE(older->band().size(), atOnce->band().size());
    }
}

void tst_Trust::runsOfOffsetsDoNotDependOnTheOrderOfReading()
{
    std::mt19937 random(3);
    std::vector<std::int64_t> offsets;
    for (std::int64_t offset = 0; offset < 200; ++offset) {
        if (random() % 4 != 0) {
            offsets.push_back(offset);
        }
    }
    for (int shuffle = 0; shuffle < 20; ++shuffle) {
        const auto capture = Capture::inMemory();
        std::vector<Event> events;
        for (const std::int64_t offset : offsets) {
            events.push_back({"orders", 0, offset, 1000, "a", "1"});
        }
        append(*capture, events);
        const auto held = HeldOffsets::of(*capture->snapshot(), {"orders"});
        const auto& runs = held->partitions().at({"orders", 0});
        std::vector<std::int64_t> found;
        for (std::size_t i = 0; i < runs.size(); ++i) {
            QVERIFY(i == 0 || runs[i - 1].to < runs[i].from);
            QCOMPARE(capture->snapshot()->row(runs[i].row).offset, runs[i].from);
            QCOMPARE(capture->snapshot()->row(runs[i].last).offset, runs[i].to - 1);
            for (std::int64_t offset = runs[i].from; offset < runs[i].to; ++offset) {
                found.push_back(offset);
            }
        }
        std::vector<std::int64_t> wanted = offsets;
        std::sort(wanted.begin(), wanted.end());
        QCOMPARE(found, wanted);
        std::shuffle(offsets.begin(), offsets.end(), random);
    }
}

QTEST_APPLESS_MAIN(tst_Trust)
#include "tst_trust.moc"
