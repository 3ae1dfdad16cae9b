#include "model/replay/key_text_order.h"

#include <algorithm>
#include <simdjson.h>
#include <string_view>

namespace hindcast {

namespace {

struct KeyText
{
    std::string_view text;
    std::uint64_t first = 0; // bytes, which decide nearly always
    std::uint32_t row = 0;
    bool blob = false;

    bool operator<(const KeyText& other) const
    {
        if (blob != other.blob) {
            return other.blob;
        }
        return first != other.first ? first < other.first : text < other.text;
    }
};

std::uint64_t firstBytes(std::string_view text)
{
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < sizeof(bytes); ++i) {
        bytes = bytes << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    }
    return bytes;
}

} // namespace

bool isTextOrder(const RowKeys& keys)
{
    for (KeyNo key = 0; key < keys.size(); ++key) {
        const std::string_view text = keys.text(key);
        const bool number = keyLess(text, {}); // nothing else stands before the empty text
        if (number || !simdjson::validate_utf8(text.data(), text.size())) {
            return false;
        }
    }
    return true;
}

std::vector<std::uint32_t> rowsByKeyText(const RowKeys& keys, std::span<const StateRow> rows)
{
    std::vector<KeyText> texts;
    texts.reserve(rows.size());
    bool sorted = true;
    for (const StateRow& row : rows) {
        const std::string_view text = keys.text(row.key);
        texts.push_back({text, firstBytes(text), static_cast<std::uint32_t>(texts.size()),
                         !simdjson::validate_utf8(text.data(), text.size())});
        sorted = sorted && (texts.size() < 2 || texts[texts.size() - 2] < texts.back());
    }
    if (sorted) {
        return {};
    }
    std::sort(texts.begin(), texts.end());
    std::vector<std::uint32_t> order;
    order.reserve(texts.size());
    for (const KeyText& text : texts) {
        order.push_back(text.row);
    }
    return order;
}

} // namespace hindcast
