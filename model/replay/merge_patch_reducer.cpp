#include "model/replay/merge_patch_reducer.h"

namespace hindcast {

void MergePatchReducer::apply(const FoldEvent& event, FoldContext& context)
{
    const RecordView& record = event.record;
    const auto& key = event.key;
    if (!key) {
        context.skipWithoutKey();
        return;
    }
    if (!record.value) {
        context.remove(*key);
        return;
    }
    if (const auto merged = m_merge.apply(context.stateOf(*key), *record.value, m_state); !merged) {
        context.skip(merged.error().message);
        return;
    }
    if (m_state == *record.value) {
        context.putFromRecord(*key,
                              *record.value); // a patch that names all members, in their order
    } else {
        context.put(*key, m_state);
    }
}

std::optional<std::string_view> MergePatchReducer::stateInRecord(const RecordView& record)
{
    return record.value;
}

} // namespace hindcast
