#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace hindcast {

// Appends numbers and strings to a byte string, little-endian, as capture files store them.
class ByteWriter
{
public:
    explicit ByteWriter(std::string& to)
        : m_to(to)
    {
    }

    template <typename T>
    void number(T value)
    {
        static_assert(std::is_arithmetic_v<T>);
        char bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        m_to.append(bytes, sizeof(T));
    }
    void text(std::string_view value)
    {
        number(static_cast<std::uint32_t>(value.size()));
        m_to.append(value);
    }
    void raw(std::string_view bytes) { m_to.append(bytes); }

private:
    std::string& m_to;
};

// Reads what ByteWriter wrote. Past the end everything is zero or empty and ok() is false, so that
// a damaged file is noticed once, at the end.
class ByteReader
{
public:
    explicit ByteReader(std::string_view from)
        : m_rest(from)
    {
    }

    template <typename T>
    T number()
    {
        static_assert(std::is_arithmetic_v<T>);
        T value{};
        const std::string_view bytes = raw(sizeof(T));
        if (bytes.size() == sizeof(T)) {
            std::memcpy(&value, bytes.data(), sizeof(T));
        }
        return value;
    }
    std::string_view text() { return raw(number<std::uint32_t>()); }
    std::string_view raw(std::size_t length)
    {
        if (length > m_rest.size()) {
            m_ok = false;
            m_rest = {};
            return {};
        }
        const std::string_view bytes = m_rest.substr(0, length);
        m_rest.remove_prefix(length);
        return bytes;
    }

    bool ok() const { return m_ok; }
    bool atEnd() const { return m_rest.empty(); }
    std::size_t left() const { return m_rest.size(); }

private:
    std::string_view m_rest;
    bool m_ok = true;
};

} // namespace hindcast
