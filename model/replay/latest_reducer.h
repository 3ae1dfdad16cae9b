#pragma once

#include "model/replay/reducer.h"

namespace hindcast {

// `latest`: the state of a key is the value of its newest record; a null value deletes it.
class LatestReducer final : public Reducer
{
public:
    void apply(const FoldEvent& event, FoldContext& context) override;
    std::optional<std::string_view> stateInRecord(const RecordView& record) override;
};

} // namespace hindcast
