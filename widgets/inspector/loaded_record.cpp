#include "widgets/inspector/loaded_record.h"

namespace hindcast {

LoadedRecordPtr loadRecord(const CaptureSnapshot& snapshot, const RecordPlace& place)
{
    auto loaded = std::make_shared<LoadedRecord>();
    loaded->place = place;
    const auto row = snapshot.find(place);
    if (!row) {
        return loaded;
    }
    loaded->row = *row;
    auto stored = snapshot.record(*row);
    if (!stored) {
        loaded->problem = stored.error().message;
        return loaded;
    }
    loaded->stored = std::move(*stored);
    const RecordView record = loaded->view();
    loaded->key = std::make_shared<const Decoded>(decode(record.key, 200));
    loaded->value = std::make_shared<const Decoded>(decode(record.value));
    loaded->headers = record.headers.toVector();
    for (const TraceContext& context : traceContexts(record.headers)) {
        loaded->contexts.push_back({context, context.trace.toString(), context.span.toString()});
    }
    if (record.key) {
        for (std::size_t i = 0; i < snapshot.topics().size(); ++i) {
            const auto topic = static_cast<TopicId>(i);
            if (const auto key = snapshot.findKey(topic, *record.key)) {
                const std::vector<Row> rows = snapshot.rowsOfKey(*key);
                loaded->keyRows.insert(loaded->keyRows.end(), rows.begin(), rows.end());
                loaded->keyTopics += rows.empty() ? 0U : 1U;
            }
        }
    }
    return loaded;
}

} // namespace hindcast
