#pragma once

#include "model/decode/field_reader.h"

#include <string>
#include <string_view>

namespace hindcast {

// What `aggregate` makes of a field, over events and over rows.

bool isAbsent(const FieldValue& value);
// Appends the value as JSON; false: bytes, which JSON has no way to say.
bool appendToken(const FieldValue& value, std::string& out);
// Values are one where they say the same: 1.0 and 1, but not "1"; objects whatever the order of
// their members.
std::string identityOf(const FieldValue& value, const std::string& token);
// Of a long token its beginning, for a sentence.
std::string shortenedToken(std::string_view token);

} // namespace hindcast
