#include "model/capture/batch_codec.h"

#include "model/capture/byte_stream.h"
#include "model/capture/narrow_column.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace hindcast {

namespace {

using Values = std::vector<std::int64_t>;

void appendBytes(const RecordBatch& batch, RecordBatch::Span span, std::string& to)
{
    if (span.length > 0) {
        to.append(batch.arena().substr(span.at, static_cast<std::size_t>(span.length)));
    }
}

// Builders lay records out one after the other; then the arena is copied whole.
bool inOrder(const RecordBatch& batch)
{
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        for (const auto* column : {&batch.keys(), &batch.values(), &batch.headers()}) {
            const RecordBatch::Span span = (*column)[i];
            if (span.length > 0) {
                if (span.at != at) {
                    return false;
                }
                at += static_cast<std::uint64_t>(span.length);
            }
        }
    }
    return at == batch.arenaBytes();
}

} // namespace

void encodeBatches(std::span<const RecordBatchPtr> batches, ByteWriter& to)
{
    std::size_t records = 0;
    for (const auto& batch : batches) {
        records += batch->size();
    }
    to.number(static_cast<std::uint32_t>(records));
    Values values(records);
    const auto column = [&](auto&& field) {
        std::int64_t* at = values.data();
        for (const auto& batch : batches) {
            for (const auto& item : field(*batch)) {
                if constexpr (std::is_same_v<std::decay_t<decltype(item)>, RecordBatch::Span>) {
                    *at++ = item.length;
                } else {
                    *at++ = static_cast<std::int64_t>(item);
                }
            }
        }
        NarrowColumn(values).write(to);
    };
    column([](const RecordBatch& b) -> auto& { return b.partitions(); });
    column([](const RecordBatch& b) -> auto& { return b.offsets(); });
    column([](const RecordBatch& b) -> auto& { return b.timestampsMs(); });
    column([](const RecordBatch& b) -> auto& { return b.timestampTypes(); });
    column([](const RecordBatch& b) -> auto& { return b.keys(); });
    column([](const RecordBatch& b) -> auto& { return b.values(); });
    column([](const RecordBatch& b) -> auto& { return b.headers(); });
    for (const auto& batch : batches) {
        if (inOrder(*batch)) {
            to.raw(batch->arena());
            continue;
        }
        std::string bytes;
        bytes.reserve(batch->arenaBytes());
        for (std::size_t i = 0; i < batch->size(); ++i) {
            appendBytes(*batch, batch->keys()[i], bytes);
            appendBytes(*batch, batch->values()[i], bytes);
            appendBytes(*batch, batch->headers()[i], bytes);
        }
        to.raw(bytes);
    }
}

RecordBatchPtr decodeBatch(const std::string& topic, ByteReader& from)
{
    const std::size_t n = from.number<std::uint32_t>();
    if (n > kMaxRecordsOfRun) { // constant columns take no bytes: a damaged count must not allocate
        return nullptr;
    }
    NarrowColumn columns[7];
    for (NarrowColumn& column : columns) {
        column = NarrowColumn::load(from, n);
    }
    if (!from.ok()) {
        return nullptr;
    }
    Values values(n);
    const auto read = [&]<typename T>(std::size_t which, std::vector<T>& to) {
        columns[which].read(0, values);
        to.resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            to[i] = static_cast<T>(values[i]);
        }
    };
    std::vector<std::int32_t> partitions;
    Values offsets(n);
    Values times(n);
    std::vector<TimestampType> types;
    read(0, partitions);
    columns[1].read(0, offsets);
    columns[2].read(0, times);
    read(3, types);
    for (TimestampType& type : types) {
        type = type > TimestampType::LogAppendTime ? TimestampType::None : type;
    }
    std::vector<RecordBatch::Span> spans[3];
    for (std::size_t which = 0; which < 3; ++which) {
        columns[4 + which].read(0, values);
        spans[which].resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            if (values[i] > std::numeric_limits<std::int32_t>::max()) {
                return nullptr;
            }
            spans[which][i].length = values[i] < 0 ? -1 : static_cast<std::int32_t>(values[i]);
        }
    }
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < n; ++i) {
        for (auto& column : spans) {
            if (column[i].length >= 0) {
                column[i].at = static_cast<std::uint32_t>(at);
                at += static_cast<std::uint64_t>(column[i].length);
            }
        }
    }
    if (at > from.left()) {
        return nullptr;
    }
    std::string arena;
    arena.reserve(at + RecordBatch::kPadding);
    arena.append(from.raw(at));
    return RecordBatchBuilder::fromColumns(
        topic, std::move(partitions), std::move(offsets), std::move(times), std::move(types),
        std::move(spans[0]), std::move(spans[1]), std::move(spans[2]), std::move(arena));
}

RunColumns RunColumns::load(ByteReader& from)
{
    RunColumns run;
    run.records = from.number<std::uint32_t>();
    if (run.records > kMaxRecordsOfRun) {
        from.raw(from.left() + 1); // damaged: nothing behind it counts
        return run;
    }
    for (NarrowColumn& column : run.columns) {
        column = NarrowColumn::load(from, run.records);
    }
    return run;
}

std::uint64_t RunColumns::bytesOf(std::size_t record) const
{
    std::uint64_t bytes = 0;
    for (std::size_t which = 4; which < 7; ++which) {
        bytes += static_cast<std::uint64_t>(std::clamp<std::int64_t>(
            columns[which].at(record), 0, std::numeric_limits<std::int32_t>::max()));
    }
    return bytes;
}

RecordView RunColumns::view(std::size_t record, std::string_view topic,
                            std::string_view bytes) const
{
    RecordView view;
    view.topic = topic;
    view.partition = static_cast<std::int32_t>(columns[0].at(record));
    view.offset = columns[1].at(record);
    view.timestamp = timestampFromMs(columns[2].at(record));
    const auto type = static_cast<TimestampType>(columns[3].at(record));
    view.timestampType = type > TimestampType::LogAppendTime ? TimestampType::None : type;
    const auto next = [&](std::size_t which) -> std::optional<std::string_view> {
        const std::int64_t length = columns[which].at(record);
        if (length < 0) {
            return std::nullopt;
        }
        const std::string_view part = bytes.substr(0, static_cast<std::size_t>(length));
        bytes.remove_prefix(part.size());
        return part;
    };
    view.key = next(4);
    view.value = next(5);
    view.headers = HeaderView(next(6).value_or(std::string_view()));
    return view;
}

} // namespace hindcast
