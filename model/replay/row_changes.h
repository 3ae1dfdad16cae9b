#pragma once

#include "model/replay/change_place.h"
#include "model/replay/json_members.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// Whether an operation is one of a table's rows.
constexpr bool isOfRow(char op)
{
    return op == 'c' || op == 'u' || op == 'd' || op == 'r';
}

// A change of one row, or of a whole table, as one of the streaming tools tells it. Names stand as
// JSON writes them, without quotes; rows are JSON objects.
struct RowChange
{
    // c, u, d, r (of a snapshot); of the table: t (truncate), x (dropped), n (renamed), b and e (a
    // snapshot begins and ends), a (its columns altered); s (schemas, the stream)
    char op = '\0';
    std::string_view schema; // or the database
    std::string_view table;
    std::string_view before; // a delete: the row, or what tells it; an update: what changed, or all
    std::string_view after;
    bool made = false;        // the rows are no part of the record
    bool partial = false;     // an unchanged large value is absent from `after`
    std::string_view renamed; // of n: the statement, or the name that the table had
    bool keyTold = false;     // the record says which columns tell the row apart, or that none do
    std::uint32_t firstKey = 0;
    std::uint32_t keys = 0;

    std::string tableName() const; // "shop.orders"
};

// Reads records of four tools as changes of rows; several in one record where the tool does so.
// Sources of the formats:
//   Maxwell: maxwells-daemon.io/dataformat, .../bootstrapping, .../producers (the Kafka key)
//   Canal: com.alibaba.otter.canal.protocol.FlatMessage; its values are texts and stay texts
//   AWS DMS: "Using Apache Kafka as a target for AWS Database Migration Service"
//   wal2json: its README and expected/*.out, format-version 1 and 2
// One thread an object; views of the record or of this object, until the next read().
class RowChanges
{
public:
    // `body`: the members of the record's value. Other: it is none of the four.
    ChangeShape read(const JsonMembers& body);

    // All of the record's, or none where problem() says what is wrong with one.
    const std::vector<RowChange>& rows() const { return m_rows; }
    const std::string& problem() const { return m_problem; }
    std::span<const std::string_view> keyOf(const RowChange& row) const
    {
        return std::span(m_keys).subspan(row.firstKey, row.keys);
    }
    // b, e: the begin or end of a transaction; 0: neither.
    char boundary() const { return m_boundary; }
    const ChangePlace& place() const { return m_place; }

private:
    struct Made
    {
        std::size_t row = 0;
        bool after = false;
        std::size_t from = 0;
        std::size_t size = 0;
    };

    bool readMaxwell(const JsonMembers& body);
    void readMaxwellAlter(const JsonMembers& body, RowChange& row);
    bool readCanal(const JsonMembers& body);
    bool readDms(const JsonMembers& body);
    bool readWal2json(const JsonMembers& body);
    bool readWal2jsonBatch(const JsonMembers& body);
    bool readBatchChange(std::string_view text, std::size_t at);

    RowChange& add(char op, std::string_view schema, std::string_view table);
    void wrong(std::string words);
    bool tellKey(RowChange& row, std::string_view names);
    bool makeFromColumns(std::string_view columns, std::string_view what, bool after);
    bool makeFromPairs(std::string_view names, std::string_view values, std::string_view what,
                       bool after);
    void append(std::string_view name, std::string_view value, std::size_t from);
    void finish();

    JsonMembers m_changes;
    JsonMembers m_part;
    JsonMembers m_item;
    JsonMembers m_list;
    JsonMembers m_otherList;
    std::vector<RowChange> m_rows;
    std::vector<std::string_view> m_keys;
    std::vector<Made> m_made;
    std::string m_text; // the rows that were made, and padding
    std::string m_problem;
    char m_boundary = '\0';
    ChangePlace m_place;
};

} // namespace hindcast
