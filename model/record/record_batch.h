#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/record/timestamp.h"

namespace hindcast {

enum class TimestampType : std::uint8_t { None, CreateTime, LogAppendTime };

struct Header
{
    std::string_view name;
    std::optional<std::string_view> value; // nullopt: a null value
};

// A record's headers in their order, duplicates kept. A view of bytes inside a RecordBatch.
class HeaderView
{
public:
    HeaderView() = default;
    explicit HeaderView(std::string_view encoded)
        : m_encoded(encoded)
    {
    }

    bool empty() const { return m_encoded.empty(); }
    std::size_t count() const;
    std::vector<Header> toVector() const;
    // The last header of that name (exact match), as Kafka clients read them; nullopt where none
    // is.
    std::optional<Header> last(std::string_view name) const;
    std::string_view encoded() const { return m_encoded; }

private:
    std::string_view m_encoded;
};

// One record as a view; valid as long as the RecordBatch it came from.
struct RecordView
{
    std::string_view topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    Timestamp timestamp = kNoTimestamp;
    TimestampType timestampType = TimestampType::None;
    std::optional<std::string_view> key;   // nullopt: null
    std::optional<std::string_view> value; // nullopt: null, a tombstone
    HeaderView headers;

    std::size_t bytes() const
    {
        return (key ? key->size() : 0) + (value ? value->size() : 0) + headers.encoded().size();
    }
};

// Records of one topic as columns over one arena; immutable once built, then shared between
// threads. The arena ends in kPadding readable bytes, so that simdjson reads values in place.
class RecordBatch
{
public:
    static constexpr std::size_t kPadding = 64; // simdjson::SIMDJSON_PADDING
    static constexpr std::size_t kTargetRecords = 4096;
    static constexpr std::size_t kTargetBytes = 1 << 20;

    // A piece of the arena. length < 0: null.
    struct Span
    {
        std::uint32_t at = 0;
        std::int32_t length = -1;
    };

    const std::string& topic() const { return m_topic; }
    std::size_t size() const { return m_offsets.size(); }
    bool empty() const { return m_offsets.empty(); }
    std::size_t arenaBytes() const { return m_arena.size() - kPadding; }

    RecordView record(std::size_t i) const;
    std::int32_t partition(std::size_t i) const { return m_partitions[i]; }
    std::int64_t offset(std::size_t i) const { return m_offsets[i]; }
    Timestamp timestamp(std::size_t i) const { return timestampFromMs(m_timestampsMs[i]); }

    // The columns, for code that stores or loads whole batches.
    const std::vector<std::int32_t>& partitions() const { return m_partitions; }
    const std::vector<std::int64_t>& offsets() const { return m_offsets; }
    const std::vector<std::int64_t>& timestampsMs() const { return m_timestampsMs; }
    const std::vector<TimestampType>& timestampTypes() const { return m_timestampTypes; }
    const std::vector<Span>& keys() const { return m_keys; }
    const std::vector<Span>& values() const { return m_values; }
    const std::vector<Span>& headers() const { return m_headers; }
    std::string_view arena() const { return {m_arena.data(), arenaBytes()}; }

private:
    friend class RecordBatchBuilder;
    std::string m_topic;
    std::vector<std::int32_t> m_partitions;
    std::vector<std::int64_t> m_offsets;
    std::vector<std::int64_t> m_timestampsMs;
    std::vector<TimestampType> m_timestampTypes;
    std::vector<Span> m_keys;
    std::vector<Span> m_values;
    std::vector<Span> m_headers;
    std::string m_arena;
};

using RecordBatchPtr = std::shared_ptr<const RecordBatch>;

// Fills a RecordBatch; each byte is copied once. One thread.
class RecordBatchBuilder
{
public:
    explicit RecordBatchBuilder(std::string topic);

    void reserve(std::size_t records, std::size_t arenaBytes);

    // Adds a record; headers follow with addHeader() and belong to the last record added.
    void add(std::int32_t partition, std::int64_t offset, std::int64_t timestampMs,
             TimestampType type, std::optional<std::string_view> key,
             std::optional<std::string_view> value);
    void addHeader(std::string_view name, std::optional<std::string_view> value);
    // Adds a copy of a record of any batch.
    void add(const RecordView& record);

    std::size_t size() const { return m_batch->size(); }
    std::size_t arenaBytes() const { return m_batch->m_arena.size(); }
    bool full() const
    {
        return size() >= RecordBatch::kTargetRecords || arenaBytes() >= RecordBatch::kTargetBytes;
    }

    // Hands the batch over and starts an empty one of the same topic.
    RecordBatchPtr take();

    // Builds a batch from stored columns. The caller vouches that every span lies inside the arena;
    // fromColumns() checks it and returns nullptr otherwise.
    static RecordBatchPtr fromColumns(std::string topic, std::vector<std::int32_t> partitions,
                                      std::vector<std::int64_t> offsets,
                                      std::vector<std::int64_t> timestampsMs,
                                      std::vector<TimestampType> types,
                                      std::vector<RecordBatch::Span> keys,
                                      std::vector<RecordBatch::Span> values,
                                      std::vector<RecordBatch::Span> headers, std::string arena);

private:
    RecordBatch::Span store(std::optional<std::string_view> bytes);
    void reset();

    std::string m_topic;
    std::shared_ptr<RecordBatch> m_batch;
};

} // namespace hindcast
