// How wide StateView's columns are.
#include "widgets/state/state_cell_delegate.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_totals.h"
#include "widgets/state/state_view.h"

#include <QHeaderView>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>

#include <algorithm>
#include <numeric>

namespace hindcast {

namespace {

// px: columns are made no narrower than this to fit all.
constexpr int kNarrow = 52;
constexpr int kWholeKey = 150;
constexpr int kWholeTime = 90;
constexpr int kLeast = 56;
constexpr int kMost = 280;
constexpr int kSign = 14; // of a row that is only at A, or only at B

int sum(const std::vector<int>& widths)
{
    return std::accumulate(widths.begin(), widths.end(), 0);
}

// The widest give way first, each down to its floor.
void squeeze(std::vector<int>& widths, const std::vector<int>& floors, int tooMuch)
{
    while (tooMuch > 0) {
        std::size_t widest = widths.size();
        for (std::size_t c = 0; c < widths.size(); ++c) {
            if (widths[c] > floors[c] && (widest == widths.size() || widths[c] > widths[widest])) {
                widest = c;
            }
        }
        if (widest == widths.size()) {
            return;
        }
        const int less = std::min({tooMuch, widths[widest] - floors[widest], 8});
        widths[widest] -= less;
        tooMuch -= less;
    }
}

} // namespace

// What a column wants for its header, for the cells in sight and for its total.
int StateView::wantedWidth(int column) const
{
    int cells = 0;
    const int first = static_cast<int>(topRow());
    const int end = std::min(first + static_cast<int>(rowsInSight()), m_model->rowCount());
    for (int row = first; row < end; ++row) {
        cells = std::max(cells, m_delegate->sizeHint({}, m_model->index(row, column)).width());
    }
    cells = std::max(cells + (column == 0 && m_b ? kSign : 0), m_totals->widthOf(column));
    const int header = m_table->horizontalHeader()->sectionSizeHint(column);
    return std::clamp(std::max(header, cells) + 4, kLeast, kMost);
}

// Columns as wide as what is in sight wants, the room that is left shared out to them; those that
// a person has sized stay. False: what is in sight is not read yet, and its frame is to fit them.
bool StateView::fitColumns()
{
    const StateFramePtr& frame = m_model->frame();
    if (!frame || (m_model->rowCount() > 0 && !frame->row(topRow()))) {
        return false;
    }
    const int columns = m_model->columnCount();
    std::vector<int> widths;
    // Keys and times stay whole: a row that cannot be told from others says nothing.
    std::vector<int> floors;
    std::vector<std::size_t> free;
    for (int c = 0; c < columns; ++c) {
        const auto byHand = m_sizedByHand.constFind(m_model->nameOf(c));
        const int wanted = byHand != m_sizedByHand.cend() ? *byHand : wantedWidth(c);
        const int whole = c == 0 ? kWholeKey : c == columns - 2 ? kWholeTime : kNarrow;
        widths.push_back(wanted);
        floors.push_back(byHand != m_sizedByHand.cend()
                             ? wanted
                             : std::min(wanted, std::max(whole, m_totals->widthOf(c))));
        if (byHand == m_sizedByHand.cend()) {
            free.push_back(static_cast<std::size_t>(c));
        }
    }
    // Room is kept for the scroll bar, which may come with the next frame. The table itself has no
    // size before its page is first in front.
    const int room = m_stack->width() - m_table->verticalScrollBar()->sizeHint().width();
    const int left = room - sum(widths);
    if (left > 0 && !free.empty()) {
        for (const std::size_t c : free) {
            widths[c] += left / static_cast<int>(free.size());
        }
        widths[free.back()] += left % static_cast<int>(free.size());
    } else if (sum(floors) <= room) {
        squeeze(widths, floors, -left);
    } // else the table is scrolled anyway: each has what it wants
    const QScopedValueRollback fitting(m_fitting, true);
    for (int c = 0; c < columns; ++c) {
        m_table->setColumnWidth(c, widths[static_cast<std::size_t>(c)]);
    }
    return true;
}

void StateView::columnResized(int column, int width)
{
    if (!m_fitting && m_fitted && width > 0) {
        m_sizedByHand[m_model->nameOf(column)] = width;
    }
}

// Where a header or a total has become wider than its column.
void StateView::fitWhatIsCut()
{
    for (int c = 0; c < m_model->columnCount() && m_fitted; ++c) {
        const int wanted =
            std::max(m_table->horizontalHeader()->sectionSizeHint(c), m_totals->widthOf(c));
        if (std::min(wanted, kMost) > m_table->columnWidth(c) &&
            !m_sizedByHand.contains(m_model->nameOf(c))) {
            m_fitted = fitColumns();
            return;
        }
    }
}

void StateView::resizeEvent(QResizeEvent* event)
{
    View::resizeEvent(event);
    showDifferenceButton();
    if (m_model->frame()) {
        m_fitted = fitColumns();
    }
    wantFrame(false);
}

} // namespace hindcast
