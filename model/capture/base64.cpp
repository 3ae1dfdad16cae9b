#include "model/capture/base64.h"

#include <array>
#include <cstdint>

namespace hindcast {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}();

} // namespace

void appendBase64(std::string_view bytes, std::string& to)
{
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            to += i <= count ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
        }
    }
}

std::string base64Json(std::string_view bytes)
{
    std::string json = "{\"base64\":\"";
    appendBase64(bytes, json);
    return json + "\"}";
}

std::optional<std::string> decodeBase64(std::string_view text)
{
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t at = 0; at < text.size(); at += 4) {
        std::uint32_t group = 0;
        std::size_t padding = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const char c = text[at + i];
            const std::int8_t value = kValues[static_cast<unsigned char>(c)];
            if (c == '=' && i >= 2 && at + 4 == text.size()) {
                ++padding;
            } else if (value < 0 || padding > 0) {
                return std::nullopt;
            }
            group = group << 6 | (value < 0 ? 0u : static_cast<std::uint32_t>(value));
        }
        if ((padding == 1 && (group & 0xff) != 0) || (padding == 2 && (group & 0xffff) != 0)) {
            return std::nullopt;
        }
        for (std::size_t i = 0; i < 3 - padding; ++i) {
            bytes += static_cast<char>(group >> (16 - 8 * i) & 0xff);
        }
    }
    return bytes;
}

} // namespace hindcast
