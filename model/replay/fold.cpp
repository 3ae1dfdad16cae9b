#include "model/replay/fold.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

namespace hindcast {

namespace {

constexpr Rank kProgressEvery = 1u << 15;
constexpr std::uint32_t kManyLookedUp = 2000;

} // namespace

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

// The capture has numbered the record keys already: each is looked up by its text only once. Any
// other key is nearly always the one that was looked up last.
KeyNo Fold::find(std::string_view key)
{
    KeyNo* const known = knownNumber(key);
    if (known && *known != kNoKeyNo) {
        return *known;
    }
    if (!known && m_lastKey != kNoKeyNo && m_log->m_keys.text(m_lastKey) == key) {
        return m_lastKey;
    }
    const KeyNo number = m_log->m_keys.find(key);
    (known ? *known : m_lastKey) = number;
    return number;
}

KeyNo* Fold::knownNumber(std::string_view key)
{
    const bool follows = m_keyOfRecord && key.data() == m_keyOfRecord->data() &&
                         key.size() == m_keyOfRecord->size() && m_info.key != kNoKey;
    if (!follows) {
        return nullptr;
    }
    if (m_run->numbers.empty()) {
        m_run->numbers.assign(m_snapshot->keyCount(), kNoKeyNo);
    }
    return &m_run->numbers[m_info.key];
}

KeyNo Fold::numberOf(std::string_view key)
{
    KeyNo number = find(key);
    if (number == kNoKeyNo) {
        number = m_log->m_keys.add(key);
        KeyNo* const known = knownNumber(key);
        (known ? *known : m_lastKey) = number;
        m_newest.push_back(kNever);
    }
    return number;
}

Version Fold::newestOf(KeyNo key)
{
    Version& newest = m_newest[key];
    if (newest == kNoVersion) {
        newest = m_log->m_chains.lastBefore(key, kNoVersion).value_or(kNever);
    }
    return newest;
}

std::optional<std::string_view> Fold::materialise(Version version)
{
    const StateRef ref = m_log->m_refs[version];
    if (ref == kDeleted) {
        return std::nullopt;
    }
    auto state = m_log->stateOf(version);
    if (!state) {
        m_failed = true;
        m_problem = state.error();
        return std::nullopt;
    }
    m_scratch = std::move(**state);
    const std::size_t size = m_scratch.size();
    m_scratch.append(RecordBatch::kPadding, '\0');
    return std::string_view(m_scratch).substr(0, size);
}

std::optional<std::string_view> Fold::stateOf(std::string_view key)
{
    const KeyNo number = find(key);
    if (number == kNoKeyNo) {
        return std::nullopt;
    }
    if (const auto current = currentOf(number)) {
        return current;
    }
    const Version newest = newestOf(number);
    if (newest == kNever || m_log->m_refs[newest] == kDeleted) {
        return std::nullopt;
    }
    const auto state = materialise(newest);
    if (!m_keepsCurrent && ++m_lookedUp == kManyLookedUp) {
        m_keepsCurrent = true;
    } else if (state && m_keepsCurrent) {
        keepCurrent(number, *state);
    }
    return state;
}

bool Fold::exists(std::string_view key)
{
    const KeyNo number = find(key);
    if (number == kNoKeyNo) {
        return false;
    }
    const Version newest = newestOf(number);
    return newest != kNever && m_log->m_refs[newest] != kDeleted;
}

const std::vector<std::string>* Fold::rowIdentity()
{
    return m_commits == nullptr ? nullptr : m_commits->rowIdentity(m_info.topic);
}

std::optional<std::string_view> Fold::lastStateOf(std::string_view key)
{
    const KeyNo number = find(key);
    if (number == kNoKeyNo) {
        return std::nullopt;
    }
    Version version = newestOf(number);
    if (version == kNever) {
        return std::nullopt;
    }
    if (m_log->m_refs[version] != kDeleted) {
        return stateOf(key);
    }
    // Chains end where this run began; the delete is nearly always the version just made.
    for (Version v = version; v-- > 0;) {
        if (v < m_log->m_chains.size()) {
            const auto before = m_log->m_chains.lastBefore(number, v + 1);
            return before ? materialise(*before) : std::nullopt;
        }
        if (m_log->m_versionKeys[v] == number) {
            return materialise(v);
        }
    }
    return std::nullopt;
}

void Fold::addVersion(KeyNo key, StateRef ref)
{
    if (m_watched) {
        touch(key);
    }
    VersionLog& log = *m_log;
    const Version version = log.size();
    if (version % VersionLog::kCheckpoint == 0 &&
        log.m_checkpoints.size() == version / VersionLog::kCheckpoint) {
        log.m_checkpoints.push_back(std::make_shared<const std::vector<std::uint64_t>>(m_alive));
    }
    const std::size_t word = key / 64;
    if (word >= m_alive.size()) {
        m_alive.resize(word + 1, 0);
    }
    const std::uint64_t bit = std::uint64_t{1} << (key % 64);
    m_alive[word] = ref == kDeleted ? m_alive[word] & ~bit : m_alive[word] | bit;
    log.m_ranks.push_back(m_rank);
    log.m_versionKeys.push_back(key);
    log.m_refs.push_back(ref);
    m_newest[key] = version;
}

std::optional<std::string_view> Fold::currentOf(KeyNo key) const
{
    if (key >= m_current.size() || m_current[key].empty()) {
        return std::nullopt;
    }
    const std::string& current = m_current[key];
    return std::string_view(current).substr(0, current.size() - RecordBatch::kPadding);
}

void Fold::keepCurrent(KeyNo key, std::string_view state)
{
    if (!m_keepsCurrent) {
        return;
    }
    if (key >= m_current.size()) {
        m_current.resize(std::max<std::size_t>(key + 1, m_current.size() * 2));
    }
    std::string& current = m_current[key];
    current.reserve(state.size() + RecordBatch::kPadding);
    current.assign(state);
    current.append(RecordBatch::kPadding, '\0');
}

void Fold::put(std::string_view key, std::string_view state)
{
    const KeyNo number = numberOf(key);
    bool again = false;
    const auto current = currentOf(number);
    const bool differs = current && *current != state;
    const Version newest = differs ? kNever : newestOf(number);
    if (newest != kNever && m_log->m_refs[newest] < kInRecord) {
        const auto before = stateOf(key);
        again = before && *before == state;
    }
    addVersion(number, again ? m_log->m_refs[newest] : m_log->m_store->add(state));
    keepCurrent(number, state);
}

void Fold::putFromRecord(std::string_view key, std::string_view part)
{
    if (m_run->number >= kMostSourcesInRecord) {
        put(key, part);
        return;
    }
    const KeyNo number = numberOf(key);
    addVersion(number, refInRecord(part));
    keepCurrent(number, part);
}

StateRef Fold::refInRecord(std::string_view part) const
{
    return kInRecord | (m_run->number << kStateHashBits) | stateHashBits(part);
}

void Fold::remove(std::string_view key)
{
    const KeyNo number = find(key);
    if (number == kNoKeyNo) {
        return;
    }
    const Version newest = newestOf(number);
    if (newest != kNever && m_log->m_refs[newest] != kDeleted) {
        addVersion(number, kDeleted);
        if (number < m_current.size()) {
            m_current[number].clear();
        }
    }
}

void Fold::removeAllOfTopic()
{
    const TopicId topic = m_info.topic;
    const KeyNo keys = m_log->m_keys.size();
    if (m_oneTopic) {
        m_log->m_report.doubts.emptied(m_rank);
    }
    for (KeyNo key = 0; key < keys; ++key) {
        const Version newest = newestOf(key);
        if (newest == kNever || m_log->m_refs[newest] == kDeleted) {
            continue;
        }
        if (m_snapshot->row(m_order->rowAt(m_log->m_ranks[newest])).topic == topic) {
            addVersion(key, kDeleted);
            if (key < m_current.size()) {
                m_current[key].clear();
            }
        }
    }
}

} // namespace hindcast
