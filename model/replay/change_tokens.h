#pragma once

#include "model/replay/postgres_time.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

// Tokens of JSON as JsonMembers gives them, read as what change events hold.
namespace hindcast::change_tokens {

inline bool isText(std::string_view token)
{
    return token.size() >= 2 && token.front() == '"';
}

inline bool isObject(std::string_view token)
{
    return !token.empty() && token.front() == '{';
}

inline bool isList(std::string_view token)
{
    return !token.empty() && token.front() == '[';
}

// Of a string token what is between its quotes; else nothing.
inline std::string_view inside(std::string_view token)
{
    return isText(token) ? token.substr(1, token.size() - 2) : std::string_view();
}

template <typename T>
std::optional<T> numberOf(std::string_view token)
{
    token = isText(token) ? inside(token) : token;
    T number{};
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
    const bool whole = error == std::errc() && end == token.data() + token.size();
    return whole ? std::optional(number) : std::nullopt;
}

// "16/B374D848", PostgreSQL's pg_lsn.
inline std::optional<std::uint64_t> lsnOf(std::string_view token)
{
    const std::string_view text = inside(token);
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    std::array<std::uint32_t, 2> halves{};
    const std::array<std::string_view, 2> parts{text.substr(0, slash), text.substr(slash + 1)};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const char* const end = parts[i].data() + parts[i].size();
        const auto read = std::from_chars(parts[i].data(), end, halves[i], 16);
        if (read.ec != std::errc() || read.ptr != end) {
            return std::nullopt;
        }
    }
    return (std::uint64_t{halves[0]} << 32) | halves[1];
}

inline std::optional<std::int64_t> usOf(std::string_view token)
{
    return isText(token) ? usOfIso(inside(token)) : std::nullopt;
}

} // namespace hindcast::change_tokens
