#include "model/record/record_batch.h"

#include <QTest>

using namespace hindcast;

class tst_RecordBatch : public QObject
{
    Q_OBJECT

private slots:
    void aRecordComesBackAsItWasAdded();
    void nullAndEmptyAreDifferent();
    void headersKeepOrderDuplicatesAndNulls();
    void aDamagedHeaderRunIsCutAndNeverReadPast();
    void columnsThatPointOutsideTheArenaAreRefused();
    void takingStartsAnEmptyBatchOfTheSameTopic();
};

void tst_RecordBatch::aRecordComesBackAsItWasAdded()
{
    RecordBatchBuilder builder("orders");
    builder.add(4, 48211954, 1795183392418, TimestampType::CreateTime, "order-1", R"({"a":1})");
    const auto batch = builder.take();
    QCOMPARE(batch->size(), std::size_t{1});
    const RecordView r = batch->record(0);
    QCOMPARE(r.topic, std::string_view("orders"));
    QCOMPARE(r.partition, 4);
    QCOMPARE(static_cast<qint64>(r.offset), qint64{48211954});
    QCOMPARE(r.timestampType, TimestampType::CreateTime);
    QCOMPARE(*r.key, std::string_view("order-1"));
    QCOMPARE(*r.value, std::string_view(R"({"a":1})"));
    QVERIFY(r.headers.empty());
    QCOMPARE(r.bytes(), std::size_t{14});
}

void tst_RecordBatch::nullAndEmptyAreDifferent()
{
    RecordBatchBuilder builder("t");
    builder.add(0, 0, -1, TimestampType::None, std::nullopt, "");
    builder.add(0, 1, -1, TimestampType::None, "", std::nullopt);
    const auto batch = builder.take();
    QVERIFY(!batch->record(0).key);
    QVERIFY(batch->record(0).value && batch->record(0).value->empty());
    QVERIFY(batch->record(1).key && batch->record(1).key->empty());
    QVERIFY(!batch->record(1).value);
    QCOMPARE(batch->record(0).timestamp, kNoTimestamp);
}

void tst_RecordBatch::headersKeepOrderDuplicatesAndNulls()
{
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 0, TimestampType::CreateTime, "k", "v");
    builder.addHeader("a", "1");
    builder.addHeader("b", std::nullopt);
    builder.addHeader("a", std::string_view("\0\xff", 2));
    builder.add(0, 1, 0, TimestampType::CreateTime, "k", "v");
    const auto first = builder.take();
    const auto headers = first->record(0).headers.toVector();
    QCOMPARE(headers.size(), std::size_t{3});
    QCOMPARE(headers[0].name, std::string_view("a"));
    QVERIFY(!headers[1].value);
    QCOMPARE(*first->record(0).headers.last("a")->value, std::string_view("\0\xff", 2));
    QVERIFY(!first->record(0).headers.last("c"));
    QCOMPARE(first->record(1).headers.count(), std::size_t{0});

    RecordBatchBuilder copy("t");
    copy.add(first->record(0));
    QCOMPARE(copy.take()->record(0).headers.count(), std::size_t{3});
}

void tst_RecordBatch::aDamagedHeaderRunIsCutAndNeverReadPast()
{
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 0, TimestampType::CreateTime, "k", "v");
    builder.addHeader("name", "value");
    const auto batch = builder.take();
    const std::string run(batch->record(0).headers.encoded());
    for (std::size_t length = 0; length < run.size(); ++length) {
        const std::string cut =
            run.substr(0, length); // its own allocation: a sanitizer sees a read past it
        QVERIFY(HeaderView(cut).count() == 0);
    }
    std::string huge = run;
    huge[0] = huge[1] = huge[2] = huge[3] = '\xff';
    QCOMPARE(HeaderView(huge).count(), std::size_t{0});
}

void tst_RecordBatch::columnsThatPointOutsideTheArenaAreRefused()
{
    const auto build = [](RecordBatch::Span value, std::size_t records) {
        return RecordBatchBuilder::fromColumns("t", {0}, std::vector<std::int64_t>(records, 7), {0},
                                               {TimestampType::CreateTime}, {{0, 1}}, {value}, {{}},
                                               "kv");
    };
    QVERIFY(build({1, 1}, 1));
    QCOMPARE(*build({1, 1}, 1)->record(0).value, std::string_view("v"));
    QVERIFY(!build({1, 2}, 1));
    QVERIFY(!build({0xffffffff, 0x7fffffff}, 1));
    QVERIFY(!build({1, 1}, 2));
}

void tst_RecordBatch::takingStartsAnEmptyBatchOfTheSameTopic()
{
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 0, TimestampType::CreateTime, "k", "v");
    builder.take();
    QCOMPARE(builder.size(), std::size_t{0});
    builder.add(0, 1, 0, TimestampType::CreateTime, "k", "v");
    QCOMPARE(builder.take()->topic(), std::string("t"));
}

QTEST_GUILESS_MAIN(tst_RecordBatch)
#include "tst_record_batch.moc"
