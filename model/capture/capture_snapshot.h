#pragma once

#include "model/record/cluster_state.h"
#include "model/record/moment.h"
#include "model/record/receipt.h"
#include "model/record/record_batch.h"
#include "model/record/result.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hindcast {

// A record's number in its capture, in the order of arrival; dense from 0 and stable for ever.
using Row = std::uint32_t;
inline constexpr Row kNoRow = std::numeric_limits<Row>::max();

using TopicId = std::uint16_t; // index into CaptureSnapshot::topics()
using KeyId = std::uint32_t;   // one key's bytes in one topic
inline constexpr KeyId kNoKey = std::numeric_limits<KeyId>::max(); // the key is null

// What is known of a record without touching its bytes.
struct RowInfo
{
    TopicId topic = 0;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    Timestamp timestamp = kNoTimestamp; // as the record has it, not the clock's
    KeyId key = kNoKey;
    Row previousOfKey =
        kNoRow;             // the record before it with the same topic and key, in order of arrival
    Row nextOfKey = kNoRow; // kNoRow too where it lies past this snapshot
};

// Keeps a batch alive beside the record's place in it.
struct StoredRecord
{
    RecordBatchPtr batch;
    std::size_t index = 0;

    RecordView view() const { return batch->record(index); }
};

// A stored batch: rows [firstRow, firstRow + count), all of one topic.
struct BlockInfo
{
    TopicId topic = 0;
    Row firstRow = 0;
    std::uint32_t count = 0;
    TimeRange times;         // smallest and largest timestamp inside
    std::uint64_t bytes = 0; // uncompressed
};

// Offsets [from, to) that were read, whether or not each held a record.
struct OffsetRange
{
    std::int64_t from = 0;
    std::int64_t to = 0;

    friend bool operator==(const OffsetRange&, const OffsetRange&) = default;
};

// A capture as it was when the snapshot was taken: immutable, cheap to take and to keep, safe in
// any number of threads. Blocks come through a cache shared with the capture and bounded in bytes.
class CaptureSnapshot
{
public:
    virtual ~CaptureSnapshot() = default;

    virtual std::uint64_t
    generation() const = 0; // differs between captures; the same while one grows
    // What tells the capture from every other, in its file and in copies of it; 0: it has no file.
    virtual std::uint64_t captureId() const { return 0; }
    virtual Row rowCount() const = 0;
    virtual const std::vector<std::string>& topics() const = 0;
    virtual std::optional<TopicId> topicId(std::string_view name) const = 0;

    virtual RowInfo row(Row row) const = 0; // row < rowCount()
    // Rows [first, first + out.size()), which must be there: several times faster than row() each.
    virtual void rows(Row first, std::span<RowInfo> out) const;
    virtual Result<StoredRecord> record(Row row) const = 0; // reads its block if need be
    // Single records of many blocks, `rows` in rising order, for a page of rows that lie far apart:
    // of a block no more is unpacked than leads up to the last of its rows, past the cache, and so
    // without its checksum. A view lives as long as its call of `take` (index into `rows`).
    using TakeRecord = std::function<void(std::size_t index, const RecordView& record)>;
    virtual Result<void> pick(std::span<const Row> rows, const TakeRecord& take) const;
    virtual std::optional<Row> find(const RecordPlace& place) const = 0;
    RecordPlace placeOf(Row row) const;

    virtual std::size_t blockCount() const = 0;
    virtual BlockInfo block(std::size_t index) const = 0;
    virtual std::size_t blockOf(Row row) const = 0;
    // Past the cache, for scans over everything: decompresses on the caller's thread, so scans run
    // in parallel.
    virtual Result<RecordBatchPtr> loadBlock(std::size_t index) const = 0;
    // Null where nothing that is looked for can be in it, as `mayHold` says of bytes among which
    // its records' are: that is found out before anything else is made of them.
    using MayHold = std::function<bool(std::string_view bytes)>;
    virtual Result<RecordBatchPtr> loadBlockIf(std::size_t index, const MayHold& mayHold) const;

    virtual KeyId keyCount() const = 0;
    virtual std::optional<KeyId> findKey(TopicId topic, std::string_view key) const = 0;
    virtual std::vector<Row> rowsOfKey(KeyId key) const = 0; // in order of arrival

    virtual ClusterStatePtr cluster() const = 0;                  // may be null
    virtual std::vector<GroupSamplePtr> groupSamples() const = 0; // in order of time
    virtual std::vector<std::string> receiptsJson() const = 0;
    // Sorted and disjoint; offsets in it need not be read from the broker again.
    virtual std::vector<OffsetRange> covered(const TopicPartition& place) const = 0;
    // What of the file could not be read, a sentence each; empty for a whole one.
    virtual std::vector<std::string> problems() const { return {}; }
    virtual std::uint64_t memoryBytes() const = 0; // the index, not the block cache
};

using CaptureSnapshotPtr = std::shared_ptr<const CaptureSnapshot>;

} // namespace hindcast
