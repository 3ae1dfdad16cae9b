#pragma once

#include "model/replay/json_members.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A JSON value that is opened only where it is walked into: everything else stays the text it was,
// so numbers, escapes and blanks come out as they were written. A value; its views are those of
// the text it was read from.
struct JsonTree
{
    enum class Kind : unsigned char { Text, Object, Array };
    struct Member;

    Kind kind = Kind::Text;       // Text: a scalar, or not opened
    std::string_view text;        // of Text: the whole value
    std::vector<Member> children; // in order; an array's have no names

    // One level: afterwards an object or array has its children.
    void open();
    Member* find(std::string_view plainName); // of an opened object; the last of that name
    void write(std::string& out) const;
    std::size_t size() const; // bytes that write() appends, at least

    // Equal values, in the sense of equal(), write the same text. Opens it.
    void writeCanonical(std::string& out);

    // Equal by RFC 6902, 4.6: numbers by value however they are written, texts by their characters,
    // objects whatever the order of their members. Opens both.
    static bool equal(JsonTree& a, JsonTree& b);
};

struct JsonTree::Member
{
    std::string_view name; // as written, without quotes
    JsonTree value;
};

// Makes trees of texts that it checks whole. One thread an object.
class JsonTreeReader
{
public:
    // False: it is no JSON, or nested too deeply.
    bool read(std::string_view text, JsonTree& tree);

private:
    JsonMembers m_members;
    std::string m_padded;
};

} // namespace hindcast
