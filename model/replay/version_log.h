#pragma once

#include "model/capture/time_order.h"
#include "model/replay/chain_index.h"
#include "model/replay/fold_report.h"
#include "model/replay/projection.h"
#include "model/replay/row_keys.h"
#include "model/replay/state_store.h"
#include "model/replay/version.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

class CellCache;
class FrameReader;
class FrameWriter;
class VersionLog;
using VersionLogPtr = std::shared_ptr<const VersionLog>;

// A projection folded over a capture once, in the order of its clock: for each event and key the
// state after it. With it any moment is a prefix of the versions, whatever the reducer. Immutable
// and safe in any thread; a grown capture makes a new log that shares what it can.
//
// Memory beside the capture's index and its order: 16 bytes a version, 32 to 64 bytes a key plus
// its text, and the packed bytes of the states that are not a record's own.
class VersionLog
{
public:
    // Called now and then with ranks folded and ranks there are.
    using Progress = std::function<void(Rank done, Rank total)>;

    // Folds; blocks its caller, which is a worker thread. With an older log of the same capture and
    // a projection that folds alike, only what lies at or behind the first new record (in time
    // order) is folded. Fails with a sentence, or Cancelled.
    static Result<VersionLogPtr> fold(ProjectionPtr projection, TimeOrderPtr order,
                                      const std::stop_token& stop, const Progress& progress = {},
                                      const VersionLogPtr& older = nullptr);
    ~VersionLog();

    const Projection& projection() const { return *m_projection; }
    const ProjectionPtr& projectionPtr() const { return m_projection; }
    const TimeOrderPtr& order() const { return m_order; }
    const FoldReport& report() const { return m_report; }

    Version size() const { return static_cast<Version>(m_ranks.size()); }
    const RowKeys& keys() const { return m_keys; }
    const ChainIndex& chains() const { return m_chains; }
    Rank rankOf(Version version) const { return m_ranks[version]; }
    KeyNo keyOf(Version version) const { return m_versionKeys[version]; }
    StateRef refOf(Version version) const { return m_refs[version]; }
    bool deleted(Version version) const { return m_refs[version] == kDeleted; }
    // How many versions the first `prefix` records made.
    Version prefixOf(Rank prefix) const { return static_cast<Version>(m_ranks.lowerBound(prefix)); }

    Timestamp timeOf(Version version) const { return m_order->timeAt(rankOf(version)); }
    RecordPlace placeOf(Version version) const;

    // The key's state after the version; nullopt where it was deleted.
    Result<std::optional<std::string>> stateOf(Version version) const;
    // Many at once, in any order: each block of the capture is read once. `take` gets the index
    // into `versions` and the state's bytes (nullopt: deleted), in no particular order. `mayHold`,
    // where given, is asked about bytes that many states lie in, among others: false passes them
    // all over.
    using Take = std::function<void(std::size_t index, std::optional<std::string_view> state)>;
    using MayHold = CaptureSnapshot::MayHold;
    Result<void> statesOf(std::span<const Version> versions, const Take& take,
                          const std::stop_token& stop = {}, const MayHold& mayHold = {}) const;
    // Whether two versions of the log leave the same bytes; decided without reading where possible.
    Result<bool> sameState(Version a, Version b) const;
    // The same without reading: nullopt where only the bytes can tell.
    std::optional<bool> sameStateByRef(Version a, Version b) const;

    // One bit a key number: which are alive after the first `prefix` versions.
    std::vector<std::uint64_t> aliveAt(Version prefix) const;

    // Written to a file, and read back for an order that gives the records it holds the same places
    // (it may have more behind and between them). Null where a frame is damaged. See KeptLogs.
    void write(FrameWriter& to) const;
    static VersionLogPtr read(FrameReader& from, ProjectionPtr projection, TimeOrderPtr order);
    // Of the capture, that are folded: all of the order's, but in a log that was read back.
    Row rows() const { return m_rows; }

    // Cells of its versions that are asked for again and again.
    CellCache& cells() const { return *m_cells; }

    // What it takes beside the capture's index and its order, and beside cells().
    struct Memory
    {
        std::size_t all = 0;
        std::size_t ofVersion = 0; // ranks, keys, states by reference, chains
        double ofKey = 0;          // the rest of memoryBytes(), but for the texts
    };
    Memory memory() const;
    std::size_t memoryBytes() const; // without the states
    std::size_t stateBytes() const { return m_store->memoryBytes(); }

private:
    friend class Fold;
    VersionLog();

    // A state to be read: where it lies, and its place among those asked for.
    struct Item
    {
        std::uint32_t at; // the state's number, or the row
        std::uint32_t index;
    };
    Result<void> storedStates(std::span<const Item> stored, const Take& take,
                              const std::stop_token& stop, const MayHold& mayHold) const;
    Result<void> scanStates(std::span<const Version> versions, std::span<const Item> records,
                            const Take& take, const std::stop_token& stop,
                            const MayHold& mayHold) const;
    Result<void> pickStates(std::span<const Version> versions, std::span<const Item> records,
                            const Take& take) const;

    static constexpr Version kCheckpoint = 1u << 18;

    ProjectionPtr m_projection;
    TimeOrderPtr m_order;
    Row m_rows = 0;
    FoldReport m_report;
    RowKeys m_keys;
    ChainIndex m_chains;
    VersionColumn<Rank> m_ranks; // never falls
    VersionColumn<KeyNo> m_versionKeys;
    VersionColumn<StateRef> m_refs;
    std::unique_ptr<StateStore> m_store;
    const std::unique_ptr<CellCache> m_cells;
    // Where a late record makes the fold go on from: every kMark ranks, and at the end.
    static constexpr Rank kMark = 1u << 16;
    struct Mark
    {
        Rank rank = 0;
        Version version = 0;
        StateRef stored = 0;
        FoldReport counts;
    };
    std::vector<Mark> m_marks;
    // Where a source stopped to fold a key, or went on; in the order of their ranks.
    struct Stop
    {
        Rank rank = 0;
        StateRef source = 0;
        std::string key;
        bool stopped = false;
    };
    std::vector<Stop> m_stops;
    // Which keys are alive before version i * kCheckpoint; keys past its end were not there.
    std::vector<std::shared_ptr<const std::vector<std::uint64_t>>> m_checkpoints;
};

} // namespace hindcast
