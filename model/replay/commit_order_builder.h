#pragma once

#include "model/replay/change_event.h"
#include "model/replay/commit_order.h"
#include "model/replay/row_identities.h"
#include "model/replay/transaction_counts.h"

#include <map>
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
    using Role = CommitOrder::Role;

    struct Item
    {
        std::uint64_t lsn = 0;
        std::uint64_t identity = 0; // of what the event says
        std::uint32_t unit = kLoose;
        std::uint32_t order = 0;
        std::uint32_t run = 0; // 0: not told
        std::uint32_t single =
            kLoose; // of a stream, but of no transaction that is told: in m_singles
        char op = '\0';
        bool tombstone = false;
        bool streamed = false;
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
        std::uint32_t group = kLoose;
    };

    // A streaming tool's record that names no transaction.
    struct Single
    {
        std::uint32_t source = 0;
        std::int64_t timeUs = 0;
        std::optional<std::uint64_t> end;
    };

    Result<void> readAll(const std::stop_token& stop);
    void readRecord(Row row, const RecordView& record);
    void mixRow(std::uint64_t& identity, std::string_view row, bool metadata);
    std::uint32_t unitOf(std::uint32_t source, UnitKind kind, std::int64_t id);
    std::uint32_t sourceOf(TopicId topic, std::string_view named, bool boundary);
    std::uint32_t sourceNumber(std::string_view name);
    // The streaming tools (commit_order_streams.cpp).
    void readStreamed(Row row, const RecordView& record);
    void joinSingles();
    void placeStreams();
    std::vector<std::uint32_t> streamOrder() const;

    void followPredecessors();
    void markRedeliveries();
    void resolvePositions();
    void makeGroups();
    Result<void> makeRanks();
    void markSnapshots();
    void findMissing();

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
    std::vector<bool> m_numbered;       // by source: its positions are mere numbers
    std::vector<std::string> m_sourceOfTopic;
    std::map<std::string, std::uint32_t, std::less<>> m_runs;
    RowIdentities m_identities;
    TransactionCounts m_counts;
    std::vector<std::uint32_t> m_groupOfRow;
};

} // namespace hindcast
