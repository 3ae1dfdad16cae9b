#pragma once

#include "model/replay/json_members.h"

#include <string>
#include <string_view>

namespace hindcast {

// Reads the key of a change event as text: its one field, or all of them as a JSON array; with a
// schema around it or without; Maxwell's too. One thread an object.
class ChangeKey
{
public:
    // false: it names no row. `raw` must be followed by RecordBatch::kPadding readable bytes.
    bool read(std::string_view raw, std::string& key);
    // Of the key that was read: a field is null. Columns of a primary key never are; others (of a
    // unique index) may be so in several rows.
    bool hasNull() const { return m_hasNull; }

    // {"database":"shop","table":"orders","pk.id":4}, or "_uuid" where the table has no key.
    static bool isMaxwell(const JsonMembers& key);

private:
    bool m_hasNull = false;
    bool readMaxwell(std::string& key) const;

    JsonMembers m_outer;
    JsonMembers m_fields;
};

} // namespace hindcast
