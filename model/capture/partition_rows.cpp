#include "model/capture/partition_rows.h"

#include <algorithm>
#include <limits>
#include <map>

namespace hindcast {

std::vector<PartitionRows> rowsByPartition(const CaptureSnapshot& snapshot, Row first, Row last)
{
    constexpr Row kStep = 4096;
    std::vector<PartitionRows> all;
    std::vector<bool> ascending;
    std::map<std::pair<TopicId, std::int32_t>, std::size_t> indexes;
    std::vector<RowInfo> infos(kStep);
    std::size_t index = std::numeric_limits<std::size_t>::max();
    for (Row from = first; from < last; from += kStep) {
        const Row count = std::min(kStep, last - from);
        snapshot.rows(from, std::span(infos).first(count));
        for (Row i = 0; i < count; ++i) {
            const RowInfo& info = infos[i];
            if (index >= all.size() || all[index].topic != info.topic ||
                all[index].partition != info.partition) {
                const auto [it, isNew] =
                    indexes.try_emplace({info.topic, info.partition}, all.size());
                index = it->second;
                if (isNew) {
                    all.push_back({info.topic, info.partition, {}});
                    ascending.push_back(true);
                }
            }
            std::vector<TimedRow>& rows = all[index].rows;
            if (!rows.empty() && rows.back().next > info.offset) {
                ascending[index] = false;
            }
            rows.push_back({toMs(info.timestamp), info.offset + 1, from + i});
        }
    }
    for (std::size_t p = 0; p < all.size(); ++p) {
        if (!ascending[p]) {
            std::sort(all[p].rows.begin(), all[p].rows.end(),
                      [](const TimedRow& a, const TimedRow& b) { return a.next < b.next; });
        }
    }
    return all;
}

} // namespace hindcast
