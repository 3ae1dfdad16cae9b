#include "model/replay/changes_table.h"

#include <algorithm>
#include <simdjson.h>

namespace hindcast {

namespace {

enum Column { Key, Change, Name, A, B, Place, First = Place + 4, Second, Before, After };

constexpr std::size_t kFirst = 64;
constexpr std::size_t kMost = std::size_t{1} << 14;

const char* wordOf(RowDiff::Change change)
{
    switch (change) {
    case RowDiff::Change::Added:
        return "added";
    case RowDiff::Change::Removed:
        return "removed";
    case RowDiff::Change::Changed:
        break;
    }
    return "changed";
}

std::vector<FieldPath> pathsOf(const std::vector<ProjectionColumn>& columns)
{
    std::vector<FieldPath> paths;
    paths.reserve(columns.size());
    for (const ProjectionColumn& column : columns) {
        paths.push_back(column.path);
    }
    return paths;
}

bool same(const FieldValue& a, const FieldValue& b)
{
    const auto absent = [](const FieldValue& v) { return v.kind == FieldValue::Kind::Missing; };
    if (absent(a) || absent(b)) {
        return absent(a) == absent(b);
    }
    const auto number = [](const FieldValue& v) {
        return v.kind == FieldValue::Kind::Integer || v.kind == FieldValue::Kind::Number;
    };
    return (a.kind == b.kind || (number(a) && number(b))) && a.boolean == b.boolean &&
           a.text == b.text;
}

class ChangesCursor final : public VirtualCursor
{
public:
    ChangesCursor(StateCatalogPtr catalog, StateCatalog::EntryPtr entry)
        : m_catalog(std::move(catalog))
        , m_entry(std::move(entry))
        , m_log(*m_entry->log)
        , m_readA(pathsOf(m_entry->columns))
        , m_readB(pathsOf(m_entry->columns))
    {
    }

    Result<void> begin(std::uint64_t columns,
                       std::span<const TableConstraint> constraints) override;
    bool atEnd() const override { return m_at == m_cells.size(); }
    Result<void> next() override { return ++m_at == m_cells.size() ? readOn() : Result<void>(); }
    void column(sqlite3_context* context, int index) const override;
    std::int64_t rowid() const override { return m_rowid + static_cast<std::int64_t>(m_at); }

private:
    struct ChangedCell
    {
        std::size_t row = 0; // in m_diff
        std::size_t column = 0;
        SqlCell a;
        SqlCell b;
    };
    // The columns of a changed row, or the whole of it.
    void take(std::size_t row, std::optional<std::string_view> before,
              std::optional<std::string_view> after);
    SqlCell wholeCell(std::optional<std::string_view> state);
    Result<void> readOn();
    void narrowTo(std::string_view key);

    const StateCatalogPtr m_catalog;
    const StateCatalog::EntryPtr m_entry;
    const VersionLog& m_log;
    FieldReader m_readA;
    FieldReader m_readB;
    std::string m_paddedA;
    std::string m_paddedB;

    bool m_wholes = false;
    std::string m_first;
    std::string m_second;
    StatePtr m_stateB;
    StateCatalog::DiffPtr m_diff;
    std::size_t m_from = 0; // rows still to come
    std::size_t m_to = 0;
    std::size_t m_most = kFirst;
    std::vector<ChangedCell> m_cells; // read
    std::vector<std::pair<SqlCell, SqlCell>> m_states;
    std::size_t m_statesFrom = 0; // the row of the first of them
    std::unique_ptr<CellTexts> m_texts;
    std::size_t m_at = 0;
    std::int64_t m_rowid = 0;
};

Result<void> ChangesCursor::begin(std::uint64_t columns,
                                  std::span<const TableConstraint> constraints)
{
    m_wholes = asksFor(columns, Before) || asksFor(columns, After);
    m_cells.clear();
    m_at = 0;
    m_rowid = 0;
    m_from = m_to = 0;
    m_most = kFirst;
    m_first.clear();
    m_second.clear();
    std::optional<std::string> key;
    bool nothing = false;
    for (const TableConstraint& constraint : constraints) {
        if (isNullValue(constraint.value)) {
            nothing = true;
        } else if (constraint.column == First) {
            m_first = textOfValue(constraint.value);
        } else if (constraint.column == Second) {
            m_second = textOfValue(constraint.value);
        } else {
            std::string text(textOfValue(constraint.value));
            nothing = nothing || (key && *key != text);
            key = std::move(text);
        }
    }
    if (nothing) {
        return {};
    }
    const auto a = m_catalog->state(*m_entry, m_first);
    const auto b = a ? m_catalog->state(*m_entry, m_second) : a;
    if (!b) {
        return tl::unexpected<Error>(b.error());
    }
    m_stateB = *b;
    auto diff = m_catalog->difference(*a, *b);
    if (!diff) {
        return tl::unexpected<Error>(diff.error());
    }
    m_diff = std::move(*diff);
    m_to = m_diff->rows.size();
    if (key) {
        narrowTo(*key);
    }
    return readOn();
}

void ChangesCursor::narrowTo(std::string_view key)
{
    const auto& rows = m_diff->rows;
    const auto found = std::lower_bound(rows.begin(), rows.end(), key,
                                        [this](const RowDiff& row, std::string_view text) {
                                            return keyLess(m_log.keys().text(row.key), text);
                                        });
    m_from = static_cast<std::size_t>(found - rows.begin());
    m_to = found != rows.end() && m_log.keys().text(found->key) == key ? m_from + 1 : m_from;
}

SqlCell ChangesCursor::wholeCell(std::optional<std::string_view> state)
{
    FieldValue value;
    if (state) {
        value.kind = simdjson::validate_utf8(state->data(), state->size())
                         ? FieldValue::Kind::String
                         : FieldValue::Kind::Bytes;
        value.text = *state;
    }
    return sqlCellOf(value, *m_texts);
}

void ChangesCursor::take(std::size_t row, std::optional<std::string_view> before,
                         std::optional<std::string_view> after)
{
    const auto recordOf = [](std::optional<std::string_view> state, std::string& padded) {
        padded.assign(state.value_or(std::string_view()));
        padded.append(RecordBatch::kPadding, '\0');
        RecordView record;
        if (state) {
            record.value = std::string_view(padded).substr(0, state->size());
        }
        return record;
    };
    const auto a = m_readA.read(recordOf(before, m_paddedA));
    const auto b = m_readB.read(recordOf(after, m_paddedB));
    const std::size_t known = m_cells.size();
    for (std::size_t i = 0; i < a.size(); ++i) {
        // Of a row that is not there its columns are missing, whatever they lead to.
        const FieldValue none;
        const FieldValue& was = before ? a[i] : none;
        const FieldValue& is = after ? b[i] : none;
        if (!same(was, is)) {
            m_cells.push_back({row, i, sqlCellOf(was, *m_texts), sqlCellOf(is, *m_texts)});
        }
    }
    if (m_cells.size() == known) {
        m_cells.push_back({row, a.size(), {}, {}});
    }
    if (m_wholes) {
        m_states.emplace_back(wholeCell(before), wholeCell(after));
    }
}

Result<void> ChangesCursor::readOn()
{
    m_rowid += static_cast<std::int64_t>(m_cells.size());
    m_cells.clear();
    m_states.clear();
    m_texts = std::make_unique<CellTexts>();
    m_at = 0;
    if (m_from == m_to) {
        return {};
    }
    const std::size_t end = std::min(m_to, m_from + m_most);
    StateDiff part;
    part.rows.assign(m_diff->rows.begin() + static_cast<std::ptrdiff_t>(m_from),
                     m_diff->rows.begin() + static_cast<std::ptrdiff_t>(end));
    m_statesFrom = m_from;
    auto read = part.forEach(
        m_log,
        [&](const RowDiff&, std::optional<std::string_view> before,
            std::optional<std::string_view> after) {
            take(m_from++, before, after);
            return true;
        },
        m_catalog->stop());
    m_most = kMost;
    if (!read) {
        m_cells.clear();
    }
    return read;
}

void ChangesCursor::column(sqlite3_context* context, int index) const
{
    const ChangedCell& cell = m_cells[m_at];
    const RowDiff& row = m_diff->rows[cell.row];
    switch (index) {
    case Key:
        return giveText(context, m_log.keys().text(row.key));
    case Change:
        return giveText(context, wordOf(row.change));
    case Name:
        return cell.column < m_entry->columns.size()
                   ? giveText(context, m_entry->columns[cell.column].name)
                   : giveNull(context);
    case A:
        return giveCell(context, cell.a);
    case B:
        return giveCell(context, cell.b);
    case First:
        return giveText(context, m_first);
    case Second:
        return giveText(context, m_second);
    case Before:
        return giveCell(context, m_states[cell.row - m_statesFrom].first);
    case After:
        return giveCell(context, m_states[cell.row - m_statesFrom].second);
    default:
        break;
    }
    giveVersion(context, m_log, m_stateB->versionOf(row.key).value_or(kNoVersion), index - Place);
}

} // namespace

ChangesTable::ChangesTable(StateCatalogPtr catalog, StateCatalog::EntryPtr entry)
    : m_catalog(std::move(catalog))
    , m_entry(std::move(entry))
    , m_columns({"key", "change", "column", "a", "b", "time", "topic", "partition", "offset"}, {},
                {}, {"first", "second", "before", "after"})
{
}

VirtualTable::Use ChangesTable::use(int column, char op) const
{
    if (column == First || column == Second) {
        return op == '=' ? Use::Argument : Use::No;
    }
    return column == Key && op == '=' ? Use::Hint : Use::No;
}

std::pair<double, double> ChangesTable::estimate(std::span<const TableConstraint> constraints) const
{
    const double rows = m_entry->log->keys().size();
    const bool oneKey =
        std::any_of(constraints.begin(), constraints.end(),
                    [](const TableConstraint& constraint) { return constraint.column == Key; });
    return {oneKey ? 1 : rows, oneKey ? 1 : rows};
}

std::unique_ptr<VirtualCursor> ChangesTable::open() const
{
    return std::make_unique<ChangesCursor>(m_catalog, m_entry);
}

} // namespace hindcast
