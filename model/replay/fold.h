#pragma once

#include "model/replay/block_cursor.h"
#include "model/replay/block_preparer.h"
#include "model/replay/commit_order.h"
#include "model/replay/fold_lanes.h"
#include "model/replay/key_reader.h"
#include "model/replay/nested_context.h"
#include "model/replay/reducer_registry.h"
#include "model/replay/version_log.h"

#include <array>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hindcast {

// One run over the records in the order of the clock that fills a version log; what the reducers
// talk to. Lives as long as the run, on its thread.
class Fold final : public FoldContext
{
public:
    Fold(ProjectionPtr projection, TimeOrderPtr order, const VersionLogPtr& older);
    ~Fold() override;

    Result<VersionLogPtr> run(const std::stop_token& stop, const VersionLog::Progress& progress);

    std::optional<std::string_view> stateOf(std::string_view key) override;
    bool exists(std::string_view key) override;
    void keyIsOfRecord(std::string_view key) override { m_keyOfRecord = key; }
    std::optional<std::string_view> lastStateOf(std::string_view key) override;
    std::optional<std::string_view> lastRemoved() override;
    const std::vector<std::string>* rowIdentity(std::string_view table) override;
    bool wholeOrder() const override { return m_commits != nullptr; }
    bool knowsSnapshots() const override
    {
        return m_commits != nullptr && m_commits->knowsSnapshots(m_info.topic);
    }
    void put(std::string_view key, std::string_view state) override;
    void putFromRecord(std::string_view key, std::string_view part) override;
    void remove(std::string_view key) override;
    void removeAllOfTopic() override;
    void stop(std::string_view key) override;
    void goOn(std::string_view key) override;
    std::optional<std::string> stoppedAt(std::string_view key) override;
    ChangeCounts& changes() override;
    TableDoubts& doubts() override { return m_log->m_report.doubts; }
    Rank eventRank() const override { return m_rank; }
    void changesRow(std::string_view key, const RecordView& record) override;
    std::uint64_t rowCount() const override;
    void finding(std::string_view key, std::string_view what) override;
    void skip(std::string_view reason) override;
    void untold(std::string_view reason) override;
    void skipWithoutKey() override;
    void unknownValue() override;

private:
    // A [[source]] at work.
    struct Run
    {
        std::unique_ptr<Fold> rows; // the fold whose rows it reads
        const ProjectionSource* source = nullptr;
        const ReducerKind* kind = nullptr;
        StateRef number = 0; // in ProjectionSource order
        std::unique_ptr<Reducer> reducer;
        std::unique_ptr<NestedContext> member; // where it fills a member of the row only
        bool recordKey = false;
        std::vector<KeyNo> numbers; // by KeyId, of keys that follow from the record's; empty: none
    };

    // What of a record needs no state.
    struct Reading
    {
        bool filtered = false;    // `where` does not let it through
        std::string_view leftOut; // why it is skipped; empty: it is not
        std::optional<std::string_view> key;
        bool keyOfRecord = false;
    };

    // A record soon to be folded.
    struct Ahead
    {
        Rank rank = std::numeric_limits<Rank>::max();
        Row row = 0;
        bool wanted = false; // its topic is one of the sources'
        RowInfo info;        // where it is wanted
    };

    void findWantedRows();
    void look(Rank rank);
    const Ahead& at(Rank rank);
    void lookFirst();
    void lookAhead(Rank rank);
    void begin(const VersionLogPtr& older);
    void goOnFrom(const VersionLog& older, const VersionLog::Mark& mark);
    static BlockPreparer::Part partOf(const Run& run);
    void prepareBlocks();
    Result<void> foldRank(Rank rank);
    // `part`: what was prepared of its block for this source; null: nothing.
    Result<void> foldRecord(Run& run, const RecordView& record, const PreparedBlock::Part* part,
                            std::size_t index);
    // `part`: what was prepared of its block; null: nothing.
    static Reading read(const Run& run, const RecordView& record, const PreparedBlock::Part* part,
                        std::size_t index);
    // Window by window (fold_windows.cpp).
    void openLanes();
    Result<Rank> foldWindow(Rank rank, const std::stop_token& stop); // the next rank
    void hold(std::size_t block);
    Result<void> addToWindow(Rank rank);
    void doDeed(const LaneEvent& event, const LaneDeed& deed, std::string_view text);
    void keepFresh();
    // Over the rows of another fold (fold_rows.cpp).
    void watchRows();
    void touch(KeyNo key);
    Result<void> foldRows(Run& run, Rank rank);
    void addReportOfRows(const Fold& rows);
    void mark(Rank rank);
    tl::unexpected<Error> cancelledAt(Rank rank) const;
    VersionLogPtr finish();
    void tellMissing(TopicId topic); // changes that a transaction has, but not the topic

    KeyNo find(std::string_view key);         // kNoKeyNo: not met yet
    KeyNo* knownNumber(std::string_view key); // null: it does not follow from the record's key
    KeyNo numberOf(std::string_view key);
    Version newestOf(KeyNo key);
    std::optional<std::string_view> materialise(Version version);
    StateRef refInRecord(std::string_view part) const;
    void addVersion(KeyNo key, StateRef ref);
    std::optional<std::string_view> currentOf(KeyNo key) const; // where it is kept
    void keepCurrent(KeyNo key, std::string_view state);

    const ProjectionPtr m_projection;
    const TimeOrderPtr m_order;
    const CaptureSnapshotPtr m_snapshot;
    const CommitOrder* const m_commits; // the order, where it is the clock `commit`; else null
    const bool m_oneTopic;              // is folded
    const bool m_logOfTopic;            // and that by the clock `log`
    std::shared_ptr<VersionLog> m_log;
    std::vector<Run> m_runs;
    std::vector<std::vector<Run*>> m_runsOfTopic;            // by TopicId
    std::vector<std::unique_ptr<BlockPreparer>> m_preparers; // by TopicId; null: nothing to prepare
    BlockCursor m_blocks; // behind the preparers: it uses them on threads of its own
    Rank m_from = 0;
    Error m_problem;
    bool m_failed = false;
    bool m_lookUp = false; // whether the fold shall stop, before the next record

    std::vector<bool> m_wanted; // by row; empty: all are
    static constexpr Rank kAhead = 16;
    static constexpr Rank kLook = 12;  // ranks
    std::array<Ahead, kAhead> m_ahead; // by rank, modulo kAhead

    // The event at hand.
    Rank m_rank = 0;
    RowInfo m_info;
    Run* m_run = nullptr;
    std::optional<std::string_view> m_keyOfRecord; // the very text that keyIsOfRecord() was given
    StoppedKeys m_stopped;
    KeyNo m_lastKey = kNoKeyNo; // that was looked up by its text last
    std::string m_scratch;

    // By key number; kNoVersion: not looked up yet.
    static constexpr Version kNever = kNoVersion - 1;
    std::vector<Version> m_newest;
    std::vector<std::string> m_current; // live states, for reducers that read them; padded
    bool m_keepsCurrent = false;
    std::uint32_t m_lookedUp = 0; // states read back; many: the live ones are kept from then on
    // Where it goes window by window: the lanes, and the blocks that the window's records lie in.
    std::unique_ptr<FoldLanes> m_lanes;
    std::vector<BlockCursor::Loaded> m_held;
    std::vector<std::uint32_t> m_heldIn; // by block: the window that holds it
    std::size_t m_heldBytes = 0;
    std::uint32_t m_window = 0;
    // Where another fold reads the rows: those that an event changed, and what they were.
    bool m_watched = false;
    static constexpr Rank kNoRank = std::numeric_limits<Rank>::max();
    std::vector<Rank> m_touchedAt; // by key number
    std::vector<std::pair<KeyNo, std::string>> m_touched;
    std::vector<std::uint64_t> m_alive;
    std::shared_ptr<const VersionLog> m_older;
};

} // namespace hindcast
