#pragma once

#include "app/demo/otlp_encoder.h"
#include "app/demo/story.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace hindcast::demo {

// Where each record of a story lies when it is written to logs that nobody else writes to: offsets
// in the millions, as on a cluster that has run for long.
class LogLayout
{
public:
    // A record in its log.
    struct Entry
    {
        std::int64_t appendMs = 0;
        std::int64_t timestampMs = 0;
    };
    struct Log
    {
        std::int64_t start = 0;
        std::vector<Entry> entries; // in the order of their offsets, without gaps

        std::int64_t end() const { return start + static_cast<std::int64_t>(entries.size()); }
        // The first offset that is appended after `ms`.
        std::int64_t endAt(std::int64_t ms) const;
    };
    using Logs = std::map<std::pair<Topic, std::int32_t>, Log>;

    explicit LogLayout(const Story& story);

    std::int64_t offsetOf(EventId event) const
    {
        return m_offsets[static_cast<std::size_t>(event)];
    }
    const std::vector<SpanBatch>& spanBatches() const { return m_spanBatches; }
    std::int32_t spanPartition(std::size_t batch) const;
    std::int64_t spanOffset(std::size_t batch) const { return m_spanOffsets[batch]; }
    const Logs& logs() const { return m_logs; }

private:
    Logs m_logs;
    std::vector<std::int64_t> m_offsets;
    std::vector<SpanBatch> m_spanBatches;
    std::vector<std::int64_t> m_spanOffsets;
};

} // namespace hindcast::demo
