#include "model/query/filter_sink.h"
#include "model/query/search.h"
#include "tests/unit/query/query_fixtures.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace hindcast;

namespace {

class Gatherer final : public RecordSink
{
public:
    Result<void> accept(RecordBatchPtr batch) override
    {
        if (failAfter == 0) {
            return fail(ErrorCode::NoSpace, "The disk is full.");
        }
        --failAfter;
        batches.push_back(std::move(batch));
        return {};
    }
    void progress(const ReadProgress& progress) override { seen = progress.records; }

    std::size_t records() const
    {
        std::size_t sum = 0;
        for (const auto& batch : batches) {
            sum += batch->size();
        }
        return sum;
    }

    std::vector<RecordBatchPtr> batches;
    std::uint64_t seen = 0;
    int failAfter = 1000;
};

RecordBatchPtr batchOf(const std::string& topic, int from, int to)
{
    RecordBatchBuilder builder(topic);
    for (int i = from; i < to; ++i) {
        builder.add(0, i, i, TimestampType::CreateTime, std::nullopt,
                    i % 5 == 4 ? std::string("x") : "{\"n\":" + std::to_string(i) + "}");
    }
    return builder.take();
}

} // namespace

class tst_Search : public QObject
{
    Q_OBJECT

private slots:
    void rowsThatMatchAreFoundInOrder_data();
    void rowsThatMatchAreFoundInOrder();
    void aTopicOrAPieceCanBeSearched();
    void theReceiptSaysWhatWasLookedAt();
    void matchesComeInPiecesThatMakeTheWhole();
    void aStoppedSearchSaysSo();
    void anEmptyCaptureIsSearched();
    void aCaptureFileIsSearched();
    void aReadKeepsMatchesOnly();
    void aReadKeepsAllAndCountsMatches();
    void aFullDiskEndsTheRead();
};

void tst_Search::rowsThatMatchAreFoundInOrder_data()
{
    QTest::addColumn<unsigned>("threads");
    for (const unsigned threads : {1u, 2u, 7u}) {
        QTest::addRow("%u threads", threads) << threads;
    }
}

void tst_Search::rowsThatMatchAreFoundInOrder()
{
    QFETCH(unsigned, threads);
    const auto capture = Capture::inMemory();
    fillTopic(*capture, "orders", 10'000, 64);
    const auto filter = Filter::compile("value.n % 100 = 42").value();
    SearchOptions options;
    options.threads = threads;
    const SearchResult result = search(capture->snapshot(), filter, options);
    QCOMPARE(result.rows.size(), std::size_t{100});
    for (std::size_t i = 0; i < result.rows.size(); ++i) {
        QCOMPARE(result.rows[i], static_cast<Row>(100 * i + 42));
    }
    QCOMPARE(result.receipt.undecodable, std::uint64_t{1000});
    QVERIFY(result.receipt.complete());
}

void tst_Search::aTopicOrAPieceCanBeSearched()
{
    const auto capture = Capture::inMemory();
    fillTopic(*capture, "orders", 1000, 100);
    fillTopic(*capture, "payments", 1000, 100);
    const auto snapshot = capture->snapshot();
    const auto filter = Filter::compile("value.state = 'ODD'").value();
    SearchOptions options;
    options.topics = {snapshot->topicId("payments").value()};
    const SearchResult topic = search(snapshot, filter, options);
    QCOMPARE(topic.rows.size(), std::size_t{400});
    QVERIFY(topic.rows.front() >= 1000);

    options.topics.clear();
    options.from = 150;
    options.to = 250;
    const SearchResult piece = search(snapshot, filter, options);
    QCOMPARE(piece.rows.front(), Row{151});
    QCOMPARE(piece.rows.back(), Row{247});
    QCOMPARE(piece.receipt.records(), std::uint64_t{100});
}

void tst_Search::theReceiptSaysWhatWasLookedAt()
{
    const auto capture = Capture::inMemory();
    fillTopic(*capture, "orders", 1000, 100);
    const auto filter = Filter::compile("value.n < 10").value();
    const Receipt receipt = search(capture->snapshot(), filter).receipt;
    QCOMPARE(receipt.where, std::string("value.n < 10"));
    QCOMPARE(receipt.matched, std::uint64_t{9});
    QCOMPARE(receipt.records(), std::uint64_t{1000});
    QVERIFY(receipt.bytes() > 0);
    QCOMPARE(receipt.partitions.size(), std::size_t{4});
    QCOMPARE(receipt.partitions[1].place.toString(), std::string("orders-1"));
    QCOMPARE(static_cast<qint64>(receipt.partitions[1].next), qint64{250});
    QVERIFY(receipt.sentence().starts_with("Complete: 1,000 records read"));
}

void tst_Search::matchesComeInPiecesThatMakeTheWhole()
{
    const auto capture = Capture::inMemory();
    fillTopic(*capture, "orders", 20'000, 50);
    const auto filter = Filter::compile("value.state = 'EVEN'").value();
    std::vector<Row> seen;
    SearchProgress last;
    SearchOptions options;
    options.threads = 3;
    options.progress = [&](const SearchProgress& progress, std::span<const Row> rows) {
        QVERIFY(progress.records >= last.records);
        last = progress;
        seen.insert(seen.end(), rows.begin(), rows.end());
    };
    const SearchResult result = search(capture->snapshot(), filter, options);
    QCOMPARE(seen, result.rows);
    QCOMPARE(last.records, std::uint64_t{20'000});
    QCOMPARE(last.planned, std::uint64_t{20'000});
    QCOMPARE(last.matched, static_cast<std::uint64_t>(result.rows.size()));
}

void tst_Search::aStoppedSearchSaysSo()
{
    const auto capture = Capture::inMemory();
    fillTopic(*capture, "orders", 1000, 100);
    const auto filter = Filter::compile("1").value();
    std::stop_source source;
    source.request_stop();
    SearchOptions options;
    options.stop = source.get_token();
    const SearchResult result = search(capture->snapshot(), filter, options);
    QVERIFY(result.receipt.cancelled);
    QVERIFY(!result.receipt.complete());
    QVERIFY(result.rows.empty());
}

void tst_Search::anEmptyCaptureIsSearched()
{
    const auto capture = Capture::inMemory();
    const auto filter = Filter::compile("1").value();
    const SearchResult result = search(capture->snapshot(), filter);
    QVERIFY(result.rows.empty());
    QVERIFY(result.receipt.complete());
}

void tst_Search::aCaptureFileIsSearched()
{
    const QTemporaryDir dir;
    const std::string path = dir.filePath(QStringLiteral("a.hindcast")).toStdString();
    {
        const auto capture = Capture::create(path).value();
        fillTopic(*capture, "orders", 30'000, 1000);
        QVERIFY(capture->close().has_value());
    }
    const auto capture = Capture::open(path, Capture::Mode::ReadOnly).value();
    const auto filter = Filter::compile("value.n % 100 = 42 and key = 'k0'").value();
    SearchOptions options;
    options.threads = 4;
    const auto snapshot = capture->snapshot();
    const SearchResult result = search(snapshot, filter, options);
    std::size_t expected = 0;
    for (int i = 42; i < 30'000; i += 100) {
        expected += i % 7 == 0 ? 1 : 0;
    }
    QCOMPARE(result.rows.size(), expected);
    QCOMPARE(std::string(snapshot->record(result.rows[0])->view().key.value()), std::string("k0"));
}

void tst_Search::aReadKeepsMatchesOnly()
{
    Gatherer gatherer;
    FilterSink sink(Filter::compile("value.n % 10 = 3").value(), gatherer,
                    FilterSink::Keep::Matches);
    for (int i = 0; i < 100; ++i) {
        QVERIFY(sink.accept(batchOf(i % 2 == 0 ? "a" : "b", 100 * i, 100 * i + 100)).has_value());
    }
    ReadProgress read;
    read.records = 10'000;
    sink.progress(read);
    QVERIFY(sink.flush().has_value());
    QCOMPARE(gatherer.records(), std::size_t{1000});
    QVERIFY(gatherer.batches.size() < 100); // gathered, not a batch each
    QCOMPARE(gatherer.seen, std::uint64_t{10'000});
    QCOMPARE(sink.matched(), std::uint64_t{1000});
    QCOMPARE(sink.undecodable(), std::uint64_t{2000});
    Receipt receipt;
    sink.describe(receipt);
    QCOMPARE(receipt.where, std::string("value.n % 10 = 3"));
    QCOMPARE(receipt.matched, std::uint64_t{1000});
    for (const auto& batch : gatherer.batches) {
        QVERIFY(std::is_sorted(batch->offsets().begin(), batch->offsets().end()));
    }
}

void tst_Search::aReadKeepsAllAndCountsMatches()
{
    Gatherer gatherer;
    FilterSink sink(Filter::compile("value.n % 10 = 3").value(), gatherer, FilterSink::Keep::All);
    const auto batch = batchOf("a", 0, 100);
    QVERIFY(sink.accept(batch).has_value());
    QCOMPARE(gatherer.batches.front(), batch);
    QCOMPARE(sink.matched(), std::uint64_t{10});
}

void tst_Search::aFullDiskEndsTheRead()
{
    Gatherer gatherer;
    gatherer.failAfter = 0;
    FilterSink sink(Filter::compile("offset = 3").value(), gatherer, FilterSink::Keep::Matches);
    QVERIFY(sink.accept(batchOf("a", 0, 10)).has_value()); // held back
    const auto flushed = sink.flush();
    QVERIFY(!flushed.has_value());
    QCOMPARE(flushed.error().message, std::string("The disk is full."));
}

QTEST_GUILESS_MAIN(tst_Search)
#include "tst_search.moc"
