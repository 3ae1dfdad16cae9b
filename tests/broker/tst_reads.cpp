#include "connectors/kafka/kafka_connection.h"
#include "tests/broker/support/broker.h"
#include "tests/broker/support/collecting_sink.h"
#include "tests/broker/support/test_cluster.h"
#include "tests/broker/support/test_producer.h"

#include <QTest>
#include <array>
#include <thread>

using namespace hindcast;
using namespace hindcast::test;
using namespace std::chrono_literals;

namespace {

constexpr int kPartitions = 4;
constexpr int kRecords = 100;                      // in each partition
constexpr std::int64_t kFirst = 1'760'000'000'000; // of every partition
constexpr std::int64_t kStep = 1'000;              // from record to record

Timestamp timeOf(std::int64_t offset)
{
    return timestampFromMs(kFirst + offset * kStep);
}

} // namespace

Q_DECLARE_METATYPE(hindcast::ReadPosition)

// Reading ranges: every way to say where a read begins and ends, and what the receipt then says.
class tst_Reads : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aRangeIsReadFromOnePositionToAnother_data();
    void aRangeIsReadFromOnePositionToAnother();
    void bothIsolationLevelsReadPlainRecords_data();
    void bothIsolationLevelsReadPlainRecords();
    void onlyThePartitionsAskedForAreRead();
    void severalTopicsAreReadTogether();
    void anEmptyTopicIsReadAtOnce();
    void aPartitionThatIsNotThereIsNamedAndTheRestIsRead();
    void aTopicThatIsNotThereIsNamedAndTheRestIsRead();
    void aReadOfNothingButUnknownTopicsFails();
    void aGroupWithoutCommitsReadsFromTheBeginning();
    void aStartBeyondTheEndIsToldInTheReceipt();
    void aSinkThatFailsEndsTheReadAndKeepsWhatItTook();
    void aStopEndsTheRead();
    void aSmallQueueLosesNothing();
    void severalReadsRunSideBySide();
    void progressEndsAtWhatWasPlanned();
    void mistakesInTheRequestAreTold();

private:
    Result<Receipt> read(const ReadRequest& request, CollectingSink& sink)
    {
        return m_connection->source()->read(request, sink, {});
    }
    ReadRequest request(ReadPosition from, ReadPosition to) const
    {
        ReadRequest all;
        all.topics.push_back({m_topic, {}, std::move(from), std::move(to)});
        return all;
    }

    std::unique_ptr<TestCluster> m_cluster;
    std::unique_ptr<KafkaConnection> m_connection;
    std::string m_topic;
    std::string m_group;
};

void tst_Reads::initTestCase()
{
    const auto address = SharedBroker::address();
    QVERIFY2(!address.isEmpty(), "no broker: run this by ctest, or set HINDCAST_BROKER");
    m_cluster = std::make_unique<TestCluster>(address, SharedBroker::notesFile());
    m_topic = m_cluster->createTopic("reads", kPartitions);
    TestProducer producer(address);
    for (int i = 0; i < kRecords; ++i) {
        for (int partition = 0; partition < kPartitions; ++partition) {
            TestRecord record;
            record.partition = partition;
            record.key = "key-" + std::to_string(i);
            record.value = "value-" + std::to_string(i);
            record.timestampMs = kFirst + i * kStep;
            producer.send(m_topic, record);
        }
    }
    producer.flush();
    m_group = TestCluster::uniqueName("reader-group");
    m_cluster->commit(m_group, {{{m_topic, 0}, 10}, {{m_topic, 1}, 20}, {{m_topic, 2}, 30}});

    auto connection = KafkaConnection::connect(configFor(address), 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    m_connection = std::move(*connection);
}

void tst_Reads::aRangeIsReadFromOnePositionToAnother_data()
{
    QTest::addColumn<ReadPosition>("from");
    QTest::addColumn<ReadPosition>("to");
    QTest::addColumn<QList<int>>("starts"); // by partition
    QTest::addColumn<QList<int>>("ends");

    const auto everywhere = [](int n) { return QList<int>{n, n, n, n}; };
    const ReadPosition begin = AtBeginning{};
    const ReadPosition end = AtEnd{};
    QTest::newRow("all of it") << begin << end << everywhere(0) << everywhere(100);
    QTest::newRow("nothing: from the end") << end << end << everywhere(100) << everywhere(100);
    QTest::newRow("nothing: to the beginning") << begin << begin << everywhere(0) << everywhere(0);
    QTest::newRow("from an offset")
        << ReadPosition{AtOffset{90}} << end << everywhere(90) << everywhere(100);
    QTest::newRow("to an offset, which is not read")
        << begin << ReadPosition{AtOffset{7}} << everywhere(0) << everywhere(7);
    QTest::newRow("between offsets") << ReadPosition{AtOffset{40}} << ReadPosition{AtOffset{41}}
                                     << everywhere(40) << everywhere(41);
    QTest::newRow("an end before the start reads nothing")
        << ReadPosition{AtOffset{50}} << ReadPosition{AtOffset{40}} << everywhere(50)
        << everywhere(50);
    QTest::newRow("an end past the log's end stops there")
        << ReadPosition{AtOffset{95}} << ReadPosition{AtOffset{1000}} << everywhere(95)
        << everywhere(100);
    QTest::newRow("from a time, a record's own")
        << ReadPosition{AtTime{timeOf(60)}} << end << everywhere(60) << everywhere(100);
    QTest::newRow("from a time between two records")
        << ReadPosition{AtTime{timeOf(60) + 1ms}} << end << everywhere(61) << everywhere(100);
    QTest::newRow("from a time after all records")
        << ReadPosition{AtTime{timeOf(1000)}} << end << everywhere(100) << everywhere(100);
    QTest::newRow("from a time before all records")
        << ReadPosition{AtTime{timestampFromMs(-5)}} << end << everywhere(0) << everywhere(100);
    QTest::newRow("to a time, whose record is not read")
        << begin << ReadPosition{AtTime{timeOf(3)}} << everywhere(0) << everywhere(3);
    QTest::newRow("to a time after all records")
        << begin << ReadPosition{AtTime{timeOf(1000)}} << everywhere(0) << everywhere(100);
    QTest::newRow("between times")
        << ReadPosition{AtTime{timeOf(10)}} << ReadPosition{AtTime{timeOf(20)}} << everywhere(10)
        << everywhere(20);
    QTest::newRow("the newest forty of all partitions")
        << ReadPosition{LastN{40}} << end << everywhere(90) << everywhere(100);
    // Of records of one time, those of the higher partition count as newer.
    QTest::newRow("the newest ten of all partitions")
        << ReadPosition{LastN{10}} << end << QList<int>{98, 98, 97, 97} << everywhere(100);
    QTest::newRow("the newest eight before a time")
        << ReadPosition{LastN{8}} << ReadPosition{AtTime{timeOf(50)}} << everywhere(48)
        << everywhere(50);
    QTest::newRow("the last thousand, where there are a hundred")
        << ReadPosition{LastN{1000}} << end << everywhere(0) << everywhere(100);
    QTest::newRow("the last none")
        << ReadPosition{LastN{0}} << end << everywhere(100) << everywhere(100);
    // The name of the group is known only once it is made.
    QTest::newRow("from a group's position; the beginning where it has none")
        << ReadPosition{AtGroup{}} << end << QList<int>{10, 20, 30, 0} << everywhere(100);
    QTest::newRow("to a group's position")
        << begin << ReadPosition{AtGroup{}} << everywhere(0) << QList<int>{10, 20, 30, 0};
}

void tst_Reads::aRangeIsReadFromOnePositionToAnother()
{
    QFETCH(ReadPosition, from);
    QFETCH(ReadPosition, to);
    QFETCH(QList<int>, starts);
    QFETCH(QList<int>, ends);
    for (auto* position : {&from, &to}) {
        if (std::holds_alternative<AtGroup>(*position)) {
            *position = AtGroup{m_group};
        }
    }

    CollectingSink sink;
    const auto receipt = read(request(from, to), sink);

    QVERIFY2(receipt.has_value(), receipt ? "" : receipt.error().message.c_str());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    QVERIFY(receipt->problems.empty());
    QCOMPARE(receipt->partitions.size(), std::size_t{kPartitions});
    const auto offsets = sink.offsets();
    std::size_t expected = 0;
    for (const auto& part : receipt->partitions) {
        const auto index = part.place.partition;
        const auto start = static_cast<std::int64_t>(starts[index]);
        const auto end = static_cast<std::int64_t>(ends[index]);
        QCOMPARE(part.from, start);
        QCOMPARE(part.to, end);
        QCOMPARE(part.next, end);
        QCOMPARE(part.logStart, 0);
        QCOMPARE(part.logEnd, kRecords);
        QCOMPARE(part.records, static_cast<std::uint64_t>(end - start));
        QCOMPARE(part.holes, 0u);
        std::vector<std::int64_t> all;
        for (auto offset = start; offset < end; ++offset) {
            all.push_back(offset);
        }
        const auto it = offsets.find(index);
        QCOMPARE(it == offsets.end() ? std::vector<std::int64_t>{} : it->second, all);
        expected += all.size();
    }
    QCOMPARE(sink.count.load(), expected);
}

void tst_Reads::bothIsolationLevelsReadPlainRecords_data()
{
    QTest::addColumn<int>("isolation");
    QTest::newRow("committed") << static_cast<int>(Isolation::ReadCommitted);
    QTest::newRow("uncommitted") << static_cast<int>(Isolation::ReadUncommitted);
}

void tst_Reads::bothIsolationLevelsReadPlainRecords()
{
    QFETCH(int, isolation);
    auto all = request(AtBeginning{}, AtEnd{});
    all.isolation = static_cast<Isolation>(isolation);
    CollectingSink sink;
    const auto receipt = read(all, sink);
    QVERIFY(receipt.has_value());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    QCOMPARE(receipt->isolation, all.isolation);
    QCOMPARE(sink.count.load(), std::size_t{kPartitions * kRecords});
}

void tst_Reads::onlyThePartitionsAskedForAreRead()
{
    ReadRequest some;
    some.topics.push_back({m_topic, {1, 3}, AtBeginning{}, AtEnd{}});
    CollectingSink sink;
    const auto receipt = read(some, sink);
    QVERIFY(receipt.has_value());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    const auto offsets = sink.offsets();
    QCOMPARE(offsets.size(), std::size_t{2});
    QCOMPARE(offsets.at(1).size(), std::size_t{kRecords});
    QCOMPARE(offsets.at(3).size(), std::size_t{kRecords});
}

void tst_Reads::severalTopicsAreReadTogether()
{
    const auto other = m_cluster->createTopic("reads-other", 2);
    TestProducer producer(SharedBroker::address());
    producer.sendAll(other, {{1, "k", "v", {}, 0}});
    auto both = request(LastN{5}, AtEnd{});
    both.topics.push_back({other, {}, AtBeginning{}, AtEnd{}});
    CollectingSink sink;
    const auto receipt = read(both, sink);
    QVERIFY(receipt.has_value());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    std::map<std::string, int> counts;
    for (const auto& record : sink.records()) {
        ++counts[std::string(record.topic)];
    }
    QCOMPARE(counts[m_topic], 5);
    QCOMPARE(counts[other], 1);
}

void tst_Reads::anEmptyTopicIsReadAtOnce()
{
    const auto empty = m_cluster->createTopic("reads-empty", 3);
    ReadRequest all;
    all.topics.push_back({empty, {}, AtBeginning{}, AtEnd{}});
    CollectingSink sink;
    const auto receipt = read(all, sink);
    QVERIFY(receipt.has_value());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    QCOMPARE(receipt->records(), 0u);
    QCOMPARE(receipt->partitions.size(), std::size_t{3});
}

void tst_Reads::aPartitionThatIsNotThereIsNamedAndTheRestIsRead()
{
    ReadRequest some;
    some.topics.push_back({m_topic, {0, 17}, AtBeginning{}, AtEnd{}});
    CollectingSink sink;
    const auto receipt = read(some, sink);
    QVERIFY(receipt.has_value());
    QVERIFY(!receipt->complete());
    QCOMPARE(sink.count.load(), std::size_t{kRecords});
    QCOMPARE(receipt->partitions.size(), std::size_t{2});
    QVERIFY(receipt->partitions[0].problem.empty());
    QVERIFY(!receipt->partitions[1].problem.empty());
    QCOMPARE(receipt->partitions[1].place.partition, 17);
}

void tst_Reads::aTopicThatIsNotThereIsNamedAndTheRestIsRead()
{
    auto both = request(AtBeginning{}, AtEnd{});
    both.topics.push_back({"no-such-topic", {}, AtBeginning{}, AtEnd{}});
    CollectingSink sink;
    const auto receipt = read(both, sink);
    QVERIFY(receipt.has_value());
    QVERIFY(!receipt->complete());
    QCOMPARE(sink.count.load(), std::size_t{kPartitions * kRecords});
    QCOMPARE(receipt->problems.size(), std::size_t{1});
    QVERIFY(receipt->problems.front().find("no-such-topic") != std::string::npos);
}

void tst_Reads::aReadOfNothingButUnknownTopicsFails()
{
    ReadRequest wrong;
    wrong.topics.push_back({"no-such-topic", {}, AtBeginning{}, AtEnd{}});
    CollectingSink sink;
    const auto receipt = read(wrong, sink);
    QVERIFY(!receipt.has_value());
    QCOMPARE(receipt.error().code, ErrorCode::NotFound);
    QVERIFY(receipt.error().message.find("no-such-topic") != std::string::npos);
}

void tst_Reads::aGroupWithoutCommitsReadsFromTheBeginning()
{
    CollectingSink sink;
    const auto receipt = read(request(AtGroup{"no-such-group"}, AtEnd{}), sink);
    QVERIFY(receipt.has_value());
    QCOMPARE(sink.count.load(), std::size_t{kPartitions * kRecords});
    QCOMPARE(receipt->problems.size(), std::size_t{1});
    QVERIFY(receipt->problems.front().find("no-such-group") != std::string::npos);
}

void tst_Reads::aStartBeyondTheEndIsToldInTheReceipt()
{
    CollectingSink sink;
    const auto receipt = read(request(AtOffset{101}, AtEnd{}), sink);
    QVERIFY(receipt.has_value());
    QVERIFY(!receipt->complete());
    QCOMPARE(sink.count.load(), std::size_t{0});
    for (const auto& part : receipt->partitions) {
        QVERIFY2(part.problem.find("101") != std::string::npos, part.problem.c_str());
    }
}

void tst_Reads::aSinkThatFailsEndsTheReadAndKeepsWhatItTook()
{
    CollectingSink sink;
    sink.onBatch = [&](const RecordBatch&) -> Result<void> {
        return fail(ErrorCode::NoSpace, "The disk is full.");
    };
    const auto receipt = read(request(AtBeginning{}, AtEnd{}), sink);
    QVERIFY(receipt.has_value());
    QVERIFY(!receipt->complete());
    QCOMPARE(receipt->problems, std::vector<std::string>{"The disk is full."});
    QCOMPARE(receipt->records(), 0u); // nothing was taken, so nothing is counted
}

void tst_Reads::aStopEndsTheRead()
{
    std::stop_source stop;
    CollectingSink sink;
    sink.onBatch = [&](const RecordBatch&) -> Result<void> {
        stop.request_stop();
        return {};
    };
    const auto receipt =
        m_connection->source()->read(request(AtBeginning{}, AtEnd{}), sink, stop.get_token());
    QVERIFY(receipt.has_value());
    QVERIFY(receipt->cancelled);
    QCOMPARE(receipt->records(), sink.count.load());
}

void tst_Reads::aSmallQueueLosesNothing()
{
    auto all = request(AtBeginning{}, AtEnd{});
    all.queueBytes = 1;
    CollectingSink sink;
    const auto receipt = read(all, sink);
    QVERIFY(receipt.has_value());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    QCOMPARE(sink.count.load(), std::size_t{kPartitions * kRecords});
}

void tst_Reads::severalReadsRunSideBySide()
{
    std::array<CollectingSink, 4> sinks;
    std::array<bool, 4> complete{};
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < sinks.size(); ++i) {
            threads.emplace_back([&, i] {
                const auto receipt = read(request(AtBeginning{}, AtEnd{}), sinks[i]);
                complete[i] = receipt && receipt->complete();
            });
        }
    }
    for (std::size_t i = 0; i < sinks.size(); ++i) {
        QVERIFY(complete[i]);
        QCOMPARE(sinks[i].count.load(), std::size_t{kPartitions * kRecords});
    }
}

void tst_Reads::progressEndsAtWhatWasPlanned()
{
    CollectingSink sink;
    std::uint64_t before = 0;
    bool shrank = false;
    sink.onProgress = [&](const ReadProgress& now) {
        shrank = shrank || now.records < before;
        before = now.records;
    };
    const auto receipt = read(request(AtOffset{50}, AtEnd{}), sink);
    QVERIFY(receipt.has_value());
    QVERIFY(!shrank);
    QCOMPARE(sink.lastProgress.records, std::uint64_t{50 * kPartitions});
    QCOMPARE(sink.lastProgress.offsetsPlanned, std::int64_t{50 * kPartitions});
    QCOMPARE(sink.lastProgress.offsetsDone, std::int64_t{50 * kPartitions});
    QCOMPARE(sink.lastProgress.bytes, receipt->bytes());
}

void tst_Reads::mistakesInTheRequestAreTold()
{
    CollectingSink sink;
    const auto toLast = read(request(AtBeginning{}, LastN{5}), sink);
    QVERIFY(!toLast);
    QCOMPARE(toLast.error().code, ErrorCode::InvalidArgument);
    const auto none = read(ReadRequest{}, sink);
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::InvalidArgument);
    auto twice = request(AtBeginning{}, AtEnd{});
    twice.topics.push_back(twice.topics.front());
    const auto doubled = read(twice, sink);
    QVERIFY(!doubled);
    QCOMPARE(doubled.error().code, ErrorCode::InvalidArgument);
}

QTEST_GUILESS_MAIN(tst_Reads)
#include "tst_reads.moc"
