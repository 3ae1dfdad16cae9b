#pragma once

#include "model/record/record_batch.h"
#include "model/trace/ids.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hindcast {

// What one header, or one set of headers, of a record says about the trace it belongs to.
// Formats: W3C Trace Context level 2, B3 single and B3 multi.
struct TraceContext
{
    enum class Format : std::uint8_t { W3c, B3Single, B3Multi };

    Format format = Format::W3c;
    TraceId trace;
    SpanId span;
    SpanId parent; // B3 only
    std::optional<bool> sampled;
    bool debug = false;          // B3 only
    std::uint8_t flags = 0;      // W3C: bit 0 sampled, bit 1 random trace id
    std::string_view traceState; // W3C: as written if it is valid, else empty; a view of the header
    bool current = true; // false: an older header of the same name, from an earlier delivery

    friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

// The contexts in a record's headers. Names match in any case. Of headers that repeat the last
// valid one is current, as Kafka clients read them; the ones before it follow, newest first, with
// `current` false. Invalid ones are as if absent. Current ones first: W3C, B3 single, B3 multi.
std::vector<TraceContext> traceContexts(const HeaderView& headers);

// One value by itself; `format` and ids are filled. parseB3Single gives nullopt for the forms
// without ids ("0", "1", "d").
std::optional<TraceContext> parseTraceparent(std::string_view value);
std::optional<TraceContext> parseB3Single(std::string_view value);
bool validTraceState(std::string_view value);

} // namespace hindcast
