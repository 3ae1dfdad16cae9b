#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hindcast::demo {

enum class Topic : std::uint8_t {
    Orders,
    Payments,
    PaymentsDlt,
    Shipments,
    Customers,
    Stock,
    Spans
};

struct TopicShape
{
    Topic topic;
    const char* name;
    std::int32_t partitions;
    std::int64_t firstOffset; // of partition 0; the others start some thousands further on
    bool compacted;
};

inline constexpr TopicShape kTopics[] = {
    {Topic::Orders, "orders", 6, 48'190'000, false},
    {Topic::Payments, "payments", 6, 8'118'000, false},
    {Topic::PaymentsDlt, "payments.dlt", 1, 1'180, false},
    {Topic::Shipments, "shipments", 3, 21'604'000, false},
    {Topic::Customers, "customers", 3, 3'407'000, true},
    {Topic::Stock, "inventory.public.stock", 3, 11'930'000, true},
    {Topic::Spans, "otlp_spans", 3, 6'052'000, false},
};

inline const TopicShape& shapeOf(Topic topic)
{
    return kTopics[static_cast<std::size_t>(topic)];
}

// One record to be written. `appendMs` decides the order in its partition; a late event's timestamp
// lies well before it.
struct Event
{
    Topic topic = Topic::Orders;
    std::int32_t partition = 0;
    std::int64_t timestampMs = 0;
    std::int64_t appendMs = 0;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::pair<std::string, std::string>> headers;
};

// An index into Story::events or Story::spans; -1: none.
using EventId = std::int32_t;
using SpanId = std::int32_t;

enum class SpanKind : std::uint8_t {
    Internal = 1,
    Server = 2,
    Client = 3,
    Producer = 4,
    Consumer = 5
};

struct Span
{
    const char* service = "";
    std::string traceId;
    std::string spanId;
    std::string parentId;
    std::string name;
    SpanKind kind = SpanKind::Internal;
    std::int64_t startUs = 0; // since the epoch
    std::int64_t endUs = 0;
    EventId event = -1;     // Producer and Consumer: its record
    const char* group = ""; // Consumer
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<SpanId> links;
    std::string error; // empty: no error
};

// Everything that happens in the shop; nothing of where it goes.
struct Story
{
    std::int64_t startMs = 0;  // 13:55:00
    std::int64_t endMs = 0;    // 14:10:00
    std::vector<Event> events; // of the shop, in no order
    std::vector<Span> spans;
    EventId malformedPayment = -1; // blocks billing on its partition
    EventId failedOrder = -1;      // the order it belongs to turns FAILED
};

} // namespace hindcast::demo
