#include "model/capture/capture.h"
#include "model/capture/time_order.h"

#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace hindcast;

namespace {

RecordBatchPtr batchOf(const std::string& topic, std::int64_t from, std::int64_t count,
                       std::int32_t partitions = 1)
{
    RecordBatchBuilder builder(topic);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t offset = from + i;
        const std::string key = "key-" + std::to_string(offset % 100);
        const std::string value = R"({"n":)" + std::to_string(offset) + "}";
        builder.add(static_cast<std::int32_t>(i % partitions), offset, 1'000'000 + offset,
                    TimestampType::CreateTime, key, value);
        if (offset % 3 == 0) {
            builder.addHeader("trace", key);
        }
    }
    return builder.take();
}

void compareRecords(const CaptureSnapshot& a, const CaptureSnapshot& b)
{
    QCOMPARE(b.rowCount(), a.rowCount());
    QCOMPARE(b.topics(), a.topics());
    for (Row row = 0; row < a.rowCount(); ++row) {
        const auto one = a.record(row);
        const auto other = b.record(row);
        QVERIFY(one && other);
        const RecordView x = one->view();
        const RecordView y = other->view();
        QCOMPARE(y.topic, x.topic);
        QCOMPARE(y.partition, x.partition);
        QCOMPARE(y.offset, x.offset);
        QCOMPARE(y.timestamp, x.timestamp);
        QVERIFY(y.timestampType == x.timestampType);
        QVERIFY(y.key == x.key && y.value == x.value);
        QCOMPARE(y.headers.encoded(), x.headers.encoded());
        const RowInfo i = a.row(row);
        const RowInfo j = b.row(row);
        QCOMPARE(j.key, i.key);
        QCOMPARE(j.previousOfKey, i.previousOfKey);
        QCOMPARE(j.nextOfKey, i.nextOfKey);
    }
}

} // namespace

class tst_Capture : public QObject
{
    Q_OBJECT

private slots:
    void aBatchIsInTheNextSnapshotAndComesBackWhole();
    void aClosedCaptureOpensWithTheSameRecords_data();
    void aClosedCaptureOpensWithTheSameRecords();
    void aCaptureGoesOnWhereItWasClosed();
    void recordsThatAreThereAreLeftOut();
    void aKeysRowsAreLinkedInOrderOfArrival();
    void nullKeysAreNoKey();
    void groupSamplesClusterAndReceiptsComeBack();
    void aReadUnderWayCoversWhatItWentOver();
    void aSearchDoesNotCoverWhatItLeftOut();
    void aCopyHasEverything_data();
    void aCopyHasEverything();
    void readersSeeWholeSnapshotsWhileItGrows();
    void aFileThatExistsIsNotOverwritten();
    void twoProgramsCannotAppendToOneFile();

private:
    std::string file(const char* name) const
    {
        return m_folder.filePath(QLatin1String(name)).toStdString();
    }
    QTemporaryDir m_folder;
};

void tst_Capture::aBatchIsInTheNextSnapshotAndComesBackWhole()
{
    const auto capture = Capture::inMemory();
    QCOMPARE(capture->snapshot()->rowCount(), Row{0});
    const auto batch = batchOf("orders", 1000, 10, 3);
    QVERIFY(capture->append(batch));
    const auto before = capture->snapshot();
    QVERIFY(capture->append(batchOf("payments", 5, 3)));
    QCOMPARE(before->rowCount(), Row{10});
    const auto snapshot = capture->snapshot();
    QCOMPARE(snapshot->rowCount(), Row{13});
    QCOMPARE(snapshot->topics(), (std::vector<std::string>{"orders", "payments"}));
    QCOMPARE(snapshot->blockCount(), std::size_t{2});
    QCOMPARE(snapshot->blockOf(12), std::size_t{1});
    QCOMPARE(snapshot->block(1).firstRow, Row{10});
    QCOMPARE(*snapshot->record(3)->view().value, std::string_view(R"({"n":1003})"));
    QCOMPARE(snapshot->placeOf(4).toString(), std::string("orders-1@1004"));
    QCOMPARE(*snapshot->find({"orders", 1, 1004}), Row{4});
    QVERIFY(!snapshot->find({"orders", 2, 1004}));
    QVERIFY(!snapshot->find({"nothing", 0, 0}));
    QVERIFY(!before->find({"payments", 0, 6}));
    QCOMPARE(*snapshot->find({"payments", 0, 6}), Row{11});
}

void tst_Capture::aClosedCaptureOpensWithTheSameRecords_data()
{
    QTest::addColumn<bool>("close");
    QTest::newRow("with its index") << true;
    QTest::newRow("left behind without one") << false;
}

void tst_Capture::aClosedCaptureOpensWithTheSameRecords()
{
    QFETCH(bool, close);
    const std::string path = file(close ? "closed.hindcast" : "left.hindcast");
    auto capture = *Capture::create(path);
    for (int i = 0; i < 20; ++i) {
        QVERIFY(capture->append(batchOf("orders", i * 5000, 5000, 4)));
        QVERIFY(capture->append(batchOf("tail", i * 2, 2)));
        QVERIFY(capture->append(batchOf("tail", 100 + i, 1)));
    }
    const auto original = capture->snapshot();
    QVERIFY(capture->flush());
    if (close) {
        QVERIFY(capture->close());
        QVERIFY(!capture->append(batchOf("orders", 1'000'000, 1)));
        QVERIFY(!QFile::exists(QString::fromStdString(path + "-wal")));
    } else {
        capture.reset();
    }
    const auto opened = Capture::open(path, Capture::Mode::ReadOnly);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    compareRecords(*original, *(*opened)->snapshot());
    QVERIFY((*opened)->snapshot()->problems().empty());
    QVERIFY(!(*opened)->append(batchOf("orders", 1'000'000, 1)));
}

void tst_Capture::aCaptureGoesOnWhereItWasClosed()
{
    const std::string path = file("goeson.hindcast");
    const auto whole = Capture::inMemory();
    for (int part = 0; part < 3; ++part) {
        auto capture =
            part == 0 ? *Capture::create(path) : *Capture::open(path, Capture::Mode::Append);
        for (int i = 0; i < 5; ++i) {
            const auto batch =
                batchOf(part == 1 ? "payments" : "orders", (part * 5 + i) * 3000, 3000, 2);
            QVERIFY(capture->append(batch));
            QVERIFY(whole->append(batch));
        }
        compareRecords(*whole->snapshot(), *capture->snapshot());
        QVERIFY(part == 1 ? capture->flush() : capture->close());
    }
    compareRecords(*whole->snapshot(),
                   *(*Capture::open(path, Capture::Mode::ReadOnly))->snapshot());
}

void tst_Capture::recordsThatAreThereAreLeftOut()
{
    const auto capture = Capture::inMemory();
    QVERIFY(capture->append(batchOf("t", 500, 500)));
    QVERIFY(capture->append(batchOf("t", 0, 600))); // the last 100 are known
    QVERIFY(capture->append(batchOf("t", 0, 1000)));
    QCOMPARE(capture->snapshot()->rowCount(), Row{1000});
    QVERIFY(capture->append(batchOf("other", 0, 10)));
    QCOMPARE(capture->snapshot()->rowCount(), Row{1010});
    RecordBatchBuilder twice("t");
    for (const std::int64_t offset : {1000, 1002, 1000, 1001, 1002}) {
        twice.add(0, offset, 1, TimestampType::CreateTime, "k", "v");
    }
    QVERIFY(capture->append(twice.take()));
    const auto snapshot = capture->snapshot();
    QCOMPARE(snapshot->rowCount(), Row{1013});
    for (std::int64_t offset = 0; offset < 1003; ++offset) {
        const auto row = snapshot->find({"t", 0, offset});
        QVERIFY(row);
        QCOMPARE(static_cast<qint64>(snapshot->row(*row).offset), static_cast<qint64>(offset));
    }
    QCOMPARE(snapshot->covered({"t", 0}), (std::vector<OffsetRange>{{0, 1000}}));
}

void tst_Capture::aKeysRowsAreLinkedInOrderOfArrival()
{
    const auto capture = Capture::inMemory();
    QVERIFY(capture->append(batchOf("t", 0, 1000)));
    const auto early = capture->snapshot();
    QVERIFY(capture->append(batchOf("u", 0, 100)));
    QVERIFY(capture->append(batchOf("t", 1000, 1000)));
    const auto late = capture->snapshot();
    const auto key = late->findKey(*late->topicId("t"), "key-42");
    QVERIFY(key);
    QCOMPARE(early->rowsOfKey(*key).size(), std::size_t{10});
    const auto rows = late->rowsOfKey(*key);
    QCOMPARE(rows.size(), std::size_t{20});
    QVERIFY(std::is_sorted(rows.begin(), rows.end()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const RowInfo info = late->row(rows[i]);
        QCOMPARE(*late->record(rows[i])->view().key, std::string_view("key-42"));
        QCOMPARE(info.previousOfKey, i == 0 ? kNoRow : rows[i - 1]);
        QCOMPARE(info.nextOfKey, i + 1 == rows.size() ? kNoRow : rows[i + 1]);
    }
    QCOMPARE(early->row(rows[9]).nextOfKey, kNoRow);
    QVERIFY(!late->findKey(*late->topicId("t"), "key-100"));
    QVERIFY(late->findKey(*late->topicId("u"), "key-42") != key);
    QCOMPARE(late->keyCount(), KeyId{200});
}

void tst_Capture::nullKeysAreNoKey()
{
    const auto capture = Capture::inMemory();
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 1, TimestampType::CreateTime, std::nullopt, "v");
    builder.add(0, 1, 1, TimestampType::CreateTime, "", "v");
    builder.add(0, 2, 1, TimestampType::CreateTime, std::nullopt, std::nullopt);
    QVERIFY(capture->append(builder.take()));
    const auto snapshot = capture->snapshot();
    QCOMPARE(snapshot->row(0).key, kNoKey);
    QCOMPARE(snapshot->row(2).key, kNoKey);
    QCOMPARE(snapshot->row(2).previousOfKey, kNoRow);
    QCOMPARE(snapshot->findKey(0, ""), std::optional<KeyId>(snapshot->row(1).key));
    QVERIFY(snapshot->rowsOfKey(kNoKey).empty());
}

void tst_Capture::groupSamplesClusterAndReceiptsComeBack()
{
    const std::string path = file("state.hindcast");
    auto capture = *Capture::create(path);
    for (const std::int64_t time : {2000, 1000}) {
        auto sample = std::make_shared<GroupSample>();
        sample->time = timestampFromMs(time);
        sample->group = "billing";
        sample->membersVisible = false;
        sample->members.push_back({"m-1", "c-1", "/10.0.0.1", "", {{"orders", 3}}});
        sample->partitions.push_back({{"orders", 3}, 17, 5, 90, timestampFromMs(33), "m-1"});
        QVERIFY(capture->putGroupSample(sample));
    }
    auto cluster = std::make_shared<ClusterState>();
    cluster->brokers = {"1@a:9092"};
    cluster->topics.push_back(
        {"orders", false, {{3, 1, {1, 2}, {1}, 5, 90, ""}}, {{"a", "b"}}, 77, "p"});
    cluster->groups.push_back(std::make_shared<GroupSample>());
    QVERIFY(capture->putCluster(cluster));
    Receipt receipt;
    receipt.partitions.push_back({{"orders", 3}, 5, 90, 10, 90, 60, 0, 0, 0, {}});
    QVERIFY(capture->putReceipt(receipt));
    receipt.partitions[0].from = 60;
    receipt.partitions[0].next = 80;
    QVERIFY(capture->putReceipt(receipt));
    QVERIFY(capture->close());

    const auto opened = *Capture::open(path, Capture::Mode::ReadOnly);
    for (const auto& snapshot : {capture->snapshot(), opened->snapshot()}) {
        const auto samples = snapshot->groupSamples();
        QCOMPARE(samples.size(), std::size_t{2});
        QCOMPARE(toMs(samples[0]->time), std::int64_t{1000});
        QCOMPARE(samples[1]->members.at(0).assigned.at(0).partition, 3);
        QVERIFY(!samples[1]->membersVisible);
        QCOMPARE(samples[1]->partitions.at(0).committed, std::int64_t{17});
        QCOMPARE(toMs(samples[1]->partitions.at(0).committedRecordTime), std::int64_t{33});
        QCOMPARE(snapshot->cluster()->topics.at(0).partitions.at(0).logEnd, std::int64_t{90});
        QCOMPARE(snapshot->cluster()->topics.at(0).configs.at("a"), std::string("b"));
        QCOMPARE(snapshot->cluster()->groups.size(), std::size_t{1});
        QCOMPARE(snapshot->receiptsJson().size(), std::size_t{2});
        QCOMPARE(snapshot->covered({"orders", 3}), (std::vector<OffsetRange>{{10, 80}}));
        QVERIFY(snapshot->covered({"orders", 4}).empty());
    }
}

void tst_Capture::aReadUnderWayCoversWhatItWentOver()
{
    const std::string path = file("covered.hindcast");
    const auto capture = *Capture::create(path);
    QVERIFY(capture->putCovered({"orders", 3}, {10, 20}));
    QVERIFY(capture->putCovered({"orders", 4}, {10, 15}));
    QVERIFY(capture->putCovered({"orders", 3}, {10, 35}));
    QVERIFY(capture->close());
    QVERIFY(!capture->putCovered({"orders", 3}, {10, 50}));

    const auto opened = *Capture::open(path, Capture::Mode::ReadOnly);
    for (const auto& snapshot : {capture->snapshot(), opened->snapshot()}) {
        QCOMPARE(snapshot->covered({"orders", 3}), (std::vector<OffsetRange>{{10, 35}}));
        QCOMPARE(snapshot->covered({"orders", 4}), (std::vector<OffsetRange>{{10, 15}}));
    }
}

void tst_Capture::aSearchDoesNotCoverWhatItLeftOut()
{
    const auto capture = Capture::inMemory();
    Receipt receipt;
    receipt.where = "value.a = 1";
    receipt.partitions.push_back({{"orders", 3}, 0, 90, 0, 90, 90, 0, 0, 0, {}});
    QVERIFY(capture->putReceipt(receipt));
    QVERIFY(capture->snapshot()->covered({"orders", 3}).empty());
    QCOMPARE(capture->snapshot()->receiptsJson().size(), std::size_t{1});
}

void tst_Capture::aCopyHasEverything_data()
{
    QTest::addColumn<bool>("inMemory");
    QTest::newRow("of a file that grows") << false;
    QTest::newRow("of memory") << true;
}

void tst_Capture::aCopyHasEverything()
{
    QFETCH(bool, inMemory);
    const auto capture = inMemory ? Capture::inMemory() : *Capture::create(file("source.hindcast"));
    for (int i = 0; i < 10; ++i) {
        QVERIFY(capture->append(batchOf("orders", i * 4000, 4000, 4)));
    }
    Receipt receipt;
    receipt.partitions.push_back({{"orders", 3}, 0, 90, 0, 90, 90, 0, 0, 0, {}});
    QVERIFY(capture->putReceipt(receipt));
    const std::string path = file(inMemory ? "copy-m.hindcast" : "copy-f.hindcast");
    const auto saved = capture->saveAs(path);
    QVERIFY2(saved, saved ? "" : saved.error().message.c_str());
    const auto original = capture->snapshot();
    QVERIFY(capture->append(batchOf("orders", 40'000, 10)));
    const auto copy = Capture::open(path, Capture::Mode::ReadOnly);
    QVERIFY2(copy, copy ? "" : copy.error().message.c_str());
    compareRecords(*original, *(*copy)->snapshot());
    QCOMPARE((*copy)->snapshot()->receiptsJson(), original->receiptsJson());
    QCOMPARE((*copy)->snapshot()->covered({"orders", 3}), original->covered({"orders", 3}));
    QVERIFY(!capture->saveAs(path));
}

void tst_Capture::readersSeeWholeSnapshotsWhileItGrows()
{
    const auto capture = *Capture::create(file("grows.hindcast"));
    std::atomic<bool> done = false;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> readers;
    for (int t = 0; t < 2; ++t) {
        readers.emplace_back([&, t] {
            Row at = 0;
            while (!done) {
                const auto snapshot = capture->snapshot();
                const Row rows = snapshot->rowCount();
                if (rows == 0) {
                    continue;
                }
                at = (at * 31 + 7 + static_cast<Row>(t)) % rows;
                const auto record = snapshot->record(at);
                const auto view = record ? record->view() : RecordView{};
                const std::string key = "key-" + std::to_string(snapshot->row(at).offset % 100);
                if (view.key != key || snapshot->find(snapshot->placeOf(at)) != at) {
                    ++wrong;
                }
                const auto id = snapshot->findKey(0, key);
                const auto keyRows = id ? snapshot->rowsOfKey(*id) : std::vector<Row>{};
                if (keyRows.empty() || keyRows.back() >= rows ||
                    std::find(keyRows.begin(), keyRows.end(), at) == keyRows.end()) {
                    ++wrong;
                }
            }
        });
    }
    for (int i = 0; i < 200; ++i) {
        QVERIFY(capture->append(batchOf("orders", i * 500, 500, 4)));
    }
    done = true;
    for (auto& reader : readers) {
        reader.join();
    }
    QCOMPARE(wrong.load(), 0);
    QCOMPARE(capture->snapshot()->rowCount(), Row{100'000});
}

void tst_Capture::aFileThatExistsIsNotOverwritten()
{
    const std::string path = file("twice.hindcast");
    QVERIFY(Capture::create(path));
    const auto again = Capture::create(path);
    QVERIFY(!again);
    QVERIFY(again.error().message.find(path) != std::string::npos);
}

void tst_Capture::twoProgramsCannotAppendToOneFile()
{
    const std::string path = file("locked.hindcast");
    const auto one = *Capture::create(path);
    const auto two = Capture::open(path, Capture::Mode::Append);
    QVERIFY(!two);
    QCOMPARE(two.error().code, ErrorCode::Denied);
    QVERIFY(Capture::open(path, Capture::Mode::ReadOnly));
}

QTEST_GUILESS_MAIN(tst_Capture)
#include "tst_capture.moc"
