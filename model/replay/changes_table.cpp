#include "model/replay/changes_table.h"

#include <algorithm>

namespace hindcast {

namespace {

enum Column { Key, Change, Name, A, B, Place, First = Place + 4, Second, Before, After };

constexpr std::size_t kFirstChanges = 64;
constexpr std::size_t kMostChanges = std::size_t{1} << 18;

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

bool same(const SqlCell& a, const SqlCell& b)
{
    if (a.kind != b.kind) {
        return false;
    }
    switch (a.kind) {
    case SqlCell::Kind::Null:
        return true;
    case SqlCell::Kind::Integer:
        return a.integer == b.integer;
    case SqlCell::Kind::Real:
        return a.real == b.real;
    case SqlCell::Kind::Text:
    case SqlCell::Kind::Blob:
        break;
    }
    return a.text() == b.text();
}

class ChangesCursor final : public VirtualCursor
{
public:
    ChangesCursor(StateCatalogPtr catalog, StateCatalog::EntryPtr entry)
        : m_catalog(std::move(catalog))
        , m_entry(std::move(entry))
        , m_log(m_entry->log)
        , m_paths(pathsOf(m_entry->columns))
    {
        m_paths.push_back(FieldPath{FieldPath::Root::Value, {}}); // the whole
    }

    Result<void> begin(std::uint64_t columns, std::span<const TableConstraint> constraints,
                       std::span<const TableOrder> order) override;
    bool atEnd() const override { return m_at == m_cells.size(); }
    Result<void> next() override { return ++m_at == m_cells.size() ? readOn() : Result<void>(); }
    void column(sqlite3_context* context, int index) const override;
    std::int64_t rowid() const override;

private:
    struct ChangedCell
    {
        std::size_t row = 0; // of those chosen
        std::size_t column = 0;
    };
    // A row of those chosen.
    const RowDiff& rowAt(std::size_t row) const
    {
        return m_diff->rows[m_choose ? m_chosen[row] : row];
    }
    // Of such a row that was read.
    const SqlCell& cellAt(Version version, std::size_t row, bool second, std::size_t column) const;
    void compare(std::size_t row);
    Result<void> readOn();
    void choose(const TableConstraint& key);

    const StateCatalogPtr m_catalog;
    const StateCatalog::EntryPtr m_entry;
    VersionLogPtr m_log;            // of the two states
    std::vector<FieldPath> m_paths; // of the columns, and last of the whole

    bool m_wholes = false;
    std::string m_first;
    std::string m_second;
    StatePtr m_stateB;
    StateCatalog::DiffPtr m_diff;
    bool m_choose = false;
    std::vector<std::size_t> m_chosen; // rows of m_diff
    std::size_t m_from = 0;            // rows still to come
    std::size_t m_to = 0;
    std::size_t m_most = kFirstChanges;
    std::vector<ChangedCell> m_cells;         // read
    std::shared_ptr<const SqlCells> m_states; // of each row before and after
    std::size_t m_statesFrom = 0;             // the row of the first of them
    std::size_t m_at = 0;
    std::int64_t m_momentNumber = 0;
};

Result<void> ChangesCursor::begin(std::uint64_t columns,
                                  std::span<const TableConstraint> constraints,
                                  std::span<const TableOrder> /*order*/)
{
    m_wholes = asksFor(columns, Before) || asksFor(columns, After);
    m_cells.clear();
    m_at = 0;
    m_choose = false;
    m_chosen.clear();
    m_from = m_to = 0;
    m_most = kFirstChanges;
    m_first.clear();
    m_second.clear();
    const TableConstraint* key = nullptr;
    bool nothing = false;
    for (const TableConstraint& constraint : constraints) {
        if (constraint.column == First || constraint.column == Second) {
            auto moment = givenMoment(constraint.value, "changes");
            if (!moment) {
                return tl::unexpected<Error>(moment.error());
            }
            (constraint.column == First ? m_first : m_second) = std::move(*moment);
        } else if (constraint.op != 'i' && constraint.value.isNull()) {
            nothing = true; // no comparison with NULL is true
        } else {
            key = &constraint; // SQLite looks at others
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
    m_log = m_stateB->log();
    auto diff = m_catalog->difference(*a, *b);
    if (!diff) {
        return tl::unexpected<Error>(diff.error());
    }
    m_diff = std::move(*diff);
    m_to = m_diff->rows.size();
    m_momentNumber = m_catalog->numberOf(m_first + '\0' + m_second);
    if (key) {
        choose(*key);
    }
    return readOn();
}

void ChangesCursor::choose(const TableConstraint& key)
{
    const auto& rows = m_diff->rows;
    for (const KeyNo number : m_catalog->keysThatMayEqual(m_log, key)) {
        const auto found = std::lower_bound(rows.begin(), rows.end(), m_log->keys().text(number),
                                            [this](const RowDiff& row, std::string_view text) {
                                                return keyLess(m_log->keys().text(row.key), text);
                                            });
        if (found != rows.end() && found->key == number) {
            m_chosen.push_back(static_cast<std::size_t>(found - rows.begin()));
        }
    }
    m_choose = true;
    m_to = m_chosen.size();
}

// By the place among all differences of these moments, however the row was found.
std::int64_t ChangesCursor::rowid() const
{
    constexpr int kMomentBits = 20; // what SQLite's columns and 32 bits of rows leave
    const ChangedCell& cell = m_cells[m_at];
    const std::size_t row = m_choose ? m_chosen[cell.row] : cell.row;
    const std::size_t place = row * (m_entry->columns.size() + 1) + cell.column;
    return (m_momentNumber << (63 - kMomentBits)) + static_cast<std::int64_t>(place);
}

const SqlCell& ChangesCursor::cellAt(Version version, std::size_t row, bool second,
                                     std::size_t column) const
{
    static const SqlCell none{};
    return version == kNoVersion
               ? none
               : m_states->at(2 * (row - m_statesFrom) + (second ? 1 : 0), column);
}

void ChangesCursor::compare(std::size_t row)
{
    const RowDiff& diff = rowAt(row);
    const std::size_t known = m_cells.size();
    for (std::size_t i = 0; i < m_entry->columns.size(); ++i) {
        if (!same(cellAt(diff.a, row, false, i), cellAt(diff.b, row, true, i))) {
            m_cells.push_back({row, i});
        }
    }
    if (m_cells.size() == known) {
        m_cells.push_back({row, m_entry->columns.size()});
    }
}

Result<void> ChangesCursor::readOn()
{
    m_cells.clear();
    m_at = 0;
    if (m_from == m_to) {
        return {};
    }
    const std::size_t end = std::min(m_to, m_from + m_most);
    // Before and after of each; where one is not there, the other stands in its place.
    std::vector<Version> versions;
    versions.reserve(2 * (end - m_from));
    for (std::size_t row = m_from; row < end; ++row) {
        const RowDiff& diff = rowAt(row);
        versions.push_back(diff.a != kNoVersion ? diff.a : diff.b);
        versions.push_back(diff.b != kNoVersion ? diff.b : diff.a);
    }
    std::vector<FieldPath> paths = m_paths;
    if (!m_wholes) {
        paths.pop_back();
    }
    auto read = SqlCells::read(*m_log, versions, paths, m_catalog->stop());
    if (!read) {
        return tl::unexpected<Error>(read.error());
    }
    m_states = std::move(*read);
    m_statesFrom = m_from;
    for (; m_from < end; ++m_from) {
        compare(m_from);
    }
    m_most = std::min(StateRows::rowsThatFit(m_states->memoryBytes(), versions.size() / 2),
                      kMostChanges);
    return {};
}

void ChangesCursor::column(sqlite3_context* context, int index) const
{
    const ChangedCell& cell = m_cells[m_at];
    const RowDiff& row = rowAt(cell.row);
    switch (index) {
    case Key:
        return giveBytes(context, m_log->keys().text(row.key));
    case Change:
        return giveText(context, wordOf(row.change));
    case Name:
        return cell.column < m_entry->columns.size()
                   ? giveText(context, m_entry->columns[cell.column].name)
                   : giveNull(context);
    case A:
    case B: {
        const Version version = index == A ? row.a : row.b;
        return cell.column < m_entry->columns.size()
                   ? giveCell(context, cellAt(version, cell.row, index == B, cell.column))
                   : giveNull(context);
    }
    case First:
        return giveText(context, m_first);
    case Second:
        return giveText(context, m_second);
    case Before:
        return giveCell(context, cellAt(row.a, cell.row, false, m_paths.size() - 1));
    case After:
        return giveCell(context, cellAt(row.b, cell.row, true, m_paths.size() - 1));
    default:
        break;
    }
    giveVersion(context, *m_log, m_stateB->versionOf(row.key).value_or(kNoVersion), index - Place);
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
