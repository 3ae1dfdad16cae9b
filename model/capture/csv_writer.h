#pragma once

#include "model/record/record_batch.h"

#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// One field of RFC 4180 text: quoted where it must be. Null is an empty field, an empty string "".
void appendCsvField(std::optional<std::string_view> text, std::string& to);

// Records as CSV: topic, partition, offset, timestamp (UTC), key, value, headers (a JSON array of
// names and values). Bytes that are not text stand as in the interchange line, {"base64":"..."}.
// Lines end in LF alone, as in every CSV of ours: the RFC says CR LF, and sort, join, diff and wc
// would take the CR for a part of the last field.
void appendCsvHeader(std::string& to);
void appendCsvLine(const RecordView& record, std::string& to);

} // namespace hindcast
