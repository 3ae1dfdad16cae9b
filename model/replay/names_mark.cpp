#include "model/replay/names_mark.h"

#include <algorithm>
#include <cstring>

namespace hindcast {

namespace {

const char* skipSpace(const char* at, const char* end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) {
        ++at;
    }
    return at;
}

// `at`: behind an opening quote. The closing quote, or the end.
const char* closingQuote(const char* at, const char* end)
{
    const char* const begin = at;
    for (;;) {
        const void* const found = std::memchr(at, '"', static_cast<std::size_t>(end - at));
        if (found == nullptr) {
            return end;
        }
        const auto* const quote = static_cast<const char*>(found);
        const char* escape = quote;
        while (escape > begin && escape[-1] == '\\') {
            --escape;
        }
        if ((quote - escape) % 2 == 0) {
            return quote;
        }
        at = quote + 1;
    }
}

// `at`: on a nested object or array. What is behind it.
const char* skipNested(const char* at, const char* end)
{
    std::size_t depth = 0;
    for (; at < end; ++at) {
        switch (*at) {
        case '"':
            at = closingQuote(at + 1, end);
            if (at == end) {
                return end;
            }
            break;
        case '{':
        case '[':
            ++depth;
            break;
        case '}':
        case ']':
            if (--depth == 0) {
                return at + 1;
            }
            break;
        default:
            break;
        }
    }
    return end;
}

} // namespace

void NamesMark::add(std::string_view name)
{
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15u;
    std::uint64_t value = m_value ^ (name.size() * kOdd);
    for (std::size_t at = 0; at < name.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, name.data() + at, std::min(sizeof word, name.size() - at));
        value = (value ^ word) * kOdd;
        value ^= value >> 32;
    }
    m_value = value == 0 ? 1 : value;
}

std::uint64_t NamesMark::ofMembers(std::string_view object)
{
    const char* const end = object.data() + object.size();
    const char* at = skipSpace(object.data(), end);
    if (at == end || *at != '{') {
        return 0;
    }
    NamesMark mark;
    ++at;
    for (;;) {
        at = skipSpace(at, end);
        if (at < end && *at == '}') {
            return mark.value();
        }
        if (at == end || *at != '"') {
            return 0;
        }
        const char* const name = at + 1;
        at = closingQuote(name, end);
        mark.add({name, static_cast<std::size_t>(at - name)});
        at = skipSpace(at == end ? end : at + 1, end);
        if (at == end || *at != ':') {
            return 0;
        }
        at = skipSpace(at + 1, end);
        if (at < end && *at == '"') {
            at = closingQuote(at + 1, end);
            at = at == end ? end : at + 1;
        } else if (at < end && (*at == '{' || *at == '[')) {
            at = skipNested(at, end);
        }
        while (at < end && *at != ',' && *at != '}') {
            ++at;
        }
        if (at < end && *at == ',') {
            ++at;
        }
    }
}

} // namespace hindcast
