#include "widgets/state/findings_model.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

FindingsModel::FindingsModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

FindingsModel::~FindingsModel() = default;

void FindingsModel::setLog(const VersionLogPtr& log)
{
    if (log == m_log) {
        return;
    }
    std::vector<const FoldFinding*> rows;
    if (log) {
        for (const FoldFinding& finding : log->report().firstFindings) {
            rows.push_back(&finding);
        }
        std::stable_sort(rows.begin(), rows.end(),
                         [](const auto* a, const auto* b) { return a->rank < b->rank; });
    }
    beginResetModel();
    m_log = log;
    m_rows = std::move(rows);
    m_before = countBefore();
    endResetModel();
}

void FindingsModel::setPrefix(Rank prefixOfA)
{
    m_prefix = prefixOfA;
    if (const int now = countBefore(); now != m_before) {
        m_before = now;
        restyle();
    }
}

int FindingsModel::countBefore() const
{
    const auto after =
        std::partition_point(m_rows.begin(), m_rows.end(),
                             [this](const auto* finding) { return finding->rank < m_prefix; });
    return static_cast<int>(after - m_rows.begin());
}

void FindingsModel::restyle()
{
    if (!m_rows.empty()) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
    }
}

int FindingsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FindingsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const FoldFinding& finding = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Time:
            return text::time(m_log->order()->timeAt(finding.rank));
        case Record:
            return text::place(finding.place);
        case Key:
            return text::plain(finding.key);
        default:
            return text::plain(finding.what);
        }
    case Qt::ForegroundRole:
        return index.row() < m_before ? QVariant() : QVariant(theme::color(theme::Role::Dim));
    case Qt::FontRole:
        return index.column() == What ? theme::textFont() : theme::fixedFont();
    case Qt::ToolTipRole:
        return tr("%1%2\nClick: A goes behind this record. Double click: opens the record.")
            .arg(text::full(m_log->order()->timeAt(finding.rank)),
                 index.row() < m_before ? QString() : tr(", after A"));
    default:
        return {};
    }
}

QVariant FindingsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Time:
        return tr("time");
    case Record:
        return tr("record");
    case Key:
        return tr("key");
    default:
        return tr("not allowed");
    }
}

} // namespace hindcast
