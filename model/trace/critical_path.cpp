#include "model/trace/trace_story.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace hindcast {

namespace {

// Walks back from what ended last: through the child that finished last before this point, at a
// span's start to whoever waited for it, and at a consumer's start through the topic to its
// producer. After Jaeger's algorithm, with the time in topics as part of the path, and without
// recursion: traces may be any depth.
class PathFinder
{
public:
    explicit PathFinder(TraceStory& story)
        : m_story(story)
        , m_set(*story.set)
    {
        for (std::uint32_t i = 0; i < story.rows.size(); ++i) {
            const StoryRow& row = story.rows[i];
            if (row.kind == StoryRow::Kind::Span) {
                m_rowOf.emplace(row.span, i);
            } else if (row.kind == StoryRow::Kind::Wait) {
                if (row.span != kNoSpan) {
                    m_waitBefore.try_emplace(row.span, i);
                }
                if (row.record != kNoRecord) {
                    m_waitOf.try_emplace(row.record, i);
                }
            }
        }
    }

    void run()
    {
        SpanIndex at = kNoSpan;
        std::int64_t t = 0;
        const std::uint32_t last = lastRow();
        if (last == kNoStoryRow) {
            return;
        }
        const StoryRow& row = m_story.rows[last];
        if (row.kind == StoryRow::Kind::Wait) {
            section(last, row.startNs, row.endNs);
            at = row.producer;
            t = row.startNs;
        } else {
            at = row.span;
            t = row.endNs;
        }
        while (at != kNoSpan && m_steps++ < 4 * m_story.rows.size() + 16) {
            t = std::min(t, m_set.span(at).endNs());
            const SpanIndex child = lastFinished(at, t);
            if (child != kNoSpan) {
                const std::int64_t end = effectiveEnd(child, at);
                section(m_rowOf[at], end, t);
                at = child;
                t = end;
                continue;
            }
            section(m_rowOf[at], m_set.span(at).startNs, t);
            t = std::min(t, m_set.span(at).startNs);
            at = origin(at, t);
        }
    }

private:
    struct Children
    {
        std::vector<SpanIndex> byEnd; // the last first
        std::size_t next = 0;
    };

    // Of what still waits the last to be written, else the span that ended last.
    std::uint32_t lastRow() const
    {
        std::uint32_t last = kNoStoryRow;
        for (std::uint32_t i = 0; i < m_story.rows.size(); ++i) {
            const StoryRow& row = m_story.rows[i];
            const bool open = row.kind == StoryRow::Kind::Wait && row.open;
            if ((!open && row.kind != StoryRow::Kind::Span) || row.startNs >= m_story.focusEndNs) {
                continue;
            }
            if (last == kNoStoryRow) {
                last = i;
                continue;
            }
            const StoryRow& best = m_story.rows[last];
            if (open != best.open ? open
                                  : (open ? row.startNs > best.startNs : row.endNs > best.endNs)) {
                last = i;
            }
        }
        return last;
    }

    // Nobody waits for what a child does past its parent's end.
    std::int64_t effectiveEnd(SpanIndex child, SpanIndex parent) const
    {
        return std::min(m_set.span(child).endNs(), m_set.span(parent).endNs());
    }

    SpanIndex lastFinished(SpanIndex parent, std::int64_t t)
    {
        const auto [at, isNew] = m_children.try_emplace(parent);
        Children& children = at->second;
        if (isNew) {
            for (const SpanIndex child : m_set.childrenOf(parent)) {
                // A consumer is not waited for by the producer.
                if (!(writesMessages(m_set.span(parent)) && readsMessages(m_set.span(child))) &&
                    m_set.span(child).startNs < m_set.span(parent).endNs()) {
                    children.byEnd.push_back(child);
                }
            }
            std::stable_sort(children.byEnd.begin(), children.byEnd.end(),
                             [&](SpanIndex a, SpanIndex b) {
                                 return effectiveEnd(a, parent) > effectiveEnd(b, parent);
                             });
        }
        while (children.next < children.byEnd.size()) {
            const SpanIndex child = children.byEnd[children.next++];
            if (effectiveEnd(child, parent) <= t && m_left.insert(child).second) {
                return child;
            }
        }
        return kNoSpan;
    }

    // Who made the span begin. Moves t back over the time in a topic.
    SpanIndex origin(SpanIndex at, std::int64_t& t)
    {
        const Span& span = m_set.span(at);
        const SpanIndex parent = m_set.parentOf(at);
        const bool elsewhere =
            parent != kNoSpan && writesMessages(m_set.span(parent)) && readsMessages(span);
        if (parent != kNoSpan && !elsewhere) {
            return parent;
        }
        const std::uint32_t waitRow = waitRowOf(at);
        if (waitRow == kNoStoryRow) {
            return elsewhere ? parent : kNoSpan;
        }
        const StoryRow& wait = m_story.rows[waitRow];
        section(waitRow, std::min(wait.startNs, t), t);
        t = std::min(wait.startNs, t);
        if (wait.producer != kNoSpan && m_rowOf.contains(wait.producer) &&
            m_left.insert(wait.producer).second) {
            return wait.producer;
        }
        return kNoSpan;
    }

    std::uint32_t waitRowOf(SpanIndex reader) const
    {
        if (const auto at = m_waitBefore.find(reader); at != m_waitBefore.end()) {
            return at->second;
        }
        // Its wait is not drawn because another reader's is nearly the same.
        for (const Consumption& consumption : m_set.consumedBy(reader)) {
            if (const auto at = m_waitOf.find(consumption.record); at != m_waitOf.end()) {
                return at->second;
            }
        }
        return kNoStoryRow;
    }

    void section(std::uint32_t row, std::int64_t from, std::int64_t to)
    {
        to = std::min(to, m_story.focusEndNs);
        if (to > from) {
            m_story.path.push_back({row, from, to});
        }
    }

    TraceStory& m_story;
    const TraceSet& m_set;
    std::unordered_map<SpanIndex, std::uint32_t> m_rowOf;
    std::unordered_map<SpanIndex, std::uint32_t> m_waitBefore;
    std::unordered_map<RecordIndex, std::uint32_t> m_waitOf;
    std::unordered_map<SpanIndex, Children> m_children;
    std::unordered_set<SpanIndex> m_left; // entered once already
    std::size_t m_steps = 0;              // hostile rings of references must end
};

} // namespace

void findCriticalPath(TraceStory& story)
{
    PathFinder(story).run();
}

} // namespace hindcast
