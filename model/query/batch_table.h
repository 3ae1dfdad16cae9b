#pragma once

#include "model/decode/field_reader.h"
#include "model/query/filter_expression.h"
#include "model/record/record_batch.h"

#include <cstdint>
#include <vector>

struct sqlite3;

namespace hindcast {

// The SQLite virtual table `batch`: the records [at, end) of one batch, with one column a path,
// filled when SQLite asks for it. Used by one statement of one connection in one thread.
class BatchTable
{
public:
    explicit BatchTable(const std::vector<FilterExpression::Column>& columns);

    // The table must live until the connection is closed.
    void registerAt(sqlite3* database);

    void setBatch(const RecordBatch* batch);
    // Goes on behind the record that a statement stopped at.
    void skipCurrent();
    bool atEnd() const { return m_at >= m_end; }

    std::size_t current() const { return m_at; }
    std::uint64_t undecodable() const { return m_undecodable; }
    // Where the indexes of such records go from now on, in rising order; null: nowhere.
    void listUndecodable(std::vector<std::uint32_t>* list) { m_list = list; }

private:
    struct Module;
    friend struct Module;

    void next();
    void countUndecodable();

    std::vector<int> m_fields; // the reader's path of a column; -1: time
    std::size_t m_columnCount;
    FieldReader m_reader;
    const RecordBatch* m_batch = nullptr;
    std::size_t m_at = 0;
    std::size_t m_end = 0;
    std::size_t m_started = 0; // the record that the reader is at, plus one
    std::uint64_t m_undecodable = 0;
    std::vector<std::uint32_t>* m_list = nullptr;
};

} // namespace hindcast
