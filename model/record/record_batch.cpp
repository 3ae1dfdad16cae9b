#include "model/record/record_batch.h"

#include <cstring>

namespace hindcast {

namespace {

// Headers are stored as a run of (u32 name length, name, i32 value length or -1, value), host
// order: batches are written to disk on little-endian machines only.
template <typename T>
void appendNumber(std::string& to, T number)
{
    char bytes[sizeof(T)];
    std::memcpy(bytes, &number, sizeof(T));
    to.append(bytes, sizeof(T));
}

// Walks an encoded run; stops at the first thing that does not fit, so that a damaged file cannot
// make it read outside its bytes.
template <typename F>
void forEachHeader(std::string_view run, F&& visit)
{
    while (run.size() >= sizeof(std::uint32_t)) {
        std::uint32_t nameLength = 0;
        std::memcpy(&nameLength, run.data(), sizeof nameLength);
        run.remove_prefix(sizeof nameLength);
        if (run.size() < sizeof(std::int32_t) || run.size() - sizeof(std::int32_t) < nameLength) {
            return;
        }
        const std::string_view name = run.substr(0, nameLength);
        run.remove_prefix(nameLength);
        std::int32_t valueLength = 0;
        std::memcpy(&valueLength, run.data(), sizeof valueLength);
        run.remove_prefix(sizeof valueLength);
        if (valueLength < 0) {
            visit(Header{name, std::nullopt});
            continue;
        }
        if (run.size() < static_cast<std::size_t>(valueLength)) {
            return;
        }
        visit(Header{name, run.substr(0, static_cast<std::size_t>(valueLength))});
        run.remove_prefix(static_cast<std::size_t>(valueLength));
    }
}

} // namespace

std::size_t HeaderView::count() const
{
    std::size_t n = 0;
    forEachHeader(m_encoded, [&n](const Header&) { ++n; });
    return n;
}

std::vector<Header> HeaderView::toVector() const
{
    std::vector<Header> headers;
    forEachHeader(m_encoded, [&headers](const Header& h) { headers.push_back(h); });
    return headers;
}

std::optional<Header> HeaderView::last(std::string_view name) const
{
    std::optional<Header> found;
    forEachHeader(m_encoded, [&](const Header& h) {
        if (h.name == name) {
            found = h;
        }
    });
    return found;
}

RecordView RecordBatch::record(std::size_t i) const
{
    const auto bytes = [this](Span span) -> std::optional<std::string_view> {
        if (span.length < 0) {
            return std::nullopt;
        }
        return std::string_view{m_arena.data() + span.at, static_cast<std::size_t>(span.length)};
    };
    RecordView view;
    view.topic = m_topic;
    view.partition = m_partitions[i];
    view.offset = m_offsets[i];
    view.timestamp = timestampFromMs(m_timestampsMs[i]);
    view.timestampType = m_timestampTypes[i];
    view.key = bytes(m_keys[i]);
    view.value = bytes(m_values[i]);
    view.headers = HeaderView{bytes(m_headers[i]).value_or(std::string_view{})};
    return view;
}

RecordBatchBuilder::RecordBatchBuilder(std::string topic)
    : m_topic(std::move(topic))
{
    reset();
}

void RecordBatchBuilder::reset()
{
    m_batch = std::make_shared<RecordBatch>();
    m_batch->m_topic = m_topic;
}

void RecordBatchBuilder::reserve(std::size_t records, std::size_t arenaBytes)
{
    m_batch->m_partitions.reserve(records);
    m_batch->m_offsets.reserve(records);
    m_batch->m_timestampsMs.reserve(records);
    m_batch->m_timestampTypes.reserve(records);
    m_batch->m_keys.reserve(records);
    m_batch->m_values.reserve(records);
    m_batch->m_headers.reserve(records);
    m_batch->m_arena.reserve(arenaBytes + RecordBatch::kPadding);
}

RecordBatch::Span RecordBatchBuilder::store(std::optional<std::string_view> bytes)
{
    if (!bytes) {
        return {};
    }
    RecordBatch::Span span;
    span.at = static_cast<std::uint32_t>(m_batch->m_arena.size());
    span.length = static_cast<std::int32_t>(bytes->size());
    m_batch->m_arena.append(*bytes);
    return span;
}

void RecordBatchBuilder::add(std::int32_t partition, std::int64_t offset, std::int64_t timestampMs,
                             TimestampType type, std::optional<std::string_view> key,
                             std::optional<std::string_view> value)
{
    m_batch->m_partitions.push_back(partition);
    m_batch->m_offsets.push_back(offset);
    m_batch->m_timestampsMs.push_back(timestampMs);
    m_batch->m_timestampTypes.push_back(type);
    m_batch->m_keys.push_back(store(key));
    m_batch->m_values.push_back(store(value));
    m_batch->m_headers.push_back({});
}

void RecordBatchBuilder::addHeader(std::string_view name, std::optional<std::string_view> value)
{
    RecordBatch::Span& run = m_batch->m_headers.back();
    std::string& arena = m_batch->m_arena;
    if (run.length < 0) {
        run.at = static_cast<std::uint32_t>(arena.size());
    }
    appendNumber(arena, static_cast<std::uint32_t>(name.size()));
    arena.append(name);
    appendNumber(arena, value ? static_cast<std::int32_t>(value->size()) : -1);
    arena.append(value.value_or(std::string_view{}));
    run.length = static_cast<std::int32_t>(arena.size() - run.at);
}

void RecordBatchBuilder::add(const RecordView& record)
{
    add(record.partition, record.offset, toMs(record.timestamp), record.timestampType, record.key,
        record.value);
    if (!record.headers.empty()) {
        m_batch->m_headers.back() = store(record.headers.encoded());
    }
}

RecordBatchPtr RecordBatchBuilder::take()
{
    m_batch->m_arena.append(RecordBatch::kPadding, '\0');
    RecordBatchPtr done = std::move(m_batch);
    reset();
    return done;
}

RecordBatchPtr RecordBatchBuilder::fromColumns(
    std::string topic, std::vector<std::int32_t> partitions, std::vector<std::int64_t> offsets,
    std::vector<std::int64_t> timestampsMs, std::vector<TimestampType> types,
    std::vector<RecordBatch::Span> keys, std::vector<RecordBatch::Span> values,
    std::vector<RecordBatch::Span> headers, std::string arena)
{
    const std::size_t n = offsets.size();
    if (partitions.size() != n || timestampsMs.size() != n || types.size() != n ||
        keys.size() != n || values.size() != n || headers.size() != n) {
        return nullptr;
    }
    for (const auto* column : {&keys, &values, &headers}) {
        for (const RecordBatch::Span span : *column) {
            if (span.length >= 0 &&
                std::uint64_t{span.at} + static_cast<std::uint64_t>(span.length) > arena.size()) {
                return nullptr;
            }
        }
    }
    auto batch = std::make_shared<RecordBatch>();
    batch->m_topic = std::move(topic);
    batch->m_partitions = std::move(partitions);
    batch->m_offsets = std::move(offsets);
    batch->m_timestampsMs = std::move(timestampsMs);
    batch->m_timestampTypes = std::move(types);
    batch->m_keys = std::move(keys);
    batch->m_values = std::move(values);
    batch->m_headers = std::move(headers);
    batch->m_arena = std::move(arena);
    batch->m_arena.append(RecordBatch::kPadding, '\0');
    return batch;
}

} // namespace hindcast
