#include "widgets/state/history_model.h"

#include "model/replay/commit_order.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kMostSteps = 2000;
constexpr std::size_t kMostNames = 4;
constexpr std::size_t kMostChars = 120; // of a value in a list

// The column that says what a row is: one named so, else the first whose values are texts.
std::size_t titleColumn(const std::vector<ProjectionColumn>& columns,
                        const std::vector<std::vector<Cell>>& cells)
{
    for (const char* const name : {"status", "state"}) {
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (columns[c].name == name) {
                return c;
            }
        }
    }
    for (std::size_t c = 0; c < columns.size(); ++c) {
        if (std::any_of(cells.begin(), cells.end(), [c](const std::vector<Cell>& row) {
                return row[c].kind == Cell::Kind::String;
            })) {
            return c;
        }
    }
    return 0;
}

QString names(const std::vector<FieldChange>& changes, const std::string& without)
{
    QStringList list;
    for (const FieldChange& change : changes) {
        if (change.name != without) {
            list << text::plain(change.name);
        }
    }
    const auto more = list.size() - static_cast<qsizetype>(kMostNames);
    if (more > 0) {
        list = list.mid(0, kMostNames);
        list << HistoryModel::tr("%1 more").arg(more);
    }
    return list.join(QStringLiteral(", "));
}

// Whether the row went because a snapshot of its table begins at the record.
bool snapshotBegins(const TimeOrder& order, const HistoryEntry& entry)
{
    const auto* const commits = dynamic_cast<const CommitOrder*>(&order);
    const auto topic =
        commits == nullptr ? std::nullopt : order.snapshot()->topicId(entry.place.topic);
    if (!topic) {
        return false;
    }
    const auto& snapshots = commits->snapshots(*topic);
    return std::any_of(snapshots.begin(), snapshots.end(), [&entry](const TableSnapshot& snapshot) {
        return snapshot.first == entry.rank;
    });
}

} // namespace

Result<HistoryModel::Steps> HistoryModel::read(const VersionLog& log, const std::string& key,
                                               const std::vector<ProjectionColumn>& columns)
{
    auto entries = historyOf(log, key, kMostSteps);
    if (!entries) {
        return tl::unexpected(entries.error());
    }
    ColumnReader reader(columns);
    std::vector<std::vector<Cell>> cells;
    for (const HistoryEntry& entry : *entries) {
        cells.push_back(reader.read(entry.state));
    }
    const std::size_t title = titleColumn(columns, cells);
    auto steps = std::make_shared<std::vector<Step>>();
    for (std::size_t i = 0; i < entries->size(); ++i) {
        Step step;
        step.entry = std::move((*entries)[i]);
        step.cut = i == 0 && entries->size() == kMostSteps;
        const std::vector<Cell>& row = cells[i];
        if (!step.entry.state) {
            step.title = tr("deleted");
            step.emptied = snapshotBegins(*log.order(), step.entry);
            if (step.emptied) {
                step.what = tr("a snapshot begins");
            }
        } else {
            step.title = title < row.size() && !row[title].absent() ? text::plain(row[title].text)
                                                                    : tr("written");
            const bool created = i == 0 || !(*steps)[i - 1].entry.state;
            if (created) {
                for (std::size_t c = 0; c < row.size(); ++c) {
                    if (c != title && !row[c].absent()) {
                        step.what = text::plain(columns[c].name) + QLatin1Char(' ') +
                                    text::plain(row[c].text);
                        break;
                    }
                }
            } else if (step.entry.changes.empty()) {
                step.what = tr("same again");
            } else {
                step.what = names(step.entry.changes,
                                  title < columns.size() ? columns[title].name : std::string());
            }
        }
        if (step.what.isEmpty()) {
            step.what = text::place(step.entry.place);
            step.saysPlace = true;
        }
        steps->push_back(std::move(step));
    }
    return Steps(std::move(steps));
}

HistoryModel::Steps HistoryModel::valuesOf(const Steps& steps, const ProjectionColumn& column)
{
    std::vector<HistoryEntry> entries;
    for (const Step& step : *steps) {
        HistoryEntry entry;
        entry.version = step.entry.version;
        entry.rank = step.entry.rank;
        entry.time = step.entry.time;
        entry.place = step.entry.place;
        entry.state = step.entry.state;
        entries.push_back(std::move(entry));
    }
    ColumnReader reader({column});
    auto values = std::make_shared<std::vector<Step>>();
    Cell before;
    for (const std::size_t i : stepsThatSet(entries, column)) {
        Step step;
        step.entry = std::move(entries[i]);
        Cell now = reader.read(step.entry.state).front();
        step.title = !step.entry.state                 ? tr("deleted")
                     : now.kind == Cell::Kind::Missing ? tr("taken away")
                     : now.kind == Cell::Kind::Unreadable
                         ? tr("not JSON")
                         : (now.kind == Cell::Kind::Null
                                ? QStringLiteral("null")
                                : text::plain(std::string_view(now.text).substr(0, kMostChars)));
        step.emptied = (*steps)[i].emptied;
        step.saysPlace = !step.emptied;
        step.what = step.emptied ? (*steps)[i].what : text::place(step.entry.place);
        if ((*steps)[i].cut) {
            step.what += tr(", or one before it");
        }
        FieldChange change{column.name, std::nullopt, std::nullopt};
        if (!before.absent()) {
            change.before = before.text;
        }
        if (!now.absent()) {
            change.after = now.text;
        }
        step.entry.changes = {std::move(change)};
        before = std::move(now);
        values->push_back(std::move(step));
    }
    return values;
}

HistoryModel::HistoryModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

HistoryModel::~HistoryModel() = default;

int HistoryModel::currentAt(Rank prefix) const
{
    if (!m_steps) {
        return -1;
    }
    const auto behind =
        std::partition_point(m_steps->begin(), m_steps->end(),
                             [prefix](const Step& step) { return step.entry.rank < prefix; });
    return static_cast<int>(behind - m_steps->begin()) - 1;
}

void HistoryModel::setSteps(Steps steps)
{
    beginResetModel();
    m_steps = std::move(steps);
    m_current = currentAt(m_prefix);
    endResetModel();
}

void HistoryModel::setPrefix(Rank prefixOfA)
{
    m_prefix = prefixOfA;
    const int now = currentAt(prefixOfA);
    if (now != m_current) {
        m_current = now;
        restyle();
    }
}

void HistoryModel::restyle()
{
    if (rowCount() > 0) {
        emit dataChanged(index(0), index(rowCount() - 1));
    }
}

int HistoryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_steps ? 0 : static_cast<int>(m_steps->size());
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_steps) {
        return {};
    }
    const Step& step = (*m_steps)[static_cast<std::size_t>(index.row())];
    const Phase phase = index.row() > m_current ? After : index.row() == m_current ? AtA : Before;
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return step.title;
    case TimeRole:
        return text::shortTime(step.entry.time);
    case WhatRole:
        return phase == After ? tr("after A") : step.what;
    case PhaseRole:
        return static_cast<int>(phase);
    case DeletedRole:
        return !step.entry.state.has_value();
    case PlaceRole:
        return step.saysPlace && phase != After;
    case Qt::ToolTipRole:
        return QStringLiteral("<p style='white-space:pre'>%1</p>")
            .arg(tr("%1\n%2\n%3\nClick: A goes there. Double click: opens the record.")
                     .arg(text::full(step.entry.time), text::place(step.entry.place),
                          step.emptied ? tr("A snapshot of the table begins with this record: it "
                                            "empties the table and fills it again.")
                                       : step.what)
                     .toHtmlEscaped());
    default:
        return {};
    }
}

} // namespace hindcast
