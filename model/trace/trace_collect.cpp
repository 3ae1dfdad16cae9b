#include "model/trace/span_payload.h"
#include "model/trace/trace_data.h"

#include <algorithm>

#include <simdjson.h>

namespace hindcast {

namespace {

constexpr std::size_t kMaxKeyBytes = 256; // what is kept of a key to search and show

StringId keyText(const RecordView& record, SpanTable& table)
{
    if (!record.key || record.key->empty() || record.key->size() > kMaxKeyBytes ||
        !simdjson::validate_utf8(record.key->data(), record.key->size())) {
        return 0;
    }
    return table.intern(*record.key);
}

void addProblem(TraceData& data, Row row, SpanProblem problem)
{
    ++data.problemCount;
    if (data.problems.size() < TraceData::kMaxProblems) {
        data.problems.push_back({row, std::move(problem)});
    }
}

void collectRecord(TraceData& data, const RecordView& record, Row row, SpanReader& reader)
{
    std::optional<StringId> key;
    for (const TraceContext& context : traceContexts(record.headers)) {
        if (!key) {
            key = keyText(record, data.table);
        }
        data.contexts.push_back(
            {row, context.trace, context.span, *key, context.format, context.current});
    }
    if (!record.value) {
        return;
    }
    SpanPayload payload = reader.read(*record.value, row, data.table);
    data.spanRecords += payload.carriesSpans ? 1 : 0;
    for (SpanProblem& problem : payload.problems) {
        addProblem(data, row, std::move(problem));
    }
}

} // namespace

bool collectTraces(TraceData& data, const CaptureSnapshot& snapshot, const std::stop_token& stop,
                   const TraceProgress& progress)
{
    const Row total = snapshot.rowCount();
    SpanReader reader;
    while (data.rows < total) {
        if (stop.stop_requested()) {
            return false;
        }
        const std::size_t index = snapshot.blockOf(data.rows);
        const BlockInfo block = snapshot.block(index);
        const auto batch = snapshot.loadBlock(index);
        const Row end = std::min(total, block.firstRow + block.count);
        if (!batch) {
            addProblem(data, data.rows, {{}, batch.error().message});
        } else {
            for (Row row = data.rows; row < end; ++row) {
                const std::size_t at = row - block.firstRow;
                if (at < (*batch)->size()) {
                    collectRecord(data, (*batch)->record(at), row, reader);
                }
            }
        }
        data.rows = std::max(end, data.rows + 1); // an empty block must not hold us for ever
        if (progress) {
            progress(data.rows, total);
        }
    }
    return true;
}

} // namespace hindcast
