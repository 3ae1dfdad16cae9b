#pragma once

#include "model/decode/field_path.h"
#include "model/decode/field_reader.h"
#include "model/record/record_batch.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// Reads a record's key by the paths of a projection: the text of one value, or several as a JSON
// array. A record where one of them is missing or null has no key. One thread an object.
class KeyReader
{
public:
    explicit KeyReader(std::vector<FieldPath> paths);

    // Valid until the next call.
    std::optional<std::string_view> read(const RecordView& record);
    bool broken() const; // the last record's bytes were not what the paths lead into

private:
    const bool m_isRecordKey;
    const bool m_composite;
    FieldReader m_fields;
    bool m_broken = false;
    std::string m_text;
};

// A JSON token as key text: strings without quotes and escapes, everything else as written.
void appendKeyToken(std::string_view token, std::string& out);
// A text as a JSON string with its quotes.
void appendJsonText(std::string_view text, std::string& out);
std::string escapeJson(std::string_view text); // the same without the quotes

} // namespace hindcast
