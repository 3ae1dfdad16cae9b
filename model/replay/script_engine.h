#pragma once

#include "model/record/record_batch.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace hindcast {

// What is wrong with a script, and the line of it (from 1; 0: none can be told).
struct ScriptMistake
{
    int line = 0;
    std::string words;
};

// Runs a reducer's JavaScript, one event a call. Every call sees the script as if it had just been
// read: what it kept in variables of its own is gone, and the language's own objects are frozen, so
// that a state depends on nothing but the state before and the event. What would make it depend on
// anything else throws and names itself: the clock, random numbers, the time zone, the locale.
//
// A call that takes longer than kLongestMs of its thread's processor time, or more than
// kMostMemory, is broken off by a thread that watches it, at the script's next step. The language's
// own functions take no step: they look at the sizes first (script_guards.h) and throw. What is
// left to last longer is a pattern that takes the cube of a text's length, or more. One thread an
// object, and that of its making.
class ScriptEngine
{
public:
    static constexpr int kLongestMs = 2000;
    static constexpr std::size_t kMostMemory = std::size_t{512} << 20;
    static constexpr std::size_t kMostState = std::size_t{1} << 20; // characters of JSON

    // Refuses what is no JavaScript, has no function apply, or fails when it is read.
    static tl::expected<std::unique_ptr<ScriptEngine>, ScriptMistake>
    compile(std::string_view script);
    ~ScriptEngine();
    ScriptEngine(const ScriptEngine&) = delete;
    ScriptEngine& operator=(const ScriptEngine&) = delete;

    bool hasRemove() const;

    struct Answer
    {
        enum class Kind { Keep, Delete, State, Failed };
        Kind kind = Kind::Keep;
        std::string text; // the state as JSON; of a failure a sentence that says where
    };
    // The state of the key after the event; `state` as JSON, nullopt where there is none yet.
    // Valid until the next call.
    const Answer& apply(std::optional<std::string_view> state, std::string_view key,
                        const RecordView& record);
    // For a null value: apply() by the script's function remove.
    const Answer& remove(std::string_view state, std::string_view key, const RecordView& record);

private:
    struct Private;
    explicit ScriptEngine(std::unique_ptr<Private> engine);

    std::unique_ptr<Private> d;
};

} // namespace hindcast
