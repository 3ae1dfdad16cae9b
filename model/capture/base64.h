#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// RFC 4648, the standard alphabet with padding.
void appendBase64(std::string_view bytes, std::string& to);
// Strict: nullopt for anything else than whole groups of four.
std::optional<std::string> decodeBase64(std::string_view text);

} // namespace hindcast
