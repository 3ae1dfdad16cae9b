#include "widgets/lag/lag_plot.h"
#include "widgets/lag/lag_table_model.h"
#include "widgets/lag/lag_view.h"
#include "widgets/shared/lag_store.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/row_delegate.h"
#include "widgets/shared/text.h"
#include "widgets/shared/verdict_bar.h"
#include "widgets/shared/workspace.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <array>

// The widgets of a LagView and what is chosen in its table; lag_view.cpp fills them.

namespace hindcast {

namespace {

struct ColumnWidth
{
    int column;
    int width; // px at scale 1
};

constexpr std::array kWidths{
    ColumnWidth{LagTableModel::PartitionColumn, 108},
    ColumnWidth{LagTableModel::CommittedColumn, 82},
    ColumnWidth{LagTableModel::EndColumn, 80},
    ColumnWidth{LagTableModel::LagColumn, 62},
    ColumnWidth{LagTableModel::MissedColumn, 62},
    ColumnWidth{LagTableModel::BehindColumn, 64},
    ColumnWidth{LagTableModel::OutColumn, 62},
    ColumnWidth{LagTableModel::InColumn, 50},
    ColumnWidth{LagTableModel::CatchUpColumn, 126},
};
constexpr int kWidest = 240; // of a column that holds long names
constexpr int kMemberAtLeast = 60;

// A square of the colour and the name, as lines are named beside the plot.
QString legendText()
{
    const auto entry = [](int series, const QString& name) {
        return QStringLiteral("<span style='color:%1'>\u25a0</span>&nbsp;%2")
            .arg(theme::seriesColorAt(series).name(), name);
    };
    // Our own words only: nothing of a cluster is in this markup.
    return entry(0, LagView::tr("arriving")) + QStringLiteral("&nbsp;&nbsp;&nbsp;") +
           entry(2, LagView::tr("read"));
}

} // namespace

void LagView::setupUi()
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_verdict = new VerdictBar(this);
    m_plot = new LagPlot(this);
    m_model = new LagTableModel(this);
    m_table = new QTableView(this);
    setupTable();

    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(1);
    split->addWidget(m_plot);
    split->addWidget(m_table);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({266, 190});

    auto* line = new QFrame(this);
    line->setObjectName(QStringLiteral("line"));
    line->setFixedHeight(1);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    auto* line2 = new QFrame(this);
    line2->setFixedHeight(1);
    line2->setAutoFillBackground(true);
    line2->setBackgroundRole(QPalette::Mid);

    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_verdict);
    column->addWidget(line);
    column->addWidget(makeToolbar());
    column->addWidget(line2);
    column->addWidget(split, 1);

    m_pages = new QStackedWidget(this);
    m_pages->addWidget(makeEmptyPage());
    m_pages->addWidget(page);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_pages);
    setAccessibleName(tr("Lag of %1").arg(m_group));
}

QWidget* LagView::makeToolbar()
{
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(10, 7, 10, 7);
    row->setSpacing(2 * theme::kStep);
    m_modes = new QButtonGroup(this);
    struct Mode
    {
        LagQuantity quantity;
        QString name;
        QString tip;
    };
    const std::array modes{
        Mode{LagQuantity::Records, tr("Records"), tr("Records that wait, a partition a layer")},
        Mode{LagQuantity::Seconds, tr("Seconds"), tr("How old the next record is, per partition")},
        Mode{LagQuantity::Rates, tr("Rates"), tr("Records a second that arrive and are read")},
    };
    for (const Mode& mode : modes) {
        auto* button = new QPushButton(mode.name, bar);
        button->setCheckable(true);
        button->setToolTip(mode.tip);
        button->setChecked(mode.quantity == m_quantity);
        m_modes->addButton(button, static_cast<int>(mode.quantity));
        row->addWidget(button);
    }
    m_legend = new QLabel(bar);
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setForegroundRole(QPalette::PlaceholderText); // dim in both themes
    m_legend->hide();
    row->addWidget(m_legend);
    row->addStretch(1);
    m_note = new QLabel(bar);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setObjectName(QStringLiteral("note"));
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setMinimumWidth(40);
    m_note->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(m_note);
    return bar;
}

QWidget* LagView::makeEmptyPage()
{
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    m_emptyText = new QLabel(page);
    m_emptyText->setTextFormat(Qt::PlainText);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    m_emptyText->setForegroundRole(QPalette::PlaceholderText);
    m_emptyText->setObjectName(QStringLiteral("emptyText"));
    m_emptyAction = new QPushButton(tr("All consumer groups"), page);
    connect(m_emptyAction, &QPushButton::clicked, this, [this] {
        Place groups;
        groups.kind = Place::Kind::Groups;
        context().navigator->open(groups);
    });
    column->addStretch(1);
    column->addWidget(m_emptyText);
    column->addSpacing(2 * theme::kStep);
    column->addWidget(m_emptyAction, 0, Qt::AlignHCenter);
    column->addStretch(2);
    return page;
}

void LagView::setupTable()
{
    m_table->setObjectName(QStringLiteral("partitions"));
    m_table->setAccessibleName(tr("Partitions of %1").arg(m_group));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(theme::kRowHeight + 1);
    m_table->verticalHeader()->setMinimumSectionSize(theme::kRowHeight);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setMinimumSectionSize(40);
    for (const ColumnWidth& width : kWidths) {
        m_table->setColumnWidth(width.column, width.width);
    }
    m_table->setColumnHidden(LagTableModel::MissedColumn, true);
    connect(m_model, &QAbstractItemModel::modelReset, this, &LagView::fitColumns);
    header->setSortIndicator(LagTableModel::PartitionColumn, Qt::AscendingOrder);
    m_table->setSortingEnabled(true);
    m_table->installEventFilter(this);
    m_table->viewport()->installEventFilter(this);
}

bool LagView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            const QModelIndex current = m_table->currentIndex();
            if (current.isValid()) {
                if (const auto record = m_model->recordAt(current.row())) {
                    openRecord(*record);
                }
            }
            return true;
        }
    }
    if (watched == m_table && event->type() == QEvent::KeyRelease) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down) {
            changeSelected(m_table->currentIndex().row());
        }
    }
    if (watched == m_table->viewport() && event->type() == QEvent::Resize) {
        fitColumns();
        refreshNote();
    }
    return View::eventFilter(watched, event);
}

// Columns as wide as what stands in them. In a narrow window who reads the partition gives way
// first; the numbers stay.
void LagView::fitColumns()
{
    constexpr int kRows = 200; // of a group with thousands of partitions enough to know
    int taken = 0;
    const QFontMetrics titles(m_table->horizontalHeader()->font());
    for (const ColumnWidth& width : kWidths) {
        if (m_table->isColumnHidden(width.column)) {
            continue;
        }
        const bool name = width.column == LagTableModel::PartitionColumn;
        const QFontMetrics metrics(name ? theme::textFont() : theme::fixedFont());
        const QString title = m_model->headerData(width.column, Qt::Horizontal).toString();
        int needed = std::max(width.width, titles.horizontalAdvance(title) + 20);
        if (width.column != LagTableModel::CatchUpColumn) {
            for (int row = 0; row < std::min(kRows, m_model->rowCount()); ++row) {
                const QString text = m_model->index(row, width.column).data().toString();
                needed = std::max(needed, metrics.horizontalAdvance(text) + (name ? 40 : 20));
            }
        }
        needed = std::min(needed, std::max(kWidest, width.width));
        m_table->setColumnWidth(width.column, needed);
        taken += needed;
    }
    const int left = m_table->viewport()->width() - taken;
    m_table->setColumnHidden(LagTableModel::MemberColumn, left < kMemberAtLeast);
    if (left >= kMemberAtLeast) {
        m_table->setColumnWidth(LagTableModel::MemberColumn, left);
    } else if (left > 0) {
        const int last = LagTableModel::CatchUpColumn;
        m_table->setColumnWidth(last, m_table->columnWidth(last) + left);
    }
}

std::optional<TopicPartition> LagView::selectedPartition() const
{
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid() || !m_table->selectionModel()->hasSelection()) {
        return std::nullopt;
    }
    return m_model->partitionAt(current.row()).place();
}

void LagView::changeSelected(int row)
{
    if (row < 0 || row >= m_model->rowCount()) {
        return;
    }
    m_chosen = true;
    refreshAction();
    const auto record = m_model->recordAt(row);
    if (record && inCapture(*record)) {
        context().navigator->select(Place::ofRecord(*record));
    }
}

void LagView::contextMenu(const QPoint& position)
{
    const QModelIndex index = m_table->indexAt(position);
    if (!index.isValid()) {
        return;
    }
    const PartitionLag lag = m_model->partitionAt(index.row());
    const auto record = m_model->recordAt(index.row());
    const QString topic = text::fromUtf8(lag.place().topic);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (record) {
        menu->addAction(tr("Open record %1").arg(text::number(qint64{record->offset})), this,
                        [this, record = *record] { openRecord(record); });
    }
    menu->addAction(tr("Records of %1 here").arg(text::plain(lag.place().topic)), this,
                    [this, topic] { context().navigator->open(Place::ofTopic(topic)); });
    menu->addSeparator();
    const auto copy = [](const QString& words) { QGuiApplication::clipboard()->setText(words); };
    if (record) {
        menu->addAction(tr("Copy %1").arg(text::plain(record->toString())), this,
                        [copy, record = *record] { copy(text::fromUtf8(record.toString())); });
    }
    menu->addAction(tr("Copy rows"), this, [this, copy] { copy(selectionAsTsv()); });
    menu->addAction(tr("Copy rows as JSON"), this, [this, copy] { copy(selectionAsJson()); });
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

QString LagView::selectionAsTsv() const
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const QModelIndex& row : rows) {
        QStringList cells;
        for (int column = 0; column < LagTableModel::ColumnCount; ++column) {
            cells.append(m_model->index(row.row(), column).data().toString());
        }
        lines.append(cells.join(QLatin1Char('\t')));
    }
    return lines.isEmpty() ? QString() : lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QString LagView::selectionAsJson() const
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QString lines;
    for (const QModelIndex& row : rows) {
        const PartitionLag& p = m_model->partitionAt(row.row());
        QJsonObject line{{QStringLiteral("group"), m_group},
                         {QStringLiteral("topic"), text::fromUtf8(p.place().topic)},
                         {QStringLiteral("partition"), p.place().partition},
                         {QStringLiteral("verdict"), QString::fromLatin1(wordOf(p.verdict))}};
        const auto put = [&line](const char* name, const QJsonValue& value, bool known) {
            line.insert(QLatin1String(name), known ? value : QJsonValue());
        };
        put("committed", qint64{p.sample.committed}, p.sample.committed >= 0);
        put("logEnd", qint64{p.sample.logEnd}, p.sample.logEnd >= 0);
        put("available", qint64{p.split.available}, p.split.known());
        put("missed", qint64{p.split.missed}, p.split.known());
        put("ahead", qint64{p.split.ahead}, p.split.known());
        put("behindMs", qint64{p.behind.lag.count()}, p.behind.known());
        put("readPerSecond", p.out.value_or(0), p.out.has_value());
        put("inPerSecond", p.in.value_or(0), p.in.has_value());
        put("member", text::fromUtf8(p.memberId), !p.memberId.empty());
        lines += QString::fromUtf8(QJsonDocument(line).toJson(QJsonDocument::Compact)) +
                 QLatin1Char('\n');
    }
    return lines;
}

void LagView::restyle()
{
    m_plot->restyle();
    m_verdict->restyle();
    m_model->restyle();
    m_legend->setText(legendText());
    m_table->setFont(theme::textFont());
    refresh();
}

} // namespace hindcast
