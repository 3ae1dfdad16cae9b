#include "app/demo/story_builder.h"

#include "model/record/timestamp.h"

#include <cstring>
#include <fmt/core.h>

namespace hindcast::demo {

std::int32_t partitionOf(std::string_view key, std::int32_t partitions)
{
    constexpr std::uint32_t kM = 0x5bd1e995;
    std::uint32_t h = 0x9747b28c ^ static_cast<std::uint32_t>(key.size());
    std::size_t at = 0;
    for (; at + 4 <= key.size(); at += 4) {
        std::uint32_t k = 0;
        std::memcpy(&k, key.data() + at, 4);
        k *= kM;
        k ^= k >> 24;
        k *= kM;
        h *= kM;
        h ^= k;
    }
    const std::size_t left = key.size() - at;
    for (std::size_t i = left; i > 0; --i) {
        h ^= static_cast<std::uint32_t>(static_cast<unsigned char>(key[at + i - 1]))
             << (8 * (i - 1));
    }
    if (left > 0) {
        h *= kM;
    }
    h ^= h >> 13;
    h *= kM;
    h ^= h >> 15;
    return static_cast<std::int32_t>((h & 0x7fffffff) % static_cast<std::uint32_t>(partitions));
}

std::string money(std::int64_t cents)
{
    return fmt::format("{}.{:02}", cents / 100, cents % 100);
}

std::string isoTime(std::int64_t ms)
{
    return formatUtc(timestampFromMs(ms));
}

std::string StoryBuilder::uuid()
{
    std::string id = m_random.hex(32);
    id[12] = '4';
    id[16] = "89ab"[m_random.between(0, 3)];
    for (const std::size_t at : {8u, 13u, 18u, 23u}) {
        id.insert(at, "-");
    }
    return id;
}

EventId StoryBuilder::add(Topic topic, std::int64_t ms, std::string key,
                          std::optional<std::string> value)
{
    Event event;
    event.topic = topic;
    event.partition = partitionOf(key, shapeOf(topic).partitions);
    event.timestampMs = ms;
    event.appendMs = ms + m_random.between(1, 4);
    event.key = std::move(key);
    event.value = std::move(value);
    event.headers = {{"content-type", "application/json"}, {"event-id", uuid()}};
    m_story.events.push_back(std::move(event));
    return static_cast<EventId>(m_story.events.size()) - 1;
}

SpanId StoryBuilder::addSpan(SpanId parent, const char* service, std::string name, SpanKind kind,
                             std::int64_t startUs, std::int64_t durationUs)
{
    Span made;
    made.service = service;
    made.traceId = parent < 0 ? m_random.hex(32) : span(parent).traceId;
    made.parentId = parent < 0 ? std::string() : span(parent).spanId;
    made.spanId = m_random.hex(16);
    made.name = std::move(name);
    made.kind = kind;
    made.startUs = startUs;
    made.endUs = startUs + durationUs;
    m_story.spans.push_back(std::move(made));
    return static_cast<SpanId>(m_story.spans.size()) - 1;
}

SpanId StoryBuilder::send(SpanId parent, const char* service, EventId id)
{
    const Event& record = event(id);
    const std::int64_t startUs = record.timestampMs * 1000 - m_random.between(200, 900);
    const SpanId sent = addSpan(parent, service, fmt::format("{} send", shapeOf(record.topic).name),
                                SpanKind::Producer, startUs, m_random.between(4'000, 9'500));
    span(sent).event = id;
    event(id).headers.emplace_back(
        "traceparent", fmt::format("00-{}-{}-01", span(sent).traceId, span(sent).spanId));
    return sent;
}

SpanId StoryBuilder::process(SpanId sent, const char* service, const char* group,
                             std::int64_t startUs, std::int64_t durationUs)
{
    const EventId id = span(sent).event;
    const SpanId made =
        addSpan(sent, service, fmt::format("{} process", shapeOf(event(id).topic).name),
                SpanKind::Consumer, startUs, durationUs);
    span(made).event = id;
    span(made).group = group;
    return made;
}

} // namespace hindcast::demo
