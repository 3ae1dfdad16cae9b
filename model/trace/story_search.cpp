#include "model/trace/story_search.h"

#include "model/trace/needle.h"

#include <algorithm>

namespace hindcast {

std::vector<std::uint32_t> findRows(const TraceStory& story, std::string_view text,
                                    const std::stop_token& stop)
{
    const TraceSet& set = *story.set;
    const Needle needle(text);
    // A text is looked at once however many spans have it: 0 unknown, 1 no, 2 yes.
    std::vector<std::uint8_t> known(set.textCount(), 0);
    const auto has = [&](StringId id) {
        if (known[id] == 0) {
            known[id] = needle.in(set.text(id)) ? 2 : 1;
        }
        return known[id] == 2;
    };
    const auto spanHas = [&](const Span& span) {
        if (has(span.service) || has(span.name) || has(span.statusText) ||
            span.id.toString().starts_with(needle.text())) {
            return true;
        }
        const auto attributes = set.attributesOf(span);
        return std::any_of(attributes.begin(), attributes.end(),
                           [&](const SpanAttribute& a) { return has(a.value); });
    };
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < story.rows.size(); ++i) {
        if (i % 4096 == 0 && stop.stop_requested()) {
            return {};
        }
        const StoryRow& row = story.rows[i];
        const bool found =
            (row.kind == StoryRow::Kind::Span && spanHas(set.span(row.span))) ||
            (row.kind != StoryRow::Kind::Missing && row.record != kNoRecord &&
             (has(set.records()[row.record].key) || needle.in(set.placeOf(row.record).toString())));
        if (found) {
            rows.push_back(i);
        }
    }
    return rows;
}

} // namespace hindcast
