#pragma once

#include "model/replay/trust_judge.h"
#include "tests/unit/replay/commit_fixture.h"
#include "tests/unit/replay/snapshot_log.h"

#include <string>
#include <utility>
#include <vector>

namespace hindcast::test {

inline TrustReport judged(const VersionLogPtr& log, Rank prefix)
{
    return TrustJudge(log).at(prefix);
}

inline TrustReport atEnd(const VersionLogPtr& log)
{
    return judged(log, log->order()->size());
}

inline TableLog written(const std::vector<TableChange>& changes)
{
    TableLog log;
    for (const TableChange& change : changes) {
        log.write(change);
    }
    return log;
}

inline VersionLogPtr foldedOf(const std::vector<TableChange>& changes)
{
    return foldByCommit(*written(changes).capture({}));
}

// One partition of records as they are written: key, value; an empty key is null.
using Written = std::vector<std::pair<std::string, std::string>>;

inline VersionLogPtr folded(const Written& records, bool byCommit = true)
{
    auto capture = Capture::inMemory();
    std::vector<Event> events;
    for (std::size_t i = 0; i < records.size(); ++i) {
        Event event{"t",
                    0,
                    static_cast<std::int64_t>(i),
                    static_cast<std::int64_t>(1000 + i),
                    std::nullopt,
                    std::nullopt};
        if (!records[i].first.empty()) {
            event.key = records[i].first;
        }
        event.value = records[i].second;
        events.push_back(std::move(event));
    }
    append(*capture, events);
    const ProjectionPtr defined = projection("t", "cdc");
    return byCommit ? foldByCommit(*capture, defined) : fold(*capture, defined);
}

inline std::string maxwell(const std::string& type, int id = 0, const std::string& more = {})
{
    return fmt::format(R"({{"database":"shop","table":"t","type":"{}","ts":1795183200,)"
                       R"("data":{{{}}}{}}})",
                       type, id > 0 ? fmt::format(R"("id":{},"v":"a")", id) : std::string(), more);
}

inline std::string maxwellKey(int id)
{
    return fmt::format(R"({{"database":"shop","table":"t","pk.id":{}}})", id);
}

inline std::string dms(const std::string& operation, int id, const std::string& before = {})
{
    return fmt::format(
        R"({{"data":{{"id":{},"v":"a"}},{}"metadata":{{"timestamp":"2026-11-20T14:00:00.000000Z",)"
        R"("record-type":"data","operation":"{}","schema-name":"shop","table-name":"t"}}}})",
        id, before.empty() ? std::string() : R"("before-image":)" + before + ",", operation);
}

} // namespace hindcast::test
