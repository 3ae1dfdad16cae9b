#include "model/trace/open_wait_finder.h"

#include <algorithm>

namespace hindcast {

OpenWaitFinder::OpenWaitFinder(const TraceSet& set)
    : m_set(set)
{
}

void OpenWaitFinder::readPositions()
{
    m_read = true;
    for (const GroupSamplePtr& sample : m_set.snapshot()->groupSamples()) {
        const bool idle = sample->state == "Empty" || sample->state == "Dead";
        for (const GroupPartitionSample& partition : sample->partitions) {
            if (partition.committed >= 0) {
                // Samples come in order of time: the last one stays.
                m_positions[partition.place][sample->group] = {sample->time, partition.committed,
                                                               idle};
            }
        }
    }
}

std::optional<OpenWait> OpenWaitFinder::find(RecordIndex record)
{
    if (!m_read) {
        readPositions();
    }
    const RecordPlace place = m_set.placeOf(record);
    const auto consumers = m_set.consumersOf(record);
    OpenWait wait{record, {}};
    const auto at = m_positions.find({place.topic, place.partition});
    if (at == m_positions.end()) {
        const bool open = consumers.empty() && m_set.topicHasTracedConsumers(record);
        return open ? std::optional(std::move(wait)) : std::nullopt;
    }
    for (const auto& entry : at->second) {
        const std::string& group = entry.first;
        const auto& position = entry.second;
        if (position.idle || position.committed > place.offset ||
            toMs(position.time) * kNsPerMs < m_set.timeNs(record)) {
            continue;
        }
        // A span that does not tell its group may be this one's.
        const bool seen =
            std::any_of(consumers.begin(), consumers.end(), [&](const Consumption& consumption) {
                const StringId of = m_set.span(consumption.span).group;
                return of == 0 || m_set.text(of) == group;
            });
        if (!seen) {
            wait.groups.push_back(group);
        }
    }
    return wait.groups.empty() ? std::nullopt : std::optional(std::move(wait));
}

} // namespace hindcast
