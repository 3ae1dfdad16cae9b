// How a version log lies in a file.
#include "model/capture/byte_stream.h"
#include "model/replay/frame_reader.h"
#include "model/replay/version_log.h"

#include <algorithm>

namespace hindcast {

namespace {

void writePlace(ByteWriter& to, const RecordPlace& place)
{
    to.text(place.topic);
    to.number(place.partition);
    to.number(place.offset);
}

RecordPlace readPlace(ByteReader& from)
{
    RecordPlace place;
    place.topic = from.text();
    place.partition = from.number<std::int32_t>();
    place.offset = from.number<std::int64_t>();
    return place;
}

void writeLists(ByteWriter& to, const FoldReport& report)
{
    to.number(static_cast<std::uint32_t>(report.firstSkipped.size()));
    for (const SkippedRecord& skipped : report.firstSkipped) {
        to.number(skipped.rank);
        writePlace(to, skipped.place);
        to.text(skipped.reason);
    }
    to.number(static_cast<std::uint32_t>(report.firstFindings.size()));
    for (const FoldFinding& finding : report.firstFindings) {
        to.number(finding.rank);
        writePlace(to, finding.place);
        to.text(finding.key);
        to.text(finding.what);
    }
}

void readLists(ByteReader& from, FoldReport& report)
{
    const auto skipped = from.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < skipped && from.ok(); ++i) {
        SkippedRecord record;
        record.rank = from.number<Rank>();
        record.place = readPlace(from);
        record.reason = from.text();
        report.firstSkipped.push_back(std::move(record));
    }
    const auto findings = from.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < findings && from.ok(); ++i) {
        FoldFinding finding;
        finding.rank = from.number<Rank>();
        finding.place = readPlace(from);
        finding.key = from.text();
        finding.what = from.text();
        report.firstFindings.push_back(std::move(finding));
    }
}

// The lists as they were at an earlier mark: what stood in them when so many had been counted.
void cutLists(FoldReport& counts, const FoldReport& whole)
{
    const auto cut = [](const auto& list, std::uint64_t count) {
        const auto size = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(count, list.size()));
        return std::remove_cvref_t<decltype(list)>(list.begin(), list.begin() + size);
    };
    counts.firstSkipped = cut(whole.firstSkipped, counts.skipped);
    counts.firstFindings = cut(whole.firstFindings, counts.findings);
}

} // namespace

void VersionLog::write(FrameWriter& to) const
{
    std::string head;
    ByteWriter words(head);
    words.number(m_rows);
    words.number(std::uint64_t{m_ranks.size()});
    m_report.write(words);
    writeLists(words, m_report);
    words.number(static_cast<std::uint32_t>(m_marks.size()));
    for (const Mark& mark : m_marks) {
        words.number(mark.rank);
        words.number(mark.version);
        words.number(mark.stored);
        mark.counts.write(words);
    }
    words.number(static_cast<std::uint32_t>(m_stops.size()));
    for (const Stop& stop : m_stops) {
        words.number(stop.rank);
        words.number(stop.source);
        words.text(stop.key);
        words.number(std::uint8_t{stop.stopped});
    }
    words.number(static_cast<std::uint32_t>(m_checkpoints.size()));
    for (const auto& checkpoint : m_checkpoints) {
        words.number(std::uint64_t{checkpoint->size()});
    }
    to.bytes(head);
    // Ranks as steps: of nearly every log they are all the same.
    std::vector<Rank> steps;
    for (std::size_t i = 0; i < m_ranks.chunkCount(); ++i) {
        const std::span<const Rank> ranks = m_ranks.chunk(i);
        steps.assign(ranks.begin(), ranks.end());
        for (std::size_t v = steps.size(); v-- > 1;) {
            steps[v] -= steps[v - 1];
        }
        to.array(steps);
    }
    for (std::size_t i = 0; i < m_versionKeys.chunkCount(); ++i) {
        to.array(m_versionKeys.chunk(i));
    }
    for (std::size_t i = 0; i < m_refs.chunkCount(); ++i) {
        to.array(m_refs.chunk(i));
    }
    m_keys.write(to);
    m_chains.write(to);
    for (const auto& checkpoint : m_checkpoints) {
        to.array(*checkpoint);
    }
    m_store->write(to);
}

VersionLogPtr VersionLog::read(FrameReader& from, ProjectionPtr projection, TimeOrderPtr order)
{
    const std::shared_ptr<VersionLog> log(new VersionLog);
    log->m_projection = std::move(projection);
    log->m_order = std::move(order);
    log->m_store = std::make_unique<StateStore>();
    const std::string head = from.bytes();
    ByteReader words(head);
    log->m_rows = words.number<Row>();
    const auto versions = words.number<std::uint64_t>();
    log->m_report.read(words);
    readLists(words, log->m_report);
    log->m_report.kept = true;
    const auto marks = words.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < marks && words.ok(); ++i) {
        Mark mark;
        mark.rank = words.number<Rank>();
        mark.version = words.number<Version>();
        mark.stored = words.number<StateRef>();
        mark.counts.read(words);
        cutLists(mark.counts, log->m_report);
        log->m_marks.push_back(std::move(mark));
    }
    const auto stops = words.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < stops && words.ok(); ++i) {
        Stop stop;
        stop.rank = words.number<Rank>();
        stop.source = words.number<StateRef>();
        stop.key = words.text();
        stop.stopped = words.number<std::uint8_t>() != 0;
        log->m_stops.push_back(std::move(stop));
    }
    std::vector<std::uint64_t> sizes(words.number<std::uint32_t>());
    for (std::uint64_t& size : sizes) {
        size = words.number<std::uint64_t>();
    }
    if (!from.ok() || !words.ok()) {
        return nullptr;
    }
    const auto ranks = log->m_ranks.resize(versions);
    from.chunks(ranks);
    for (const std::span<Rank> chunk : ranks) {
        for (std::size_t v = 1; v < chunk.size(); ++v) {
            chunk[v] += chunk[v - 1];
        }
    }
    from.chunks(log->m_versionKeys.resize(versions));
    from.chunks(log->m_refs.resize(versions));
    log->m_keys.read(from);
    log->m_chains.read(from);
    for (const std::uint64_t size : sizes) {
        auto checkpoint = std::make_shared<std::vector<std::uint64_t>>(size);
        from.array(*checkpoint);
        log->m_checkpoints.push_back(std::move(checkpoint));
    }
    log->m_store->read(from);
    return from.ok() ? log : nullptr;
}

} // namespace hindcast
