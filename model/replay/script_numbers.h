#pragma once

#include <string>
#include <string_view>

namespace hindcast {

// JavaScript's numbers are doubles. Writes a JSON text for it, in which each number that a double
// would change (an integer beyond 2^53, a decimal with more digits than a double has) stands as a
// text with the same digits. Numbers of up to 15 digits never do. False: none did, `out` is left
// as it was. Asks nothing of the text: where it is no JSON the result is none either.
bool quoteWideNumbers(std::string_view json, std::string& out);

} // namespace hindcast
