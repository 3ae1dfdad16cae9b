#include "widgets/traces/trace_table_model.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/traces/trace_text.h"
#include "widgets/traces/waterfall_scale.h"

#include <QThread>

#include <algorithm>

namespace hindcast {

TraceTableModel::TraceTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

TraceTableModel::~TraceTableModel() = default;

void TraceTableModel::setRows(TraceSetPtr set, std::vector<TraceIndex> rows)
{
    Q_ASSERT(QThread::currentThread() == thread());
    beginResetModel();
    m_set = std::move(set);
    m_rows = std::move(rows);
    m_longestNs = 0;
    for (const TraceIndex index : m_rows) {
        m_longestNs = std::max(m_longestNs, m_set->traces()[index].durationNs());
    }
    endResetModel();
}

void TraceTableModel::setSortColumn(int column)
{
    if (column != m_sortColumn) {
        m_sortColumn = column;
        emit headerDataChanged(Qt::Horizontal, 0, ColumnTotal - 1);
    }
}

QString TraceTableModel::traceId(int row) const
{
    return QString::fromStdString(
        m_set->traces()[m_rows[static_cast<std::size_t>(row)]].id.toString());
}

int TraceTableModel::rowOf(const QString& traceId) const
{
    const auto id = TraceId::parse(text::toUtf8(traceId));
    const auto index = m_set && id ? m_set->find(*id) : std::nullopt;
    if (!index) {
        return -1;
    }
    const auto at = std::find(m_rows.begin(), m_rows.end(), *index);
    return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
}

void TraceTableModel::restyle()
{
    if (!m_rows.empty()) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnTotal - 1));
    }
}

int TraceTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TraceTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnTotal;
}

QString TraceTableModel::rootText(const Trace& trace, TraceIndex index) const
{
    if (trace.root == kNoSpan) {
        const auto records = m_set->recordsOf(index);
        return records.empty()
                   ? QString()
                   : QStringLiteral("record ") + trace_text::recordLabel(*m_set, records.front());
    }
    const Span& root = m_set->span(trace.root);
    return trace_text::fromSet(*m_set, root.service) + QStringLiteral(" \u00b7 ") +
           trace_text::fromSet(*m_set, root.name).simplified();
}

QString TraceTableModel::text(const Trace& trace, TraceIndex index, int column) const
{
    switch (column) {
    case StartColumn:
        return text::time(trace_text::timestampOf(trace.startNs));
    case DurationColumn:
        return spanDuration(trace.durationNs());
    case RootColumn:
        return rootText(trace, index);
    case ServicesColumn: {
        QStringList names;
        for (const std::string& name : m_set->servicesOf(index)) {
            names << text::plain(name);
        }
        return names.join(QStringLiteral(", "));
    }
    case SpansColumn:
        return text::number(static_cast<qint64>(trace.spanCount));
    case ErrorsColumn:
        return trace.errors == 0
                   ? QString()
                   : QStringLiteral("\u25b2 ") + text::number(static_cast<qint64>(trace.errors));
    case RecordsColumn:
        return text::number(static_cast<qint64>(trace.recordCount));
    default:
        return {};
    }
}

QVariant TraceTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const TraceIndex traceIndex = m_rows[static_cast<std::size_t>(index.row())];
    const Trace& trace = m_set->traces()[traceIndex];
    switch (role) {
    case Qt::DisplayRole:
        return text(trace, traceIndex, index.column());
    case ServicesRole: {
        QStringList names;
        for (const std::string& name : m_set->servicesOf(traceIndex)) {
            names << text::plain(name);
        }
        return names;
    }
    case ShareRole:
        return m_longestNs == 0
                   ? 0.0
                   : static_cast<double>(trace.durationNs()) / static_cast<double>(m_longestNs);
    case Qt::TextAlignmentRole: {
        const bool number = index.column() == DurationColumn || index.column() == SpansColumn ||
                            index.column() == ErrorsColumn || index.column() == RecordsColumn;
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter) |
                                   (number ? Qt::AlignRight : Qt::AlignLeft));
    }
    case Qt::FontRole:
        return index.column() == RootColumn || index.column() == ServicesColumn
                   ? QVariant()
                   : QVariant(theme::fixedFont());
    case Qt::ForegroundRole:
        if (index.column() == ErrorsColumn) {
            return theme::color(theme::Role::Error);
        }
        return index.column() == RootColumn && trace.root == kNoSpan
                   ? QVariant(theme::color(theme::Role::Dim))
                   : QVariant();
    case Qt::ToolTipRole:
        if (index.column() == StartColumn) {
            return text::full(trace_text::timestampOf(trace.startNs));
        }
        if (index.column() == RootColumn || index.column() == ServicesColumn) {
            return trace_text::escaped(text(trace, traceIndex, index.column()) +
                                       QStringLiteral("\nTrace ") + traceId(index.row()));
        }
        return {};
    default:
        return {};
    }
}

QVariant TraceTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static constexpr const char* kNames[] = {"Start", "Duration", "Root",   "Services",
                                             "Spans", "Errors",   "Records"};
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnTotal) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        const QString name = QString::fromLatin1(kNames[section]);
        return section == m_sortColumn ? QString(name + QStringLiteral(" \u25be")) : name;
    }
    if (role == Qt::TextAlignmentRole) {
        const bool text =
            section == StartColumn || section == RootColumn || section == ServicesColumn;
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter) |
                                   (text ? Qt::AlignLeft : Qt::AlignRight));
    }
    return {};
}

} // namespace hindcast
