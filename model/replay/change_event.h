#pragma once

#include "model/record/record_batch.h"
#include "model/replay/change_place.h"
#include "model/replay/json_members.h"
#include "model/replay/row_changes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// A change of a row, or the begin or end of a transaction, as Debezium writes it; of another tool's
// shape only that it is one (ChangeReader::rows()). Views of the record, valid as long as it is and
// until the reader's next call.
struct ChangeEvent
{
    using Shape = ChangeShape;

    Shape shape = Shape::Other;
    bool tombstone = false;  // no value, and nothing in the headers either
    bool metadata = false;   // the row's text holds members that are not the row's own
    char op = '\0';          // c, u, d, r, t, m; 0: another. Of a boundary: b, e
    char snapshot = '\0';    // of an `r` in an envelope: the first letter of source.snapshot
    std::string_view before; // the row as it is written; empty: none
    std::string_view after;
};

// Reads records as change events. With a schema around them ({"schema", "payload"}) or without. One
// thread an object.
class ChangeReader
{
public:
    const ChangeEvent& read(const RecordView& record);
    const ChangeEvent& event() const { return m_event; } // that read() gave last
    // Of the record that read() was given last, where isStreamed() its shape.
    const RowChanges& rows() const { return m_rows; }
    // Why its value is no change event: broken JSON, or another thing.
    std::string whyOther(const RecordView& record) const;
    // Which table it changes, in an envelope; empty: not told.
    struct Table
    {
        std::string_view database;
        std::string_view schema;
        std::string_view table;
    };
    Table table();
    // A number for the columns of `after`, and for the schema around it where there is one; 0:
    // there is no such row. Of the record that read() was given last.
    std::uint64_t columnsMark();
    // Of the record that read() was given last; more work than read().
    ChangePlace place(const RecordView& record);

    // Of an end that read() was given last: how many changes of each table the transaction has.
    std::string_view collections() const { return m_body.value("data_collections"); }

    // A member that ExtractNewRecordState adds to a row.
    static bool isMetadata(std::string_view member);

private:
    bool isEnvelope(const RecordView& record) const;
    bool readUnwrapped(const RecordView& record);
    std::string_view added(const RecordView& record, std::string_view name) const;

    JsonMembers m_outer;
    JsonMembers m_body;
    JsonMembers m_part;
    RowChanges m_rows;
    ChangeEvent m_event;
    mutable std::string m_name;
    std::string m_schema; // of the record that had one last, and its number
    std::uint64_t m_schemaMark = 0;
};

} // namespace hindcast
