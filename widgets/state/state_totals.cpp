#include "widgets/state/state_totals.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/state/state_table_model.h"

#include <QHeaderView>
#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTableView>
#include <QToolTip>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kPadding = 8; // px, as in the table's cells

std::size_t placesOf(std::string_view number)
{
    const std::size_t point = number.find('.');
    const bool plain = number.find_first_of("eE") == std::string_view::npos;
    return point == std::string_view::npos || !plain ? 0 : number.size() - point - 1;
}

// "-1234567.50" as "-1,234,567.50".
QString grouped(const std::string& number)
{
    QString text = QString::fromStdString(number);
    const auto point = text.indexOf(QLatin1Char('.'));
    const qsizetype from = text.startsWith(QLatin1Char('-')) ? 1 : 0;
    for (qsizetype at = (point < 0 ? text.size() : point) - 3; at > from; at -= 3) {
        text.insert(at, QLatin1Char(','));
    }
    return text;
}

} // namespace

StateTotals::StateTotals(QTableView* table, StateTableModel* model, QWidget* parent)
    : QWidget(parent)
    , m_table(table)
    , m_model(model)
{
    setObjectName(QStringLiteral("totals"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    const QHeaderView* const header = m_table->horizontalHeader();
    const auto repaint = [this] { update(); };
    connect(header, &QHeaderView::sectionResized, this, repaint);
    connect(header, &QHeaderView::sectionMoved, this, repaint);
    connect(header, &QHeaderView::geometriesChanged, this, repaint);
    connect(m_table->horizontalScrollBar(), &QScrollBar::valueChanged, this, repaint);
    connect(m_model, &QAbstractItemModel::dataChanged, this, repaint);
    connect(m_model, &QAbstractItemModel::modelReset, this, repaint);
    arrange();
}

StateTotals::~StateTotals() = default;

void StateTotals::setOn(bool on)
{
    if (m_on != on) {
        m_on = on;
        arrange();
        emit toggled(on);
    }
}

void StateTotals::setWhole(StateWholePtr whole)
{
    m_whole = std::move(whole);
    arrange();
}

void StateTotals::restyle()
{
    arrange();
}

std::vector<StateTotals::Line> StateTotals::lines() const
{
    std::vector<Line> lines;
    if (m_on) {
        lines.push_back(Line::Totals);
    }
    const auto differs = [](std::uint64_t cells) { return cells > 0; };
    if (m_whole &&
        std::any_of(m_whole->changedCells.begin(), m_whole->changedCells.end(), differs)) {
        lines.push_back(Line::Changes);
    }
    return lines;
}

void StateTotals::arrange()
{
    const auto count = static_cast<int>(lines().size());
    setVisible(count > 0);
    setFixedHeight(std::max(count, 1) * theme::kRowHeight + 1);
    update();
}

const ColumnTotal* StateTotals::totalOf(int column) const
{
    if (!m_whole || column < 1) {
        return nullptr;
    }
    const auto& asked = m_whole->request.totalled;
    const auto found = std::find(asked.begin(), asked.end(), static_cast<std::size_t>(column - 1));
    const auto i = static_cast<std::size_t>(found - asked.begin());
    return i < m_whole->totals.size() ? &m_whole->totals[i] : nullptr;
}

std::uint64_t StateTotals::changesOf(int column) const
{
    const auto i = static_cast<std::size_t>(column - 1);
    return m_whole && column > 0 && i < m_whole->changedCells.size() ? m_whole->changedCells[i] : 0;
}

QString StateTotals::written(const std::string& number, int column) const
{
    std::size_t places = placesOf(number);
    std::string padded = number;
    const StateFramePtr& frame = m_model->frame();
    if (!frame) {
        return grouped(padded);
    }
    const auto c = static_cast<std::size_t>(column - 1);
    for (const StateFrame::Row& row : frame->page) {
        if (row.cellsA && c < row.cellsA->size() && (*row.cellsA)[c].kind == Cell::Kind::Number) {
            const std::size_t more = placesOf((*row.cellsA)[c].text);
            padded += places == 0 && more > 0 ? "." : "";
            padded.append(more > places ? more - places : 0, '0');
            places = std::max(places, more);
        }
    }
    return grouped(padded);
}

QString StateTotals::totalText(int column) const
{
    const ColumnTotal* const total = m_on ? totalOf(column) : nullptr;
    return total ? written(total->sum, column) : QString();
}

QString StateTotals::changesText(int column) const
{
    const std::uint64_t cells = changesOf(column);
    return cells > 0 ? tr("\u2260 %1").arg(text::number(static_cast<qint64>(cells))) : QString();
}

int StateTotals::widthOf(int column) const
{
    int width = 0;
    for (const Line line : lines()) {
        const QFont font = column == 0 ? theme::textFont() : theme::fixedFont();
        const QString text = textOf(line, column);
        width = std::max(width, text.isEmpty() ? 0
                                               : QFontMetrics(font).horizontalAdvance(text) +
                                                     2 * kPadding + 1);
    }
    return width;
}

QString StateTotals::changesInWords() const
{
    QString words;
    for (int column = 1; column <= m_model->valueColumns(); ++column) {
        if (const std::uint64_t cells = changesOf(column); cells > 0) {
            words += tr("\n%1: %2")
                         .arg(m_model->fieldAt(column),
                              text::count(cells, tr("changed cell"), tr("changed cells")));
        }
    }
    return words;
}

QString StateTotals::textOf(Line line, int column) const
{
    if (column == 0) {
        return line == Line::Totals ? tr("Total") : tr("Changed cells");
    }
    return line == Line::Totals ? totalText(column) : changesText(column);
}

bool StateTotals::current() const
{
    const StateFramePtr& frame = m_model->frame();
    return m_whole && frame && m_whole->request.log == frame->log &&
           m_whole->request.prefixA == frame->a->prefix();
}

void StateTotals::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(theme::color(theme::Role::Line));
    painter.drawLine(0, 0, width(), 0);
    painter.setOpacity(current() ? 1 : 0.55);
    const QHeaderView* const header = m_table->horizontalHeader();
    int top = 1;
    for (const Line line : lines()) {
        for (int column = 0; column < m_model->columnCount(); ++column) {
            const QString text = textOf(line, column);
            if (text.isEmpty()) {
                continue;
            }
            const QRect cell(header->sectionViewportPosition(column) + kPadding, top,
                             header->sectionSize(column) - 2 * kPadding, theme::kRowHeight);
            const bool numeric = m_model->headerData(column, Qt::Horizontal, Qt::TextAlignmentRole)
                                     .value<Qt::Alignment>()
                                     .testFlag(Qt::AlignRight);
            painter.setFont(column == 0 ? theme::textFont() : theme::fixedFont());
            painter.setPen(theme::color(column == 0             ? theme::Role::Dim
                                        : line == Line::Changes ? theme::Role::Warning
                                                                : theme::Role::Text));
            painter.drawText(
                cell,
                static_cast<int>(Qt::AlignVCenter | (numeric ? Qt::AlignRight : Qt::AlignLeft)),
                painter.fontMetrics().elidedText(text, Qt::ElideRight, cell.width()));
        }
        top += theme::kRowHeight;
    }
}

QString StateTotals::tipAt(const QPoint& at) const
{
    const int column = m_table->horizontalHeader()->logicalIndexAt(at.x());
    const auto shown = lines();
    const auto line = static_cast<std::size_t>(std::max(at.y() - 1, 0) / theme::kRowHeight);
    if (column < 1 || line >= shown.size()) {
        return {};
    }
    if (shown[line] == Line::Changes) {
        const std::uint64_t cells = changesOf(column);
        return cells == 0 ? QString()
                          : tr("%1: %2 from A to B")
                                .arg(m_model->fieldAt(column),
                                     text::count(cells, tr("changed cell"), tr("changed cells")));
    }
    const ColumnTotal* const total = totalOf(column);
    if (!total) {
        return {};
    }
    const QString numbers = text::count(total->numbers, tr("number"), tr("numbers"));
    return total->numbers == 0 ? tr("%1: no number").arg(m_model->fieldAt(column))
                               : tr("%1: %2 in %3, %4 on average")
                                     .arg(m_model->fieldAt(column), written(total->sum, column),
                                          numbers, grouped(total->average));
}

bool StateTotals::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), text::tip(tipAt(help->pos())), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace hindcast
