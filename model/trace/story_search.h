#pragma once

#include "model/trace/trace_story.h"

#include <stop_token>
#include <string_view>
#include <vector>

namespace hindcast {

// The rows of a story that have the text, in any case of its ASCII letters: in a span's service,
// name, status, ids or attributes, a record's key or topic. Ascending. Empty past a stop.
std::vector<std::uint32_t> findRows(const TraceStory& story, std::string_view text,
                                    const std::stop_token& stop = {});

} // namespace hindcast
