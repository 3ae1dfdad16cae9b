#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A column of short texts in one piece of memory, some of them absent. Filled from the front, then
// read in any thread.
class PreparedTexts
{
public:
    void reserve(std::size_t count) { m_ends.reserve(count); }
    void add(std::string_view text)
    {
        m_bytes += text;
        m_ends.push_back(static_cast<std::uint32_t>(m_bytes.size()));
    }
    void addNone() { m_ends.push_back(static_cast<std::uint32_t>(m_bytes.size()) | kNone); }

    std::size_t size() const { return m_ends.size(); }
    std::optional<std::string_view> at(std::size_t i) const
    {
        const std::uint32_t end = m_ends[i];
        if ((end & kNone) != 0) {
            return std::nullopt;
        }
        const std::uint32_t from = i == 0 ? 0 : m_ends[i - 1] & ~kNone;
        return std::string_view(m_bytes).substr(from, end - from);
    }
    std::size_t bytes() const { return m_bytes.capacity() + m_ends.capacity() * sizeof(kNone); }

private:
    static constexpr std::uint32_t kNone = std::uint32_t{1} << 31; // a block is far below 2 GB

    std::string m_bytes;
    std::vector<std::uint32_t> m_ends;
};

} // namespace hindcast
