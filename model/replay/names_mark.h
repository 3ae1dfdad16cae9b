#pragma once

#include <cstdint>
#include <string_view>

namespace hindcast {

// A number for a list of names in their order: another one says that the list is another. Not kept
// beyond the program's own caches.
class NamesMark
{
public:
    void add(std::string_view name);
    std::uint64_t value() const { return m_value; } // never 0

    // Of the members of a JSON object, as they are written; what is in them is passed over. 0: it
    // is no object that ends. One pass, at some hundred million characters a second.
    static std::uint64_t ofMembers(std::string_view object);

private:
    std::uint64_t m_value = 1;
};

} // namespace hindcast
