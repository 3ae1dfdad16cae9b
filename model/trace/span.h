#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/trace/ids.h"
#include "model/trace/string_pool.h"

#include <cstdint>
#include <limits>

namespace hindcast {

using SpanIndex = std::uint32_t; // into TraceSet::spans()
inline constexpr SpanIndex kNoSpan = std::numeric_limits<SpanIndex>::max();

inline constexpr std::int64_t kNsPerMs = 1'000'000; // spans count ns, records ms

// OTLP's numbers.
enum class SpanKind : std::uint8_t { Unspecified, Internal, Server, Client, Producer, Consumer };

// What a messaging span does, from its operation attributes, else from its kind.
enum class MessagingRole : std::uint8_t { None, Send, Receive, Process, Settle };

// One span, as its payload had it. Times are nanoseconds since the Unix epoch; 0: not told.
struct Span
{
    TraceId trace;
    SpanId id;
    SpanId parent; // null: a root
    std::int64_t startNs = 0;
    std::int64_t durationNs = 0;
    StringId service = 0;
    StringId name = 0;
    StringId statusText = 0;
    SpanKind kind = SpanKind::Unspecified;
    MessagingRole role = MessagingRole::None;
    bool error = false;
    // Zipkin: this is the server's half of a span whose id the client's half has too.
    bool shared = false;
    std::int32_t partition = -1; // messaging; -1: not told
    std::int64_t offset = -1;    // messaging; -1: not told
    StringId destination = 0;    // the topic
    StringId group = 0;
    StringId messageId = 0;
    StringId messageKey = 0;
    std::uint32_t attributesAt = 0;
    std::uint32_t attributeCount = 0;
    std::uint32_t linksAt = 0;
    std::uint32_t linkCount = 0;
    Row source = kNoRow; // the record that carried it

    std::int64_t endNs() const { return startNs + durationNs; }
};

// A reference to another span, of any trace. Batch consumers tell the message's offset here.
struct SpanLink
{
    TraceId trace;
    SpanId span;
    std::int64_t offset = -1;
};

// Values are text as a person reads them; long ones are cut, the whole one stands in the record.
struct SpanAttribute
{
    StringId key = 0;
    StringId value = 0;
};

// Whether the span stands for writing, or for fetching or working on, messages.
inline bool writesMessages(const Span& span)
{
    return span.kind == SpanKind::Producer || span.role == MessagingRole::Send;
}
inline bool readsMessages(const Span& span)
{
    return span.role == MessagingRole::Process || span.role == MessagingRole::Receive;
}

// "server", "producer", ...; empty for Unspecified.
std::string_view toString(SpanKind kind);
// Accepts OTLP's enum names, with and without the prefix, in any case.
SpanKind spanKindFromName(std::string_view name);
SpanKind spanKindFromNumber(std::int64_t number);

} // namespace hindcast
