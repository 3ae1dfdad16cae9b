// The parts of StateView that are seen: its widgets, and what they say.

#include "widgets/shared/eliding_header.h"
#include "widgets/shared/hairline.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/state/clock_hint.h"
#include "widgets/state/frozen_column.h"
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
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace hindcast {

namespace {

constexpr int kPreviewAfterMs = 150; // of the last key

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
    m_edit->setToolTip(tr("Edit the projection: how the table is folded"));
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
    m_table->setHorizontalHeader(new ElidingHeader(m_table));
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
    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this,
            [this](int column, int, int width) { columnResized(column, width); });
    m_frozen = new FrozenColumn(m_table);
    connect(m_frozen, &FrozenColumn::menuRequested, this, &StateView::openMenu);
    setFocusProxy(m_table);
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

} // namespace hindcast
