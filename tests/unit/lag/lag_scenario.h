#pragma once

#include "model/lag/lag_evaluation.h"
#include "model/lag/lag_history_builder.h"

#include <functional>
#include <memory>

namespace hindcast::test {

using namespace std::chrono_literals;

// 2026-11-20T14:00:00Z
inline constexpr Timestamp kStart = timestampFromMs(1'795'183'200'000);

// Samples of one group, made by telling what each partition is in each of them.
class LagScenario
{
public:
    struct At
    {
        std::int64_t committed = -1;
        std::int64_t logEnd = 0;
        std::int64_t logStart = 0;
        // How old the record at the committed offset is; nullopt: not known.
        std::optional<std::chrono::milliseconds> behind = std::nullopt;
    };
    using Partition = std::function<At(int sample)>;

    std::string group = "billing";
    std::string topic = "payments";
    std::chrono::milliseconds interval = 5s;
    std::function<std::string(int)> state = [](int) { return "Stable"; };
    std::function<bool(int)> hasMembers = [](int) { return true; };
    bool membersVisible = true;
    std::vector<Partition> partitions;

    GroupSamplePtr sample(int i) const
    {
        auto sample = std::make_shared<GroupSample>();
        sample->time = kStart + i * interval;
        sample->group = group;
        sample->state = state(i);
        sample->protocol = "classic";
        sample->membersVisible = membersVisible;
        const bool members = hasMembers(i) && membersVisible;
        for (std::size_t p = 0; p < partitions.size(); ++p) {
            const At at = partitions[p](i);
            GroupPartitionSample partition;
            partition.place = {topic, static_cast<std::int32_t>(p)};
            partition.committed = at.committed;
            partition.logStart = at.logStart;
            partition.logEnd = at.logEnd;
            if (at.behind) {
                partition.committedRecordTime = sample->time - *at.behind;
            }
            const std::string id = group + "-" + std::to_string(p % 3) + "ab2";
            if (members) {
                partition.memberId = id;
                if (p < 3) {
                    sample->members.push_back({id, group + "-app", "/10.2.0.14", {}, {}});
                }
                sample->members[p % 3].assigned.push_back(partition.place);
            }
            sample->partitions.push_back(partition);
        }
        return sample;
    }

    LagHistoryPtr history(int samples) const
    {
        LagHistoryBuilder builder;
        for (int i = 0; i < samples; ++i) {
            builder.add(sample(i));
        }
        return builder.snapshot();
    }

    GroupLag evaluate(int samples) const
    {
        return evaluateLag(*history(samples), group, kStart + samples * interval);
    }

    // Reads `perSecond` and keeps up, three records behind the end at most.
    static Partition keepsUp(std::int64_t first = 8'120'455, std::int64_t perSecond = 58)
    {
        return [=](int i) {
            const std::int64_t end = first + 5 * perSecond * i + 5;
            return At{end - (i * 7) % 4, end, 0, (i * 7) % 4 == 0 ? 0ms : 300ms};
        };
    }
    // The same up to sample `stuck`, then nothing is committed while `perSecond` arrive.
    static Partition stopsAt(int stuck, std::int64_t first = 8'122'277,
                             std::int64_t perSecond = 350)
    {
        return [=](int i) {
            const std::int64_t end = first + 5 * perSecond * i + 5;
            const std::int64_t committed = first + 5 * perSecond * std::min(i, stuck);
            return At{committed, end, 0, i <= stuck ? 20ms : (i - stuck) * 5s};
        };
    }
};

} // namespace hindcast::test
