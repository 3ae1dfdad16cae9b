#include "model/replay/sql_type.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <vector>

namespace hindcast {

namespace {

using Base = SqlType::Base;
using Encoding = SqlType::Encoding;

constexpr std::array<std::pair<std::string_view, Base>, 35> kNames{{
    {"boolean", Base::Boolean},
    {"bool", Base::Boolean},
    {"smallint", Base::Integer},
    {"integer", Base::Integer},
    {"bigint", Base::Integer},
    {"int", Base::Integer},
    {"int2", Base::Integer},
    {"int4", Base::Integer},
    {"int8", Base::Integer},
    {"oid", Base::Integer},
    {"real", Base::Real},
    {"float4", Base::Real},
    {"double precision", Base::Double},
    {"double", Base::Double},
    {"float8", Base::Double},
    {"numeric", Base::Numeric},
    {"decimal", Base::Numeric},
    {"money", Base::Money},
    {"date", Base::Date},
    {"time", Base::Time},
    {"time without time zone", Base::Time},
    {"timetz", Base::TimeZoned},
    {"time with time zone", Base::TimeZoned},
    {"timestamp", Base::DateTime},
    {"timestamp without time zone", Base::DateTime},
    {"timestamptz", Base::DateTimeZoned},
    {"timestamp with time zone", Base::DateTimeZoned},
    {"interval", Base::Interval},
    {"bytea", Base::Bytes},
    {"bit", Base::Bits},
    {"bit varying", Base::Bits},
    {"varbit", Base::Bits},
    {"point", Base::Point},
    {"hstore", Base::Hstore},
    {"text", Base::Text},
}};

constexpr std::array<std::pair<std::string_view, Encoding>, 7> kEncodings{{
    {"days", Encoding::Days},
    {"s", Encoding::Seconds},
    {"ms", Encoding::Milli},
    {"us", Encoding::Micro},
    {"ns", Encoding::Nano},
    {"base64", Encoding::Base64},
    {"hex", Encoding::Hex},
}};

std::string lowerWords(std::string_view name)
{
    std::string words;
    for (const char c : name) {
        const bool space = c == ' ' || c == '\t';
        if (space && (words.empty() || words.back() == ' ')) {
            continue;
        }
        words += space ? ' ' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
    while (!words.empty() && words.back() == ' ') {
        words.pop_back();
    }
    return words;
}

// Takes "(12, 2)" out of a name; false where the brackets hold no numbers.
bool takeNumbers(std::string& name, std::vector<int>& numbers)
{
    const std::size_t open = name.find('(');
    if (open == std::string::npos) {
        return name.find(')') == std::string::npos;
    }
    const std::size_t close = name.find(')', open);
    if (close == std::string::npos) {
        return false;
    }
    const char* at = name.data() + open + 1;
    const char* const end = name.data() + close;
    while (at < end) {
        if (*at == ' ' || *at == ',') {
            ++at;
            continue;
        }
        int number = 0;
        const auto read = std::from_chars(at, end, number);
        if (read.ec != std::errc{}) {
            return false;
        }
        numbers.push_back(number);
        at = read.ptr;
    }
    name.erase(open, close - open + 1);
    name = lowerWords(name);
    return true;
}

} // namespace

std::string SqlType::toText() const
{
    return fmt::format("{}:{}:{}:{}:{}", static_cast<int>(base), static_cast<int>(encoding), scale,
                       length, array);
}

Result<SqlType> SqlType::parse(std::string_view name)
{
    SqlType type;
    std::string words = lowerWords(name);
    while (words.ends_with("[]")) {
        type.array = true;
        words = lowerWords(std::string_view(words).substr(0, words.size() - 2));
    }
    std::vector<int> numbers;
    if (words.empty() || !takeNumbers(words, numbers)) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is no type; write it as PostgreSQL does: numeric(12,2), "
                                "date, timestamp(3), timestamptz, bytea, integer[].",
                                name));
    }
    const auto* const known = std::find_if(kNames.begin(), kNames.end(),
                                           [&](const auto& entry) { return entry.first == words; });
    type.base = known == kNames.end() ? Base::Text : known->second;
    const int first = numbers.empty() ? -1 : numbers.front();
    if (type.base == Base::Numeric && first >= 0) {
        type.scale = numbers.size() > 1 ? numbers[1] : 0;
    } else if (type.base == Base::Bits) {
        type.length = words == "bit" ? (first >= 0 ? first : 1) : SqlType::kAnyLength;
    } else if ((type.base == Base::DateTime || type.base == Base::Time) && first >= 0 &&
               first <= 3) {
        type.encoding = Encoding::Milli; // Debezium's time.precision.mode = adaptive
    }
    return type;
}

Result<SqlType::Encoding> SqlType::parseEncoding(std::string_view name)
{
    std::vector<std::string_view> known;
    for (const auto& [word, encoding] : kEncodings) {
        if (word == name) {
            return encoding;
        }
        known.push_back(word);
    }
    return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" is no encoding; known here: {}.",
                                                        name, fmt::join(known, ", ")));
}

} // namespace hindcast
