#pragma once

#include "model/replay/reducer_registry.h"
#include "model/replay/script_engine.h"

#include <array>
#include <memory>
#include <string>

namespace hindcast {

// `script`: what a row becomes is said in JavaScript. init(key) gives the state that a new row
// begins with (without it {}), apply(state, event) returns the state after an event (undefined: it
// stays; null: the row is gone), remove(state, event) does so for a null value, which else deletes.
// An event is {key, value, headers, topic, partition, offset, timestamp}; the value is its JSON, or
// its text, or {base64}. The state is kept as the JSON that the script's own objects give.
//
// Numbers are doubles there: one that a double would change arrives as a text with its digits.
// Settings: script = """...""", or file = "orders.js" beside the projection file.
class ScriptReducer final : public Reducer
{
public:
    static constexpr std::array<std::string_view, 2> kSettings{"script", "file"};
    static MadeReducer make(const ProjectionSource& source);
    // Puts the text of a `file` in its place, so that the projection is what is in it.
    static Set<void> load(ProjectionSource& source, const std::string& folder);

    void apply(const FoldEvent& event, FoldContext& context) override;
    std::optional<std::string_view> stateInRecord(const RecordView&) override
    {
        return std::nullopt;
    }

private:
    explicit ScriptReducer(std::unique_ptr<ScriptEngine> engine);

    const std::unique_ptr<ScriptEngine> m_engine;
};

} // namespace hindcast
