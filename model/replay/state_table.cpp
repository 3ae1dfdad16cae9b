#include "model/replay/state_table.h"

#include "model/replay/cell_order.h"
#include "model/replay/key_text_order.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kKey = 0;
constexpr std::size_t kPlaceColumns = 4;

// Where the columns stand behind the key and the projection's own.
struct Layout
{
    explicit Layout(const StateCatalog::Entry& entry)
        : own(entry.columns.size())
    {
    }

    int place() const { return static_cast<int>(1 + own); }
    int moment() const { return place() + static_cast<int>(kPlaceColumns); }
    int value() const { return moment() + 1; }

    std::size_t own;
};

class StateCursor final : public VirtualCursor
{
public:
    StateCursor(StateCatalogPtr catalog, StateCatalog::EntryPtr entry)
        : m_catalog(std::move(catalog))
        , m_entry(std::move(entry))
        , m_layout(*m_entry)
        , m_cellOf(m_layout.own + 1)
    {
    }

    Result<void> begin(std::uint64_t columns, std::span<const TableConstraint> constraints,
                       std::span<const TableOrder> order) override;
    bool atEnd() const override { return m_at == m_end; }
    Result<void> next() override
    {
        ++m_at;
        return settle();
    }
    void column(sqlite3_context* context, int index) const override;
    std::int64_t rowid() const override { return m_momentNumber << 32 | row().key; }

private:
    void askFor(std::uint64_t columns);
    void choose(const TableConstraint* key);
    Result<void> sort(std::span<const TableOrder> order);
    Result<void> settle();
    StateRow row() const { return m_stretch->rows[m_inStretch]; }

    const StateCatalogPtr m_catalog;
    const StateCatalog::EntryPtr m_entry;
    const Layout m_layout;
    std::vector<std::size_t> m_cellOf; // by column behind the key, and last `value`: its path
    std::vector<FieldPath> m_paths;    // of the columns asked for

    StatePtr m_state;
    std::string m_moment;
    std::int64_t m_momentNumber = 0;
    VersionBounds m_bounds;
    StateRowsPtr m_rows;
    std::size_t m_at = 0; // a row of the state, or of m_chosen
    std::size_t m_end = 0;
    bool m_lookUp = false;
    bool m_choose = false;
    bool m_inOrder = false;
    std::vector<std::size_t> m_chosen;   // rows that the constraints leave
    std::vector<std::uint32_t> m_sorted; // rows in the order asked for; empty: as they are
    // What m_sorted was made of: an inner loop asks for the same again and again.
    StateRowsPtr m_sortedOf;
    std::vector<TableOrder> m_sortedBy;
    StateStretchPtr m_sortedRows;
    StateStretchPtr m_stretch;
    std::size_t m_inStretch = 0;
};

void StateCursor::askFor(std::uint64_t columns)
{
    m_paths.clear();
    for (std::size_t i = 0; i < m_layout.own; ++i) {
        if (asksFor(columns, i + 1)) {
            m_cellOf[i] = m_paths.size();
            m_paths.push_back(m_entry->columns[i].path);
        }
    }
    if (asksFor(columns, static_cast<std::size_t>(m_layout.value()))) {
        m_cellOf[m_layout.own] = m_paths.size();
        m_paths.push_back(FieldPath{FieldPath::Root::Value, {}});
    }
}

Result<void> StateCursor::begin(std::uint64_t columns, std::span<const TableConstraint> constraints,
                                std::span<const TableOrder> order)
{
    askFor(columns);
    m_at = m_end = 0;
    m_lookUp = m_choose = m_inOrder = false;
    m_chosen.clear();
    m_stretch = nullptr;
    m_moment.clear();
    m_bounds = {};
    const TableConstraint* key = nullptr;
    bool nothing = false;
    for (const TableConstraint& constraint : constraints) {
        if (constraint.column == m_layout.moment()) {
            auto moment = givenMoment(constraint.value, "state");
            if (!moment) {
                return tl::unexpected<Error>(moment.error());
            }
            m_moment = std::move(*moment);
        } else if (constraint.op != 'i' && constraint.value.isNull()) {
            nothing = true; // no comparison with NULL is true
        } else if (constraint.column == kKey) {
            key = &constraint; // SQLite looks at others
        } else {
            nothing =
                !m_bounds.narrow(*m_entry->log, constraint.column - m_layout.place(), constraint) ||
                nothing;
        }
    }
    if (nothing) {
        return {};
    }
    auto state = m_catalog->state(*m_entry, m_moment);
    if (!state) {
        return tl::unexpected<Error>(state.error());
    }
    m_state = std::move(*state);
    m_momentNumber = m_catalog->numberOf(m_moment);
    m_rows = m_catalog->rows(m_state, m_paths);
    if (key || m_bounds.any()) {
        choose(key);
    } else {
        m_end = m_state->size();
        m_inOrder = m_end > 1 && !order.empty();
        if (m_inOrder) {
            if (auto sorted = sort(order); !sorted) {
                return sorted;
            }
        }
    }
    return settle();
}

void StateCursor::choose(const TableConstraint* key)
{
    if (key) {
        for (const KeyNo number : m_catalog->keysThatMayEqual(m_state->log(), *key)) {
            if (const auto row = m_state->find(m_state->log()->keys().text(number))) {
                m_chosen.push_back(*row);
            }
        }
    } else {
        const auto rows = m_state->rowsFrom(0, m_state->size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (m_bounds.admits(*m_state->log(), rows[i].version)) {
                m_chosen.push_back(i);
            }
        }
    }
    m_choose = true;
    // Few of many are looked up as they come.
    m_lookUp = m_chosen.size() <= 1 || m_chosen.size() < m_state->size() / 4;
    m_end = m_chosen.size();
}

Result<void> StateCursor::sort(std::span<const TableOrder> order)
{
    // No two rows have the same key.
    const auto key = std::find_if(order.begin(), order.end(),
                                  [](const TableOrder& one) { return one.column == kKey; });
    const bool byKey = key != order.end();
    order = order.first(static_cast<std::size_t>(key - order.begin()) + (byKey ? 1 : 0));
    if (m_sortedOf == m_rows &&
        std::equal(order.begin(), order.end(), m_sortedBy.begin(), m_sortedBy.end())) {
        m_stretch = m_sortedRows;
        return {};
    }
    m_sorted.clear();
    m_sortedOf = m_rows;
    m_sortedBy.assign(order.begin(), order.end());
    m_sortedRows = nullptr;
    std::vector<std::uint32_t> keyOrder;
    if (byKey && !m_catalog->standsByKeyText(*m_entry, *m_state)) {
        keyOrder = rowsByKeyText(m_state->log()->keys(), m_state->rowsFrom(0, m_state->size()));
    }
    if (byKey && order.size() == 1 && keyOrder.empty() && !key->falling) {
        return {}; // they come so by themselves
    }
    auto whole = m_rows->whole(m_catalog->stop());
    if (!whole) {
        m_sortedOf = nullptr;
        return tl::unexpected<Error>(whole.error());
    }
    m_stretch = m_sortedRows = std::move(*whole);
    std::vector<CellOrder> by;
    for (const TableOrder& one : order) {
        by.push_back({one.column == kKey ? CellOrder::kKey
                                         : m_cellOf[static_cast<std::size_t>(one.column - 1)],
                      one.falling});
    }
    m_sorted = sortedRows(m_stretch->cells.get(), m_stretch->rows.size(), by, keyOrder);
    return {};
}

Result<void> StateCursor::settle()
{
    if (atEnd()) {
        return {};
    }
    if (m_inOrder && !m_sorted.empty()) {
        m_inStretch = m_sorted[m_at];
        return {};
    }
    const std::size_t row = m_choose ? m_chosen[m_at] : m_at;
    if (!m_stretch || !m_stretch->holds(row)) {
        auto stretch = m_lookUp ? m_rows->lookUp(row, m_catalog->stop())
                                : m_rows->walk(row, m_catalog->stop());
        if (!stretch) {
            return tl::unexpected<Error>(stretch.error());
        }
        m_stretch = std::move(*stretch);
    }
    m_inStretch = row - m_stretch->first;
    return {};
}

void StateCursor::column(sqlite3_context* context, int index) const
{
    if (index == kKey) {
        return giveBytes(context, m_state->keyText(row()));
    }
    if (index == m_layout.moment()) {
        return giveText(context, m_moment);
    }
    if (index >= m_layout.place() && index < m_layout.moment()) {
        return giveVersion(context, *m_state->log(), row().version, index - m_layout.place());
    }
    const std::size_t own =
        index == m_layout.value() ? m_layout.own : static_cast<std::size_t>(index - 1);
    giveCell(context, m_stretch->cells->at(m_inStretch, m_cellOf[own]));
}

} // namespace

StateTable::StateTable(StateCatalogPtr catalog, StateCatalog::EntryPtr entry)
    : m_catalog(std::move(catalog))
    , m_entry(std::move(entry))
    , m_columns({"key"}, m_entry->columns, {"time", "topic", "partition", "offset"},
                {"moment", "value"})
{
}

VirtualTable::Use StateTable::use(int column, char op) const
{
    const Layout layout(*m_entry);
    if (column == layout.moment()) {
        return op == '=' ? Use::Argument : Use::No;
    }
    const int place = column - layout.place();
    if (column == kKey || place == VersionTopic) {
        return op == '=' ? Use::Hint : Use::No;
    }
    return place >= VersionTime && place <= VersionOffset ? Use::Hint : Use::No;
}

std::pair<double, double> StateTable::estimate(std::span<const TableConstraint> constraints) const
{
    constexpr double kLookUp = 3;
    constexpr double kListed = 10;
    const Layout layout(*m_entry);
    double rows = m_entry->log->keys().size();
    for (const TableConstraint& constraint : constraints) {
        if (constraint.column == kKey) {
            const double keys = constraint.op == 'i' ? kListed : 1;
            return {keys, kLookUp * keys};
        }
        if (constraint.column != layout.moment()) {
            rows *= constraint.op == '=' ? 0.1 : 0.5;
        }
    }
    return {rows, m_entry->log->keys().size()};
}

bool StateTable::comesIn(std::span<const TableOrder> order,
                         std::span<const TableConstraint> constraints) const
{
    // Cells of that many rows lie in memory at once; SQLite sorts more on the disk.
    constexpr KeyNo kMostSorted = 4'000'000;
    const Layout layout(*m_entry);
    const bool all =
        std::all_of(constraints.begin(), constraints.end(), [&](const TableConstraint& constraint) {
            return constraint.column == layout.moment();
        });
    const bool known = std::all_of(order.begin(), order.end(), [&](const TableOrder& by) {
        return by.column >= kKey && by.column < layout.place();
    });
    return all && known && m_entry->log->keys().size() <= kMostSorted;
}

std::unique_ptr<VirtualCursor> StateTable::open() const
{
    return std::make_unique<StateCursor>(m_catalog, m_entry);
}

} // namespace hindcast
