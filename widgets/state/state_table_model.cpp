#include "widgets/state/state_table_model.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kMostCellChars = 300;

QString shown(const Cell& cell)
{
    switch (cell.kind) {
    case Cell::Kind::Missing:
        return {};
    case Cell::Kind::Null:
        return QStringLiteral("null");
    case Cell::Kind::Unreadable:
        return StateTableModel::tr("not JSON");
    default:
        return text::plain(std::string_view(cell.text).substr(0, kMostCellChars));
    }
}

// Text that came from data, never taken for rich text.
} // namespace

StateTableModel::StateTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

StateTableModel::~StateTableModel() = default;

void StateTableModel::setKeyTitle(const QString& title)
{
    m_keyTitle = title;
    emit headerDataChanged(Qt::Horizontal, 0, 0);
}

void StateTableModel::setFrame(StateFramePtr frame)
{
    const bool sameColumns =
        frame && m_frame &&
        (frame->columns == m_frame->columns || *frame->columns == *m_frame->columns);
    if (!sameColumns) {
        beginResetModel();
        m_frame = std::move(frame);
        m_rowCount = m_frame ? static_cast<int>(m_frame->rows.size()) : 0;
        findNumericColumns();
        endResetModel();
        return;
    }
    // First what stands at each position, then how many there are.
    const int before = m_rowCount;
    const int after = static_cast<int>(frame->rows.size());
    m_frame = std::move(frame);
    findNumericColumns();
    if (before > 0) {
        emit dataChanged(index(0, 0), index(before - 1, columnCount() - 1));
    }
    if (after > before) {
        beginInsertRows({}, before, after - 1);
        m_rowCount = after;
        endInsertRows();
    } else if (after < before) {
        beginRemoveRows({}, after, before - 1);
        m_rowCount = after;
        endRemoveRows();
    }
}

// A column is right-aligned while most of what is in sight is a number; what was decided stays
// where nothing in sight can tell.
void StateTableModel::findNumericColumns()
{
    const std::size_t columns = m_frame ? m_frame->columns->size() : 0;
    const std::vector<bool> before = m_numeric;
    m_numeric.resize(columns, false);
    for (std::size_t c = 0; c < columns; ++c) {
        int numbers = 0;
        int others = 0;
        for (const StateFrame::Row& row : m_frame->page) {
            const auto& cells = row.cellsA ? row.cellsA : row.cellsB;
            if (cells && c < cells->size() && !(*cells)[c].absent()) {
                ++((*cells)[c].kind == Cell::Kind::Number ? numbers : others);
            }
        }
        if (numbers + others > 0) {
            m_numeric[c] = numbers > others;
        }
    }
    if (before != m_numeric && columns > 0 && before.size() == columns) {
        emit headerDataChanged(Qt::Horizontal, 1, static_cast<int>(columns));
    }
}

void StateTableModel::restyle()
{
    if (rowCount() > 0) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
}

std::vector<std::size_t> StateTableModel::numericColumns() const
{
    std::vector<std::size_t> columns;
    for (std::size_t c = 0; c < m_numeric.size(); ++c) {
        if (m_numeric[c]) {
            columns.push_back(c);
        }
    }
    return columns;
}

int StateTableModel::valueColumns() const
{
    return m_frame ? static_cast<int>(m_frame->columns->size()) : 0;
}

int StateTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rowCount;
}

int StateTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_frame ? 0 : valueColumns() + 3;
}

QByteArray StateTableModel::keyAt(int row) const
{
    if (!m_frame || row < 0 || static_cast<std::size_t>(row) >= m_frame->rows.size()) {
        return {};
    }
    const RowKeys& keys = m_frame->log->keys();
    const std::string_view key = keys.text(m_frame->rows.at(keys, static_cast<std::size_t>(row)));
    return {key.data(), static_cast<qsizetype>(key.size())};
}

QString StateTableModel::fieldAt(int column) const
{
    return column > 0 && column <= valueColumns()
               ? text::fromUtf8((*m_frame->columns)[static_cast<std::size_t>(column - 1)].name)
               : QString();
}

int StateTableModel::columnOf(const QString& field) const
{
    for (int column = valueColumns(); column > 0; --column) {
        if (!field.isEmpty() && fieldAt(column) == field) {
            return column;
        }
    }
    return 0;
}

StateTableModel::Change StateTableModel::changeOf(const StateFrame::Row& row, bool compared)
{
    if (!compared) {
        return Change::None;
    }
    if (!row.a) {
        return Change::Added;
    }
    if (!row.b) {
        return Change::Removed;
    }
    const bool same = row.a == row.b || !row.cellsA || !row.cellsB || *row.cellsA == *row.cellsB;
    return same ? Change::None : Change::Changed;
}

StateTableModel::Change StateTableModel::changeOf(int row) const
{
    const StateFrame::Row* const r =
        m_frame && row >= 0 ? m_frame->row(static_cast<std::size_t>(row)) : nullptr;
    return r ? changeOf(*r, m_frame->b != nullptr) : Change::None;
}

QString StateTableModel::cellText(const StateFrame::Row& row, int column, bool atB) const
{
    const auto& cells = atB ? row.cellsB : row.cellsA;
    const auto c = static_cast<std::size_t>(column);
    return cells && c < cells->size() ? shown((*cells)[c]) : QString();
}

QVariant StateTableModel::cellData(const StateFrame::Row& row, int column, int role) const
{
    const Change change = changeOf(row, m_frame->b != nullptr);
    const auto c = static_cast<std::size_t>(column);
    const bool differs = change == Change::Changed && (*row.cellsA)[c] != (*row.cellsB)[c];
    switch (role) {
    case Qt::DisplayRole:
        // The newer value; where the row is only at A, that one.
        return cellText(row, column, differs || change == Change::Added);
    case OldTextRole:
        return differs ? cellText(row, column, false) : QVariant();
    case ChangeRole:
        // Of a changed row only the cells that differ are marked.
        return static_cast<int>(differs                     ? Change::Changed
                                : change == Change::Changed ? Change::None
                                                            : change);
    case Qt::ToolTipRole: {
        const QString now = cellText(row, column, differs || change == Change::Added);
        const auto& cells = row.cellsA ? row.cellsA : row.cellsB;
        if (!differs && cells && c < cells->size() && (*cells)[c].kind == Cell::Kind::Unreadable) {
            return text::tip(tr("The record's bytes are not the JSON that the column looks into. "
                                "Enter opens the record."));
        }
        if (differs) {
            return text::tip(tr("A: %1\nB: %2").arg(cellText(row, column, false), now));
        }
        return now.size() > 12 ? text::tip(now) : QVariant();
    }
    case DimRole: {
        const auto& cells = row.cellsA ? row.cellsA : row.cellsB;
        return cells && c < cells->size() && (*cells)[c].absent();
    }
    default:
        return {};
    }
}

QVariant StateTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_frame) {
        return {};
    }
    const int values = valueColumns();
    const int column = index.column();
    const bool numeric = column == values + 2 || (column > 0 && column <= values &&
                                                  m_numeric[static_cast<std::size_t>(column - 1)]);
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::AlignVCenter | (numeric ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role == NumericRole) {
        return numeric || column == 0 || column > values;
    }
    if (role == KeyRole) {
        return keyAt(index.row());
    }
    if (column == 0 && (role == Qt::DisplayRole || role == Qt::ToolTipRole)) {
        const QByteArray key = keyAt(index.row());
        const QString name = text::plain({key.constData(), static_cast<std::size_t>(key.size())});
        return role == Qt::DisplayRole ? name : text::tip(name);
    }
    const StateFrame::Row* const row = m_frame->row(static_cast<std::size_t>(index.row()));
    if (!row) {
        return {};
    }
    if (column == 0) {
        return role == ChangeRole
                   ? QVariant(static_cast<int>(changeOf(*row, m_frame->b != nullptr)))
                   : QVariant();
    }
    if (column <= values) {
        return cellData(*row, column - 1, role);
    }
    if (role == DimRole) {
        return true;
    }
    if (role == ChangeRole) {
        const Change change = changeOf(*row, m_frame->b != nullptr);
        return static_cast<int>(change == Change::Changed ? Change::None : change);
    }
    if (column == values + 1) {
        return role == Qt::DisplayRole   ? QVariant(text::shortTime(row->changed))
               : role == Qt::ToolTipRole ? QVariant(text::full(row->changed))
                                         : QVariant();
    }
    return role == Qt::DisplayRole ? QVariant(text::number(qint64{row->versions})) : QVariant();
}

QVariant StateTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || !m_frame) {
        return {};
    }
    const int values = valueColumns();
    if (role == Qt::TextAlignmentRole) {
        const bool right =
            section == values + 2 ||
            (section > 0 && section <= values && m_numeric[static_cast<std::size_t>(section - 1)]);
        return QVariant::fromValue(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role == Qt::ToolTipRole) {
        return text::tip(nameOf(section) + QLatin1Char('\n') +
                         tr("Click: sort by this column; again: the other way round; once more: "
                            "by key"));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    const QString name = text::oneLine(nameOf(section));
    return section == m_sortedBy
               ? name + (m_falling ? QStringLiteral(" \u2193") : QStringLiteral(" \u2191"))
               : name;
}

QString StateTableModel::nameOf(int column) const
{
    const int values = valueColumns();
    if (column == 0) {
        return m_keyTitle;
    }
    if (column <= values) {
        return text::plain((*m_frame->columns)[static_cast<std::size_t>(column - 1)].name);
    }
    return column == values + 1 ? tr("changed") : tr("versions");
}

void StateTableModel::setSorted(int column, bool falling)
{
    m_sortedBy = column;
    m_falling = falling;
    if (columnCount() > 0) {
        emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
    }
}

} // namespace hindcast
