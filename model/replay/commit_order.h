#pragma once

#include "model/capture/time_order.h"
#include "model/record/result.h"
#include "model/replay/binlog_position.h"
#include "model/replay/table_doubts.h"
#include "model/replay/table_snapshots.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

class CommitOrder;
using CommitOrderPtr = std::shared_ptr<const CommitOrder>;

// The clock `commit`: the order in which a database committed what change events tell. A
// transaction stands as a whole at the log position where it ended (its END event; without those,
// behind the transaction before it), its effective time is the running maximum of the commit times
// of its source in that order, and its changes lie by (lsn, deletes first, total_order). Of MySQL
// and MariaDB it stands where its last change is in the binary log, its changes by (pos, row). What
// Maxwell, Canal, AWS DMS and wal2json write is one stream a source: where no positions of a log
// are told, its transactions (or records, where none are told) stand in an order that agrees with
// every partition. Several sources, and records that are no change events (by the clock `log`), are
// merged by effective time.
//
// It also knows what the order alone can tell: redeliveries, tombstones that only repeat a delete,
// where a later snapshot begins, and which columns a table tells its rows apart by. Immutable; safe
// in any thread. Memory: 9 bytes a record, 48 a transaction.
class CommitOrder final : public TimeOrder
{
public:
    // Reads every record of the capture; blocks its caller, which is a worker thread.
    static Result<CommitOrderPtr> build(CaptureSnapshotPtr snapshot,
                                        const std::stop_token& stop = {});

    Clock clock() const override { return {Clock::Kind::Commit, {}}; }
    const CaptureSnapshotPtr& snapshot() const override { return m_snapshot; }
    Rank size() const override { return static_cast<Rank>(m_rows.size()); }
    Row rowAt(Rank rank) const override { return m_rows[rank]; }
    Rank rankOf(Row row) const override { return m_ranks[row]; }
    Timestamp timeAt(Rank rank) const override;

    // Never inside a transaction: a record in the middle of one gives the prefix before it.
    Rank prefix(const Moment& moment) const override;
    Moment momentOf(Rank prefix) const override;
    // Per partition the first offset that is not applied; later ones may be.
    OffsetVector offsets(Rank prefix) const override;
    Rank lowerBound(Timestamp t) const override;
    TimeRange range() const override;

    // What a record is to a fold.
    enum class Role : std::uint8_t {
        Event,
        Redelivery,    // came again from a later run of the connector
        Echo,          // the tombstone behind a delete
        SnapshotStart, // the first row of a snapshot of a table that had rows: those are outdated
        ReadAgain,     // read by an incremental snapshot, of a table that is whole without it
    };
    Role roleAt(Rank rank) const { return m_roles[rank]; }
    // The columns that tell the rows of a topic's table apart where its key does not (REPLICA
    // IDENTITY USING INDEX, as its deletes show); null: the key does. `table`: as wal2json names
    // it, else nothing.
    const std::vector<std::string>* rowIdentity(TopicId topic, std::string_view table) const;

    // The first record of the first transaction that has changes of the topic's table which are not
    // in the topic, by the count at its end, where the changes are unwrapped (those lack TRUNCATE).
    std::optional<Rank> firstMissing(TopicId topic, Rank from = 0) const; // at or behind `from`

    // The first change of the topic that says nothing of its transaction or its place in the log,
    // where others do.
    std::optional<Rank> firstPlaceless(TopicId topic) const;

    // The snapshots of the topic's table, in order; empty: none.
    const std::vector<TableSnapshot>& snapshots(TopicId topic) const;

    // The moments at which the topic's table is in doubt, by what is known of its source's
    // snapshots.
    const std::vector<TableDoubt>& doubts(TopicId topic) const;
    // Whether those are known, as the topic's records and a snapshot of its source have their
    // places.
    bool knowsSnapshots(TopicId topic) const
    {
        return topic < m_knowsSnapshots.size() && m_knowsSnapshots[topic];
    }

    // Where the database's log stood: transactions that ended at or before the position are in.
    // Fails where the capture holds no transactions, or several databases and no `source` is named,
    // or its changes tell no such positions.
    Result<Rank> prefixOfLsn(std::uint64_t lsn, std::string_view source = {}) const;
    // The same of a binary log: transactions with their last change at or before the position.
    struct InBinlog
    {
        Rank prefix = 0;
        bool inside = false; // a transaction: this is the prefix before it
        bool beyond = false; // the last change that is told
        bool untold = false; // which transactions changes are of, so this may be inside one
    };
    Result<InBinlog> inBinlog(const BinlogPosition& position, std::string_view source = {}) const;
    // Up to and including the transaction.
    Result<Rank> prefixOfTransaction(std::int64_t txId, std::string_view source = {}) const;
    // A transaction of MySQL ("UUID:N", with a tag "UUID:TAG:N") or MariaDB ("DOMAIN-SERVER-N").
    struct Gtid
    {
        std::string server; // or domain and server, or server and tag; in small letters
        std::int64_t sequence = 0;
        static std::optional<Gtid> parse(std::string_view text);
    };
    Result<Rank> prefixOfGtid(const Gtid& gtid) const;
    // Up to the first transaction that committed after `t` by the clock of its database.
    Rank prefixOfTime(std::chrono::sys_time<std::chrono::microseconds> t) const;
    // The last prefix at or before this one that cuts no transaction.
    Rank wholeBefore(Rank prefix) const;

    const std::vector<std::string>& sources() const { return m_sources; } // sorted
    // The position of the last transaction of a prefix; nullopt before the first, or where it is
    // one of the other kind.
    std::optional<std::uint64_t> lsnOf(Rank prefix) const;
    std::optional<BinlogPosition> binlogOf(Rank prefix) const;
    // Where the last transaction ended; nullopt where that is not told.
    std::optional<std::uint64_t> lastLsn(std::string_view source = {}) const;
    std::optional<BinlogPosition> lastBinlog(std::string_view source = {}) const;
    bool hasTransactions() const;
    // Changes that stand in a binary log for themselves, as they do not name their transaction.
    bool hasUntold() const;
    std::uint64_t redeliveries() const { return m_redeliveries; }

private:
    friend class CommitOrderBuilder;

    static constexpr std::uint32_t kLoose = 0xffffffff;

    // What the positions of a source's groups are.
    enum class Positions : std::uint8_t {
        Numbers, // in its stream: none are told
        Lsn,
        Binlog,         // as m_binlogs has them
        SeveralServers, // numbers, as those of the binary logs cannot be compared
    };

    // Records that stand together: a transaction, a snapshot, or the others of one millisecond.
    struct Group
    {
        Rank first = 0;
        std::uint32_t source = kLoose;
        std::int64_t timeUs = 0; // effective; never falls
        std::uint64_t position = 0;
        std::int64_t txId = -1;        // -1: a snapshot
        std::uint32_t server = kLoose; // of m_servers: `txId` is the number of a GTID
        std::uint32_t span = 0;        // of a binary log: bytes from its first change to its last
        bool behind = false;           // ended somewhere behind `position`, not at it
    };

    CommitOrder() = default;
    std::size_t groupOf(Rank rank) const;
    Rank endOf(std::size_t group) const;
    Result<std::uint32_t> sourceNumber(std::string_view source) const;
    const Group* lastTold(Rank prefix) const;
    const Group* lastOf(std::string_view source) const;
    Error noBinlog(std::uint32_t source) const;

    CaptureSnapshotPtr m_snapshot;
    std::vector<Row> m_rows;   // by rank
    std::vector<Rank> m_ranks; // by row
    std::vector<Role> m_roles; // by rank
    std::vector<Group> m_groups;
    std::vector<std::string> m_sources;
    std::vector<Positions> m_positions; // by source
    std::vector<bool> m_untold;         // by source: some changes do not name their transaction
    BinlogNames m_binlogs;
    std::vector<std::string> m_servers; // the first is that of names which are no GTIDs
    std::map<std::pair<TopicId, std::string>, std::vector<std::string>> m_identities;
    std::map<TopicId, std::set<Rank>> m_missing;
    std::map<TopicId, Rank> m_placeless;
    std::map<TopicId, std::vector<TableSnapshot>> m_snapshots;
    std::map<TopicId, std::vector<TableDoubt>> m_doubts;
    std::vector<bool> m_knowsSnapshots; // by topic; empty: of none
    std::uint64_t m_redeliveries = 0;
};

} // namespace hindcast
