#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace hindcast {

// Reading what span payloads write in more than one way. For .cpp files of this room only: simdjson
// is not for headers that others include.

// A string's bytes; empty for anything else.
std::string_view textOf(const simdjson::dom::element& element);

// A 64-bit integer as a number or as a decimal string; a floating number is rounded.
std::optional<std::int64_t> integerOf(const simdjson::dom::element& element);

// A scalar as a person reads it, an array or object as JSON text.
std::string readable(const simdjson::dom::element& element);

} // namespace hindcast
