#include "app/desktop/read_gaps.h"

#include <algorithm>

namespace hindcast {

std::vector<OffsetRange> gapsOf(std::int64_t from, std::int64_t to,
                                const std::vector<OffsetRange>& covered)
{
    std::vector<OffsetRange> gaps;
    std::int64_t next = from;
    for (const OffsetRange& range : covered) {
        if (range.to <= next) {
            continue;
        }
        if (range.from >= to) {
            break;
        }
        if (range.from > next) {
            gaps.push_back({next, range.from});
        }
        next = std::max(next, range.to);
    }
    if (next < to) {
        gaps.push_back({next, to});
    }
    return gaps;
}

std::vector<ReadRequest> requestsForGaps(const ReadRequest& asked, const Receipt& plan,
                                         const CaptureSnapshot& snapshot)
{
    std::vector<ReadRequest> requests;
    const auto blank = [&asked] {
        ReadRequest request = asked;
        request.topics.clear();
        request.follow = false;
        return request;
    };
    ReadRequest following = blank();
    following.follow = true;
    for (const PartitionReceipt& part : plan.partitions) {
        if (!part.problem.empty()) {
            continue;
        }
        // A read that follows has no end of its own: up to the log's end it is an ordinary one.
        const std::int64_t end = part.to < 0 ? std::max(part.logEnd, part.from) : part.to;
        const auto gaps = gapsOf(part.from, end, snapshot.covered(part.place));
        for (std::size_t i = 0; i < gaps.size(); ++i) {
            while (requests.size() <= i) {
                requests.push_back(blank());
            }
            requests[i].topics.push_back({part.place.topic,
                                          {part.place.partition},
                                          AtOffset{gaps[i].from},
                                          AtOffset{gaps[i].to}});
        }
        if (asked.follow) {
            following.topics.push_back(
                {part.place.topic, {part.place.partition}, AtOffset{end}, AtEnd{}});
        }
    }
    if (!following.topics.empty()) {
        requests.push_back(std::move(following));
    }
    return requests;
}

} // namespace hindcast
