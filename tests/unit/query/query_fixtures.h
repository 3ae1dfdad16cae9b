#pragma once

#include "model/capture/capture.h"

#include <memory>
#include <string>
#include <vector>

namespace hindcast {

// Adds records of one topic, four partitions in turn, values {"n": i, "state": ...}; every tenth is
// no JSON.
inline void fillTopic(Capture& capture, const std::string& topic, int records, int perBatch,
                      std::int64_t firstMs = 1'763'647'392'000)
{
    RecordBatchBuilder builder(topic);
    for (int i = 0; i < records; ++i) {
        const std::string value = i % 10 == 9 ? "not JSON"
                                              : "{\"n\":" + std::to_string(i) + ",\"state\":\"" +
                                                    (i % 2 == 0 ? "EVEN" : "ODD") + "\"}";
        builder.add(i % 4, i / 4, firstMs + i, TimestampType::CreateTime,
                    "k" + std::to_string(i % 7), value);
        if (i % 3 == 0) {
            builder.addHeader("trace", "t" + std::to_string(i));
        }
        if (static_cast<int>(builder.size()) == perBatch) {
            static_cast<void>(capture.append(builder.take()));
        }
    }
    if (builder.size() > 0) {
        static_cast<void>(capture.append(builder.take()));
    }
}

} // namespace hindcast
