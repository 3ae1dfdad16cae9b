#pragma once

#include "model/decode/field_path.h"
#include "model/record/result.h"
#include "model/replay/setting.h"
#include "model/replay/sql_type.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

struct Projection;

// One [[source]] of a projection: which records, what key, folded how.
struct ProjectionSource
{
    std::vector<std::string> topics; // of the other projection, where it reads that one's rows
    std::shared_ptr<const Projection> rows; // from = "order.toml": its rows are the events
    std::string where;                      // a filter over one record, as written; empty: all
    std::vector<FieldPath> key;             // several: a composite key, written as a JSON array
    std::string reduce;                     // a name of reducer_registry.h
    std::string into; // the member of the row's state that this source fills; empty: the whole
    std::vector<Setting> settings; // what its reducer alone knows
    int line = 0;                  // of [[source]] in its file

    // The key is the record's key as it stands.
    bool keyIsRecordKey() const;
};

// A column of the table: a name and where in the state it stands.
struct ProjectionColumn
{
    std::string name;
    FieldPath path; // below value: "status" is value.status
    // What the values are in SQL, where the file says so: due = { path = "due", type = "date" }.
    std::optional<SqlType> type = std::nullopt;

    friend bool operator==(const ProjectionColumn&, const ProjectionColumn&) = default;
};

// How a table is folded from topics: a small TOML file. A value; immutable once parsed.
struct Projection
{
    std::string name;
    std::vector<ProjectionSource> sources;
    std::vector<ProjectionColumn> columns; // empty: the fields of the state at its top level
    std::string file;                      // where it came from, for messages
    std::string text;                      // the TOML as written

    // Refuses what it does not understand with file, line and the names it knows:
    // "order.toml:3: ...". `line` (may be null) is set to the line of the mistake. Files that it
    // names are looked for in `folder`, by default that of `file`.
    static Result<Projection> parse(std::string_view text, const std::string& file,
                                    int* line = nullptr, const std::string& folder = {});
    static Result<Projection> load(const std::string& path);

    bool hasTopic(std::string_view topic) const;
    std::vector<std::string> topics() const; // of all sources, sorted, once each
    // The same records give the same versions; columns and comments may differ.
    bool foldsLike(const Projection& other) const;
    // One line that says what was folded: in the header of a state's canonical bytes.
    std::string canonical() const;
};

using ProjectionPtr = std::shared_ptr<const Projection>;

} // namespace hindcast
