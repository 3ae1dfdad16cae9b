#include "model/capture/partition_rows.h"

#include <algorithm>
#include <functional>
#include <future>
#include <limits>
#include <map>

namespace hindcast {

namespace {

constexpr Row kWorthHalving = 100'000;

// As they lie in the capture.
std::vector<PartitionRows> gather(const CaptureSnapshot& snapshot, Row first, Row last)
{
    constexpr Row kStep = 4096;
    std::vector<PartitionRows> all;
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
                }
            }
            all[index].rows.push_back({toMs(info.timestamp), info.offset + 1, from + i});
        }
    }
    return all;
}

} // namespace

std::vector<PartitionRows> rowsByPartition(const CaptureSnapshot& snapshot, Row first, Row last)
{
    const Row middle = last - first < kWorthHalving ? last : first + (last - first) / 2;
    std::future<std::vector<PartitionRows>> second;
    if (middle < last) {
        second = std::async(std::launch::async, gather, std::cref(snapshot), middle, last);
    }
    auto all = gather(snapshot, first, middle);
    if (second.valid()) {
        for (PartitionRows& part : second.get()) {
            const auto same = std::find_if(all.begin(), all.end(), [&part](const auto& known) {
                return known.topic == part.topic && known.partition == part.partition;
            });
            if (same == all.end()) {
                all.push_back(std::move(part));
            } else {
                same->rows.insert(same->rows.end(), part.rows.begin(), part.rows.end());
            }
        }
    }
    const auto byOffset = [](const TimedRow& a, const TimedRow& b) { return a.next < b.next; };
    for (PartitionRows& part : all) {
        if (!std::is_sorted(part.rows.begin(), part.rows.end(), byOffset)) {
            std::sort(part.rows.begin(), part.rows.end(), byOffset);
        }
    }
    return all;
}

} // namespace hindcast
