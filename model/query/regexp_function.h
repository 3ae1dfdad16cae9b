#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;

namespace hindcast {

// `text REGEXP pattern` for SQLite, by PCRE2 with its compiler: Perl's patterns over UTF-8, found
// anywhere in the text. A pattern that takes too many steps on a text gives up with an error
// instead of hanging.
void registerRegexp(sqlite3* database);

struct PatternMistake
{
    std::size_t offset = 0; // byte of the pattern
    std::string message;
};

// What is wrong with a pattern; nullopt: nothing.
std::optional<PatternMistake> checkPattern(std::string_view pattern);

} // namespace hindcast
