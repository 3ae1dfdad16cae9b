#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// The scalars of JSON as they are written: what simdjson's number and string parsers would lose
// (2^63, 0.10, 1e400, -0, unpaired surrogates) is kept or said. Pure functions, any thread.

// A token without the white space behind it.
inline std::string_view trimJsonToken(std::string_view token)
{
    while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                              token.back() == '\t')) {
        token.remove_suffix(1);
    }
    return token;
}

struct JsonNumber
{
    bool integer = false; // fits a signed 64-bit integer and is written without . and e
    std::int64_t value = 0;
    double approximate = 0; // infinite where it is past a double's range
};

// nullopt: not a number by RFC 8259 (01, 1., +1, NaN).
std::optional<JsonNumber> readJsonNumber(std::string_view token);
bool isJsonNumber(std::string_view token); // the same question, without the work of reading it

// Appends the text of a string literal (without its quotes) to `out`. An unpaired surrogate becomes
// U+FFFD, as in browsers; false where an escape is none of JSON's.
bool unescapeJson(std::string_view literal, std::string& out);

// The byte order mark that some producers put before JSON is not part of it.
std::string_view withoutBom(std::string_view text);

// Why these bytes are not JSON, with the byte (from 1) where it shows: "JSON breaks off at byte 17:
// expected '}'". Empty: they are JSON by RFC 8259. Slow; for what has failed already.
std::string explainBrokenJson(std::string_view text);

} // namespace hindcast
