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
    enum class Kind : std::uint8_t { Missing, Null, Bool, Number, String, Json };
    Kind kind = Kind::Missing;
    std::string text;

    bool absent() const { return kind == Kind::Missing || kind == Kind::Null; }
    friend bool operator==(const Cell&, const Cell&) = default;
};

std::vector<FieldPath> pathsOf(const std::vector<ProjectionColumn>& columns);

// Reads the columns of a projection from a state's bytes. One thread an object.
class ColumnReader
{
public:
    explicit ColumnReader(const std::vector<ProjectionColumn>& columns);

    // Missing everywhere where there is no state, or it is not JSON.
    std::vector<Cell> read(std::optional<std::string_view> state);
    std::size_t count() const { return m_count; }

private:
    const std::size_t m_count;
    StateFields m_fields;
};

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
