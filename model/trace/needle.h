#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace hindcast {

// A text to be looked for: ASCII letters in any case, other characters as they are.
class Needle
{
public:
    explicit Needle(std::string_view text)
        : m_text(text)
    {
        std::transform(m_text.begin(), m_text.end(), m_text.begin(), lower);
    }

    bool in(std::string_view text) const
    {
        return std::search(text.begin(), text.end(), m_text.begin(), m_text.end(),
                           [](char a, char b) { return lower(a) == b; }) != text.end();
    }
    const std::string& text() const { return m_text; } // in lower case

private:
    static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

    std::string m_text;
};

} // namespace hindcast
