#pragma once

#include <memory>
#include <string_view>
#include <vector>

namespace hindcast {

// A member of a JSON object as it is written: numbers keep their digits, strings their escapes.
struct JsonMember
{
    std::string_view key;   // without its quotes, escapes as they are
    std::string_view value; // the token or the whole object or array
    bool escaped = false;   // the key holds a backslash, so equal names may be written differently
};

// Splits JSON objects into their members without reading more into them. Every text must be
// followed by RecordBatch::kPadding readable bytes. One thread an object; the views are those of
// the text given.
class JsonMembers
{
public:
    enum class Kind { Object, Other, Broken };

    JsonMembers();
    ~JsonMembers();
    JsonMembers(JsonMembers&&) noexcept;
    JsonMembers& operator=(JsonMembers&&) noexcept;

    // Object: members() holds them. Other: JSON, but no object. `checkAll` also looks into nested
    // values; without it a mistake inside one may go unseen.
    Kind read(std::string_view text, bool checkAll);
    // Of an array: members() holds its items, without names. false: it is none.
    bool readItems(std::string_view text);
    void clear(); // as after an empty object
    const std::vector<JsonMember>& members() const { return m_members; }
    // The last member of that name; an empty view where there is none.
    std::string_view value(std::string_view key) const;

private:
    struct Private;
    bool isOther(std::string_view text, std::size_t first);

    std::unique_ptr<Private> d;
    std::vector<JsonMember> m_members;
};

// The same name, though it be written with other escapes.
bool sameJsonKey(std::string_view a, std::string_view b);
inline bool sameJsonKey(const JsonMember& a, const JsonMember& b)
{
    return a.key == b.key || ((a.escaped || b.escaped) && sameJsonKey(a.key, b.key));
}

} // namespace hindcast
