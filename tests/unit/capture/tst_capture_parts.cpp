#include "model/capture/block_codec.h"
#include "model/capture/block_frames.h"
#include "model/capture/byte_stream.h"
#include "model/capture/index_chunk.h"
#include "model/capture/key_hash.h"
#include "model/capture/key_table.h"
#include "model/capture/narrow_column.h"
#include "model/capture/partition_ranges.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <random>
#include <unordered_map>
#include <zstd.h>

using namespace hindcast;

namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

} // namespace

class tst_CaptureParts : public QObject
{
    Q_OBJECT

private slots:
    void aNarrowColumnGivesItsValuesBack_data();
    void aNarrowColumnGivesItsValuesBack();
    void keysGetDenseIdsAndAreFoundAgain();
    void aViewOfKeysDoesNotSeeLaterOnes();
    void keysThatDifferInOneByteHaveDifferentHashes();
    void offsetsAreFoundWhateverTheOrderOfTheBlocks();
    void blocksOfSeveralTopicsComeBack();
    void aPartThatCannotHoldWhatIsLookedForIsNotMade();
    void singleRecordsArePickedOutOfABlock_data();
    void singleRecordsArePickedOutOfABlock();
    void changedBytesAreRefusedAndNeverReadPast_data();
    void changedBytesAreRefusedAndNeverReadPast();
};

void tst_CaptureParts::aNarrowColumnGivesItsValuesBack_data()
{
    QTest::addColumn<std::vector<std::int64_t>>("values");
    QTest::addColumn<int>("bytesEach");
    using V = std::vector<std::int64_t>;
    QTest::newRow("none") << V{} << 0;
    QTest::newRow("one") << V{-7} << 0;
    QTest::newRow("all the same") << V{5, 5, 5} << 0;
    QTest::newRow("one byte") << V{1000, 1255, 1000} << 1;
    QTest::newRow("two bytes") << V{0, 256, 65'535} << 2;
    QTest::newRow("three bytes") << V{-1, 65'535} << 3;
    QTest::newRow("four bytes") << V{0, 1 << 24, 4'294'967'295} << 4;
    QTest::newRow("eight bytes") << V{0, 4'294'967'296} << 8;
    QTest::newRow("the ends") << V{kMin, kMax, 0, -1} << 8;
}

void tst_CaptureParts::aNarrowColumnGivesItsValuesBack()
{
    QFETCH(std::vector<std::int64_t>, values);
    QFETCH(int, bytesEach);
    std::string bytes;
    const NarrowColumn made(values);
    ByteWriter to(bytes);
    made.write(to);
    QCOMPARE(bytes.size(), 9 + values.size() * static_cast<std::size_t>(bytesEach));
    ByteReader from(bytes);
    const NarrowColumn loaded = NarrowColumn::load(from, values.size());
    QVERIFY(from.ok() && from.atEnd());
    for (const NarrowColumn* column : {&made, &loaded}) {
        QCOMPARE(column->size(), values.size());
        std::vector<std::int64_t> all(values.size());
        column->read(0, all);
        QCOMPARE(all, values);
        for (std::size_t i = 0; i < values.size(); ++i) {
            QCOMPARE(column->at(i), values[i]);
        }
        if (values.size() > 1) {
            std::vector<std::int64_t> last(1);
            column->read(values.size() - 1, last);
            QCOMPARE(last[0], values.back());
        }
    }
}

void tst_CaptureParts::keysGetDenseIdsAndAreFoundAgain()
{
    std::mt19937_64 random(3);
    KeyTable table;
    std::unordered_map<std::uint64_t, KeyId> plain;
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint64_t> hashes(static_cast<std::size_t>(random() % 900));
        for (auto& hash : hashes) {
            hash = (random() % 60'000 + 1) * 0x9e3779b97f4a7c15ull;
        }
        std::vector<KeyId> ids(hashes.size());
        table.insert(hashes, ids);
        for (std::size_t i = 0; i < hashes.size(); ++i) {
            const auto it = plain.try_emplace(hashes[i], static_cast<KeyId>(plain.size())).first;
            QCOMPARE(ids[i], it->second);
        }
    }
    const auto view = table.view();
    QCOMPARE(table.size(), static_cast<KeyId>(plain.size()));
    for (const auto& [hash, id] : plain) {
        QCOMPARE(view.find(hash, table.size()), std::optional<KeyId>(id));
        QVERIFY(!view.find(hash + 1, table.size()));
    }
}

void tst_CaptureParts::aViewOfKeysDoesNotSeeLaterOnes()
{
    KeyTable table;
    std::vector<KeyId> ids(1);
    table.insert(std::vector<std::uint64_t>{11}, ids);
    const auto view = table.view();
    for (std::uint64_t hash = 100; hash < 5000; ++hash) {
        table.insert(std::vector<std::uint64_t>{hash << 40}, ids);
    }
    QCOMPARE(view.find(11, 1), std::optional<KeyId>(0));
    QVERIFY(!view.find(std::uint64_t{100} << 40, 1));
    QVERIFY(table.view().find(std::uint64_t{4999} << 40, table.size()));
}

void tst_CaptureParts::keysThatDifferInOneByteHaveDifferentHashes()
{
    std::unordered_map<std::uint64_t, std::string> seen;
    for (std::size_t length = 0; length < 70; ++length) {
        for (std::size_t changed = 0; changed <= length; ++changed) {
            std::string key(length, 'a');
            if (changed < length) {
                key[changed] = 'b';
            }
            const auto [it, fresh] = seen.try_emplace(keyHash(key, topicSeed(7, 0)), key);
            QVERIFY2(fresh, key.c_str());
        }
    }
    QVERIFY(keyHash("a", topicSeed(7, 0)) != keyHash("a", topicSeed(7, 1)));
    QVERIFY(keyHash("a", topicSeed(7, 0)) != keyHash("a", topicSeed(8, 0)));
}

void tst_CaptureParts::offsetsAreFoundWhateverTheOrderOfTheBlocks()
{
    std::mt19937 random(5);
    std::vector<std::pair<std::int64_t, std::int64_t>> blocks; // first offset, step
    for (std::int64_t at = 0; at < 20'000; at += 200) {
        blocks.emplace_back(at, 1);
    }
    blocks.emplace_back(30'000, 50); // wide and sparse
    blocks.emplace_back(30'001, 50);
    std::shuffle(blocks.begin(), blocks.end(), random);
    PartitionRanges ranges;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        std::vector<std::int32_t> partitions(200, 4);
        std::vector<std::int64_t> offsets(200);
        for (std::size_t i = 0; i < 200; ++i) {
            offsets[i] = blocks[b].first + static_cast<std::int64_t>(i) * blocks[b].second;
        }
        ranges.add(*BlockEntry::make(0, partitions, offsets, offsets, 0),
                   static_cast<std::uint32_t>(b));
    }
    const auto blocksAt = [&](std::int64_t from, std::int64_t to) {
        std::size_t plain = 0;
        for (const auto& [first, step] : blocks) {
            plain += first <= to && first + 199 * step >= from ? 1u : 0u;
        }
        const auto found = ranges.overlapping(0, 4, from, to);
        return std::pair(found.size(), plain);
    };
    for (const auto& [from, to] :
         std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 0},
                                                            {199, 200},
                                                            {19'999, 30'000},
                                                            {35'000, 35'000},
                                                            {-5, -1},
                                                            {40'000, 50'000},
                                                            {0, 50'000}}) {
        const auto [found, plain] = blocksAt(from, to);
        QCOMPARE(found, plain);
    }
    QVERIFY(ranges.overlapping(0, 3, 0, 50'000).empty());
    QVERIFY(ranges.overlapping(1, 4, 0, 50'000).empty());
}

void tst_CaptureParts::blocksOfSeveralTopicsComeBack()
{
    std::vector<RecordBatchPtr> batches;
    for (const char* topic : {"a", "a", "b", "a"}) {
        RecordBatchBuilder builder(topic);
        for (int i = 0; i < 3; ++i) {
            builder.add(i, 1000 + i, -1, TimestampType::None,
                        i == 1 ? std::nullopt : std::optional<std::string_view>("k"),
                        i == 2 ? std::nullopt : std::optional<std::string_view>(""));
            builder.addHeader("h", std::nullopt);
        }
        batches.push_back(builder.take());
    }
    const BlockParts block = BlockParts::encode(batches);
    QCOMPARE(block.records, 12u);
    QCOMPARE(block.places[1].part, 0u);
    QCOMPARE(block.places[1].start, 3u);
    QCOMPARE(block.places[3].part, 2u);
    const auto parts = decodeParts(BlockCompressor(1).compress(block.bytes));
    QVERIFY(parts);
    QCOMPARE(parts->size(), std::size_t{3});
    QCOMPARE((*parts)[0]->size(), std::size_t{6});
    QCOMPARE((*parts)[1]->topic(), std::string("b"));
    const RecordView r = (*parts)[0]->record(4);
    QVERIFY(!r.key);
    QVERIFY(r.value && r.value->empty());
    QCOMPARE(r.headers.count(), std::size_t{1});
}

void tst_CaptureParts::aPartThatCannotHoldWhatIsLookedForIsNotMade()
{
    const auto batchOf = [](const char* topic, std::string_view value) {
        RecordBatchBuilder builder(topic);
        builder.add(0, 1000, -1, TimestampType::None, "a key", value);
        return builder.take();
    };
    const auto made = [](const std::vector<RecordBatchPtr>& batches, std::string_view wanted) {
        std::vector<std::string> seen;
        const auto parts =
            decodeParts(BlockCompressor(1).compress(BlockParts::encode(batches).bytes),
                        [&](std::string_view bytes) {
                            seen.emplace_back(bytes);
                            return bytes.find(wanted) != std::string_view::npos;
                        });
        std::string which;
        for (const RecordBatchPtr& part : parts.value()) {
            which += part ? 'x' : '-';
        }
        for (const std::string& bytes : seen) { // of records, and nothing else
            if (bytes != "a keyone" && bytes != "a keytwo") {
                return std::string("asked about ") + bytes;
            }
        }
        return which;
    };
    QCOMPARE(made({batchOf("a", "one")}, "one"), std::string("x"));
    QCOMPARE(made({batchOf("a", "one")}, "two"), std::string("-"));
    QCOMPARE(made({batchOf("a", "one"), batchOf("b", "two")}, "one"), std::string("x-"));
    QCOMPARE(made({batchOf("a", "one"), batchOf("b", "two")}, "two").back(), 'x');
}

void tst_CaptureParts::singleRecordsArePickedOutOfABlock_data()
{
    QTest::addColumn<int>("records");
    QTest::addColumn<int>("bytes");     // of the largest value
    QTest::addColumn<bool>("oneFrame"); // as files of version 1 have them
    for (const bool oneFrame : {false, true}) {
        const char* const how = oneFrame ? ", in one frame" : "";
        QTest::addRow("a few%s", how) << 5 << 20 << oneFrame;
        QTest::addRow("a block%s", how) << 3000 << 300 << oneFrame;
        QTest::addRow("columns past the first look%s", how) << 20'000 << 10 << oneFrame;
        QTest::addRow("large values%s", how) << 20 << 400'000 << oneFrame;
    }
}

void tst_CaptureParts::singleRecordsArePickedOutOfABlock()
{
    QFETCH(int, records);
    QFETCH(int, bytes);
    QFETCH(bool, oneFrame);
    std::mt19937 random(4);
    std::vector<RecordBatchPtr> batches;
    for (const char* const topic : {"a", "b", "a"}) {
        RecordBatchBuilder builder(topic);
        for (int i = 0; i < records; ++i) {
            std::string value(random() % static_cast<unsigned>(bytes), 'x');
            std::generate(value.begin(), value.end(),
                          [&random] { return static_cast<char>('a' + random() % 26); });
            const bool none = random() % 7 == 0;
            builder.add(i % 5, 9'000'000'000 + i * 3, i % 2 ? -1 : 1'000'000 + i,
                        static_cast<TimestampType>(i % 3),
                        i % 4 == 0 ? std::nullopt : std::optional<std::string_view>("key"),
                        none ? std::nullopt : std::optional<std::string_view>(value));
            if (i % 3 == 0) {
                builder.addHeader("h", value.substr(0, 5));
            }
        }
        batches.push_back(builder.take());
    }
    const BlockParts block = BlockParts::encode(batches);
    std::string frame = BlockCompressor(1).compress(block.bytes);
    if (oneFrame) {
        frame.resize(ZSTD_compressBound(block.bytes.size()));
        frame.resize(
            ZSTD_compress(frame.data(), frame.size(), block.bytes.data(), block.bytes.size(), 1));
    }
    const auto all = decompressBlock(frame);
    QVERIFY(all && *all == block.bytes);
    for (int round = 0; round < 30; ++round) {
        const std::size_t part = random() % batches.size();
        std::vector<std::uint32_t> indices;
        for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(records); ++i) {
            if (random() % static_cast<unsigned>(records) < 3) {
                indices.push_back(i);
            }
        }
        std::size_t taken = 0;
        const auto done =
            pickRecords(frame, static_cast<std::uint32_t>(part), indices,
                        [&](std::size_t i, const RecordView& record) {
                            const RecordView wanted = batches[part]->record(indices[i]);
                            QCOMPARE(i, taken++);
                            QCOMPARE(record.topic, wanted.topic);
                            QCOMPARE(record.partition, wanted.partition);
                            QCOMPARE(record.offset, wanted.offset);
                            QCOMPARE(record.timestamp, wanted.timestamp);
                            QVERIFY(record.timestampType == wanted.timestampType);
                            QVERIFY(record.key == wanted.key && record.value == wanted.value);
                            QCOMPARE(record.headers.encoded(), wanted.headers.encoded());
                        });
        QVERIFY(done);
        QCOMPARE(taken, indices.size());
    }
    const std::vector<std::uint32_t> behind{static_cast<std::uint32_t>(records)};
    QVERIFY(!pickRecords(frame, 0, behind, [](std::size_t, const RecordView&) {}));
    const std::vector<std::uint32_t> last{static_cast<std::uint32_t>(records) - 1};
    const std::string cut = frame.substr(0, frame.size() / 2);
    QVERIFY(!pickRecords(cut, 2, last, [](std::size_t, const RecordView&) {}));
}

void tst_CaptureParts::changedBytesAreRefusedAndNeverReadPast_data()
{
    QTest::addColumn<bool>("index");
    QTest::newRow("a block") << false;
    QTest::newRow("a piece of the index") << true;
}

// The checksum is right, the bytes are not: what a hostile file would have. A sanitizer build sees
// a read past the end.
void tst_CaptureParts::changedBytesAreRefusedAndNeverReadPast()
{
    QFETCH(bool, index);
    RecordBatchBuilder builder("topic");
    for (int i = 0; i < 300; ++i) {
        builder.add(i % 3, 5000 + i, 1'000'000 + i * 7, TimestampType::CreateTime, "key",
                    std::string(static_cast<std::size_t>(i), 'v'));
    }
    const std::vector<RecordBatchPtr> batches{builder.take()};
    std::string bytes = BlockParts::encode(batches).bytes;
    if (index) {
        IndexChunk chunk;
        chunk.entries.push_back({1, 0, BlockEntry::make(0, *batches[0])});
        chunk.keys.assign(300, 0);
        chunk.newHashes = {77};
        bytes = std::string(*decompressBlock(chunk.encode()));
    }
    std::mt19937 random(9);
    BlockCompressor compressor(1);
    int refused = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string changed = bytes;
        const std::size_t head =
            std::min<std::size_t>(changed.size(), round % 2 == 0 ? 120 : changed.size());
        for (int i = 0; i < 1 + round % 4; ++i) {
            changed[random() % head] = static_cast<char>(random());
        }
        if (round % 5 == 0) {
            changed.resize(random() % changed.size());
        }
        const std::string frame = compressor.compress(changed);
        if (index) {
            const auto chunk = IndexChunk::decode(frame);
            refused += chunk ? 0 : 1;
            for (std::size_t e = 0; chunk && e < chunk->entries.size(); ++e) {
                const BlockEntry& entry = *chunk->entries[e].entry;
                for (std::uint32_t i = 0; i < entry.count; ++i) {
                    static_cast<void>(entry.offset(i));
                }
            }
        } else {
            const auto parts = decodeParts(frame);
            refused += parts ? 0 : 1;
            const std::vector<std::uint32_t> some{1, 150, 299};
            std::size_t bytesSeen = 0;
            static_cast<void>(
                pickRecords(frame, 0, some, [&](std::size_t, const RecordView& record) {
                    bytesSeen += record.bytes() + record.headers.count();
                }));
            for (std::size_t p = 0; parts && p < parts->size(); ++p) {
                for (std::size_t i = 0; i < (*parts)[p]->size(); ++i) {
                    static_cast<void>((*parts)[p]->record(i).bytes());
                }
            }
        }
    }
    QVERIFY(refused > 500);
}

QTEST_GUILESS_MAIN(tst_CaptureParts)
#include "tst_capture_parts.moc"
