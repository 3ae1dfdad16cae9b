#include "model/replay/latest_reducer.h"

namespace hindcast {

void LatestReducer::apply(const FoldEvent& event, FoldContext& context)
{
    const RecordView& record = event.record;
    const auto& key = event.key;
    if (!key) {
        context.skipWithoutKey();
    } else if (record.value) {
        context.putFromRecord(*key, *record.value);
    } else {
        context.remove(*key);
    }
}

std::optional<std::string_view> LatestReducer::stateInRecord(const RecordView& record)
{
    return record.value;
}

} // namespace hindcast
