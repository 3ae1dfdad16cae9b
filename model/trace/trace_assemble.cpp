#include "model/trace/trace_data.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace hindcast {

namespace {

constexpr Row kNoSlot = kNoSpan;

// Same trace and id twice: the one that tells more stays.
bool tellsMore(const Span& a, const Span& b)
{
    return std::pair(a.durationNs > 0, a.attributeCount) >
           std::pair(b.durationNs > 0, b.attributeCount);
}

bool areHalves(const Span& a, const Span& b)
{
    const auto is = [](const Span& x, const Span& y) {
        return x.kind == SpanKind::Client && y.kind == SpanKind::Server;
    };
    return a.shared != b.shared || is(a, b) || is(b, a);
}

// Puts every span into the lookups; duplicates get no trace.
void identifySpans(TraceData& data)
{
    auto& spans = data.spans;
    const auto count = static_cast<SpanIndex>(spans.size());
    data.lookup.reset(count);
    data.halves.reset(
        static_cast<std::size_t>(std::count_if(spans.begin(), spans.end(), [](const Span& span) {
            return span.shared || span.kind == SpanKind::Server;
        })));
    std::vector<bool> dropped(count, false);
    const auto keepBetter = [&](SpanIndex& slot, SpanIndex i) {
        if (slot == kNoSlot) {
            slot = i;
            return;
        }
        const bool replace = tellsMore(spans[i], spans[slot]);
        dropped[replace ? slot : i] = true;
        ++data.duplicates;
        if (replace) {
            slot = i;
        }
    };
    for (SpanIndex i = 0; i < count; ++i) {
        Span& span = spans[i];
        if (span.shared) {
            keepBetter(data.halves.slot(spans, span.trace, span.id), i);
            continue;
        }
        SpanIndex& slot = data.lookup.slot(spans, span.trace, span.id);
        if (slot == kNoSlot || !areHalves(spans[slot], span)) {
            keepBetter(slot, i);
            continue;
        }
        // A client and a server of one id: the server's is the half that hangs below.
        const bool serverIsNew = span.kind == SpanKind::Server;
        const SpanIndex half = serverIsNew ? i : slot;
        if (!serverIsNew) {
            slot = i;
        }
        spans[half].shared = true;
        keepBetter(data.halves.slot(spans, span.trace, span.id), half);
    }
    data.traceOf.assign(count, kNoTrace);
    data.spanCount = 0;
    for (SpanIndex i = 0; i < count; ++i) {
        if (!dropped[i]) {
            const auto next = static_cast<TraceIndex>(data.traces.size());
            const auto [at, isNew] = data.traceIndex.try_emplace(spans[i].trace, next);
            if (isNew) {
                data.traces.emplace_back().id = spans[i].trace;
            }
            data.traceOf[i] = at->second;
            ++data.traces[at->second].spanCount;
            ++data.spanCount;
        }
    }
}

SpanIndex findParent(const TraceData& data, const Span& span)
{
    if (span.shared) {
        const SpanIndex client = data.lookup.find(data.spans, span.trace, span.id);
        if (client != kNoSpan) {
            return client;
        }
    }
    if (span.parent.isNull()) {
        return kNoSpan;
    }
    const SpanIndex whole = data.lookup.find(data.spans, span.trace, span.parent);
    const SpanIndex half = data.halves.find(data.spans, span.trace, span.parent);
    if (whole == kNoSpan || half == kNoSpan) {
        return whole == kNoSpan ? half : whole;
    }
    // Both halves are there: work below a shared span is the server's, unless it is the client's.
    const bool atClient =
        data.spans[whole].service == span.service && data.spans[half].service != span.service;
    return atClient ? whole : half;
}

// Cuts each ring of parents at its earliest span, which becomes a root: without a root it would
// show nowhere.
void cutCycles(TraceData& data)
{
    enum : std::uint8_t { kNew, kOnPath, kDone };
    std::vector<std::uint8_t> state(data.spans.size(), kNew);
    std::vector<SpanIndex> path;
    for (SpanIndex start = 0; start < data.spans.size(); ++start) {
        path.clear();
        SpanIndex at = start;
        while (at != kNoSpan && state[at] == kNew) {
            state[at] = kOnPath;
            path.push_back(at);
            at = data.parents[at];
        }
        if (at != kNoSpan && state[at] == kOnPath) {
            const auto ring = std::find(path.begin(), path.end(), at);
            const auto first = *std::min_element(ring, path.end(), [&](SpanIndex a, SpanIndex b) {
                return data.spans[a].startNs < data.spans[b].startNs;
            });
            data.parents[first] = kNoSpan;
            data.cycleCut[first] = true;
            data.traces[data.traceOf[first]].cycles +=
                static_cast<std::uint32_t>(path.end() - ring);
        }
        for (const SpanIndex done : path) {
            state[done] = kDone;
        }
    }
}

void findParents(TraceData& data)
{
    const std::size_t count = data.spans.size();
    data.parents.assign(count, kNoSpan);
    data.parentMissing.assign(count, false);
    data.cycleCut.assign(count, false);
    for (SpanIndex i = 0; i < count; ++i) {
        if (data.traceOf[i] == kNoTrace) {
            continue;
        }
        data.parents[i] = findParent(data, data.spans[i]);
        if (data.parents[i] == kNoSpan && !data.spans[i].parent.isNull()) {
            data.parentMissing[i] = true;
            ++data.traces[data.traceOf[i]].missingParents;
        }
    }
    cutCycles(data);
}

// A span that tells no start begins with its parent.
void inheritStarts(TraceData& data)
{
    std::vector<SpanIndex> chain;
    for (SpanIndex i = 0; i < data.spans.size(); ++i) {
        chain.clear();
        SpanIndex at = i;
        while (at != kNoSpan && data.spans[at].startNs <= 0) {
            chain.push_back(at);
            at = data.parents[at];
        }
        const std::int64_t start = at == kNoSpan ? 0 : data.spans[at].startNs;
        for (const SpanIndex unknown : chain) {
            data.spans[unknown].startNs = start;
        }
    }
}

void listChildren(TraceData& data, const std::vector<SpanIndex>& byStart)
{
    auto& starts = data.children.starts;
    starts.assign(data.spans.size() + 1, 0);
    for (const SpanIndex parent : data.parents) {
        if (parent != kNoSpan) {
            ++starts[parent + 1];
        }
    }
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    data.children.items.resize(starts.back());
    std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
    for (const SpanIndex i : byStart) {
        if (data.parents[i] != kNoSpan) {
            data.children.items[next[data.parents[i]]++] = i;
        }
    }
}

void listSpans(TraceData& data)
{
    std::vector<SpanIndex> byStart;
    byStart.reserve(data.spanCount);
    for (SpanIndex i = 0; i < data.spans.size(); ++i) {
        if (data.traceOf[i] != kNoTrace) {
            byStart.push_back(i);
        }
    }
    // Equal starts are ordered by id: the order of arrival is random.
    std::sort(byStart.begin(), byStart.end(), [&](SpanIndex a, SpanIndex b) {
        const Span& x = data.spans[a];
        const Span& y = data.spans[b];
        return std::tie(x.startNs, x.id, x.shared) < std::tie(y.startNs, y.id, y.shared);
    });
    std::uint32_t at = 0;
    for (Trace& trace : data.traces) {
        trace.firstSpan = at;
        at += trace.spanCount;
    }
    data.traceSpans.resize(at);
    std::vector<std::uint32_t> next;
    next.reserve(data.traces.size());
    for (const Trace& trace : data.traces) {
        next.push_back(trace.firstSpan);
    }
    for (const SpanIndex i : byStart) {
        data.traceSpans[next[data.traceOf[i]]++] = i;
    }
    listChildren(data, byStart);
}

void summarise(TraceData& data)
{
    std::vector<StringId> services;
    for (Trace& trace : data.traces) {
        if (trace.spanCount == 0) {
            continue;
        }
        const auto spans = std::span(data.traceSpans).subspan(trace.firstSpan, trace.spanCount);
        services.clear();
        SpanIndex orphan = kNoSpan;
        bool first = true;
        for (const SpanIndex i : spans) {
            const Span& span = data.spans[i];
            trace.errors += span.error ? 1 : 0;
            services.push_back(span.service);
            if (span.startNs > 0) {
                trace.startNs = first ? span.startNs : std::min(trace.startNs, span.startNs);
                trace.endNs = first ? span.endNs() : std::max(trace.endNs, span.endNs());
                first = false;
            }
            if (data.parents[i] != kNoSpan) {
                continue;
            }
            if (trace.root == kNoSpan && !data.parentMissing[i] && !data.cycleCut[i]) {
                trace.root = i;
            } else if (orphan == kNoSpan) {
                orphan = i;
            }
        }
        if (trace.root == kNoSpan) {
            trace.root = orphan;
        }
        std::sort(services.begin(), services.end());
        trace.services = static_cast<std::uint32_t>(std::unique(services.begin(), services.end()) -
                                                    services.begin());
    }
}

} // namespace

void SpanLookup::reset(std::size_t expected)
{
    m_slots.assign(std::bit_ceil(expected * 2 + 8), kNoSlot);
}

std::size_t SpanLookup::probe(const std::vector<Span>& spans, const TraceId& trace, SpanId id) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at =
        static_cast<std::size_t>(mixBits(id.value ^ mixBits(trace.low ^ mixBits(trace.high)))) &
        mask;
    while (m_slots[at] != kNoSlot) {
        const Span& span = spans[m_slots[at]];
        if (span.id == id && span.trace == trace) {
            break;
        }
        at = (at + 1) & mask;
    }
    return at;
}

SpanIndex SpanLookup::find(const std::vector<Span>& spans, const TraceId& trace, SpanId id) const
{
    return m_slots.empty() ? kNoSpan : m_slots[probe(spans, trace, id)];
}

SpanIndex& SpanLookup::slot(const std::vector<Span>& spans, const TraceId& trace, SpanId id)
{
    return m_slots[probe(spans, trace, id)];
}

bool assembleTraces(TraceData& data, const CaptureSnapshot& snapshot, const std::stop_token& stop)
{
    data.spans = data.table.spans();
    data.traces.clear();
    data.traceIndex.clear();
    data.duplicates = 0;
    identifySpans(data);
    if (stop.stop_requested()) {
        return false;
    }
    findParents(data);
    inheritStarts(data);
    listSpans(data);
    summarise(data);
    if (stop.stop_requested()) {
        return false;
    }
    joinRecords(data, snapshot);
    joinTraces(data);
    return !stop.stop_requested();
}

} // namespace hindcast
