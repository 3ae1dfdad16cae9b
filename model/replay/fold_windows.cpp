// A fold in windows: where reducers look at nothing but the state of the event's key, and take
// their time, the events of a window are worked on side by side (FoldLanes). What became of them is
// then done to the log event by event, so that the log is the same as if there were one lane.
#include "model/replay/fold.h"

#include <algorithm>
#include <thread>

namespace hindcast {

namespace {

constexpr Rank kWindow = 4096; // a divisor of the grids of marks and progress
constexpr std::size_t kMostHeld = std::size_t{64} << 20; // bytes of blocks, unpacked
constexpr Rank kWorthLanes = 1u << 14;
constexpr unsigned kMostLanes = 4;

} // namespace

void Fold::openLanes()
{
    const bool own = std::all_of(m_runs.begin(), m_runs.end(),
                                 [](const Run& run) { return run.kind->ownState && !run.rows; });
    const unsigned cores = std::min(std::thread::hardware_concurrency(), kMostLanes);
    if (!own || !m_keepsCurrent || m_commits != nullptr || cores < 2 ||
        m_order->size() - m_from < kWorthLanes) {
        return;
    }
    m_lanes = std::make_unique<FoldLanes>(m_projection->sources, cores);
    m_heldIn.assign(m_snapshot->blockCount(), 0);
    LaneWindow& window = m_lanes->window();
    window.states = &m_current;
    window.stopped = &m_stopped;
    window.placeOf = [this](Rank rank) {
        return m_snapshot->placeOf(m_order->rowAt(rank)).toString();
    };
}

Result<Rank> Fold::foldWindow(Rank rank, const std::stop_token& stop)
{
    const Rank end = std::min(m_order->size(), (rank / kWindow + 1) * kWindow);
    ++m_window;
    m_held.clear();
    m_heldBytes = 0;
    m_lanes->clear();
    for (; rank < end && m_heldBytes < kMostHeld; ++rank) {
        look(rank + kLook);
        if (auto added = addToWindow(rank); !added) {
            return tl::unexpected(added.error());
        }
    }
    m_current.resize(std::max<std::size_t>(m_current.size(), m_log->m_keys.size()));
    m_lanes->run(stop);
    if (stop.stop_requested()) {
        return cancelledAt(rank);
    }
    m_lanes->deeds([this](const LaneEvent& event, const LaneDeed& deed, std::string_view text) {
        doDeed(event, deed, text);
    });
    keepFresh();
    return rank;
}

Result<void> Fold::addToWindow(Rank rank)
{
    const Ahead& ahead = at(rank);
    if (!ahead.wanted) {
        return {};
    }
    m_rank = rank;
    m_info = ahead.info;
    ++m_log->m_report.records;
    const auto at = m_blocks.at(ahead.row);
    if (!at) {
        return tl::unexpected(at.error());
    }
    hold(at->block);
    const RecordView record = at->batch->record(at->index);
    const std::vector<Run*>& runs = m_runsOfTopic[m_info.topic];
    for (std::size_t i = 0; i < runs.size(); ++i) {
        m_run = runs[i];
        const PreparedBlock::Part* const part = at->prepared ? &at->prepared->parts[i] : nullptr;
        const Reading reading = read(*m_run, record, part, at->index);
        if (reading.filtered) {
            ++m_log->m_report.filtered;
            continue;
        }
        LaneEvent event{.rank = rank,
                        .source = m_run->number,
                        .batch = at->batch,
                        .index = at->index,
                        .key = reading.key,
                        .keyOfRecord = reading.keyOfRecord,
                        .recordKey = m_info.key,
                        .prepared = part ? part->records.get() : nullptr,
                        .leftOut = reading.leftOut};
        m_keyOfRecord = reading.keyOfRecord ? reading.key : std::nullopt;
        if (event.key && event.leftOut.empty()) {
            event.number = find(*event.key);
            // Of a fold that goes on: lanes cannot read back what an older one made.
            if (m_from > 0 && event.number != kNoKeyNo && m_newest[event.number] == kNoVersion) {
                stateOf(*event.key);
            }
        }
        m_lanes->add(event);
    }
    return m_failed ? Result<void>(tl::unexpected(m_problem)) : Result<void>();
}

void Fold::hold(std::size_t block)
{
    if (m_heldIn[block] != m_window) {
        m_heldIn[block] = m_window;
        m_held.push_back(m_blocks.last());
        m_heldBytes += m_held.back().bytes();
    }
}

void Fold::doDeed(const LaneEvent& event, const LaneDeed& deed, std::string_view text)
{
    m_rank = event.rank;
    m_run = &m_runs[event.source];
    const auto number = [&] {
        if (event.number != kNoKeyNo) {
            return event.number;
        }
        m_info.key = event.recordKey;
        m_keyOfRecord = event.keyOfRecord ? event.key : std::nullopt;
        return numberOf(*event.key);
    };
    switch (deed.kind) {
    case LaneDeed::Kind::Put:
        addVersion(number(), m_log->m_store->add(text));
        break;
    case LaneDeed::Kind::PutAgain: {
        const Version newest = newestOf(number());
        const StateRef ref = newest == kNever ? kDeleted : m_log->m_refs[newest];
        addVersion(number(), ref < kInRecord ? ref : m_log->m_store->add(text));
        break;
    }
    case LaneDeed::Kind::PutFromRecord:
        addVersion(number(), m_run->number < kMostSourcesInRecord ? refInRecord(text)
                                                                  : m_log->m_store->add(text));
        break;
    case LaneDeed::Kind::Remove:
        addVersion(number(), kDeleted);
        break;
    case LaneDeed::Kind::Stop:
        stop(*event.key);
        break;
    case LaneDeed::Kind::GoOn:
        goOn(*event.key);
        break;
    case LaneDeed::Kind::Finding:
        finding(*event.key, text);
        break;
    case LaneDeed::Kind::Skip:
        skip(text);
        break;
    case LaneDeed::Kind::WithoutKey:
        skipWithoutKey();
        break;
    case LaneDeed::Kind::UnknownValue:
        unknownValue();
        break;
    }
}

// The states of keys that got their numbers in this window.
void Fold::keepFresh()
{
    m_current.resize(std::max<std::size_t>(m_current.size(), m_log->m_keys.size()));
    m_lanes->fresh([this](const std::string& key, std::string& state) {
        if (!state.empty()) {
            m_current[m_log->m_keys.find(key)] = std::move(state);
        }
    });
}

} // namespace hindcast
