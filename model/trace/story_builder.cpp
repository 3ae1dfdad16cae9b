#include "model/trace/open_wait_finder.h"
#include "model/trace/trace_story.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace hindcast {

namespace {

constexpr std::size_t kMaxWaitRows = 4; // before a batch's waits become one row

class StoryBuilder
{
public:
    explicit StoryBuilder(TraceStory& story)
        : m_story(story)
        , m_set(*story.set)
        , m_inStory(m_set.traces().size(), false)
        , m_openWaits(m_set)
    {
    }

    void run()
    {
        for (const TraceIndex trace : m_story.traces) {
            m_inStory[trace] = true;
        }
        attach();
        emitRoots();
        sumStory(m_story);
    }

private:
    struct Wait
    {
        RecordIndex record = kNoRecord;
        SpanIndex producer = kNoSpan;
        std::int64_t fromNs = 0;
    };
    // Something still to be emitted; a stack of them walks trees of any depth.
    struct Item
    {
        enum class Kind : std::uint8_t { Span, Record, OpenWait, Missing };
        Kind kind = Kind::Span;
        std::uint32_t index = 0; // SpanIndex, RecordIndex, or into m_missing
        std::uint32_t depth = 0;
        std::int64_t atNs = 0;
    };
    struct MissingParent
    {
        SpanIndex named = kNoSpan; // by the first of these
        std::vector<SpanIndex> children;
    };

    bool inStory(RecordIndex record) const { return m_inStory[m_set.records()[record].trace]; }

    // Where the record's time in its topic began: its timestamp, or the producer's start where that
    // is the same millisecond said more exactly.
    std::int64_t writtenNs(RecordIndex record) const
    {
        const std::int64_t stamp = m_set.timeNs(record);
        const SpanIndex producer = m_set.records()[record].producer;
        if (producer != kNoSpan) {
            const std::int64_t start = m_set.span(producer).startNs;
            if (start >= stamp && start < stamp + kNsPerMs) {
                return start;
            }
        }
        return stamp;
    }

    // Hangs roots that are consumers below what they consumed, so that one event is one tree.
    void attach()
    {
        for (const TraceIndex trace : m_story.traces) {
            for (const SpanIndex i : m_set.spansOf(trace)) {
                ++m_story.spans;
                m_story.errors += m_set.span(i).error ? 1 : 0;
                if (m_set.parentOf(i) == kNoSpan) {
                    attachRoot(i);
                }
            }
            m_story.cycles += m_set.traces()[trace].cycles;
            for (const RecordIndex record : m_set.recordsOf(trace)) {
                const TraceRecord& r = m_set.records()[record];
                if (r.producer == kNoSpan && r.context != kNoSpan) {
                    m_recordsBelow[r.context].push_back(record);
                } else if (r.producer == kNoSpan) {
                    m_roots.push_back({Item::Kind::Record, record, 0, m_set.timeNs(record)});
                }
            }
        }
    }

    void attachRoot(SpanIndex i)
    {
        const Span& span = m_set.span(i);
        if (m_set.parentMissing(i)) {
            const auto key = std::pair(m_set.traceOf(i), span.parent);
            const auto [at, isNew] = m_missingIndex.try_emplace(key, m_missing.size());
            if (isNew) {
                m_missing.push_back({i, {}});
                m_roots.push_back(
                    {Item::Kind::Missing, static_cast<std::uint32_t>(at->second), 0, span.startNs});
            }
            m_missing[at->second].children.push_back(i);
            return;
        }
        // A batch of several messages has no one origin; it stands by itself.
        RecordIndex only = kNoRecord;
        std::size_t origins = 0;
        for (const Consumption& consumption : m_set.consumedBy(i)) {
            if (inStory(consumption.record)) {
                only = consumption.record;
                ++origins;
            }
        }
        if (origins == 1) {
            const TraceRecord& record = m_set.records()[only];
            if (record.producer != kNoSpan || record.context != kNoSpan) {
                m_attached[record.producer != kNoSpan ? record.producer : record.context].push_back(
                    i);
            } else {
                m_readersOf[only].push_back(i);
            }
            return;
        }
        if (origins == 0 && span.linkCount == 1) {
            const SpanLink& link = m_set.linksOf(span).front();
            const auto target = m_set.findSpan(link.trace, link.span);
            if (target && *target != i && m_inStory[m_set.traceOf(*target)]) {
                m_attached[*target].push_back(i);
                return;
            }
        }
        m_roots.push_back({Item::Kind::Span, i, 0, span.startNs});
    }

    void emitRoots()
    {
        std::stable_sort(m_roots.begin(), m_roots.end(),
                         [](const Item& a, const Item& b) { return a.atNs < b.atNs; });
        for (const Item& root : m_roots) {
            emitTree(root);
        }
        // Attachments of hostile data may form a ring, which has no root.
        for (const TraceIndex trace : m_story.traces) {
            for (const SpanIndex i : m_set.spansOf(trace)) {
                if (!m_drawn.contains(i)) {
                    emitTree({Item::Kind::Span, i, 0, m_set.span(i).startNs});
                }
            }
        }
    }

    void emitTree(const Item& root)
    {
        m_stack.push_back(root);
        while (!m_stack.empty()) {
            const Item item = m_stack.back();
            m_stack.pop_back();
            switch (item.kind) {
            case Item::Kind::Span:
                emitSpan(item.index, item.depth);
                break;
            case Item::Kind::Record:
                emitRecord(item.index, item.depth);
                break;
            case Item::Kind::OpenWait:
                emitOpenWait(item.index, item.depth);
                break;
            case Item::Kind::Missing:
                emitMissing(m_missing[item.index]);
                break;
            }
        }
    }

    // The last pushed comes first.
    void push(std::vector<Item>& items)
    {
        m_stack.insert(m_stack.end(), items.rbegin(), items.rend());
    }

    void emitMissing(const MissingParent& missing)
    {
        StoryRow row;
        row.kind = StoryRow::Kind::Missing;
        row.span = missing.named;
        row.startNs = row.endNs = m_set.span(missing.named).startNs;
        m_story.rows.push_back(row);
        ++m_story.missing;
        std::vector<Item> below;
        for (const SpanIndex child : missing.children) {
            below.push_back({Item::Kind::Span, child, 1, m_set.span(child).startNs});
        }
        push(below);
    }

    void emitSpan(SpanIndex i, std::uint32_t depth)
    {
        if (!m_drawn.insert(i).second) {
            return;
        }
        const Span& span = m_set.span(i);
        if (readsMessages(span)) {
            emitWaits(i, depth);
        }
        const std::vector<RecordIndex> produced = m_set.producedBy(i);
        StoryRow row;
        row.span = i;
        row.depth = depth;
        row.startNs = span.startNs;
        row.endNs = span.endNs();
        if (!produced.empty()) {
            row.record = produced.front();
            row.records = static_cast<std::uint32_t>(produced.size());
        } else if (const auto consumed = m_set.consumedBy(i); !consumed.empty()) {
            row.record = consumed.front().record;
            row.records = static_cast<std::uint32_t>(consumed.size());
        }
        m_story.rows.push_back(row);
        countMissingLinks(span);

        std::vector<Item> below;
        std::vector<Item> after; // what goes on elsewhere stands beside the span, not inside it
        for (const SpanIndex child : m_set.childrenOf(i)) {
            const bool elsewhere = writesMessages(span) && readsMessages(m_set.span(child));
            (elsewhere ? after : below)
                .push_back({Item::Kind::Span, child, depth + (elsewhere ? 0 : 1),
                            m_set.span(child).startNs});
        }
        addTo(below, m_recordsBelow, i, Item::Kind::Record, depth + 1);
        addTo(after, m_attached, i, Item::Kind::Span, depth);
        const auto byTime = [](const Item& a, const Item& b) { return a.atNs < b.atNs; };
        std::stable_sort(below.begin(), below.end(), byTime);
        std::stable_sort(after.begin(), after.end(), byTime);
        for (const RecordIndex record : produced) {
            if (isOpen(record)) {
                below.push_back({Item::Kind::OpenWait, record, depth, 0});
            }
        }
        push(after);
        push(below);
    }

    void addTo(std::vector<Item>& items,
               const std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>& lists,
               std::uint32_t key, Item::Kind kind, std::uint32_t depth)
    {
        const auto found = lists.find(key);
        if (found == lists.end()) {
            return;
        }
        for (const std::uint32_t index : found->second) {
            const std::int64_t at =
                kind == Item::Kind::Span ? m_set.span(index).startNs : m_set.timeNs(index);
            items.push_back({kind, index, depth, at});
        }
    }

    void emitRecord(RecordIndex record, std::uint32_t depth)
    {
        StoryRow row;
        row.kind = StoryRow::Kind::Record;
        row.depth = depth;
        row.record = record;
        row.records = 1;
        row.startNs = row.endNs = m_set.timeNs(record);
        m_story.rows.push_back(row);
        std::vector<Item> after;
        addTo(after, m_readersOf, record, Item::Kind::Span, depth);
        if (isOpen(record)) {
            after.push_back({Item::Kind::OpenWait, record, depth, 0});
        }
        push(after);
    }

    // --- waiting in topics

    // One row a record until its first reader began; another reader has a row of its own where it
    // waited clearly longer.
    void emitWaits(SpanIndex reader, std::uint32_t depth)
    {
        std::vector<Wait> waits;
        for (const Consumption& consumption : m_set.consumedBy(reader)) {
            if (inStory(consumption.record) && showsWait(consumption.record, reader)) {
                waits.push_back({consumption.record, m_set.records()[consumption.record].producer,
                                 writtenNs(consumption.record)});
            }
        }
        if (m_set.consumedBy(reader).empty()) {
            addWaitWithoutRecord(reader, waits);
        }
        if (waits.size() > kMaxWaitRows) {
            const auto first =
                std::min_element(waits.begin(), waits.end(),
                                 [](const Wait& a, const Wait& b) { return a.fromNs < b.fromNs; });
            emitWait(*first, reader, depth, waits.size());
            return;
        }
        for (const Wait& wait : waits) {
            emitWait(wait, reader, depth, 1);
        }
    }

    void emitWait(const Wait& wait, SpanIndex reader, std::uint32_t depth, std::size_t records)
    {
        StoryRow row;
        row.kind = StoryRow::Kind::Wait;
        row.depth = depth;
        row.span = reader;
        row.producer = wait.producer;
        row.record = wait.record;
        row.records = static_cast<std::uint32_t>(records);
        row.startNs = wait.fromNs;
        row.endNs = m_set.span(reader).startNs;
        if (row.endNs < row.startNs) {
            row.skewNs = row.startNs - row.endNs;
            row.startNs = row.endNs;
            ++m_story.skewed;
            m_story.worstSkewNs = std::max(m_story.worstSkewNs, row.skewNs);
        }
        m_story.rows.push_back(row);
    }

    bool showsWait(RecordIndex record, SpanIndex reader) const
    {
        const Span& own = m_set.span(reader);
        const auto consumers = m_set.consumersOf(record);
        const std::int64_t from = writtenNs(record);
        std::int64_t first = std::numeric_limits<std::int64_t>::max();
        for (const Consumption& consumption : consumers) {
            const Span& other = m_set.span(consumption.span);
            if (consumption.span == reader) {
                continue;
            }
            const bool same = other.service == own.service && other.group == own.group;
            // Fetching is not yet working on it; and a retry did not wait anew.
            if (same && own.role == MessagingRole::Receive &&
                other.role == MessagingRole::Process) {
                return false;
            }
            if (other.role != own.role) {
                continue;
            }
            const bool before =
                std::pair(other.startNs, consumption.span) < std::pair(own.startNs, reader);
            if (before && same) {
                return false;
            }
            if (before) {
                first = std::min(first, other.startNs - from);
            }
        }
        const std::int64_t waited = own.startNs - from;
        return first == std::numeric_limits<std::int64_t>::max() ||
               waited > first + first / 2 + kNsPerMs;
    }

    // The producer's span is there but its record was not captured: from when it began to send.
    void addWaitWithoutRecord(SpanIndex reader, std::vector<Wait>& waits) const
    {
        const Span& span = m_set.span(reader);
        SpanIndex producer = m_set.parentOf(reader);
        if (producer == kNoSpan && span.linkCount == 1) {
            const SpanLink& link = m_set.linksOf(span).front();
            producer = m_set.findSpan(link.trace, link.span).value_or(kNoSpan);
        }
        if (producer != kNoSpan && writesMessages(m_set.span(producer)) &&
            m_inStory[m_set.traceOf(producer)]) {
            waits.push_back({kNoRecord, producer, m_set.span(producer).startNs});
        }
    }

    // --- not read yet

    bool isOpen(RecordIndex record)
    {
        const auto known = m_open.find(record);
        if (known != m_open.end()) {
            return known->second;
        }
        auto wait = m_openWaits.find(record);
        m_open.emplace(record, wait.has_value());
        if (wait) {
            m_story.openWaits.push_back(std::move(*wait));
            return true;
        }
        return false;
    }

    void emitOpenWait(RecordIndex record, std::uint32_t depth)
    {
        StoryRow row;
        row.kind = StoryRow::Kind::Wait;
        row.open = true;
        row.depth = depth;
        row.producer = m_set.records()[record].producer;
        row.record = record;
        row.records = 1;
        row.startNs = writtenNs(record);
        row.endNs = row.startNs;
        m_story.rows.push_back(row);
    }

    void countMissingLinks(const Span& span)
    {
        for (const SpanLink& link : m_set.linksOf(span)) {
            m_story.missing += m_set.findSpan(link.trace, link.span) ? 0 : 1;
        }
    }

    TraceStory& m_story;
    const TraceSet& m_set;
    std::vector<bool> m_inStory; // by trace
    std::unordered_set<SpanIndex> m_drawn;
    std::vector<Item> m_roots;
    std::vector<Item> m_stack;
    std::vector<MissingParent> m_missing;
    std::map<std::pair<TraceIndex, SpanId>, std::size_t> m_missingIndex;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> m_attached;     // by span
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> m_recordsBelow; // by span
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> m_readersOf;    // by record
    std::unordered_map<RecordIndex, bool> m_open;
    OpenWaitFinder m_openWaits;
};

} // namespace

void fillStory(TraceStory& story)
{
    StoryBuilder(story).run();
}

} // namespace hindcast
