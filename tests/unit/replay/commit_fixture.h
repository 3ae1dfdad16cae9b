#pragma once

#include "model/replay/commit_order.h"
#include "tests/unit/replay/cdc_fixture.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

// Changes of transactions as a test writes them down, folded by the clock `commit`.
namespace hindcast::test {

using Table = std::map<std::string, std::string>;

// A change as a connector writes it; offsets are given when it is appended.
struct Change
{
    std::string op;
    std::string key;    // "" : null
    std::string before; // "": null
    std::string after;
    std::int64_t tx = 1;
    std::uint64_t lsn = 0;
    std::uint64_t previousEnd = 0; // 0: null
    std::int64_t commitMs = 0;     // 0: as the transaction
    std::uint32_t order = 0;
    std::string run = "1";
    std::int32_t partition = 0;
    std::string topic = "db.app.t";
    std::vector<std::pair<std::string, std::string>> headers = {};
};

inline std::string orNull(const std::string& text)
{
    return text.empty() ? "null" : text;
}

inline Change end(std::int64_t tx, std::uint64_t lsn, std::int64_t ms)
{
    return {"END", "", "", "", tx, lsn, 0, ms, 0, "1", 0, "db.transaction"};
}

inline std::vector<Event> eventsFor(const std::vector<Change>& changes)
{
    std::map<std::pair<std::string, std::int32_t>, std::int64_t> next;
    std::vector<Event> events;
    std::int64_t ms = 1000;
    for (const Change& c : changes) {
        Event event{c.topic,
                    c.partition,
                    next[{c.topic, c.partition}]++,
                    ms++,
                    c.key.empty() ? std::nullopt : std::optional(c.key),
                    std::nullopt,
                    c.headers};
        if (!c.run.empty()) {
            event.headers.emplace_back("__debezium.context.runId", c.run);
        }
        using nlohmann::json;
        const std::string lsn = std::to_string(c.lsn);
        const std::int64_t time = c.commitMs > 0 ? c.commitMs : c.tx * 10;
        if (c.op == "END") {
            event.value = json{
                {"status", "END"},
                {"id", std::to_string(c.tx) + ":" + lsn},
                {"event_count", 1},
                {"ts_ms",
                 time}}.dump();
        } else if (c.op != "tombstone") {
            const json before = c.previousEnd == 0 ? json() : json(std::to_string(c.previousEnd));
            const json source{{"name", "db"},
                              {"ts_ms", time},
                              {"sequence", json::array({before, lsn}).dump()},
                              {"txId", c.tx},
                              {"lsn", c.lsn}};
            const json transaction =
                c.op == "r" ? json() : json{{"id", "x"}, {"total_order", c.order}};
            // The rows stand as they are written.
            event.value = "{\"before\":" + orNull(c.before) + ",\"after\":" + orNull(c.after) +
                          ",\"source\":" + source.dump() +
                          ",\"transaction\":" + transaction.dump() + ",\"op\":\"" + c.op + "\"}";
        }
        events.push_back(std::move(event));
    }
    return events;
}

struct Folded
{
    std::shared_ptr<Capture> capture;
    CommitOrderPtr order;
    VersionLogPtr log;
};

inline Folded foldChanges(const std::vector<Change>& changes, const std::string& topic = "db.app.t")
{
    Folded result;
    result.capture = Capture::inMemory();
    append(*result.capture, eventsFor(changes));
    result.order = CommitOrder::build(result.capture->snapshot()).value();
    result.log = VersionLog::fold(projection(topic, "cdc"), result.order, {}).value();
    return result;
}

inline Table atLsn(const Folded& folded, std::uint64_t lsn)
{
    return table(folded.log, folded.order->prefixOfLsn(lsn).value());
}

inline Table atEnd(const Folded& folded)
{
    return table(folded.log, folded.order->size());
}

inline const std::string kOne = R"({"id":1})";
inline const std::string kTwo = R"({"id":2})";
inline const std::string kThree = R"({"id":3})";

} // namespace hindcast::test
