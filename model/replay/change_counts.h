#pragma once

#include "model/capture/time_order.h"
#include "model/replay/change_place.h"
#include "model/replay/row_shape.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// What the records of a `cdc` source turned out to be: part of the fold's report, so that a fold
// that goes on knows it too.
struct ChangeCounts
{
    std::array<std::uint64_t, kChangeShapes> records{}; // by ChangeShape
    std::uint64_t withoutRows = 0; // of those: about schemas or the stream itself
    std::uint64_t otherTables = 0; // changes of tables that are not folded
    // The table that is folded where the source names none: the first that came.
    std::string schema;
    std::string table;
    static constexpr std::size_t kNamed = 8;
    std::vector<std::string> others; // at most kNamed of the tables left out, as they came
    RowShape rowShape;
    bool keyed = false;      // a change told the key of its row
    bool anyRow = false;     // a change of a row came
    bool reading = false;    // a snapshot is not at its end
    bool readBefore = false; // one told of rows that had been there
    Rank lastChange = 0;     // of a row; by clocks that know no snapshots

    void saw(ChangeShape shape) { ++records[static_cast<std::size_t>(shape)]; }
    void leftOut(const std::string& other);
    // "Maxwell change events", "3 Maxwell and 20 Debezium change events"; empty: none.
    std::string words() const;
};

} // namespace hindcast
