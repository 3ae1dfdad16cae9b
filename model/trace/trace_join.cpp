#include "model/trace/trace_data.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <tuple>

namespace hindcast {

namespace {

// Puts records and spans together, surest evidence first: what the record's own header says, then
// offsets, then message ids, then parents and links. Time and key alone are no evidence.
class Joiner
{
public:
    Joiner(TraceData& data, const CaptureSnapshot& snapshot)
        : m_data(data)
        , m_snapshot(snapshot)
    {
    }

    void run()
    {
        m_data.records.clear();
        m_data.consumptions.clear();
        m_data.produced.clear();
        readContexts();
        joinProducersByOffset();
        joinConsumers();
        sortRecords();
        listByTrace();
    }

private:
    std::string_view text(StringId id) const { return m_data.table.pool()->at(id); }
    std::string_view topicOf(Row row) const
    {
        return m_snapshot.topics()[m_snapshot.row(row).topic];
    }

    // Whether what the span tells of its message may be this record.
    bool agrees(const Span& span, Row row) const
    {
        const RowInfo info = m_snapshot.row(row);
        return (span.destination == 0 ||
                text(span.destination) == m_snapshot.topics()[info.topic]) &&
               (span.offset < 0 || span.offset == info.offset) &&
               (span.partition < 0 || span.partition == info.partition);
    }

    TraceIndex traceFor(const TraceId& id)
    {
        const auto next = static_cast<TraceIndex>(m_data.traces.size());
        const auto [at, isNew] = m_data.traceIndex.try_emplace(id, next);
        if (isNew) {
            m_data.traces.emplace_back().id = id;
        }
        return at->second;
    }

    // One record from each run of contexts of the same row. Where headers contradict one another,
    // the one whose span writes to this very topic is right: stale ones were copied along.
    void readContexts()
    {
        const auto& contexts = m_data.contexts;
        for (std::size_t i = 0; i < contexts.size();) {
            std::size_t end = i;
            std::size_t chosen = i;
            int best = -1;
            SpanIndex producer = kNoSpan;
            for (; end < contexts.size() && contexts[end].row == contexts[i].row; ++end) {
                const SpanIndex span =
                    m_data.lookup.find(m_data.spans, contexts[end].trace, contexts[end].span);
                const int rank = rankOf(span, contexts[end]);
                if (rank > best) {
                    best = rank;
                    chosen = end;
                    producer = rank >= kMayWrite ? span : kNoSpan;
                }
            }
            const RecordContext& context = contexts[chosen];
            TraceRecord record;
            record.row = context.row;
            record.trace = traceFor(context.trace);
            record.contextSpan = context.span;
            record.context = m_data.lookup.find(m_data.spans, context.trace, context.span);
            record.producer = producer;
            record.by = producer == kNoSpan ? JoinBy::None : JoinBy::Header;
            record.format = context.format;
            record.key = context.key;
            addRecord(record);
            i = end;
        }
    }

    enum : int { kOlder, kUnknownSpan, kOtherSpan, kMayWrite, kWrites };
    int rankOf(SpanIndex index, const RecordContext& context) const
    {
        if (index == kNoSpan) {
            return context.current ? kUnknownSpan : kOlder;
        }
        const Span& span = m_data.spans[index];
        if (writesMessages(span) && agrees(span, context.row)) {
            return span.destination != 0 ? kWrites : kMayWrite;
        }
        return !context.current ? kOlder : kOtherSpan;
    }

    RecordIndex addRecord(const TraceRecord& record)
    {
        const auto index = static_cast<RecordIndex>(m_data.records.size());
        m_data.records.push_back(record);
        m_recordOf.emplace(record.row, index);
        return index;
    }

    std::optional<Row> findRow(std::string_view topic, std::int32_t partition, std::int64_t offset)
    {
        if (topic.empty() || partition < 0 || offset < 0 || !m_snapshot.topicId(topic)) {
            return std::nullopt;
        }
        return m_snapshot.find(RecordPlace{std::string(topic), partition, offset});
    }

    // The record at a row; a new one of that trace where none of its headers told a context.
    RecordIndex recordAt(Row row, SpanIndex span)
    {
        const auto found = m_recordOf.find(row);
        if (found != m_recordOf.end()) {
            return found->second;
        }
        TraceRecord record;
        record.row = row;
        record.trace = m_data.traceOf[span];
        record.key = m_data.spans[span].messageKey;
        return addRecord(record);
    }

    void joinProducersByOffset()
    {
        std::vector<bool> taken(m_data.spans.size(), false);
        for (const TraceRecord& record : m_data.records) {
            if (record.producer != kNoSpan) {
                taken[record.producer] = true;
            }
        }
        for (SpanIndex i = 0; i < m_data.spans.size(); ++i) {
            const Span& span = m_data.spans[i];
            if (m_data.traceOf[i] == kNoTrace || taken[i] || !writesMessages(span)) {
                continue;
            }
            const auto row = findRow(text(span.destination), span.partition, span.offset);
            if (!row) {
                continue;
            }
            TraceRecord& record = m_data.records[recordAt(*row, i)];
            if (record.producer == kNoSpan) {
                record.producer = i;
                record.by = JoinBy::Offset;
            }
        }
    }

    void joinConsumers()
    {
        sortContexts();
        for (SpanIndex i = 0; i < m_data.spans.size(); ++i) {
            if (m_data.traceOf[i] != kNoTrace && readsMessages(m_data.spans[i])) {
                joinConsumer(i);
            }
        }
        auto& all = m_data.consumptions;
        std::sort(all.begin(), all.end(), [](const Consumption& a, const Consumption& b) {
            return std::tie(a.record, a.span, a.by) < std::tie(b.record, b.span, b.by);
        });
        all.erase(std::unique(all.begin(), all.end(),
                              [](const Consumption& a, const Consumption& b) {
                                  return a.record == b.record && a.span == b.span;
                              }),
                  all.end());
    }

    void joinConsumer(SpanIndex index)
    {
        const Span& span = m_data.spans[index];
        const std::string_view topic = text(span.destination);
        if (const auto row = findRow(topic, span.partition, span.offset)) {
            consume(recordAt(*row, index), index, JoinBy::Offset);
            return;
        }
        if (const auto row = rowOfMessageId(text(span.messageId), topic)) {
            consume(recordAt(*row, index), index, JoinBy::MessageId);
            return;
        }
        if (!span.parent.isNull()) {
            joinContext(index, {span.trace, span.parent, -1});
        }
        for (std::uint32_t i = 0; i < span.linkCount; ++i) {
            const SpanLink& link = m_data.table.links()[span.linksAt + i];
            if (const auto row = findRow(topic, span.partition, link.offset)) {
                consume(recordAt(*row, index), index, JoinBy::Offset);
            } else {
                joinContext(index, link);
            }
        }
    }

    // confluent's Python client: "topic.partition.offset".
    std::optional<Row> rowOfMessageId(std::string_view id, std::string_view topic)
    {
        const auto last = id.rfind('.');
        const auto middle =
            last == std::string_view::npos || last == 0 ? last : id.rfind('.', last - 1);
        if (last == std::string_view::npos || middle == std::string_view::npos || last == 0) {
            return std::nullopt;
        }
        const auto number = [](std::string_view digits) {
            std::int64_t value = -1;
            const auto [end, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), value);
            return error == std::errc{} && end == digits.data() + digits.size() ? value : -1;
        };
        const std::int64_t partition = number(id.substr(middle + 1, last - middle - 1));
        const std::string_view named = id.substr(0, middle);
        if (partition < 0 || partition > std::numeric_limits<std::int32_t>::max() ||
            (!topic.empty() && topic != named)) {
            return std::nullopt;
        }
        return findRow(named, static_cast<std::int32_t>(partition), number(id.substr(last + 1)));
    }

    // The records whose context this is. Where several have it, the topic and the key decide; what
    // they leave open stays open.
    void joinContext(SpanIndex index, const SpanLink& context)
    {
        const auto less = [this](RecordIndex record, const SpanLink& key) {
            return contextOf(record) < std::pair(key.trace, key.span);
        };
        auto at = std::lower_bound(m_byContext.begin(), m_byContext.end(), context, less);
        std::vector<RecordIndex> matches;
        const Span& span = m_data.spans[index];
        for (; at != m_byContext.end() && contextOf(*at) == std::pair(context.trace, context.span);
             ++at) {
            const RowInfo info = m_snapshot.row(m_data.records[*at].row);
            if ((span.destination == 0 ||
                 text(span.destination) == m_snapshot.topics()[info.topic]) &&
                (span.partition < 0 || span.partition == info.partition) &&
                (context.offset < 0 || context.offset == info.offset)) {
                matches.push_back(*at);
            }
        }
        if (matches.size() > 1 && span.messageKey != 0) {
            std::erase_if(matches, [&](RecordIndex record) {
                return m_data.records[record].key != span.messageKey;
            });
        }
        if (matches.size() == 1) {
            consume(matches.front(), index, JoinBy::Context);
        }
    }

    void consume(RecordIndex record, SpanIndex span, JoinBy by)
    {
        m_data.consumptions.push_back({record, span, by});
    }

    std::pair<TraceId, SpanId> contextOf(RecordIndex record) const
    {
        const TraceRecord& r = m_data.records[record];
        return {m_data.traces[r.trace].id, r.contextSpan};
    }

    void sortContexts()
    {
        m_byContext.clear();
        for (RecordIndex i = 0; i < m_data.records.size(); ++i) {
            if (!m_data.records[i].contextSpan.isNull()) {
                m_byContext.push_back(i);
            }
        }
        std::sort(m_byContext.begin(), m_byContext.end(),
                  [this](RecordIndex a, RecordIndex b) { return contextOf(a) < contextOf(b); });
    }

    // Records found by offset came late; by row again, and everything that points at them with it.
    void sortRecords()
    {
        std::vector<RecordIndex> order(m_data.records.size());
        std::iota(order.begin(), order.end(), 0U);
        std::sort(order.begin(), order.end(), [this](RecordIndex a, RecordIndex b) {
            return m_data.records[a].row < m_data.records[b].row;
        });
        std::vector<RecordIndex> place(order.size());
        std::vector<TraceRecord> sorted;
        sorted.reserve(order.size());
        for (const RecordIndex old : order) {
            place[old] = static_cast<RecordIndex>(sorted.size());
            sorted.push_back(m_data.records[old]);
        }
        m_data.records = std::move(sorted);
        for (Consumption& consumption : m_data.consumptions) {
            consumption.record = place[consumption.record];
        }
        std::sort(m_data.consumptions.begin(), m_data.consumptions.end(),
                  [this](const Consumption& a, const Consumption& b) {
                      return std::tuple(a.record, m_data.spans[a.span].startNs, a.span) <
                             std::tuple(b.record, m_data.spans[b.span].startNs, b.span);
                  });
        listConsumptions();
        for (RecordIndex i = 0; i < m_data.records.size(); ++i) {
            if (m_data.records[i].producer != kNoSpan) {
                m_data.produced.emplace_back(m_data.records[i].producer, i);
            }
        }
        std::sort(m_data.produced.begin(), m_data.produced.end());
    }

    void listConsumptions()
    {
        const auto& all = m_data.consumptions;
        m_data.consumersOf.assign(m_data.records.size() + 1, 0);
        m_data.consumedTopics.assign(m_snapshot.topics().size(), false);
        for (const Consumption& consumption : all) {
            m_data.consumedTopics[m_snapshot.row(m_data.records[consumption.record].row).topic] =
                true;
            ++m_data.consumersOf[consumption.record + 1];
        }
        std::partial_sum(m_data.consumersOf.begin(), m_data.consumersOf.end(),
                         m_data.consumersOf.begin());
        auto& starts = m_data.consumedBySpan.starts;
        starts.assign(m_data.spans.size() + 1, 0);
        for (const Consumption& consumption : all) {
            ++starts[consumption.span + 1];
        }
        std::partial_sum(starts.begin(), starts.end(), starts.begin());
        m_data.consumedBySpan.items.resize(all.size());
        std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
        for (const Consumption& consumption : all) {
            m_data.consumedBySpan.items[next[consumption.span]++] = consumption;
        }
    }

    void listByTrace()
    {
        for (const TraceRecord& record : m_data.records) {
            ++m_data.traces[record.trace].recordCount;
        }
        std::uint32_t at = 0;
        std::vector<std::uint32_t> next;
        for (Trace& trace : m_data.traces) {
            trace.firstRecord = at;
            next.push_back(at);
            at += trace.recordCount;
        }
        m_data.traceRecords.resize(at);
        for (RecordIndex i = 0; i < m_data.records.size(); ++i) {
            m_data.traceRecords[next[m_data.records[i].trace]++] = i;
        }
        const auto time = [this](RecordIndex i) {
            return m_snapshot.row(m_data.records[i].row).timestamp;
        };
        for (Trace& trace : m_data.traces) {
            const auto records =
                std::span(m_data.traceRecords).subspan(trace.firstRecord, trace.recordCount);
            std::stable_sort(records.begin(), records.end(),
                             [&](RecordIndex a, RecordIndex b) { return time(a) < time(b); });
            if (trace.spanCount == 0 && !records.empty()) {
                trace.startNs = toMs(time(records.front())) * kNsPerMs;
                trace.endNs = toMs(time(records.back())) * kNsPerMs;
            }
        }
    }

    TraceData& m_data;
    const CaptureSnapshot& m_snapshot;
    std::unordered_map<Row, RecordIndex> m_recordOf;
    std::vector<RecordIndex> m_byContext;
};

Lists<TraceIndex> listsOf(std::vector<std::pair<TraceIndex, TraceIndex>>& edges, std::size_t count)
{
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    Lists<TraceIndex> lists;
    lists.starts.assign(count + 1, 0);
    for (const auto& [from, to] : edges) {
        ++lists.starts[from + 1];
        lists.items.push_back(to);
    }
    std::partial_sum(lists.starts.begin(), lists.starts.end(), lists.starts.begin());
    return lists;
}

} // namespace

void joinRecords(TraceData& data, const CaptureSnapshot& snapshot)
{
    Joiner(data, snapshot).run();
}

void joinTraces(TraceData& data)
{
    std::vector<std::pair<TraceIndex, TraceIndex>> edges;
    for (SpanIndex i = 0; i < data.spans.size(); ++i) {
        const Span& span = data.spans[i];
        if (data.traceOf[i] == kNoTrace) {
            continue;
        }
        for (std::uint32_t link = 0; link < span.linkCount; ++link) {
            const auto target = data.traceIndex.find(data.table.links()[span.linksAt + link].trace);
            if (target != data.traceIndex.end() && target->second != data.traceOf[i]) {
                edges.emplace_back(target->second, data.traceOf[i]);
            }
        }
    }
    for (const Consumption& consumption : data.consumptions) {
        const TraceIndex from = data.records[consumption.record].trace;
        const TraceIndex to = data.traceOf[consumption.span];
        if (from != to) {
            edges.emplace_back(from, to);
        }
    }
    data.leadsTo = listsOf(edges, data.traces.size());
    for (auto& [from, to] : edges) {
        std::swap(from, to);
    }
    data.comesFrom = listsOf(edges, data.traces.size());
}

} // namespace hindcast
