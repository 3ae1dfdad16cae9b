#include "model/replay/fold.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

namespace hindcast {

namespace {

constexpr Rank kProgressEvery = 1u << 15;

}

Fold::Fold(ProjectionPtr projection, TimeOrderPtr order, const VersionLogPtr& older)
    : m_projection(std::move(projection))
    , m_order(std::move(order))
    , m_snapshot(m_order->snapshot())
    , m_commits(dynamic_cast<const CommitOrder*>(m_order.get()))
    , m_oneTopic(m_projection->topics().size() == 1)
    , m_logOfTopic(m_oneTopic && m_order->clock().kind == Clock::Kind::Log)
    , m_log(new VersionLog)
    , m_blocks(m_snapshot)
{
    m_blocks.readsAhead = true;
    m_log->m_projection = m_projection;
    m_log->m_order = m_order;
    m_log->m_rows = m_snapshot->rowCount();
    m_log->m_store = std::make_unique<StateStore>();
    m_runsOfTopic.resize(m_snapshot->topics().size());
    m_runs.reserve(m_projection->sources.size());
    for (const ProjectionSource& source : m_projection->sources) {
        Run run;
        run.source = &source;
        run.kind = findReducer(source.reduce);
        run.number = static_cast<StateRef>(m_runs.size());
        if (auto reducer = run.kind->make(source)) {
            run.reducer = std::move(*reducer);
        } else {
            m_problem = {ErrorCode::InvalidArgument, reducer.error().words, {}};
            m_failed = true;
        }
        if (source.rows) {
            run.rows = std::make_unique<Fold>(source.rows, m_order, nullptr);
            run.rows->watchRows();
            if (run.rows->m_failed) {
                m_problem = run.rows->m_problem;
                m_failed = true;
            }
        }
        if (!source.into.empty()) {
            run.member = std::make_unique<NestedContext>(*this, source.into);
        }
        run.recordKey = source.keyIsRecordKey();
        if (!source.where.empty()) {
            if (const auto filter = Filter::compileForFold(source.where); !filter) {
                m_problem = filter.error();
                m_failed = true;
            }
        }
        m_keepsCurrent = m_keepsCurrent || run.kind->readsState || run.member;
        m_runs.push_back(std::move(run));
    }
    for (Run& run : m_runs) {
        for (const std::string& topic : run.source->topics) {
            if (const auto id = m_snapshot->topicId(topic)) {
                m_runsOfTopic[*id].push_back(&run);
            }
        }
    }
    findWantedRows();
    prepareBlocks();
    begin(older);
}

Fold::~Fold() = default;

Result<VersionLogPtr> Fold::run(const std::stop_token& stop, const VersionLog::Progress& progress)
{
    const auto started = std::chrono::steady_clock::now();
    if (m_failed) {
        return tl::unexpected(m_problem);
    }
    const Rank total = m_order->size();
    openLanes();
    lookFirst();
    for (Rank rank = m_from; rank < total;) {
        const bool looksUp = rank % kProgressEvery == 0;
        if ((looksUp || m_lookUp) && stop.stop_requested()) {
            return cancelledAt(rank);
        }
        m_lookUp = false;
        if (looksUp && progress) {
            progress(rank, total);
        }
        if (rank % VersionLog::kMark == 0 &&
            (m_log->m_marks.empty() || m_log->m_marks.back().rank < rank)) {
            mark(rank);
        }
        if (m_lanes) {
            const auto next = foldWindow(rank, stop);
            if (!next) {
                return tl::unexpected(next.error());
            }
            rank = *next;
            continue;
        }
        lookAhead(rank);
        if (auto folded = foldRank(rank); !folded) {
            return tl::unexpected(folded.error());
        }
        ++rank;
    }
    m_lanes.reset();
    m_held.clear();
    mark(total);
    auto log = finish();
    const_cast<VersionLog&>(*log).m_report.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                              started);
    if (progress) {
        progress(total, total);
    }
    return log;
}

tl::unexpected<Error> Fold::cancelledAt(Rank rank) const
{
    return fail(ErrorCode::Cancelled, fmt::format("Folding {} was stopped at record {} of {}.",
                                                  m_projection->name, rank, m_order->size()));
}

void Fold::mark(Rank rank)
{
    VersionLog::Mark mark;
    mark.rank = rank;
    mark.version = m_log->size();
    mark.stored = m_log->m_store->size();
    mark.counts = m_log->m_report;
    m_log->m_marks.push_back(std::move(mark));
}

Result<void> Fold::foldRank(Rank rank)
{
    const Ahead& ahead = at(rank);
    if (!ahead.wanted) {
        return {};
    }
    const Row row = ahead.row;
    m_info = ahead.info;
    const std::vector<Run*>& runs = m_runsOfTopic[m_info.topic];
    m_rank = rank;
    ++m_log->m_report.records;
    if (runs.front()->rows) {
        return foldRows(*runs.front(), rank);
    }
    const auto at = m_blocks.at(row);
    if (!at) {
        return tl::unexpected(at.error());
    }
    const auto role = m_commits == nullptr ? CommitOrder::Role::Event : m_commits->roleAt(rank);
    if (role == CommitOrder::Role::Redelivery) {
        ++m_log->m_report.redelivered;
        return {};
    }
    if (role == CommitOrder::Role::Echo || role == CommitOrder::Role::ReadAgain) {
        return {};
    }
    if (role == CommitOrder::Role::SnapshotStart) {
        removeAllOfTopic();
        m_log->m_report.snapshots.push_back({.from = rank});
    }
    const RecordView record = at->batch->record(at->index);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const PreparedBlock::Part* const part = at->prepared ? &at->prepared->parts[i] : nullptr;
        if (auto folded = foldRecord(*runs[i], record, part, at->index); !folded) {
            return folded;
        }
    }
    return {};
}

Fold::Reading Fold::read(const Run& run, const RecordView& record, const PreparedBlock::Part* part,
                         std::size_t index)
{
    Reading reading;
    if (part && !part->passes.empty() && !part->passes[index]) {
        if (!part->unclear.empty() && part->unclear[index]) {
            reading.leftOut =
                "Whether `where` is true of this record cannot be told: its bytes are "
                "not the JSON that is looked into, or a function fails on them.";
        } else {
            reading.filtered = true;
        }
    } else if (run.recordKey) {
        reading.key = record.key;
        reading.keyOfRecord = true;
    } else if (part && part->hasKeys) {
        reading.key = part->keys.at(index);
        if (!reading.key && !part->broken.empty() && part->broken[index]) {
            reading.leftOut = "The record's bytes are not the JSON that the key is looked for in.";
        }
    }
    return reading;
}

Result<void> Fold::foldRecord(Run& run, const RecordView& record, const PreparedBlock::Part* part,
                              std::size_t index)
{
    m_run = &run;
    const Reading reading = read(run, record, part, index);
    if (reading.filtered) {
        ++m_log->m_report.filtered;
        return {};
    }
    if (!reading.leftOut.empty()) {
        skip(reading.leftOut);
        return {};
    }
    m_keyOfRecord = reading.keyOfRecord ? reading.key : std::nullopt;
    FoldEvent event{record, reading.key};
    if (part) {
        event.prepared = part->records.get();
        event.index = index;
    }
    FoldContext& context = run.member ? static_cast<FoldContext&>(*run.member) : *this;
    run.reducer->apply(event, context);
    return m_failed ? Result<void>(tl::unexpected(m_problem)) : Result<void>();
}

VersionLogPtr Fold::finish()
{
    VersionLog& log = *m_log;
    for (const Run& run : m_runs) {
        if (run.rows) {
            addReportOfRows(*run.rows);
        }
    }
    log.m_store->finish();
    log.m_keys.sort();
    log.m_chains.extend(log.m_versionKeys, log.m_keys.size());
    for (TopicId topic = 0; m_commits != nullptr && topic < m_runsOfTopic.size(); ++topic) {
        if (!m_runsOfTopic[topic].empty()) {
            tellMissing(topic);
        }
    }
    log.m_report.versions = log.size();
    log.m_report.keys = log.m_keys.size();
    return m_log;
}

} // namespace hindcast
