#include "widgets/cluster/topic_table_model.h"

#include "model/lag/lag_text.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/row_delegate.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

bool isFigure(int column)
{
    return column >= TopicTableModel::PartitionsColumn && column <= TopicTableModel::SizeColumn;
}

double rank(const TopicRow& t, int column)
{
    switch (column) {
    case TopicTableModel::PartitionsColumn:
        return static_cast<double>(t.state.partitions.size());
    case TopicTableModel::RecordsColumn:
        return static_cast<double>(t.state.offsetSpan());
    case TopicTableModel::RateColumn:
        return t.rate.value_or(-1);
    case TopicTableModel::NewestColumn:
        return static_cast<double>(toMs(t.newest));
    case TopicTableModel::SizeColumn:
        return static_cast<double>(t.state.sizeBytes);
    default:
        return 0;
    }
}

} // namespace

QString topicProblem(const TopicState& state)
{
    if (!state.problem.empty()) {
        return text::plain(state.problem);
    }
    const auto leaderless = std::count_if(state.partitions.begin(), state.partitions.end(),
                                          [](const PartitionState& p) { return p.leader < 0; });
    if (leaderless > 0) {
        return leaderless == 1 ? QStringLiteral("1 partition has no leader")
                               : QStringLiteral("%1 partitions have no leader").arg(leaderless);
    }
    const auto behind =
        std::count_if(state.partitions.begin(), state.partitions.end(),
                      [](const PartitionState& p) { return p.inSync.size() < p.replicas.size(); });
    if (behind > 0) {
        return behind == 1 ? QStringLiteral("1 partition is under-replicated")
                           : QStringLiteral("%1 partitions are under-replicated").arg(behind);
    }
    return {};
}

TopicTableModel::TopicTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

TopicTableModel::~TopicTableModel() = default;

std::vector<std::size_t> TopicTableModel::ordered() const
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < m_topics.size(); ++i) {
        const TopicState& state = m_topics[i].state;
        if ((m_internal || !state.internal) &&
            (m_filter.isEmpty() ||
             text::fromUtf8(state.name).contains(m_filter, Qt::CaseInsensitive))) {
            order.push_back(i);
        }
    }
    const auto less = [this](std::size_t a, std::size_t b) {
        const TopicRow& left = m_topics[a];
        const TopicRow& right = m_topics[b];
        if (m_sortColumn == TopicColumn) {
            return left.state.name < right.state.name;
        }
        if (m_sortColumn == ProblemColumn) {
            return topicProblem(left.state) < topicProblem(right.state);
        }
        return rank(left, m_sortColumn) < rank(right, m_sortColumn);
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return m_sortOrder == Qt::AscendingOrder ? less(a, b) : less(b, a);
    });
    return order;
}

void TopicTableModel::setTopics(std::vector<TopicRow> topics)
{
    const bool same =
        std::equal(topics.begin(), topics.end(), m_topics.begin(), m_topics.end(),
                   [](const TopicRow& a, const TopicRow& b) {
                       return a.state.name == b.state.name && a.state.internal == b.state.internal;
                   });
    if (same) {
        m_topics = std::move(topics);
        restyle();
        return;
    }
    beginResetModel();
    m_topics = std::move(topics);
    m_order = ordered();
    endResetModel();
}

void TopicTableModel::setFilter(const QString& text)
{
    if (text != m_filter) {
        beginResetModel();
        m_filter = text;
        m_order = ordered();
        endResetModel();
    }
}

void TopicTableModel::setInternalShown(bool shown)
{
    if (shown != m_internal) {
        beginResetModel();
        m_internal = shown;
        m_order = ordered();
        endResetModel();
    }
}

const TopicRow& TopicTableModel::topicAt(int row) const
{
    return m_topics[m_order[static_cast<std::size_t>(row)]];
}

QString TopicTableModel::nameAt(int row) const
{
    return text::fromUtf8(topicAt(row).state.name);
}

bool TopicTableModel::anySize() const
{
    return std::any_of(m_topics.begin(), m_topics.end(),
                       [](const TopicRow& t) { return t.state.sizeBytes >= 0; });
}

void TopicTableModel::restyle()
{
    if (!m_order.empty()) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

int TopicTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int TopicTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString TopicTableModel::text(const TopicRow& t, int column) const
{
    QString dash = QStringLiteral("\u2013");
    switch (column) {
    case TopicColumn:
        return text::plain(t.state.name);
    case PartitionsColumn:
        return text::number(static_cast<qint64>(t.state.partitions.size()));
    case RecordsColumn:
        // An upper bound: transaction markers and compacted records have offsets too.
        return t.state.offsetSpan() == 0
                   ? QStringLiteral("0")
                   : QStringLiteral("\u2264 ") + text::number(qint64{t.state.offsetSpan()});
    case RateColumn:
        return t.rate ? QString::fromStdString(formatRate(*t.rate)) : dash;
    case NewestColumn:
        return t.newest == kNoTimestamp ? dash : text::time(t.newest);
    case SizeColumn:
        return t.state.sizeBytes < 0 ? dash : text::bytes(static_cast<quint64>(t.state.sizeBytes));
    case ProblemColumn:
        return topicProblem(t.state);
    default:
        return {};
    }
}

QString TopicTableModel::toolTip(const TopicRow& t, int column) const
{
    switch (column) {
    case RecordsColumn:
        return QStringLiteral("Log end minus log start over all partitions: transaction markers "
                              "and what compaction removed count too");
    case RateColumn:
        return QStringLiteral("Offsets appended a second, between the last looks at the cluster");
    case NewestColumn:
        return t.newest == kNoTimestamp
                   ? QStringLiteral("No record of it is in the capture")
                   : QStringLiteral("Newest record in the capture: ") + text::full(t.newest);
    case SizeColumn:
        return QStringLiteral("On the leaders' disks, compressed");
    default:
        return text(t, column);
    }
}

QVariant TopicTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const TopicRow& t = topicAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(t, column);
    case Qt::ToolTipRole:
        return toolTip(t, column);
    case Qt::FontRole:
        return isFigure(column) ? theme::fixedFont() : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((isFigure(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    case Qt::ForegroundRole:
        if (column == ProblemColumn) {
            return theme::color(theme::Role::Warning);
        }
        return t.state.internal ? theme::color(theme::Role::Dim) : QVariant();
    case RowDelegate::SwatchRole:
        return column == TopicColumn ? theme::seriesColor(nameAt(index.row())) : QVariant();
    default:
        return {};
    }
}

QVariant TopicTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    static constexpr const char* kTitles[] = {"Topic",  "Partitions", "Records", "In/s",
                                              "Newest", "Size",       "Problem"};
    if (role == Qt::DisplayRole) {
        return QString::fromLatin1(kTitles[section]);
    }
    if (role == Qt::InitialSortOrderRole) {
        return section == TopicColumn ? Qt::AscendingOrder : Qt::DescendingOrder;
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment((isFigure(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    }
    return {};
}

void TopicTableModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    std::vector<std::size_t> now = ordered();
    if (now == m_order) {
        return;
    }
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    std::vector<int> rowOfIndex(m_topics.size(), -1);
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

} // namespace hindcast
