#pragma once

#include "app/cli/program.h"
#include "model/query/sqlite_file.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hindcast {

// Where the rows of a query go: to stdout, or into a SQLite file. One thread.
class SqlOutput
{
public:
    // `table` is what a SQLite file calls them.
    SqlOutput(Program& program, const OutputOptions& options, std::string table)
        : m_program(program)
        , m_options(options)
        , m_table(std::move(table))
    {
    }

    void columns(std::span<const std::string> names);
    bool row(std::span<const SqlValue> cells); // false: it is of no use to go on
    // After the last row. An Error says what could not be written.
    Result<void> finish();
    // With the receipt that belongs into the file; nothing to do for stdout.
    Result<void> finishFile(std::string_view receiptJson);
    bool isFile() const { return m_options.format == OutputFormat::Sqlite; }
    std::size_t rows() const { return m_count; }

private:
    Program& m_program;
    const OutputOptions& m_options;
    const std::string m_table;
    std::unique_ptr<RowWriter> m_rows;
    std::unique_ptr<SqliteFile> m_file;
    Result<void> m_done;
    std::size_t m_count = 0;
};

} // namespace hindcast
