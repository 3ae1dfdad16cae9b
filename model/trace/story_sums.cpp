#include "model/trace/trace_story.h"

#include <algorithm>
#include <unordered_set>

namespace hindcast {

namespace {

constexpr std::int64_t kLongGapNs = 1000 * kNsPerMs;
constexpr std::int64_t kGapFactor = 5; // a gap that many times all before it parts the event

// A round length, not below `ns`: 1, 1.5, 2, 3 or 5 times a power of ten.
std::int64_t niceCeiling(std::int64_t ns)
{
    std::int64_t power = 10;
    while (power <= ns / 10) {
        power *= 10;
    }
    for (const int tenths : {10, 15, 20, 30, 50}) {
        if (power / 10 * tenths >= ns) {
            return power / 10 * tenths;
        }
    }
    return power * 10;
}

class StorySums
{
public:
    explicit StorySums(TraceStory& story)
        : m_story(story)
        , m_set(*story.set)
    {
    }

    void run()
    {
        bool first = true;
        std::unordered_set<StringId> seen;
        for (const StoryRow& row : m_story.rows) {
            if (row.kind == StoryRow::Kind::Span &&
                seen.insert(m_set.span(row.span).service).second) {
                m_story.services.emplace_back(m_set.text(m_set.span(row.span).service));
            }
            if (row.startNs <= 0) {
                continue;
            }
            m_story.startNs = first ? row.startNs : std::min(m_story.startNs, row.startNs);
            m_story.lastNs = first ? row.endNs : std::max(m_story.lastNs, row.endNs);
            first = false;
        }
        const std::int64_t busyEnd = firstSilence();
        const bool cut = busyEnd < m_story.lastNs || !m_story.openWaits.empty();
        m_story.endNs = m_story.openWaits.empty() ? m_story.lastNs : roundedEnd(m_story.lastNs);
        m_story.focusEndNs = cut ? std::min(roundedEnd(busyEnd), m_story.endNs) : m_story.endNs;
        for (StoryRow& row : m_story.rows) {
            row.endNs = row.open ? m_story.endNs : row.endNs;
        }
        sumWaits();
    }

private:
    // A little past that time, so that the axis has a round length.
    std::int64_t roundedEnd(std::int64_t ns) const
    {
        const std::int64_t length = ns - m_story.startNs;
        return m_story.startNs + niceCeiling(std::max(length + length / 7, kNsPerMs));
    }

    // The end of what happened before the first gap that dwarfs it.
    std::int64_t firstSilence() const
    {
        std::vector<std::pair<std::int64_t, std::int64_t>> busy;
        for (const StoryRow& row : m_story.rows) {
            if (row.startNs > 0 && !row.open) {
                busy.emplace_back(row.startNs, row.endNs);
            }
        }
        std::sort(busy.begin(), busy.end());
        std::int64_t until = m_story.startNs;
        for (const auto& [from, to] : busy) {
            const std::int64_t before = std::max(until - m_story.startNs, kNsPerMs);
            if (from - until > std::max(kLongGapNs, before * kGapFactor)) {
                return until;
            }
            until = std::max(until, to);
        }
        return until;
    }

    void sumWaits()
    {
        std::vector<std::pair<std::int64_t, std::int64_t>> waits;
        for (const StoryRow& row : m_story.rows) {
            const std::int64_t end = std::min(row.endNs, m_story.focusEndNs);
            if (row.kind == StoryRow::Kind::Wait && end > row.startNs) {
                waits.emplace_back(row.startNs, end);
            }
        }
        std::sort(waits.begin(), waits.end());
        std::int64_t until = 0;
        for (const auto& [from, to] : waits) {
            m_story.waitedNs += std::max<std::int64_t>(0, to - std::max(from, until));
            until = std::max(until, to);
        }
    }

    TraceStory& m_story;
    const TraceSet& m_set;
};

} // namespace

void sumStory(TraceStory& story)
{
    StorySums(story).run();
}

} // namespace hindcast
