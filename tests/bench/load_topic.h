#pragma once

#include "model/record/result.h"

#include <cstdint>
#include <string>

namespace hindcast::bench {

// A topic of orders for benches: the same bytes for the same seed on every machine.
struct TopicLoad
{
    std::string bootstrap;
    std::string topic;
    std::int32_t partitions = 4;
    std::uint64_t records = 5'000'000;
    std::string codec = "lz4";
    std::uint64_t seed = 1;
};

// The value of order `n`: a JSON object of about 160 bytes, one in sixteen of them
// {"status":"CANCELLED"}, amounts evenly from 0.00 to 999.99.
std::string orderJson(std::uint64_t seed, std::uint64_t n);

// Creates the topic and fills it. Leaves a topic alone that holds that many records already.
Result<void> loadTopic(const TopicLoad& load);

} // namespace hindcast::bench
