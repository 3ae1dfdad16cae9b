#pragma once

#include "model/record/record_batch.h"

#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// Appends a record as one interchange line, with its line end. Text is kept byte for byte; other
// bytes are written as {"base64":"..."}; null stays null.
void appendInterchangeLine(const RecordView& record, std::string& to);

// Appends a JSON string, in quotes: control characters, quotes and backslashes escaped and nothing
// else. `text` must be UTF-8.
void appendJsonString(std::string_view text, std::string& to);

} // namespace hindcast
