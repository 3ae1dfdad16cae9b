#include "widgets/lag/lag_table_model.h"

#include "model/lag/lag_text.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/row_delegate.h"
#include "widgets/shared/text.h"
#include "widgets/shared/verdict_sign.h"

#include <algorithm>
#include <numeric>

namespace hindcast {

namespace {

QString dash()
{
    return QStringLiteral("\u2013");
}

bool isNumber(int column)
{
    return column >= LagTableModel::CommittedColumn && column <= LagTableModel::InColumn;
}

// What rows are ordered by; a cell that is not known goes below every number.
double rank(const PartitionLag& p, int column)
{
    switch (column) {
    case LagTableModel::CommittedColumn:
        return static_cast<double>(p.sample.committed);
    case LagTableModel::EndColumn:
        return static_cast<double>(p.sample.logEnd);
    case LagTableModel::LagColumn:
        return p.split.known() ? static_cast<double>(p.split.available) : -1;
    case LagTableModel::MissedColumn:
        return static_cast<double>(p.split.missed);
    case LagTableModel::BehindColumn:
        return p.behind.known() ? static_cast<double>(p.behind.lag.count()) : -1;
    case LagTableModel::OutColumn:
        return p.out.value_or(-1);
    case LagTableModel::InColumn:
        return p.in.value_or(-1);
    case LagTableModel::CatchUpColumn:
        switch (p.catchUp.kind) {
        case CatchUp::Kind::Unknown:
            return -1;
        case CatchUp::Kind::CaughtUp:
            return 0;
        case CatchUp::Kind::In:
            return static_cast<double>(p.catchUp.in.count());
        case CatchUp::Kind::Never:
            return 1e18;
        }
        break;
    default:
        break;
    }
    return 0;
}

QString sinceText(const PartitionLag& p)
{
    return p.commitSeen ? QStringLiteral("Committed there since %1").arg(text::full(p.lastCommit))
                        : QStringLiteral("Committed there since %1 or before, the first sample")
                              .arg(text::full(p.lastCommit));
}

} // namespace

QString memberName(const PartitionLag& p)
{
    if (p.memberId.empty()) {
        return {};
    }
    // A member id is the client's id and a UUID; its first digits tell members apart.
    QString name = text::plain(p.memberId);
    const QString client = text::plain(p.clientId);
    constexpr qsizetype kUuid = 36;
    constexpr qsizetype kDigits = 4;
    if (name.size() > kUuid && name.at(name.size() - kUuid - 1) == QLatin1Char('-')) {
        name.chop(kUuid - kDigits);
    } else if (name.size() > kUuid + kDigits && !client.isEmpty()) {
        name = client;
    }
    QString host = text::plain(p.host);
    if (host.startsWith(QLatin1Char('/'))) {
        host.remove(0, 1);
    }
    return host.isEmpty() ? name : name + QStringLiteral(" \u00b7 ") + host;
}

LagTableModel::LagTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

LagTableModel::~LagTableModel() = default;

std::vector<std::size_t> LagTableModel::sorted() const
{
    std::vector<std::size_t> order(m_lag.partitions.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto less = [this](std::size_t a, std::size_t b) {
        const PartitionLag& left = m_lag.partitions[a];
        const PartitionLag& right = m_lag.partitions[b];
        if (m_sortColumn == PartitionColumn) {
            return left.place() < right.place();
        }
        if (m_sortColumn == MemberColumn) {
            return memberName(left) < memberName(right);
        }
        return rank(left, m_sortColumn) < rank(right, m_sortColumn);
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return m_sortOrder == Qt::AscendingOrder ? less(a, b) : less(b, a);
    });
    return order;
}

void LagTableModel::setLag(GroupLag lag)
{
    const bool same =
        std::equal(lag.partitions.begin(), lag.partitions.end(), m_lag.partitions.begin(),
                   m_lag.partitions.end(), [](const PartitionLag& a, const PartitionLag& b) {
                       return a.place() == b.place();
                   });
    if (!same) {
        beginResetModel();
        m_lag = std::move(lag);
        m_order = sorted();
        endResetModel();
        return;
    }
    // Rows stay where they are while A moves, even if the order by a number would be another one:
    // a row that jumps away under the eye tells nothing. A click on the header sorts anew.
    m_lag = std::move(lag);
    if (!m_order.empty()) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

const PartitionLag& LagTableModel::partitionAt(int row) const
{
    return m_lag.partitions[m_order[static_cast<std::size_t>(row)]];
}

std::optional<int> LagTableModel::rowOf(const TopicPartition& place) const
{
    for (std::size_t row = 0; row < m_order.size(); ++row) {
        if (m_lag.partitions[m_order[row]].place() == place) {
            return static_cast<int>(row);
        }
    }
    return std::nullopt;
}

std::optional<RecordPlace> LagTableModel::recordAt(int row) const
{
    const GroupPartitionSample& sample = partitionAt(row).sample;
    if (sample.committed < 0) {
        return std::nullopt;
    }
    // What lies below the log start is gone; the group goes on at the first one there is.
    return RecordPlace{sample.place.topic, sample.place.partition,
                       std::max(sample.committed, sample.logStart)};
}

void LagTableModel::restyle()
{
    if (!m_order.empty()) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

int LagTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int LagTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString LagTableModel::text(const PartitionLag& p, int column) const
{
    const auto offset = [](std::int64_t n) { return n < 0 ? dash() : text::number(qint64{n}); };
    const auto rate = [](const std::optional<double>& r) {
        return r ? QString::fromStdString(formatRate(*r)) : dash();
    };
    switch (column) {
    case PartitionColumn:
        return text::plain(p.place().toString());
    case CommittedColumn:
        return p.split.state == LagSplit::State::NoCommit ? QStringLiteral("no commit")
                                                          : offset(p.sample.committed);
    case EndColumn:
        return p.sample.logEnd < 0 ? QStringLiteral("no leader") : offset(p.sample.logEnd);
    case LagColumn:
        if (!p.split.known()) {
            return dash();
        }
        return p.split.ahead > 0 ? QStringLiteral("\u2212") + text::number(qint64{p.split.ahead})
                                 : text::number(qint64{p.split.available});
    case MissedColumn:
        return p.split.missed > 0 ? text::number(qint64{p.split.missed}) : QString();
    case BehindColumn:
        return QString::fromStdString(formatTimeLag(p.behind));
    case OutColumn:
        return rate(p.out);
    case InColumn:
        return rate(p.in);
    case CatchUpColumn:
        if (severityOf(p.verdict) == Severity::None) {
            return QString::fromLatin1(wordOf(p.verdict));
        }
        return QString::fromStdString(formatCatchUp(p.catchUp));
    case MemberColumn:
        return p.memberHeld ? QStringLiteral("was ") + memberName(p) : memberName(p);
    default:
        return {};
    }
}

QString LagTableModel::toolTip(const PartitionLag& p, int column) const
{
    switch (column) {
    case PartitionColumn:
        return text(p, PartitionColumn) + QStringLiteral(": ") +
               QString::fromLatin1(wordOf(p.verdict));
    case CommittedColumn:
        return p.sample.committed < 0
                   ? QStringLiteral("Nothing committed: where the group starts here follows from "
                                    "its auto.offset.reset")
                   : sinceText(p);
    case EndColumn:
        return p.sample.logEnd < 0
                   ? QStringLiteral("The log end is not known: the partition has no leader")
                   : QStringLiteral("Log from %1 to %2")
                         .arg(text::number(qint64{p.sample.logStart}),
                              text::number(qint64{p.sample.logEnd}));
    case LagColumn:
    case MissedColumn:
        if (!p.split.known()) {
            return {};
        }
        return p.split.ahead > 0
                   ? QStringLiteral("Committed %1 past the log end")
                         .arg(text::number(qint64{p.split.ahead}))
                   : QStringLiteral("%1 offsets wait (transaction markers and compacted records "
                                    "count too), %2 were deleted before they were read")
                         .arg(text::number(qint64{p.split.available}),
                              text::number(qint64{p.split.missed}));
    case BehindColumn:
        return QString::fromLatin1(sentenceOf(p.behind.method));
    case OutColumn:
        return QStringLiteral("Records committed a second, over the last samples");
    case InColumn:
        return QStringLiteral("Records appended a second, over the last samples");
    case CatchUpColumn:
        return text(p, CatchUpColumn);
    case MemberColumn:
        if (p.memberId.empty()) {
            return QStringLiteral("Nobody is assigned to this partition");
        }
        return text::plain(p.memberId) + QStringLiteral("\nclient ") + text::plain(p.clientId) +
               QStringLiteral(", host ") + text::plain(p.host) +
               (p.memberHeld ? QStringLiteral("\nIt had the partition before the rebalance")
                             : QString());
    default:
        return {};
    }
}

QVariant LagTableModel::foreground(const PartitionLag& p, int column) const
{
    const Severity severity = severityOf(p.verdict);
    const bool troubled = severity >= Severity::Warning;
    switch (column) {
    case LagColumn:
    case BehindColumn:
        return troubled ? verdict_sign::color(severity) : QVariant();
    case MissedColumn:
        return theme::color(theme::Role::Warning);
    case MemberColumn:
        return theme::color(theme::Role::Dim);
    case CatchUpColumn:
        return severity == Severity::None ? theme::color(theme::Role::Dim) : QVariant();
    default:
        return {};
    }
}

QVariant LagTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const PartitionLag& p = partitionAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(p, column);
    case Qt::ToolTipRole:
        return toolTip(p, column);
    case Qt::ForegroundRole:
        return foreground(p, column);
    case Qt::FontRole:
        return isNumber(column) ? theme::fixedFont() : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    case Qt::DecorationRole:
        return column == PartitionColumn ? verdict_sign::icon(severityOf(p.verdict)) : QVariant();
    case Qt::AccessibleTextRole:
        return column == PartitionColumn ? toolTip(p, column) : text(p, column);
    case RowDelegate::SwatchRole: // the colour that the partition has in the plot
        return column == PartitionColumn ? theme::seriesColorAt(p.place().partition) : QVariant();
    default:
        return {};
    }
}

QVariant LagTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    static constexpr const char* kTitles[] = {"Partition",  "Committed", "End",    "Lag",
                                              "Missed",     "Behind",    "Read/s", "In/s",
                                              "Catches up", "Member"};
    if (role == Qt::DisplayRole) {
        return QString::fromLatin1(kTitles[section]);
    }
    if (role == Qt::InitialSortOrderRole) { // numbers largest first: that is what one looks for
        return isNumber(section) || section == CatchUpColumn ? Qt::DescendingOrder
                                                             : Qt::AscendingOrder;
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    }
    return {};
}

void LagTableModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    std::vector<std::size_t> now = sorted();
    if (now == m_order) {
        return;
    }
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    std::vector<int> rowOfIndex(now.size());
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
