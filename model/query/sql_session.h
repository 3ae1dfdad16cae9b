#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/query/filter_expression.h"
#include "model/record/result.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A cell of an answer. Views are valid until the row callback returns.
struct SqlValue
{
    enum class Kind : std::uint8_t { Null, Integer, Real, Text, Blob };
    Kind kind = Kind::Null;
    std::int64_t integer = 0;
    double real = 0;
    std::string_view bytes; // Text and Blob
};

class SqlTables;

// SQL over a snapshot of a capture, read only: `records('topic')` (see registerRecords()), the
// tables of a SqlTables, those of attached files, all of SQLite's functions, json_each() and
// json_tree(), REGEXP. One thread at a time, cancel() from any.
class SqlSession
{
public:
    static Result<std::unique_ptr<SqlSession>> open(CaptureSnapshotPtr snapshot,
                                                    std::shared_ptr<SqlTables> tables = nullptr);
    ~SqlSession();

    struct Answer
    {
        std::function<void(std::span<const std::string> columns)> columns; // once, before any row
        std::function<bool(std::span<const SqlValue> cells)> row; // false: enough, no error
    };

    // The tables of a SQLite file, read only, as name.table.
    Result<void> attach(const std::string& path, const std::string& name);

    // Runs one SELECT. `mistake`, where given, receives the place of what is wrong in the text.
    Result<void> query(std::string_view text, const Answer& answer,
                       FilterMistake* mistake = nullptr);
    // Ends the query that runs, or the next one where none does, with ErrorCode::Cancelled.
    void cancel();

private:
    struct Private;
    Result<void> run(std::string_view text, const Answer& answer, FilterMistake* mistake,
                     const std::stop_token& stop);
    explicit SqlSession(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace hindcast
