#include "model/trace/trace_story.h"

#include <algorithm>
#include <unordered_map>

namespace hindcast {

TraceStory TraceStory::build(TraceSetPtr set, TraceIndex trace)
{
    TraceStory story;
    story.set = std::move(set);
    story.trace = trace;
    story.traces = story.set->linkedTraces(trace);
    fillStory(story);
    findCriticalPath(story);
    return story;
}

std::int64_t TraceStory::pathNs() const
{
    return path.empty() ? 0 : path.front().toNs - path.back().fromNs;
}

PathSection TraceStory::longestOnPath() const
{
    std::unordered_map<std::uint32_t, std::int64_t> perRow;
    PathSection longest;
    for (const PathSection& section : path) {
        if (section.row == kNoStoryRow || rows[section.row].kind != StoryRow::Kind::Span) {
            continue;
        }
        const std::int64_t sum = perRow[section.row] += section.toNs - section.fromNs;
        if (sum > longest.toNs) {
            longest = {section.row, 0, sum};
        }
    }
    return longest;
}

std::uint32_t TraceStory::rowOf(SpanIndex span) const
{
    const auto at = std::find_if(rows.begin(), rows.end(), [span](const StoryRow& row) {
        return row.kind == StoryRow::Kind::Span && row.span == span;
    });
    return at == rows.end() ? kNoStoryRow : static_cast<std::uint32_t>(at - rows.begin());
}

std::string TraceStory::name() const
{
    RecordIndex first = kNoRecord;
    for (const TraceIndex t : traces) {
        for (const RecordIndex record : set->recordsOf(t)) {
            if (set->records()[record].key != 0 &&
                (first == kNoRecord || set->timeNs(record) < set->timeNs(first))) {
                first = record;
            }
        }
    }
    if (first != kNoRecord) {
        return std::string(set->text(set->records()[first].key));
    }
    for (const TraceIndex t : traces) {
        if (set->traces()[t].root != kNoSpan) {
            const Span& root = set->span(set->traces()[t].root);
            return std::string(set->text(root.service)) + " \u00b7 " +
                   std::string(set->text(root.name));
        }
    }
    return set->traces()[trace].id.toString();
}

} // namespace hindcast
