#pragma once

#include "app/demo/random.h"
#include "app/demo/story.h"

#include <string>
#include <string_view>

namespace hindcast::demo {

// Kafka's default partitioner (murmur2 of the key), so that keys lie where a real producer would
// have put them.
std::int32_t partitionOf(std::string_view key, std::int32_t partitions);

// "201.49"
std::string money(std::int64_t cents);
// "2026-11-20T14:03:10.261Z"
std::string isoTime(std::int64_t ms);

// Adds events and spans to a story. One thread.
class StoryBuilder
{
public:
    StoryBuilder(Story& story, std::uint64_t seed)
        : m_story(story)
        , m_random(seed)
    {
    }

    Random& random() { return m_random; }
    Story& story() { return m_story; }
    bool inStory(std::int64_t ms) const { return ms >= m_story.startMs && ms < m_story.endMs; }

    // Adds a record with an id of its own; it reaches its log some milliseconds after `ms`.
    EventId add(Topic topic, std::int64_t ms, std::string key, std::optional<std::string> value);
    Event& event(EventId id) { return m_story.events[static_cast<std::size_t>(id)]; }
    Span& span(SpanId id) { return m_story.spans[static_cast<std::size_t>(id)]; }

    // A span below `parent`, or at the root of a new trace (parent -1).
    SpanId addSpan(SpanId parent, const char* service, std::string name, SpanKind kind,
                   std::int64_t startUs, std::int64_t durationUs);
    // The producer's span of a record, and the record's traceparent header.
    SpanId send(SpanId parent, const char* service, EventId event);
    // The span of a consumer of a record that `sent` produced.
    SpanId process(SpanId sent, const char* service, const char* group, std::int64_t startUs,
                   std::int64_t durationUs);

    std::string uuid();

private:
    Story& m_story;
    Random m_random;
};

} // namespace hindcast::demo
