#include "model/query/sql_names.h"

#include <algorithm>
#include <set>
#include <sqlite3.h>

namespace hindcast {

namespace {

std::string quoted(std::string_view text, char quote)
{
    std::string result(1, quote);
    for (const char c : text) {
        result += c == '\0' ? ' ' : c; // which ends a statement
        if (c == quote) {
            result += c;
        }
    }
    return result + quote;
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

} // namespace

std::string quotedSqlName(std::string_view name)
{
    return quoted(name, '"');
}

std::string plainSqlName(std::string_view name)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    const bool plain = !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
                       std::all_of(name.begin(), name.end(), fits) &&
                       sqlite3_keyword_check(name.data(), static_cast<int>(name.size())) == 0;
    return plain ? std::string(name) : quotedSqlName(name);
}

std::string quotedSqlText(std::string_view text)
{
    return quoted(text, '\'');
}

std::vector<std::string> uniqueSqlNames(std::vector<std::string> names)
{
    std::set<std::string> taken;
    for (std::string& name : names) {
        std::replace(name.begin(), name.end(), '\0', ' ');
        while (name.empty() || !taken.insert(lower(name)).second) {
            name += '_';
        }
    }
    return names;
}

} // namespace hindcast
