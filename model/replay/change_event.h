#pragma once

#include "model/record/record_batch.h"
#include "model/replay/json_members.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// A change of a row, or the begin or end of a transaction, as Debezium writes it. Views of the
// record, valid as long as it is and until the reader's next call.
struct ChangeEvent
{
    enum class Shape : std::uint8_t {
        Other,     // none of the following
        Envelope,  // {before, after, source, op, ...}
        Unwrapped, // the row itself, by ExtractNewRecordState: metadata in `__` members or headers
        Boundary,  // {status, id, event_count, ...} of the topic of transactions
    };

    Shape shape = Shape::Other;
    bool tombstone = false;  // no value, and nothing in the headers either
    bool metadata = false;   // the row's text holds members that are not the row's own
    char op = '\0';          // c, u, d, r, t, m; 0: another. Of a boundary: b, e
    std::string_view before; // the row as it is written; empty: none
    std::string_view after;
};

// Where a change belongs in the database's own order.
struct ChangePlace
{
    std::string_view source;              // the connector's logical name; empty: not told
    std::string_view run;                 // the connector's run; empty: not told
    std::optional<std::int64_t> txId;     // of the transaction
    std::optional<std::uint64_t> lsn;     // of the change itself; of an end: where it committed
    std::optional<std::uint64_t> before;  // end of the transaction before: source.sequence[0]
    std::optional<std::uint64_t> seen;    // source.sequence[1]
    std::optional<std::int64_t> commitUs; // microseconds since the epoch
    std::uint32_t order = 0;              // transaction.total_order
};

// Reads records as change events. With a schema around them ({"schema", "payload"}) or without. One
// thread an object.
class ChangeReader
{
public:
    const ChangeEvent& read(const RecordView& record);
    // Of the record that read() was given last; more work than read().
    ChangePlace place(const RecordView& record);

    // Of an end that read() was given last: how many changes of each table the transaction has.
    std::string_view collections() const { return m_body.value("data_collections"); }

    // A member that ExtractNewRecordState adds to a row.
    static bool isMetadata(std::string_view member);

private:
    bool readUnwrapped(const RecordView& record);
    std::string_view added(const RecordView& record, std::string_view name) const;

    JsonMembers m_outer;
    JsonMembers m_body;
    JsonMembers m_part;
    ChangeEvent m_event;
    mutable std::string m_name;
};

} // namespace hindcast
