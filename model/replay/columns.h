#pragma once

#include "model/replay/projection.h"
#include "model/replay/state.h"
#include "model/replay/state_fields.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A value of a state as a table shows it: the text as written, strings without their quotes.
struct Cell
{
    // Unreadable: the state is not JSON, though the column looks into it.
    enum class Kind : std::uint8_t { Missing, Null, Bool, Number, String, Json, Unreadable };
    Kind kind = Kind::Missing;
    std::string text;

    bool missing() const { return kind == Kind::Missing || kind == Kind::Unreadable; }
    bool absent() const { return missing() || kind == Kind::Null; }
    friend bool operator==(const Cell&, const Cell&) = default;
};

std::vector<FieldPath> pathsOf(const std::vector<ProjectionColumn>& columns);

// Reads the columns of a projection from a state's bytes. One thread an object.
class ColumnReader
{
public:
    explicit ColumnReader(const std::vector<ProjectionColumn>& columns);

    // Missing everywhere where there is no state. Of one that is not JSON the columns that look
    // into it are Unreadable, but where a column shows the whole of it.
    std::vector<Cell> read(std::optional<std::string_view> state);
    std::size_t count() const { return m_count; }

private:
    const std::size_t m_count;
    bool m_showsWhole = false;
    StateFields m_fields;
};

// How many rows are not JSON though the columns look into it, so that their cells are empty: those
// that a reducer keeps as the records have them. Reads all rows where there may be any.
Result<std::uint64_t> unreadableRows(const State& state,
                                     const std::vector<ProjectionColumn>& columns,
                                     const std::stop_token& stop = {});

// The projection's columns, or, where it names none, the top-level fields of the states: of at most
// `rows` of them, evenly spread, in the order they are first met. States that are no objects have
// the one column "value".
Result<std::vector<ProjectionColumn>> columnsOf(const State& state, std::size_t rows,
                                                const std::stop_token& stop = {});
// The same, and behind them the fields of earlier states: for answers about more than one moment.
Result<std::vector<ProjectionColumn>> columnsOfAll(const State& newest, std::size_t rows,
                                                   const std::stop_token& stop = {});

// Names that differ from those before them and from each other: "_" is added behind one that is
// taken ("key" beside the row's own key).
std::vector<std::string> uniqueNames(std::vector<std::string> taken,
                                     const std::vector<ProjectionColumn>& columns);

} // namespace hindcast
