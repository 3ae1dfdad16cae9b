#pragma once

#include "model/replay/binlog_position.h"
#include "model/replay/change_event.h"
#include "model/replay/commit_order.h"
#include "model/replay/row_identities.h"
#include "model/replay/transaction_counts.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hindcast {

// Makes a CommitOrder: reads each record once, joins them to transactions, puts those in order, and
// then the records inside them. Lives as long as the build, on its thread; takes 40 bytes a record
// until it is done.
class CommitOrderBuilder
{
public:
    explicit CommitOrderBuilder(CaptureSnapshotPtr snapshot);

    Result<CommitOrderPtr> run(const std::stop_token& stop);

private:
    static constexpr std::uint32_t kLoose = CommitOrder::kLoose;
    // The prefix of a topic of transactions with the delimiter behind it ("shop."), of
    // "shop.orders" and "shop.transaction"; nothing for other topics.
    static std::string_view transactionsOf(std::string_view topic);
    using Role = CommitOrder::Role;
    using Positions = CommitOrder::Positions;

    struct Item
    {
        std::uint64_t lsn = 0;
        std::uint64_t identity = 0; // of what the event says
        std::uint32_t unit = kLoose;
        std::uint32_t order = 0;
        std::uint32_t row = 0; // in the event of a binlog
        std::uint32_t run = 0; // 0: not told
        std::uint32_t single =
            kLoose; // of a stream, but of no transaction that is told: in m_singles
        char op = '\0';
        bool tombstone = false;
        bool streamed = false;
        bool endsAll = false; // the last row of a whole snapshot, of all its tables
        SnapshotMark mark = SnapshotMark::None;
        Role role = Role::Event;
    };

    enum class UnitKind : std::uint8_t { Transaction, Snapshot, SnapshotChunk, Single };

    // What becomes a group: a transaction, a snapshot, a chunk of an incremental one, a record.
    struct Unit
    {
        std::uint32_t source = 0;
        UnitKind kind = UnitKind::Transaction;
        std::int64_t id = 0;
        std::optional<std::uint64_t> end;
        std::optional<std::uint64_t> before;
        std::uint64_t firstLsn = 0; // the lowest; 0: none
        std::int64_t timeUs = 0;
        std::uint64_t position = 0; // once resolved
        bool behind = false;
        bool streamed = false;
        bool idle = false;      // a record without changes of rows, which may stand anywhere
        bool binlog = false;    // its positions are those of m_binlogs
        bool placeless = false; // nothing says where it belongs: its records are loose
        bool lifted = false;    // behind the first snapshot that is known, though begun before it
        std::uint32_t group = kLoose;
        std::uint32_t number = 0; // in its stream
        // Of a transaction that has a name for a number: its GTID, as in m_servers.
        std::uint32_t server = kLoose;
        std::int64_t sequence = 0;
    };

    // A streaming tool's record that names no transaction.
    struct Single
    {
        std::uint32_t source = 0;
        std::int64_t timeUs = 0;
        std::optional<std::uint64_t> end;
        bool binlog = false;  // that is a position in one
        bool changes = false; // of rows
    };

    Result<void> readAll(const std::stop_token& stop);
    void readRecord(Row row, const RecordView& record);
    bool joinLog(Row row, const ChangePlace& place);
    void mixRow(std::uint64_t& identity, std::string_view row, bool metadata);
    std::uint32_t unitOf(std::uint32_t source, UnitKind kind, std::int64_t id);
    std::uint32_t sourceOf(TopicId topic, std::string_view named, bool boundary);
    std::uint32_t sourceNumber(std::string_view name);
    // The streaming tools (commit_order_streams.cpp).
    void readStreamed(Row row, const RecordView& record);
    void joinSingles();
    void placeStreams();
    void judgePositions();
    std::vector<std::uint32_t> streamOrder() const;
    // MySQL and MariaDB (commit_order_binlogs.cpp).
    bool joinBinlog(Row row, const ChangePlace& place);
    void tellPosition(Unit& unit, std::uint64_t position);
    std::int64_t numberOfName(std::string_view name);
    void tellGtid(Unit& unit, std::string_view name);
    void loosenPlaceless();
    void orderBinlogNames();
    void compareServers();

    void followPredecessors();
    void markRedeliveries();
    void resolvePositions();
    static CommitOrder::Group groupOf(const Unit& unit, std::uint32_t source);
    void makeGroups();
    Result<void> makeRanks();
    void markSnapshots();
    void findMissing();
    void findPlaceless();
    void findSnapshots();
    // What the snapshots of the sources leave in doubt (commit_order_doubts.cpp).
    struct Reading;
    std::vector<Reading> readings() const;
    void readTopics(std::vector<Reading>& readings) const;
    void markReadAgain(const std::vector<Reading>& readings);
    void findDoubts();

    const CaptureSnapshotPtr m_snapshot;
    const TimeOrderPtr m_log;
    std::shared_ptr<CommitOrder> m_order;
    ChangeReader m_reader;
    JsonMembers m_members;
    std::vector<Item> m_items; // by row
    std::vector<Unit> m_units;
    std::map<std::tuple<std::uint32_t, UnitKind, std::int64_t>, std::uint32_t> m_unitOf;
    std::uint32_t m_lastUnit = kLoose;
    std::vector<Single> m_singles;
    std::vector<std::string> m_sources; // by first appearance
    std::vector<Positions> m_positions; // by source
    std::vector<bool> m_untold;         // by source: changes do not name their transactions
    BinlogNames m_binlogs;
    std::unordered_map<std::string, std::int64_t> m_names; // of transactions
    std::vector<std::string> m_servers{std::string()};     // of GTIDs; the first: it has none
    std::vector<std::string> m_sourceOfTopic;
    std::map<std::string, std::uint32_t, std::less<>> m_runs;
    RowIdentities m_identities;
    TransactionCounts m_counts;
    std::set<TopicId> m_withSnapshots;
    std::map<TopicId, std::vector<Row>> m_placeless; // changes that say nothing of their place
    std::vector<std::uint32_t> m_groupOfRow;
};

} // namespace hindcast
