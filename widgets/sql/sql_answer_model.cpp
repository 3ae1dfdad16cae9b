#include "widgets/sql/sql_answer_model.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kRowsLookedAt = 100;
constexpr std::size_t kLongestShown = 400; // bytes; the rest is in the tip and in a copy
constexpr std::size_t kLongestTip = 4000;

// On one line: what breaks it stands as a sign.
QString oneLine(std::string_view utf8)
{
    QString shown = text::plain(utf8);
    shown.replace(QLatin1Char('\n'), QChar(0x21b5));
    shown.replace(QLatin1Char('\t'), QLatin1Char(' '));
    return shown;
}

QString shown(const SqlCell& cell, std::size_t most)
{
    switch (cell.kind) {
    case SqlCell::Kind::Null:
        return QStringLiteral("null");
    case SqlCell::Kind::Integer:
        return QString::number(cell.integer);
    case SqlCell::Kind::Real:
        return QString::number(cell.real, 'g', QLocale::FloatingPointShortest);
    case SqlCell::Kind::Text:
        return cell.size > most ? oneLine(cell.text().substr(0, most)) + QChar(0x2026)
                                : oneLine(cell.text());
    case SqlCell::Kind::Blob:
        break;
    }
    return text::count(cell.size, SqlAnswerModel::tr("byte"), SqlAnswerModel::tr("bytes"));
}

} // namespace

SqlAnswerModel::SqlAnswerModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

SqlAnswerModel::~SqlAnswerModel() = default;

void SqlAnswerModel::setAnswer(SqlAnswerPtr answer)
{
    beginResetModel();
    m_answer = std::move(answer);
    m_stale = false;
    m_numbers.clear();
    for (std::size_t c = 0; m_answer && c < m_answer->columns.size(); ++c) {
        bool numbers = false;
        bool others = false;
        for (std::size_t r = 0; r < std::min(m_answer->rows, kRowsLookedAt); ++r) {
            const SqlCell::Kind kind = m_answer->cell(r, c).kind;
            const bool number = kind == SqlCell::Kind::Integer || kind == SqlCell::Kind::Real;
            numbers = numbers || number;
            others = others || (!number && kind != SqlCell::Kind::Null);
        }
        m_numbers.push_back(numbers && !others);
    }
    endResetModel();
}

void SqlAnswerModel::setStale(bool stale)
{
    if (stale == m_stale || rowCount() == 0) {
        return;
    }
    m_stale = stale;
    emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::ForegroundRole});
}

std::optional<std::size_t> SqlAnswerModel::columnNamed(std::string_view name) const
{
    const auto found = std::find(m_answer->columns.begin(), m_answer->columns.end(), name);
    return found == m_answer->columns.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - m_answer->columns.begin()));
}

std::optional<RecordPlace> SqlAnswerModel::recordOf(int row) const
{
    if (!m_answer || row < 0 || row >= rowCount()) {
        return std::nullopt;
    }
    const auto topic = columnNamed("topic");
    const auto partition = columnNamed("partition");
    const auto offset = columnNamed("offset");
    if (!topic || !partition || !offset) {
        return std::nullopt;
    }
    const auto at = static_cast<std::size_t>(row);
    const SqlCell& name = m_answer->cell(at, *topic);
    const SqlCell& number = m_answer->cell(at, *partition);
    const SqlCell& place = m_answer->cell(at, *offset);
    if (name.kind != SqlCell::Kind::Text || number.kind != SqlCell::Kind::Integer ||
        place.kind != SqlCell::Kind::Integer) {
        return std::nullopt;
    }
    return RecordPlace{std::string(name.text()), static_cast<std::int32_t>(number.integer),
                       place.integer};
}

int SqlAnswerModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_answer ? 0 : static_cast<int>(m_answer->rows);
}

int SqlAnswerModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_answer ? 0 : static_cast<int>(m_answer->columns.size());
}

QVariant SqlAnswerModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_answer) {
        return {};
    }
    const SqlCell& cell = m_answer->cell(static_cast<std::size_t>(index.row()),
                                         static_cast<std::size_t>(index.column()));
    switch (role) {
    case Qt::DisplayRole:
        return shown(cell, kLongestShown);
    case Qt::ToolTipRole:
        return cell.kind == SqlCell::Kind::Text && cell.size > kLongestShown
                   ? QVariant(shown(cell, kLongestTip))
                   : QVariant();
    case Qt::TextAlignmentRole:
        return static_cast<int>(
            Qt::AlignVCenter |
            (m_numbers[static_cast<std::size_t>(index.column())] ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole:
        return theme::fixedFont();
    case Qt::ForegroundRole:
        return m_stale || cell.kind == SqlCell::Kind::Null || cell.kind == SqlCell::Kind::Blob
                   ? QVariant(theme::color(theme::Role::Dim))
                   : QVariant();
    default:
        return {};
    }
}

QVariant SqlAnswerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || !m_answer || section < 0 || section >= columnCount()) {
        return {};
    }
    const auto column = static_cast<std::size_t>(section);
    if (role == Qt::DisplayRole) {
        return oneLine(m_answer->columns[column]);
    }
    if (role == Qt::TextAlignmentRole) {
        return static_cast<int>(Qt::AlignVCenter |
                                (m_numbers[column] ? Qt::AlignRight : Qt::AlignLeft));
    }
    return {};
}

} // namespace hindcast
