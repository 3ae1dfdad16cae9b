#pragma once

namespace hindcast {

// What is read before the prelude: puts a look at the sizes before each of the language's own
// functions that would run for minutes, or fill the memory, without a step of the script between,
// where nothing could break it off. What is larger throws a RangeError. What steps through an
// iterator, calls back, or takes the script's own loops is broken off by the watch.
//
// Limits: a list of 524,288 elements (an element takes two characters of JSON, so that no state
// holds more than ScriptEngine::kMostState / 2), a text of 16 million characters that a function
// makes, and one of 100,000 that a pattern is looked for in: it may take the square of the length.
// Proxy, whose length may be anything, is gone. Gives a function that says whether all that is
// written is to be looked at, one value after another.
extern const char* const kScriptGuards;

} // namespace hindcast
