// The parts of StateView that are seen: its widgets, what they say, what leaves it as text.

#include "model/replay/state_writer.h"
#include "widgets/shared/hairline.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/state/clock_hint.h"
#include "widgets/state/projection_editor.h"
#include "widgets/state/projection_store.h"
#include "widgets/state/state_bottom.h"
#include "widgets/state/state_cell_delegate.h"
#include "widgets/state/state_findings.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_totals.h"
#include "widgets/state/state_view.h"
#include "widgets/state/state_watch.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

namespace {

// px: columns are made no narrower than this to fit all.
constexpr int kNarrow = 52;
constexpr int kPreviewAfterMs = 150; // of the last key
constexpr int kWholeKey = 150;
constexpr int kWholeTime = 90;
constexpr int kSign = 14; // of a row that is only at A, or only at B

} // namespace

void StateView::setUp()
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    m_filterProblem = new QLabel(this);
    m_filterProblem->setObjectName(QStringLiteral("filterProblem"));
    m_filterProblem->setTextFormat(Qt::PlainText);
    m_filterProblem->setWordWrap(true);
    m_filterProblem->setContentsMargins(12, 0, 12, 6);
    m_filterProblem->hide();
    layout->addWidget(m_filterProblem);
    m_clockHint = new ClockHint(context().workspace, this);
    layout->addWidget(m_clockHint);
    layout->addWidget(hairline(this));

    makeTable();
    m_emptyText = new QLabel(this);
    m_emptyText->setObjectName(QStringLiteral("empty"));
    m_emptyText->setTextFormat(Qt::PlainText);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    m_emptyText->setContentsMargins(32, 0, 32, 0);
    m_emptyText->setBackgroundRole(QPalette::Base);
    m_emptyText->setAutoFillBackground(true);
    m_stack = new QStackedWidget(this);
    m_totals = new StateTotals(m_table, m_model, this);
    auto* withTotals = new QWidget(this);
    auto* tableLayout = new QVBoxLayout(withTotals);
    tableLayout->setContentsMargins(0, 0, 0, 0);
    tableLayout->setSpacing(0);
    tableLayout->addWidget(m_table, 1);
    tableLayout->addWidget(m_totals);
    m_stack->addWidget(withTotals);
    m_stack->addWidget(m_emptyText);
    makeSorting();

    makeEditor();
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_editor);
    m_splitter->addWidget(m_stack);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({220, 400});
    layout->addWidget(m_splitter, 1);
    m_findings = new StateFindings(this);
    layout->addWidget(m_findings);
    layout->addWidget(hairline(this));
    m_bottom = new StateBottom(this);
    layout->addWidget(m_bottom);

    m_previewTimer.setSingleShot(true);
    m_previewTimer.setInterval(kPreviewAfterMs);
    connect(&m_previewTimer, &QTimer::timeout, this, &StateView::askPreview);

    addWatchKeys();
    for (const int step : {-1, 1}) {
        auto* cell = new QAction(this);
        cell->setShortcut(QKeySequence(Qt::CTRL | (step < 0 ? Qt::Key_Left : Qt::Key_Right)));
        cell->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(cell, &QAction::triggered, this, [this, step] { stepCell(step); });
        m_table->addAction(cell);
    }
    restyle();
}

QWidget* StateView::makeBar()
{
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(8);
    m_differ = new QPushButton(bar);
    m_differ->setObjectName(QStringLiteral("differ"));
    m_differ->setCheckable(true);
    m_filter = new QLineEdit(bar);
    m_filter->setObjectName(QStringLiteral("filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setPlaceholderText(tr("Filter: status = 'FAILED'"));
    m_filter->setToolTip(tr("An SQL expression over the columns, key, and any path into the state "
                            "(value.customer.id)"));
    m_watch = new StateWatch(bar);
    m_totalsButton = new QToolButton(bar);
    m_totalsButton->setObjectName(QStringLiteral("totalsButton"));
    m_totalsButton->setText(QStringLiteral("\u03A3"));
    m_totalsButton->setCheckable(true);
    m_totalsButton->setToolTip(tr("Totals of the numbers (Ctrl+T)"));
    m_totalsButton->setAccessibleName(m_totalsButton->toolTip());
    m_edit = new QPushButton(tr("Edit projection"), bar);
    m_edit->setObjectName(QStringLiteral("edit"));
    m_edit->setCheckable(true);
    m_export = new QPushButton(tr("Export\u2026"), bar);
    m_export->setObjectName(QStringLiteral("export"));
    layout->addWidget(m_differ);
    layout->addWidget(m_filter, 1);
    layout->addWidget(m_watch);
    layout->addWidget(m_totalsButton);
    layout->addWidget(m_edit);
    layout->addWidget(m_export);
    return bar;
}

void StateView::makeTable()
{
    m_model = new StateTableModel(this);
    m_model->setKeyTitle(m_name);
    m_delegate = new StateCellDelegate(this);
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("table"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(m_delegate);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setTabKeyNavigation(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setCornerButtonEnabled(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setMinimumSectionSize(theme::kRowHeight);
    m_table->verticalHeader()->setDefaultSectionSize(theme::kRowHeight);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionsMovable(true);
    m_table->horizontalHeader()->setMinimumSectionSize(48);
    setFocusProxy(m_table);
}

// Columns as wide as what is in sight wants, the room that is left shared out to the texts.
void StateView::fitColumns()
{
    const int columns = m_model->columnCount();
    std::vector<int> widths;
    int sum = 0;
    for (int c = 0; c < columns; ++c) {
        const int header = m_table->horizontalHeader()->sectionSizeHint(c);
        int cells = 0;
        for (int row = static_cast<int>(topRow()), last = row + static_cast<int>(rowsInSight());
             row < std::min(last, m_model->rowCount()); ++row) {
            cells = std::max(cells, m_delegate->sizeHint({}, m_model->index(row, c)).width());
        }
        cells = std::max(cells + (c == 0 && m_b ? kSign : 0), m_totals->widthOf(c));
        widths.push_back(std::clamp(std::max(header, cells) + 4, 56, 280));
        sum += widths.back();
    }
    // Room is kept for the scroll bar, which may come with the next frame. The table itself has no
    // size before its page is first in front.
    int room = m_stack->width() - m_table->verticalScrollBar()->sizeHint().width() - sum;
    if (columns > 0 && room > 0) {
        for (int& width : widths) {
            width += room / columns;
        }
        widths.back() += room % columns;
    }
    // Too narrow for all: the widest give way first, down to what still tells something. Keys and
    // times stay whole: a row that cannot be told from others says nothing.
    const auto least = [&](int c) {
        const int whole = c == 0 ? kWholeKey : c == columns - 2 ? kWholeTime : kNarrow;
        return std::min(widths[static_cast<std::size_t>(c)], std::max(whole, m_totals->widthOf(c)));
    };
    std::vector<int> floors;
    floors.reserve(static_cast<std::size_t>(columns));
    for (int c = 0; c < columns; ++c) {
        floors.push_back(least(c));
    }
    while (room < 0) {
        std::size_t widest = widths.size();
        for (std::size_t c = 0; c < widths.size(); ++c) {
            if (widths[c] > floors[c] && (widest == widths.size() || widths[c] > widths[widest])) {
                widest = c;
            }
        }
        if (widest == widths.size()) {
            break;
        }
        const int less = std::min({-room, widths[widest] - floors[widest], 8});
        widths[widest] -= less;
        room += less;
    }
    for (int c = 0; c < columns; ++c) {
        m_table->setColumnWidth(c, widths[static_cast<std::size_t>(c)]);
    }
}

// Where a header or a total has become wider than its column.
void StateView::fitWhatIsCut()
{
    for (int c = 0; c < m_model->columnCount(); ++c) {
        const int wanted =
            std::max(m_table->horizontalHeader()->sectionSizeHint(c), m_totals->widthOf(c));
        if (m_fitted && wanted > m_table->columnWidth(c)) {
            fitColumns();
            return;
        }
    }
}

void StateView::resizeEvent(QResizeEvent* event)
{
    View::resizeEvent(event);
    if (m_model->frame()) {
        fitColumns();
    }
    wantFrame(false);
}

void StateView::restyle()
{
    m_filter->setFont(theme::fixedFont());
    m_watch->restyle();
    m_emptyText->setFont(theme::textFont());
    const auto colour = [](QLabel* label, theme::Role role) { theme::setTextColor(label, role); };
    colour(m_filterProblem, theme::Role::Error);
    colour(m_emptyText, theme::Role::Dim);
    m_clockHint->restyle();
    m_findings->restyle();
    m_totals->restyle();
    m_bottom->restyle();
    m_editor->restyle();
    m_model->restyle();
    m_table->viewport()->update();
}

QString StateView::selectionAsTsv() const
{
    QString text;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows()) {
        QStringList cells;
        for (int c = 0; c < m_model->columnCount(); ++c) {
            QString cell = row.siblingAtColumn(c).data().toString();
            cell.replace(QLatin1Char('\t'), QLatin1Char(' '));
            cell.replace(QLatin1Char('\n'), QLatin1Char(' '));
            cells << cell;
        }
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return text;
}

QString StateView::selectionAsJson() const
{
    QString text;
    const StateFramePtr& frame = m_model->frame();
    const std::vector<std::string> names = uniqueNames({"key"}, *frame->columns);
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        const StateFrame::Row* const row = frame->row(static_cast<std::size_t>(index.row()));
        const auto& cells = row ? (row->cellsA ? row->cellsA : row->cellsB) : nullptr;
        if (cells) {
            text += text::fromUtf8(rowAsJson(frame->log->keys().text(row->key), names, *cells)) +
                    QLatin1Char('\n');
        }
    }
    return text;
}

void StateView::showMenu(const QPoint& at)
{
    const QModelIndex cell = m_table->indexAt(at);
    if (!cell.isValid()) {
        return;
    }
    const QString field = m_model->fieldAt(cell.column());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(field.isEmpty() ? tr("Open the record that set this row")
                                    : tr("Open the record that set this value"),
                    this, [this, cell = QPersistentModelIndex(cell)] { openRecordOf(cell); });
    menu->addAction(tr("Previous change of this row\t["), this, &StateView::previousChange);
    menu->addAction(tr("Next change of this row\t]"), this, &StateView::nextChange);
    menu->addSeparator();
    const int column = cell.column();
    const QString name = m_model->nameOf(column);
    menu->addAction(tr("Sort by %1, rising").arg(name), this,
                    [this, column] { sortBy(column, false); });
    menu->addAction(tr("Sort by %1, falling").arg(name), this,
                    [this, column] { sortBy(column, true); });
    QAction* const totals = menu->addAction(tr("Totals of the numbers\tCtrl+T"), this,
                                            [this](bool on) { setTotals(on); });
    totals->setCheckable(true);
    totals->setChecked(m_totals->isOn());
    menu->addSeparator();
    menu->addAction(tr("Copy the cell"), this, [text = cell.data().toString()] {
        QGuiApplication::clipboard()->setText(text);
    });
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

} // namespace hindcast
