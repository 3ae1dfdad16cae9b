#pragma once

#include "model/record/cluster_state.h"

#include <cmath>
#include <memory>
#include <vector>

namespace hindcast::test {

// The samples of an afternoon on which billing stops on payments-2 at 14:02:35 while the group's
// other partitions, and other groups, go on. Times are UTC.
namespace lag_samples {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

inline constexpr Timestamp kStart = timestampFromMs(1'795'183'200'000); // 2026-11-20T14:00:00Z
inline constexpr milliseconds kEvery = 5s;
inline constexpr int kSamples = 84; // seven minutes
inline constexpr int kStuckAt = 31; // the sample that sees the last commit
inline constexpr std::int64_t kFirst = 8'068'027;

inline Timestamp timeOf(int sample)
{
    return kStart + sample * kEvery;
}

// A ripple that looks like traffic and is the same in every run.
inline std::int64_t ripple(int i, int p, int amount)
{
    const double x = std::sin(i * 0.9 + p * 2.1) + std::sin(i * 0.37 + p) + std::sin(i * 2.3 - p);
    return static_cast<std::int64_t>((x + 3) / 6 * amount);
}

inline GroupSamplePtr billing(int i)
{
    auto sample = std::make_shared<GroupSample>();
    sample->time = timeOf(i);
    sample->group = "billing";
    sample->state = "Stable";
    sample->protocol = "classic";
    for (int m = 0; m < 3; ++m) {
        sample->members.push_back({"billing-" + std::to_string(m) + "ab2",
                                   "billing",
                                   "/10.2.0." + std::to_string(14 + m),
                                   {},
                                   {}});
    }
    for (int p = 0; p < 6; ++p) {
        GroupPartitionSample part;
        part.place = {"payments", p};
        const std::int64_t perSample = p == 2 ? 1'750 : 290;
        const std::int64_t first = kFirst + p * 911;
        part.logStart = 5'000'000;
        part.logEnd = first + perSample * i + 1'400;
        const bool stuck = p == 2 && i > kStuckAt;
        const std::int64_t read = first + perSample * (stuck ? kStuckAt : i);
        part.committed =
            std::min(part.logEnd,
                     read + 1'400 - 500 - (stuck ? ripple(kStuckAt, p, 240) : ripple(i, p, 240)));
        const milliseconds behind =
            stuck ? (i - kStuckAt) * kEvery + 300ms : milliseconds{100 + ripple(i, p, 800)};
        if (part.committed < part.logEnd) {
            part.committedRecordTime = sample->time - behind;
        }
        part.memberId = "billing-" + std::to_string(p % 3) + "ab2";
        sample->members[static_cast<std::size_t>(p % 3)].assigned.push_back(part.place);
        sample->partitions.push_back(part);
    }
    return sample;
}

// A small group over two partitions that is `behind` in every sample.
inline GroupSamplePtr steady(int i, const std::string& group, const std::string& topic,
                             milliseconds behind, bool members)
{
    auto sample = std::make_shared<GroupSample>();
    sample->time = timeOf(i);
    sample->group = group;
    sample->state = members ? "Stable" : "Empty";
    sample->protocol = "classic";
    if (members) {
        sample->members.push_back({group + "-0ab2", group, "/10.2.0.31", {}, {}});
    }
    for (int p = 0; p < 2; ++p) {
        GroupPartitionSample part;
        part.place = {topic, p};
        part.logStart = 0;
        part.logEnd = 100'000 + 500 * i;
        part.committed = members ? part.logEnd - behind.count() / 10 - 1 : 90'000;
        part.committedRecordTime = members ? sample->time - behind : kStart - 2h;
        if (members) {
            part.memberId = group + "-0ab2";
            sample->members[0].assigned.push_back(part.place);
        }
        sample->partitions.push_back(part);
    }
    return sample;
}

// All groups, in the order of time.
inline std::vector<GroupSamplePtr> all(int samples = kSamples)
{
    std::vector<GroupSamplePtr> made;
    for (int i = 0; i < samples; ++i) {
        made.push_back(billing(i));
        made.push_back(steady(i, "fraud-check", "payments.dlt", 300ms, true));
        made.push_back(steady(i, "nightly-export", "orders", 0ms, false));
        made.push_back(steady(i, "search-index", "orders", 8'400ms, true));
        made.push_back(steady(i, "shipping", "shipments", 100ms, true));
    }
    return made;
}

} // namespace lag_samples
} // namespace hindcast::test
