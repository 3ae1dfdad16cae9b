#include "model/replay/version_log.h"

#include "model/replay/cell_cache.h"
#include "model/replay/fold.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <future>
#include <numeric>
#include <thread>

namespace hindcast {

namespace {

// Up to here single records are picked out of their blocks, as for a page of visible rows; beyond,
// whole blocks are unpacked.
constexpr std::size_t kPicked = 512;
constexpr std::size_t kWorthASlot = 16;
constexpr std::size_t kLookEvery = 4096; // states, whether to stop

// Finds a version's state in its record; the reducers are made when they are first needed.
class RecordStates
{
public:
    explicit RecordStates(const Projection& projection)
        : m_projection(projection)
        , m_reducers(projection.sources.size())
    {
    }

    std::optional<std::string_view> state(StateRef ref, const RecordView& record)
    {
        auto& reducer = m_reducers[sourceOf(ref)];
        if (!reducer) {
            const ProjectionSource& source = m_projection.sources[sourceOf(ref)];
            reducer = std::move(*findReducer(source.reduce)->make(source));
        }
        return reducer->stateInRecord(record);
    }

private:
    const Projection& m_projection;
    std::vector<std::unique_ptr<Reducer>> m_reducers;
};

Error lostState(const RecordPlace& place)
{
    return {ErrorCode::Internal,
            fmt::format("The state that {} left is no longer in it; fold the projection again.",
                        place.toString()),
            {}};
}

Result<void> readingStopped()
{
    return fail(ErrorCode::Cancelled, "Reading the states was stopped.");
}

} // namespace

VersionLog::VersionLog()
    : m_cells(std::make_unique<CellCache>())
{
}

VersionLog::~VersionLog() = default;

Result<VersionLogPtr> VersionLog::fold(ProjectionPtr projection, TimeOrderPtr order,
                                       const std::stop_token& stop, const Progress& progress,
                                       const VersionLogPtr& older)
{
    Fold fold(std::move(projection), std::move(order), older);
    return fold.run(stop, progress);
}

RecordPlace VersionLog::placeOf(Version version) const
{
    return m_order->snapshot()->placeOf(m_order->rowAt(rankOf(version)));
}

Result<std::optional<std::string>> VersionLog::stateOf(Version version) const
{
    const StateRef ref = m_refs[version];
    if (ref == kDeleted) {
        return std::optional<std::string>();
    }
    if (!isInRecord(ref)) {
        auto state = m_store->get(ref);
        return state ? Result<std::optional<std::string>>(std::move(*state))
                     : tl::unexpected(state.error());
    }
    const auto record = m_order->snapshot()->record(m_order->rowAt(rankOf(version)));
    if (!record) {
        return tl::unexpected(record.error());
    }
    RecordStates states(*m_projection);
    const auto state = states.state(ref, record->view());
    if (!state) {
        return tl::unexpected(lostState(placeOf(version)));
    }
    return std::optional<std::string>(std::in_place, *state);
}

Result<void> VersionLog::statesOf(std::span<const Version> versions, const Take& take,
                                  const std::stop_token& stop, const MayHold& mayHold) const
{
    // Stored states in their order, then records in the order of their blocks.
    std::vector<Item> stored;
    std::vector<Item> inRecord;
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const StateRef ref = m_refs[versions[i]];
        const auto index = static_cast<std::uint32_t>(i);
        if (ref == kDeleted) {
            take(i, std::nullopt);
        } else if (isInRecord(ref)) {
            inRecord.push_back({m_order->rowAt(rankOf(versions[i])), index});
        } else {
            stored.push_back({ref, index});
        }
    }
    const auto byPlace = [](const Item& a, const Item& b) { return a.at < b.at; };
    for (std::vector<Item>* const items : {&stored, &inRecord}) {
        // As most logs are asked for what follows each other.
        if (!std::is_sorted(items->begin(), items->end(), byPlace)) {
            std::sort(items->begin(), items->end(), byPlace);
        }
    }
    if (auto read = storedStates(stored, take, stop, mayHold); !read) {
        return read;
    }
    return versions.size() <= kPicked ? pickStates(versions, inRecord, take)
                                      : scanStates(versions, inRecord, take, stop, mayHold);
}

Result<void> VersionLog::storedStates(std::span<const Item> stored, const Take& take,
                                      const std::stop_token& stop, const MayHold& mayHold) const
{
    std::vector<StateRef> refs;
    refs.reserve(stored.size());
    for (const Item& item : stored) {
        refs.push_back(item.at);
    }
    bool stopped = false;
    auto read = m_store->each(
        refs,
        [&](std::size_t i, std::string_view state) {
            take(stored[i].index, state);
            stopped = (i + 1) % kLookEvery == 0 && stop.stop_requested();
            return !stopped;
        },
        mayHold);
    return stopped ? readingStopped() : read;
}

Result<void> VersionLog::scanStates(std::span<const Version> versions,
                                    std::span<const Item> records, const Take& take,
                                    const std::stop_token& stop, const MayHold& mayHold) const
{
    const CaptureSnapshot& snapshot = *m_order->snapshot();
    RecordStates states(*m_projection);
    for (auto item = records.begin(); item != records.end();) {
        if (stop.stop_requested()) {
            return readingStopped();
        }
        const std::size_t number = snapshot.blockOf(item->at);
        const BlockInfo block = snapshot.block(number);
        const auto batch =
            mayHold ? snapshot.loadBlockIf(number, mayHold) : snapshot.loadBlock(number);
        if (!batch) {
            return tl::unexpected(batch.error());
        }
        for (; item != records.end() && item->at < block.firstRow + block.count; ++item) {
            if (!*batch) {
                continue;
            }
            const Version version = versions[item->index];
            const auto state =
                states.state(m_refs[version], (*batch)->record(item->at - block.firstRow));
            if (!state) {
                return tl::unexpected(lostState(placeOf(version)));
            }
            take(item->index, state);
        }
    }
    return {};
}

// Of blocks that are hardly touched only the needed part is unpacked; two threads share them where
// there are many, as most of a page of rows does not lie in memory.
Result<void> VersionLog::pickStates(std::span<const Version> versions,
                                    std::span<const Item> records, const Take& take) const
{
    const auto pick = [&](std::span<const Item> items, const Take& to) -> Result<void> {
        RecordStates states(*m_projection);
        std::vector<Row> rows;
        for (const Item& item : items) {
            rows.push_back(item.at);
        }
        const Item* lost = nullptr;
        auto picked = m_order->snapshot()->pick(rows, [&](std::size_t i, const RecordView& record) {
            const auto state = states.state(m_refs[versions[items[i].index]], record);
            if (state) {
                to(items[i].index, state);
            } else {
                lost = &items[i];
            }
        });
        if (picked && lost) {
            return tl::unexpected(lostState(placeOf(versions[lost->index])));
        }
        return picked;
    };
    if (records.size() < kWorthASlot || std::thread::hardware_concurrency() < 2) {
        return pick(records, take);
    }
    const std::size_t half = records.size() / 2;
    std::vector<std::pair<std::size_t, std::string>> others;
    auto second = std::async(std::launch::async, [&] {
        return pick(records.subspan(half),
                    [&others](std::size_t index, std::optional<std::string_view> state) {
                        others.emplace_back(index, *state);
                    });
    });
    const auto first = pick(records.first(half), take);
    const auto done = second.get();
    if (!first || !done) {
        return first ? done : first;
    }
    for (auto& [index, state] : others) {
        const std::size_t size = state.size();
        state.append(RecordBatch::kPadding, '\0');
        take(index, std::string_view(state).substr(0, size));
    }
    return {};
}

std::optional<bool> VersionLog::sameStateByRef(Version a, Version b) const
{
    const StateRef first = m_refs[a];
    const StateRef second = m_refs[b];
    if (a == b || (first == kDeleted && second == kDeleted)) {
        return true;
    }
    if (first == kDeleted || second == kDeleted) {
        return false;
    }
    if (isInRecord(first) && isInRecord(second)) {
        return (first & kStateHashMask) != (second & kStateHashMask) ? std::optional(false)
                                                                     : std::nullopt;
    }
    return first == second ? std::optional(true) : std::nullopt;
}

Result<bool> VersionLog::sameState(Version a, Version b) const
{
    if (const auto known = sameStateByRef(a, b)) {
        return *known;
    }
    const auto first = stateOf(a);
    if (!first) {
        return tl::unexpected(first.error());
    }
    const auto second = stateOf(b);
    if (!second) {
        return tl::unexpected(second.error());
    }
    return *first == *second;
}

std::vector<std::uint64_t> VersionLog::aliveAt(Version prefix) const
{
    std::vector<std::uint64_t> alive;
    Version from = 0;
    if (!m_checkpoints.empty()) {
        const std::size_t i = std::min<std::size_t>(prefix / kCheckpoint, m_checkpoints.size() - 1);
        alive = *m_checkpoints[i];
        from = static_cast<Version>(i) * kCheckpoint;
    }
    alive.resize((m_keys.size() + 63) / 64, 0);
    for (Version v = from; v < prefix; ++v) {
        const KeyNo key = m_versionKeys[v];
        const std::uint64_t bit = std::uint64_t{1} << (key % 64);
        std::uint64_t& word = alive[key / 64];
        word = m_refs[v] == kDeleted ? word & ~bit : word | bit;
    }
    return alive;
}

VersionLog::Memory VersionLog::memory() const
{
    Memory memory;
    memory.all = memoryBytes() + stateBytes();
    memory.ofVersion = sizeof(Rank) + sizeof(KeyNo) + sizeof(StateRef) + sizeof(Version);
    const std::size_t known = memory.ofVersion * size() + m_keys.textBytes();
    if (m_keys.size() > 0 && memoryBytes() > known) {
        memory.ofKey = std::round(static_cast<double>(memoryBytes() - known) * 10 /
                                  static_cast<double>(m_keys.size())) /
                       10;
    }
    return memory;
}

std::size_t VersionLog::memoryBytes() const
{
    std::size_t bytes = m_ranks.memoryBytes() + m_versionKeys.memoryBytes() + m_refs.memoryBytes() +
                        m_chains.memoryBytes() + m_keys.memoryBytes();
    for (const auto& checkpoint : m_checkpoints) {
        bytes += checkpoint->size() * sizeof(std::uint64_t);
    }
    return bytes + m_marks.size() * sizeof(Mark);
}

} // namespace hindcast
