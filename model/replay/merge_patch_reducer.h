#pragma once

#include "model/replay/merge_patch.h"
#include "model/replay/reducer.h"

namespace hindcast {

// `merge-patch`: each value is a JSON merge patch (RFC 7396) on the state of its key; a null value
// deletes the key. A key's first patch is applied to nothing, which strips its nulls.
class MergePatchReducer final : public Reducer
{
public:
    void apply(const FoldEvent& event, FoldContext& context) override;
    std::optional<std::string_view> stateInRecord(const RecordView&) override;

private:
    MergePatch m_merge;
    std::string m_state;
};

} // namespace hindcast
