#pragma once

#include "model/capture/capture.h"
#include "model/capture/time_order.h"
#include "model/replay/state.h"
#include "model/replay/version_log.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hindcast::test {

// A record as a test writes it down.
struct Event
{
    std::string topic = "orders";
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::int64_t ms = 0;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::pair<std::string, std::string>> headers = {};
};

// Appends events in the order given; a batch holds one topic.
inline void append(Capture& capture, const std::vector<Event>& events, std::size_t batchSize = 7)
{
    std::size_t at = 0;
    while (at < events.size()) {
        RecordBatchBuilder builder(events[at].topic);
        const std::string& topic = events[at].topic;
        for (std::size_t n = 0; n < batchSize && at < events.size() && events[at].topic == topic;
             ++n, ++at) {
            const Event& event = events[at];
            builder.add(event.partition, event.offset, event.ms, TimestampType::CreateTime,
                        event.key ? std::optional<std::string_view>(*event.key) : std::nullopt,
                        event.value ? std::optional<std::string_view>(*event.value) : std::nullopt);
            for (const auto& [name, value] : event.headers) {
                builder.addHeader(name, value);
            }
        }
        if (const auto appended = capture.append(builder.take()); !appended) {
            std::fprintf(stderr, "append: %s\n", appended.error().message.c_str());
            std::abort();
        }
    }
}

inline ProjectionPtr projection(const std::string& toml)
{
    auto parsed = Projection::parse(toml, "test.toml");
    if (!parsed) {
        std::fprintf(stderr, "%s\n", parsed.error().message.c_str());
        std::abort();
    }
    return std::make_shared<const Projection>(std::move(*parsed));
}

inline ProjectionPtr projection(const std::string& topic, const std::string& reduce)
{
    return projection("name = \"p\"\n[[source]]\ntopic = \"" + topic + "\"\nreduce = \"" + reduce +
                      "\"\n");
}

inline VersionLogPtr fold(const Capture& capture, const ProjectionPtr& projection,
                          const VersionLogPtr& older = nullptr)
{
    const auto order = TimeOrder::build(capture.snapshot(), older ? older->order() : nullptr);
    auto log = VersionLog::fold(projection, order, {}, {}, older);
    if (!log) {
        std::fprintf(stderr, "fold: %s\n", log.error().message.c_str());
        std::abort();
    }
    return *log;
}

// The whole table at a prefix.
inline std::map<std::string, std::string> table(const VersionLogPtr& log, Rank prefix)
{
    std::map<std::string, std::string> rows;
    const auto read = State::at(log, prefix)
                          ->forEach(0, static_cast<std::size_t>(-1),
                                    [&](std::size_t, const StateRow& row, std::string_view state) {
                                        rows.emplace(log->keys().text(row.key), state);
                                        return true;
                                    });
    if (!read) {
        std::fprintf(stderr, "table: %s\n", read.error().message.c_str());
        std::abort();
    }
    return rows;
}

} // namespace hindcast::test
