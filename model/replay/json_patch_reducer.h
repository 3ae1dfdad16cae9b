#pragma once

#include "model/decode/field_reader.h"
#include "model/replay/json_patch.h"
#include "model/replay/reducer_registry.h"

#include <array>
#include <optional>
#include <string>

namespace hindcast {

// `json-patch`: each value is a JSON patch (RFC 6902) on the state of its key, applied whole or not
// at all; a null value deletes the key.
//
// Settings: patch = "value.changes", where the operations stand in the record (default: the value);
// initial = "{}", the document that a key's first patch meets (default: none, so it has to begin
// with add or replace of ""); failure = "skip" (default), which leaves a failing record out, or
// "stop", which leaves out all that follow it for its key too, up to a null value: what they meet
// is no longer what they were made for.
class JsonPatchReducer final : public Reducer
{
public:
    static constexpr std::array<std::string_view, 3> kSettings{"patch", "initial", "failure"};
    static MadeReducer make(const ProjectionSource& source);

    void apply(const FoldEvent& event, FoldContext& context) override;
    std::optional<std::string_view> stateInRecord(const RecordView& record) override;

private:
    JsonPatchReducer() = default;
    std::optional<std::string_view> patchIn(const RecordView& record);

    std::optional<FieldReader> m_field; // where `patch` is more than the value
    std::string m_path;
    std::optional<std::string> m_initial;
    bool m_stops = false;
    JsonPatch m_patch;
};

} // namespace hindcast
