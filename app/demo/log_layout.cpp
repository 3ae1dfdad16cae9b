#include "app/demo/log_layout.h"

#include "app/demo/incident.h"

#include <algorithm>

namespace hindcast::demo {

std::int64_t LogLayout::Log::endAt(std::int64_t ms) const
{
    const auto at = std::upper_bound(
        entries.begin(), entries.end(), ms,
        [](std::int64_t time, const Entry& entry) { return time < entry.appendMs; });
    return start + (at - entries.begin());
}

LogLayout::LogLayout(const Story& story)
    : m_spanBatches(batchSpans(story))
{
    for (const TopicShape& shape : kTopics) {
        for (std::int32_t p = 0; p < shape.partitions; ++p) {
            m_logs[{shape.topic, p}].start = shape.firstOffset + p * 911;
        }
    }
    const auto place = [this](Topic topic, std::int32_t partition, Entry entry) {
        Log& log = m_logs[{topic, partition}];
        log.entries.push_back(entry);
        return log.end() - 1;
    };
    for (const Event& event : story.events) {
        m_offsets.push_back(
            place(event.topic, event.partition, {event.appendMs, event.timestampMs}));
    }
    for (std::size_t i = 0; i < m_spanBatches.size(); ++i) {
        const std::int64_t ms = m_spanBatches[i].atMs;
        m_spanOffsets.push_back(place(Topic::Spans, spanPartition(i), {ms + 2, ms}));
    }
    // The two records of the incident lie where the documentation says.
    const auto pin = [&](EventId id, std::int64_t offset) {
        const Event& event = story.events[static_cast<std::size_t>(id)];
        const std::int64_t shift = offset - offsetOf(id);
        m_logs[{event.topic, event.partition}].start += shift;
        for (std::size_t i = 0; i < story.events.size(); ++i) {
            if (story.events[i].topic == event.topic &&
                story.events[i].partition == event.partition) {
                m_offsets[i] += shift;
            }
        }
    };
    pin(story.malformedPayment, Incident::kMalformedOffset);
    pin(story.failedOrder, Incident::kFailedOffset);
}

std::int32_t LogLayout::spanPartition(std::size_t batch) const
{
    return static_cast<std::int32_t>(batch) % shapeOf(Topic::Spans).partitions;
}

} // namespace hindcast::demo
