#include "widgets/cluster/group_table_model.h"

#include "model/lag/lag_text.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/verdict_sign.h"

#include <algorithm>
#include <set>

namespace hindcast {

namespace {

bool isNumber(int column)
{
    return column >= GroupTableModel::BehindColumn && column <= GroupTableModel::MembersColumn;
}

std::vector<std::string> topicsOf(const GroupLag& g)
{
    std::vector<std::string> topics;
    for (const PartitionLag& p : g.partitions) { // in the order of topics
        if (topics.empty() || topics.back() != p.place().topic) {
            topics.push_back(p.place().topic);
        }
    }
    return topics;
}

bool lagKnown(const GroupLag& g)
{
    return std::any_of(g.partitions.begin(), g.partitions.end(),
                       [](const PartitionLag& p) { return p.split.known(); });
}

double rank(const GroupLag& g, int column)
{
    switch (column) {
    case GroupTableModel::VerdictColumn:
        return static_cast<double>(g.severity) * 100 + static_cast<double>(g.verdict);
    case GroupTableModel::BehindColumn:
        return g.behind.known() ? static_cast<double>(g.behind.lag.count()) : -1;
    case GroupTableModel::LagColumn:
        return lagKnown(g) ? static_cast<double>(g.available) : -1;
    case GroupTableModel::OutColumn:
        return g.out;
    case GroupTableModel::InColumn:
        return g.in;
    case GroupTableModel::MembersColumn:
        return g.known() ? static_cast<double>(g.sample->members.size()) : -1;
    default:
        return 0;
    }
}

} // namespace

GroupTableModel::GroupTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

GroupTableModel::~GroupTableModel() = default;

bool GroupTableModel::matches(const GroupLag& g) const
{
    if (m_filter.isEmpty() || text::fromUtf8(g.group).contains(m_filter, Qt::CaseInsensitive)) {
        return true;
    }
    const std::vector<std::string> topics = topicsOf(g);
    return std::any_of(topics.begin(), topics.end(), [this](const std::string& topic) {
        return text::fromUtf8(topic).contains(m_filter, Qt::CaseInsensitive);
    });
}

std::vector<std::size_t> GroupTableModel::ordered() const
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        if (matches(m_groups[i])) {
            order.push_back(i);
        }
    }
    const auto less = [this](std::size_t a, std::size_t b) {
        const GroupLag& left = m_groups[a];
        const GroupLag& right = m_groups[b];
        switch (m_sortColumn) {
        case GroupColumn:
        case StateColumn:
        case TopicsColumn:
            return text(left, m_sortColumn) < text(right, m_sortColumn);
        default:
            return rank(left, m_sortColumn) < rank(right, m_sortColumn);
        }
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return m_sortOrder == Qt::AscendingOrder ? less(a, b) : less(b, a);
    });
    return order;
}

void GroupTableModel::setGroups(std::vector<GroupLag> groups)
{
    const bool same =
        std::equal(groups.begin(), groups.end(), m_groups.begin(), m_groups.end(),
                   [](const GroupLag& a, const GroupLag& b) { return a.group == b.group; });
    if (!same) {
        beginResetModel();
        m_groups = std::move(groups);
        m_order = ordered();
        endResetModel();
        return;
    }
    m_groups = std::move(groups);
    restyle();
}

void GroupTableModel::setFilter(const QString& text)
{
    if (text == m_filter) {
        return;
    }
    beginResetModel();
    m_filter = text;
    m_order = ordered();
    endResetModel();
}

const GroupLag& GroupTableModel::groupAt(int row) const
{
    return m_groups[m_order[static_cast<std::size_t>(row)]];
}

QString GroupTableModel::nameAt(int row) const
{
    return text::fromUtf8(groupAt(row).group);
}

std::optional<int> GroupTableModel::rowOf(const QString& name) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (nameAt(row) == name) {
            return row;
        }
    }
    return std::nullopt;
}

void GroupTableModel::restyle()
{
    if (!m_order.empty()) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

int GroupTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int GroupTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString GroupTableModel::text(const GroupLag& g, int column) const
{
    QString dash = QStringLiteral("\u2013");
    switch (column) {
    case GroupColumn:
        return text::plain(g.group);
    case VerdictColumn:
        return g.known() ? QString::fromLatin1(wordOf(g.verdict)) : QStringLiteral("no sample");
    case BehindColumn:
        return QString::fromStdString(formatTimeLag(g.behind));
    case LagColumn:
        return lagKnown(g) ? text::number(qint64{g.available}) : dash;
    case OutColumn:
        return g.known() ? QString::fromStdString(formatRate(g.out)) : dash;
    case InColumn:
        return g.known() ? QString::fromStdString(formatRate(g.in)) : dash;
    case MembersColumn:
        if (!g.known()) {
            return dash;
        }
        return g.sample->membersVisible
                   ? text::number(static_cast<qint64>(g.sample->members.size()))
                   : QStringLiteral("?");
    case StateColumn:
        return g.known() ? text::plain(g.sample->state) : dash;
    case TopicsColumn: {
        QStringList names;
        for (const std::string& topic : topicsOf(g)) {
            names.append(text::plain(topic));
        }
        return names.join(QStringLiteral(", "));
    }
    default:
        return {};
    }
}

QString GroupTableModel::toolTip(const GroupLag& g, int column) const
{
    switch (column) {
    case GroupColumn:
    case VerdictColumn: {
        const LagText words =
            describeLag(g, [](Timestamp t) { return text::toUtf8(text::time(t)); });
        return text::plain(words.headline + "\n" + words.detail);
    }
    case BehindColumn:
        return QString::fromLatin1(sentenceOf(g.behind.method));
    case LagColumn:
        return g.missed > 0 ? QStringLiteral("%1 more were deleted before they were read")
                                  .arg(text::number(qint64{g.missed}))
                            : QStringLiteral("Offsets that wait, over all partitions");
    case OutColumn:
        return QStringLiteral("Records committed a second, over the last samples");
    case InColumn:
        return QStringLiteral("Records appended a second, over the last samples");
    case MembersColumn:
        return g.known() && !g.sample->membersVisible
                   ? QStringLiteral("Its members cannot be seen with this client library")
                   : QString();
    case StateColumn:
        return g.known() && !g.sample->protocol.empty()
                   ? QStringLiteral("Protocol: ") + text::plain(g.sample->protocol)
                   : QString();
    default:
        return {};
    }
}

QVariant GroupTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const GroupLag& g = groupAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(g, column);
    case Qt::ToolTipRole:
        return toolTip(g, column);
    case Qt::AccessibleTextRole:
        return column == GroupColumn
                   ? text(g, GroupColumn) + QStringLiteral(", ") + text(g, VerdictColumn)
                   : text(g, column);
    case Qt::DecorationRole:
        return column == GroupColumn ? verdict_sign::icon(g.severity) : QVariant();
    case Qt::FontRole:
        return isNumber(column) ? theme::fixedFont() : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    case Qt::ForegroundRole:
        if (column == VerdictColumn || column == BehindColumn || column == LagColumn) {
            return g.severity >= Severity::Warning ? verdict_sign::color(g.severity) : QVariant();
        }
        return column >= StateColumn ? theme::color(theme::Role::Dim) : QVariant();
    default:
        return {};
    }
}

QVariant GroupTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    static constexpr const char* kTitles[] = {"Group", "Verdict", "Behind", "Lag",   "Read/s",
                                              "In/s",  "Members", "State",  "Topics"};
    if (role == Qt::DisplayRole) {
        return QString::fromLatin1(kTitles[section]);
    }
    if (role == Qt::InitialSortOrderRole) { // numbers largest, verdicts worst first
        return isNumber(section) || section == VerdictColumn ? Qt::DescendingOrder
                                                             : Qt::AscendingOrder;
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    }
    return {};
}

void GroupTableModel::reorder(std::vector<std::size_t> now)
{
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    std::vector<int> rowOfIndex(m_groups.size(), -1);
    for (std::size_t row = 0; row < now.size(); ++row) {
        rowOfIndex[now[row]] = static_cast<int>(row);
    }
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    for (const QModelIndex& index : before) {
        const int row = rowOfIndex[m_order[static_cast<std::size_t>(index.row())]];
        after.append(this->index(row, index.column()));
    }
    m_order = std::move(now);
    changePersistentIndexList(before, after);
    emit layoutChanged({}, VerticalSortHint);
}

void GroupTableModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    std::vector<std::size_t> now = ordered();
    if (now != m_order) {
        reorder(std::move(now));
    }
}

} // namespace hindcast
