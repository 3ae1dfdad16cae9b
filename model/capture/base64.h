#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// RFC 4648, the standard alphabet with padding.
void appendBase64(std::string_view bytes, std::string& to);
// {"base64":"..."}: how bytes that are no text stand in JSON, from interchange lines to CSV.
std::string base64Json(std::string_view bytes);
// Strict: nullopt for anything else than whole groups of four.
std::optional<std::string> decodeBase64(std::string_view text);

} // namespace hindcast
