#pragma once

#include "model/record/record_batch.h"

#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// What bytes turned out to be.
enum class Format : std::uint8_t { Null, Empty, Json, Text, Binary };

// A payload as a tree to look at. Scalars keep their text exactly as written (2^63, 0.10, 1e400).
struct ValueNode
{
    enum class Kind : std::uint8_t { Object, Array, String, Number, Bool, Null };
    Kind kind = Kind::Null;
    std::string name; // of the member, or "[3]"
    std::string text; // scalars: strings unescaped, others as written
    std::vector<ValueNode> children;
};

struct Decoded
{
    Format format = Format::Null;
    std::string error; // why it is not the format it looks like; empty: none
    ValueNode root;    // Json: the tree; Text: one String; Binary: one String of hex, cut at 4 KiB
};

// Never fails: what cannot be read as JSON is text, what is not UTF-8 is binary; `error` says why
// where the bytes look like something they are not ("{" that breaks off). At most `maxNodes` nodes
// are made; a cut shows as a last child with an ellipsis.
Decoded decode(std::optional<std::string_view> bytes, std::size_t maxNodes = 20'000);

// One line for a table cell: JSON and text with line breaks and control characters made visible,
// hex for binary, at most `maxChars` characters.
std::string preview(std::optional<std::string_view> bytes, std::size_t maxChars = 300);

} // namespace hindcast
