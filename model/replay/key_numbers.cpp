#include "model/replay/key_numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace hindcast {

namespace {

// SQLite's own reading of decimals may miss the nearest double by a few places.
constexpr double kNear = 1e-12;
constexpr double kNearZero = 1e-300;

bool isSqlSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

} // namespace

std::optional<double> KeyNumbers::numberOf(std::string_view text)
{
    while (!text.empty() && isSqlSpace(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isSqlSpace(text.back())) {
        text.remove_suffix(1);
    }
    const bool plus = text.starts_with('+');
    text.remove_prefix(plus ? 1 : 0);
    const std::string_view digits = text.substr(text.starts_with('-') && !plus ? 1 : 0);
    // Which rules out what else is a number to C++: "inf" and "nan".
    if (digits.empty() || !((digits.front() >= '0' && digits.front() <= '9') || digits[0] == '.')) {
        return std::nullopt;
    }
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (at != end || error == std::errc::invalid_argument) {
        return std::nullopt;
    }
    return error == std::errc() ? number : std::numeric_limits<double>::infinity();
}

KeyNumbers::KeyNumbers(const RowKeys& keys)
{
    // As they lie in memory: by key order each would be waited for.
    for (KeyNo key = 0; key < keys.size(); ++key) {
        if (const auto number = numberOf(keys.text(key))) {
            if (std::isinf(*number)) {
                m_beyond.push_back(key);
            } else {
                m_numbers.emplace_back(*number, key);
            }
        }
    }
    std::sort(m_numbers.begin(), m_numbers.end());
}

void KeyNumbers::find(double number, std::vector<KeyNo>& found) const
{
    const double near = std::abs(number) * kNear + kNearZero;
    for (auto at = std::lower_bound(m_numbers.begin(), m_numbers.end(),
                                    std::pair(number - near, KeyNo{0}));
         at != m_numbers.end() && at->first <= number + near; ++at) {
        found.push_back(at->second);
    }
    found.insert(found.end(), m_beyond.begin(), m_beyond.end());
}

} // namespace hindcast
