#pragma once

#include "model/capture/capture_snapshot.h"

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// Which offsets a capture holds of each partition of some topics, as runs without a hole. Made from
// the capture's index alone, block by block (15 ns a record); a capture that grows is gone on with.
// Immutable and safe in any thread.
class HeldOffsets
{
public:
    // Offsets [from, to), each of which is a record of the capture.
    struct Run
    {
        std::int64_t from = 0;
        std::int64_t to = 0;
        Row row = kNoRow;  // of offset `from`
        Row last = kNoRow; // of offset `to - 1`
    };
    using Runs = std::vector<Run>; // in order, with a hole between neighbours

    // `older`, of the same capture and topics, may be null. Null when stopped.
    static std::shared_ptr<const HeldOffsets> of(const CaptureSnapshot& snapshot,
                                                 const std::vector<std::string>& topics,
                                                 const std::stop_token& stop = {},
                                                 const HeldOffsets* older = nullptr);

    const std::map<TopicPartition, Runs>& partitions() const { return m_partitions; }
    Row rows() const { return m_rows; } // of the snapshot

private:
    static void add(Runs& runs, std::int64_t offset, Row row);

    std::map<TopicPartition, Runs> m_partitions;
    std::vector<std::string> m_topics;
    std::uint64_t m_generation = 0;
    Row m_rows = 0;
};

} // namespace hindcast
