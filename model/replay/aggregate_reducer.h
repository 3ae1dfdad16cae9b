#pragma once

#include "model/decode/field_reader.h"
#include "model/replay/decimal.h"
#include "model/replay/json_members.h"
#include "model/replay/reducer_registry.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hindcast {

// `aggregate`: one row a group, over its events (over another projection's rows it is a
// RowAggregateReducer). The state is an object of the group's columns and
// those of [source.compute]; fields that are missing or null count for none of them but `count`.
//
// Settings: group = ["value.country"], or { land = "value.country" } for names of its own; [] makes
// one row of everything; without it the key's rows. [source.compute]: orders = "count",
// total = "sum(value.amount)", and count, min, max, avg, first, last, distinct of a path. Sums are
// exact decimals, texts that are numbers too; an average has up to 34 digits, and the state keeps
// beside it what it is made of ("mean.sum", "mean.count").
class AggregateReducer final : public Reducer
{
public:
    static constexpr std::array<std::string_view, 3> kSettings{"group", "compute", "from"};
    static MadeReducer make(const ProjectionSource& source);

    enum class Function { Group, Count, Sum, Min, Max, Avg, First, Last, Distinct };
    struct Column
    {
        std::string name;     // as written in the file
        std::string jsonName; // as JSON writes it, without quotes
        Function function = Function::Count;
        std::optional<std::size_t> field; // none: `count` of all
        std::string path;
        std::size_t set = 0; // of Distinct: which of the group's
    };
    // What the settings say.
    struct Plan
    {
        std::vector<Column> columns;
        std::vector<FieldPath> paths;      // by Column::field
        bool everything = false;           // group = []
        std::size_t distinct = 0;          // how many sets
        std::vector<std::string> ownNames; // as JSON writes them: of columns and their parts
    };
    static Set<Plan> readPlan(const ProjectionSource& source);
    // The names of the columns, in their order.
    static std::vector<std::string> columnNames(const ProjectionSource& source);

    void apply(const FoldEvent& event, FoldContext& context) override;
    std::unique_ptr<RecordPreparer> preparer() const override;
    std::optional<std::string_view> stateInRecord(const RecordView& record) override;
    // What `distinct` has seen is too much for a state.
    bool keepsMemory() const override { return m_distinct > 0; }

private:
    using Seen = std::vector<std::unordered_set<std::string>>; // by Column::set

    // A column's part of a state.
    struct Cell
    {
        std::string token; // JSON; empty: the state does not have it
        std::string sum;   // of Avg
        Decimal number;    // of Sum, Min and Max: the token; of Avg: the sum; 0 where it is none
        std::uint64_t count = 0; // of Count and Avg
    };
    // A state, read. A state is text, and reading it takes longer than adding to it: what was
    // written last of a key is believed where its text is still the same.
    struct Row
    {
        std::string key;
        std::string text; // empty: none
        std::vector<Cell> cells;
        std::string others; // members of other sources: ,"name":value
    };
    static constexpr std::size_t kRows = 1024; // that are kept

    AggregateReducer() = default;
    static Set<std::pair<Function, std::string>> readFunction(const Setting& setting);
    Row& rowOf(std::string_view key, std::optional<std::string_view> state);
    void readRow(std::optional<std::string_view> state, Row& row);
    // Each gives what is wrong; empty: nothing.
    std::string compute(const Column& column, const FieldValue* value, const Cell& old, Seen* seen,
                        Cell& cell);
    static std::string add(const Column& column, const FieldValue& value, Cell& cell);
    std::string extreme(const Column& column, const FieldValue& value, const Cell& old, Cell& cell);
    bool isOurs(const JsonMember& member) const;
    void write(const std::string& others);

    std::vector<Column> m_columns;
    std::vector<FieldPath> m_paths; // by Column::field
    std::optional<FieldReader> m_fields;
    bool m_everything = false; // group = []
    std::size_t m_distinct = 0;
    std::unordered_map<std::string, Seen> m_seen;
    JsonMembers m_members;
    std::string m_token;
    std::vector<Row> m_rows;   // by the key's hash
    std::vector<Cell> m_cells; // of the state that is being made
    std::string m_text;
    std::vector<std::string> m_ownNames; // as JSON writes them: of columns and their parts
};

} // namespace hindcast
