#include "model/replay/history_table.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kHistoryKey = 0;
constexpr std::size_t kFirstRows = 256;
constexpr std::size_t kMostRows = std::size_t{1} << 20;

// Where the columns stand behind the key and the projection's own.
struct HistoryLayout
{
    explicit HistoryLayout(const StateCatalog::Entry& entry)
        : own(entry.columns.size())
    {
    }

    int place() const { return static_cast<int>(1 + own); }
    int deleted() const { return place() + 4; }
    int moment() const { return deleted() + 1; }
    int value() const { return moment() + 1; }

    std::size_t own;
};

class HistoryCursor final : public VirtualCursor
{
public:
    HistoryCursor(StateCatalogPtr catalog, StateCatalog::EntryPtr entry)
        : m_catalog(std::move(catalog))
        , m_entry(std::move(entry))
        , m_log(m_entry->log)
        , m_layout(*m_entry)
        , m_cellOf(m_layout.own + 1)
    {
    }

    Result<void> begin(std::uint64_t columns, std::span<const TableConstraint> constraints,
                       std::span<const TableOrder> order) override;
    bool atEnd() const override { return m_at == m_stretch.size(); }
    Result<void> next() override { return ++m_at == m_stretch.size() ? readOn() : Result<void>(); }
    void column(sqlite3_context* context, int index) const override;
    std::int64_t rowid() const override { return m_momentNumber << 32 | m_stretch[m_at]; }

private:
    void askFor(std::uint64_t columns);
    Result<void> readOn();

    const StateCatalogPtr m_catalog;
    const StateCatalog::EntryPtr m_entry;
    VersionLogPtr m_log; // the entry's, or that of a moment by itself
    const HistoryLayout m_layout;
    std::vector<std::size_t> m_cellOf; // by column behind the key, and last `value`: its path
    std::vector<FieldPath> m_paths;

    std::string m_moment;
    VersionBounds m_bounds;
    std::int64_t m_momentNumber = 0;
    bool m_ofKey = false;
    std::vector<Version> m_versions; // of some keys
    Version m_from = 0;              // still to come: versions, or places in m_versions
    Version m_to = 0;
    std::size_t m_most = kFirstRows;
    std::vector<Version> m_stretch; // read
    std::shared_ptr<const SqlCells> m_cells;
    std::size_t m_at = 0;
};

void HistoryCursor::askFor(std::uint64_t columns)
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

Result<void> HistoryCursor::begin(std::uint64_t columns,
                                  std::span<const TableConstraint> constraints,
                                  std::span<const TableOrder> /*order*/)
{
    askFor(columns);
    m_stretch.clear();
    m_versions.clear();
    m_at = 0;
    m_from = m_to = 0;
    m_most = kFirstRows;
    m_moment.clear();
    m_bounds = {};
    m_ofKey = false;
    const TableConstraint* key = nullptr;
    bool nothing = false;
    for (const TableConstraint& constraint : constraints) {
        if (constraint.column == m_layout.moment()) {
            auto moment = givenMoment(constraint.value, "history");
            if (!moment) {
                return tl::unexpected<Error>(moment.error());
            }
            m_moment = std::move(*moment);
        } else if (constraint.op != 'i' && constraint.value.isNull()) {
            nothing = true; // no comparison with NULL is true
        } else if (constraint.column == kHistoryKey) {
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
    const auto rest = m_catalog->at(*m_entry, m_moment);
    if (!rest) {
        return tl::unexpected<Error>(rest.error());
    }
    m_log = rest->log;
    m_momentNumber = m_catalog->numberOf(m_moment);
    const auto [from, to] = m_bounds.range(*m_log);
    m_from = from;
    m_to = std::min(to, m_log->prefixOf(rest->prefix));
    if (key) {
        m_ofKey = true;
        const auto keys = m_catalog->keysThatMayEqual(m_log, *key);
        for (const KeyNo number : keys) {
            const auto versions = m_log->chains().all(number);
            m_versions.insert(m_versions.end(), versions.begin(), versions.end());
        }
        if (keys.size() > 1) {
            std::sort(m_versions.begin(), m_versions.end());
        }
        const auto place = [this](Version version) {
            return static_cast<Version>(
                std::lower_bound(m_versions.begin(), m_versions.end(), version) -
                m_versions.begin());
        };
        m_from = place(m_from);
        m_to = place(m_to);
    }
    return readOn();
}

Result<void> HistoryCursor::readOn()
{
    m_stretch.clear();
    m_at = 0;
    for (; m_from < m_to && m_stretch.size() < m_most; ++m_from) {
        const Version version = m_ofKey ? m_versions[m_from] : m_from;
        if (!m_bounds.any() || m_bounds.admits(*m_log, version)) {
            m_stretch.push_back(version);
        }
    }
    if (m_paths.empty() || m_stretch.empty()) {
        m_most = kMostRows;
        return {};
    }
    auto cells = SqlCells::read(*m_log, m_stretch, m_paths, m_catalog->stop());
    if (!cells) {
        m_stretch.clear();
        return tl::unexpected<Error>(cells.error());
    }
    m_cells = std::move(*cells);
    m_most = std::min(StateRows::rowsThatFit(m_cells->memoryBytes(), m_stretch.size()), kMostRows);
    return {};
}

void HistoryCursor::column(sqlite3_context* context, int index) const
{
    const Version version = m_stretch[m_at];
    if (index == kHistoryKey) {
        return giveBytes(context, m_log->keys().text(m_log->keyOf(version)));
    }
    if (index == m_layout.moment()) {
        return giveText(context, m_moment);
    }
    if (index == m_layout.deleted()) {
        return giveInteger(context, m_log->deleted(version) ? 1 : 0);
    }
    if (index >= m_layout.place() && index < m_layout.deleted()) {
        return giveVersion(context, *m_log, version, index - m_layout.place());
    }
    const std::size_t own =
        index == m_layout.value() ? m_layout.own : static_cast<std::size_t>(index - 1);
    giveCell(context, m_cells->at(m_at, m_cellOf[own]));
}

} // namespace

HistoryTable::HistoryTable(StateCatalogPtr catalog, StateCatalog::EntryPtr entry)
    : m_catalog(std::move(catalog))
    , m_entry(std::move(entry))
    , m_columns({"key"}, m_entry->columns, {"time", "topic", "partition", "offset", "deleted"},
                {"moment", "value"})
{
}

VirtualTable::Use HistoryTable::use(int column, char op) const
{
    const HistoryLayout layout(*m_entry);
    if (column == layout.moment()) {
        return op == '=' ? Use::Argument : Use::No;
    }
    const int place = column - layout.place();
    if (column == kHistoryKey || place == VersionTopic) {
        return op == '=' ? Use::Hint : Use::No;
    }
    return place >= VersionTime && place <= VersionOffset ? Use::Hint : Use::No;
}

std::pair<double, double> HistoryTable::estimate(std::span<const TableConstraint> constraints) const
{
    constexpr double kEachVersion = 3;
    constexpr double kListed = 10;
    const HistoryLayout layout(*m_entry);
    const double versions = m_entry->log->size();
    const double keys = std::max<double>(m_entry->log->keys().size(), 1);
    double rows = versions;
    double read = versions;
    for (const TableConstraint& constraint : constraints) {
        if (constraint.column == kHistoryKey) {
            const double share = (constraint.op == 'i' ? kListed : 1) / keys;
            rows = std::min(rows, versions * share);
            read = std::min(read, kEachVersion * versions * share);
        } else if (constraint.column != layout.moment()) {
            rows *= constraint.op == '=' ? 0.1 : 0.5;
            read *= constraint.column == layout.place() ? 0.5 : 1;
        }
    }
    return {rows, read};
}

std::unique_ptr<VirtualCursor> HistoryTable::open() const
{
    return std::make_unique<HistoryCursor>(m_catalog, m_entry);
}

} // namespace hindcast
