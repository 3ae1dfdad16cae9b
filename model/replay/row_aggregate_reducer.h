#pragma once

#include "model/decode/field_reader.h"
#include "model/replay/aggregate_reducer.h"
#include "model/replay/decimal.h"
#include "model/replay/key_reader.h"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hindcast {

// `aggregate` over the rows of another projection: what a row was is taken back, what it is now is
// added, so that each function is that of the rows as they are. `first` and `last` are by when a
// row last changed. A group without rows is gone. Of values that are equal but written differently
// min and max show the text that sorts first; a sum has the places of the longest that is in it.
//
// Memory: for each group its distinct values (min, max, first, last, distinct), for each row 8
// bytes and its key where there is first or last. A fold begins at nothing.
class RowAggregateReducer final : public Reducer
{
public:
    static MadeReducer make(const ProjectionSource& source);

    void apply(const FoldEvent&, FoldContext&) override {}
    void applyUpdates(std::span<const RowUpdate> rows, FoldContext& context) override;
    std::optional<std::string_view> stateInRecord(const RecordView&) override
    {
        return std::nullopt;
    }
    bool keepsMemory() const override { return true; }

private:
    using Function = AggregateReducer::Function;
    using Column = AggregateReducer::Column;

    // How values are sorted: numbers, then texts.
    struct Sorted
    {
        bool text = false;
        Decimal number;
        std::string plain;
        bool operator<(const Sorted& other) const;
    };
    // What a row gives to a column.
    struct Part
    {
        bool absent = true;
        std::string token;    // as JSON
        std::string identity; // of distinct
        Decimal number;       // of sum and avg
        std::size_t places = 0;
        Sorted sorted; // of min and max
    };
    struct Contribution
    {
        std::string group;
        std::vector<Part> parts; // by column
    };
    struct ColumnState
    {
        std::uint64_t count = 0;                                       // of values that are there
        std::map<std::size_t, std::pair<std::uint64_t, Decimal>> sums; // by places: how many
        std::map<Sorted, std::map<std::string, std::uint64_t>> values; // by token: how many
        std::map<std::uint64_t, std::string> byAge;
        std::unordered_map<std::string, std::uint64_t> distinct;
    };
    struct Group
    {
        std::uint64_t rows = 0;
        std::vector<std::string> tokens; // of the columns that make the group
        std::vector<ColumnState> columns;
        std::string text; // as it was written last
    };

    explicit RowAggregateReducer(AggregateReducer::Plan plan, const ProjectionSource& source);
    // What is wrong with a row; empty: nothing. Without a group: no key.
    std::string read(std::string_view key, std::string_view state, const RecordView& record,
                     std::optional<Contribution>& out);
    static std::string readPart(const Column& column, const FieldValue& value, Part& part);
    void change(const Contribution& row, std::uint64_t age, bool adds);
    static void changeColumn(const Column& column, const Part& part, std::uint64_t age, bool adds,
                             ColumnState& state);
    void applyRow(const RowUpdate& row, FoldContext& context);
    void write(const std::string& key, FoldContext& context);
    static std::string tokenOf(const Column& column, const ColumnState& state);

    const AggregateReducer::Plan m_plan;
    KeyReader m_keys;
    FieldReader m_fields;
    bool m_ages = false;
    std::uint64_t m_age = 0;
    std::unordered_map<std::string, std::uint64_t> m_ageOf; // by row
    std::unordered_map<std::string, Group> m_groups;
    std::vector<std::string> m_changed; // groups, by the event at hand
};

} // namespace hindcast
