#include "model/replay/binlog_position.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace hindcast {

namespace {

constexpr std::size_t kMostNames = 127;

std::optional<std::uint64_t> digitsOf(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = !text.empty() && error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

struct File
{
    std::string_view name; // "mysql-bin."
    std::string_view digits;
    std::uint64_t number = 0;
};

std::optional<File> fileOf(std::string_view text)
{
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos || dot == 0) {
        return std::nullopt;
    }
    const std::string_view digits = text.substr(dot + 1);
    const auto number = digitsOf(digits);
    return number ? std::optional(File{text.substr(0, dot + 1), digits, *number}) : std::nullopt;
}

} // namespace

std::optional<BinlogPosition> BinlogPosition::parse(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view file = text.substr(0, colon);
    const auto pos = digitsOf(text.substr(colon + 1));
    if (!pos || !fileOf(file) || file.find(':') != std::string_view::npos) {
        return std::nullopt;
    }
    return BinlogPosition{std::string(file), *pos};
}

std::string BinlogPosition::toString() const
{
    return fmt::format("{}:{}", file, pos);
}

std::optional<std::uint64_t> BinlogNames::add(std::string_view file, std::uint64_t pos)
{
    const auto parts = fileOf(file);
    if (!parts || parts->number >= kFiles || pos > std::numeric_limits<std::uint32_t>::max()) {
        return std::nullopt;
    }
    auto known = m_byText.find(parts->name);
    if (known == m_byText.end()) {
        if (m_names.size() == kMostNames) {
            return std::nullopt;
        }
        known = m_byText.emplace(parts->name, m_names.size()).first;
        m_names.push_back({std::string(parts->name), parts->digits.size()});
    }
    Name& name = m_names[known->second];
    name.digits = std::min(name.digits, parts->digits.size());
    return std::uint64_t{known->second} << kNameShift | parts->number << kFileShift | pos;
}

// What is beyond every file or byte that there can be is behind all of the log.
std::optional<std::uint64_t> BinlogNames::find(const BinlogPosition& position) const
{
    const auto parts = fileOf(position.file);
    const auto known = parts ? m_byText.find(parts->name) : m_byText.end();
    if (known == m_byText.end()) {
        return std::nullopt;
    }
    constexpr std::uint64_t kLastByte = std::numeric_limits<std::uint32_t>::max();
    return std::uint64_t{known->second} << kNameShift |
           std::min(parts->number, kFiles - 1) << kFileShift | std::min(position.pos, kLastByte);
}

BinlogPosition BinlogNames::at(std::uint64_t number) const
{
    const Name& name = m_names[nameOf(number)];
    return {fmt::format("{}{:0{}}", name.text, number >> kFileShift & (kFiles - 1), name.digits),
            number & std::numeric_limits<std::uint32_t>::max()};
}

void BinlogNames::setOrder(const std::vector<std::size_t>& order)
{
    std::vector<Name> names;
    names.reserve(order.size());
    for (const std::size_t at : order) {
        m_byText[m_names[at].text] = names.size();
        names.push_back(m_names[at]);
    }
    m_names = std::move(names);
}

std::uint64_t BinlogNames::renumbered(std::uint64_t number, const std::vector<std::size_t>& placeOf)
{
    constexpr std::uint64_t kInside = (std::uint64_t{1} << kNameShift) - 1;
    return std::uint64_t{placeOf[nameOf(number)]} << kNameShift | (number & kInside);
}

} // namespace hindcast
