#include "widgets/traces/trace_list_view.h"

#include "model/trace/trace_jsonl.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/trace_store.h"
#include "widgets/traces/sentence_line.h"
#include "widgets/traces/trace_delegate.h"
#include "widgets/traces/trace_table_model.h"
#include "widgets/traces/trace_text.h"
#include "widgets/traces/waterfall_scale.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kTypingMs = 150;                    // a pause this long asks
const QString kErrors = QStringLiteral("errors"); // the list's filter in a Place

} // namespace

TraceListView::TraceListView(const ViewContext& context, TraceStore* store, const Place& place,
                             QWidget* parent)
    : View(context, parent)
    , m_store(store)
{
    m_query.order = TraceOrder::Longest;
    setupUi();
    connectAll();
    show(place);
    refreshServices();
    search();
}

TraceListView::~TraceListView() = default;

void TraceListView::setupUi()
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_sentence = new SentenceLine;
    m_table = new QTableView;
    m_model = new TraceTableModel(this);
    setupTable();
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_table);
    m_pages->addWidget(makeEmptyPage());

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_sentence);
    layout->addWidget(m_pages, 1);
    setFocusProxy(m_table);
}

QWidget* TraceListView::makeBar()
{
    auto* bar = new QWidget;
    m_text = new QLineEdit;
    m_text->setPlaceholderText(
        QStringLiteral("Service, name, attribute, record key or trace id\u2026"));
    m_text->setClearButtonEnabled(true);
    m_text->setAccessibleName(QStringLiteral("Search traces"));
    m_service = new QComboBox;
    m_service->addItem(QStringLiteral("All services"));
    m_service->setMinimumWidth(130);
    m_duration = new QLineEdit;
    m_duration->setPlaceholderText(QStringLiteral("At least, e.g. 200ms"));
    m_duration->setFixedWidth(150);
    m_duration->setToolTip(
        QStringLiteral("Only traces that took at least this long: 500ms, 2s, 1m"));
    m_errors = new QPushButton(QStringLiteral("With errors"));
    m_errors->setCheckable(true);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 0, 10, 0);
    layout->setSpacing(2 * theme::kStep);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_service);
    layout->addWidget(m_duration);
    layout->addWidget(m_errors);
    bar->setFixedHeight(40);
    return bar;
}

QWidget* TraceListView::makeEmptyPage()
{
    auto* page = new QWidget;
    m_emptyText = new QLabel;
    m_emptyText->setTextFormat(Qt::PlainText);
    m_emptyText->setWordWrap(true);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setMaximumWidth(520);
    m_emptyText->setMinimumWidth(320);
    m_emptyText->setForegroundRole(QPalette::PlaceholderText);
    m_emptyAction = new QPushButton(QStringLiteral("Show all traces"));
    auto* layout = new QVBoxLayout(page);
    layout->addStretch(2);
    layout->addWidget(m_emptyText, 0, Qt::AlignHCenter);
    layout->addSpacing(3 * theme::kStep);
    layout->addWidget(m_emptyAction, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    return page;
}

void TraceListView::setupTable()
{
    m_table->setModel(m_model);
    m_table->setItemDelegate(new TraceDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setTabKeyNavigation(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(theme::kRowHeight);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionsClickable(true);
    m_table->horizontalHeader()->setMinimumSectionSize(40);
    m_table->installEventFilter(this);
    showOrder();
}

void TraceListView::connectAll()
{
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &TraceListView::readQuery);
    const auto typed = [this] { m_typing.start(); };
    connect(m_text, &QLineEdit::textChanged, this, typed);
    connect(m_duration, &QLineEdit::textChanged, this, typed);
    connect(m_text, &QLineEdit::returnPressed, this, &TraceListView::readQuery);
    connect(m_duration, &QLineEdit::returnPressed, this, &TraceListView::readQuery);
    connect(m_service, &QComboBox::activated, this, &TraceListView::readQuery);
    connect(m_errors, &QPushButton::toggled, this, &TraceListView::readQuery);
    connect(m_store, &TraceStore::changed, this, [this] {
        refreshServices();
        search();
    });
    connect(m_table, &QTableView::activated, this, &TraceListView::openRow);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { selectRow(current); });
    connect(m_table, &QTableView::customContextMenuRequested, this, &TraceListView::contextMenu);
    connect(m_table->horizontalHeader(), &QHeaderView::sectionClicked, this,
            &TraceListView::sortBy);
    connect(m_emptyAction, &QPushButton::clicked, this, &TraceListView::clearFilter);
}

Place TraceListView::place() const
{
    return Place::ofTraceList(m_query.errorsOnly ? kErrors : QString());
}

void TraceListView::show(const Place& place)
{
    if (place.kind == Place::Kind::TraceList) {
        m_errors->setChecked(place.name == kErrors);
    }
}

void TraceListView::focusFilter()
{
    m_text->setFocus();
    m_text->selectAll();
}

void TraceListView::restyle()
{
    m_model->restyle();
    m_sentence->update();
    update();
}

void TraceListView::readQuery()
{
    m_typing.stop();
    m_query.text = text::toUtf8(m_text->text().trimmed());
    m_query.service =
        m_service->currentIndex() <= 0 ? std::string() : text::toUtf8(m_service->currentText());
    const QString duration = m_duration->text().trimmed();
    const auto parsed = parseDuration(text::toUtf8(duration));
    m_query.minDurationNs = duration.isEmpty() || !parsed ? 0 : parsed->count() * 1'000'000;
    const bool wrong = !duration.isEmpty() && !parsed;
    m_duration->setToolTip(wrong ? trace_text::escaped(text::fromUtf8(parsed.error().message))
                                 : QStringLiteral("Only traces that took at least this long: "
                                                  "500ms, 2s, 1m"));
    QPalette palette;
    if (wrong) {
        palette.setColor(QPalette::Text, theme::color(theme::Role::Error));
    }
    m_duration->setPalette(palette);
    const bool errors = m_errors->isChecked();
    if (errors != m_query.errorsOnly) {
        m_query.errorsOnly = errors;
        emit titleChanged();
    }
    search();
}

void TraceListView::search()
{
    const TraceSetPtr set = m_store->set();
    if (!set) {
        m_search.cancel();
        take(nullptr, {});
        return;
    }
    m_search.ask(
        [set, query = m_query](const std::stop_token& stop) { return set->search(query, stop); },
        [this, set](std::vector<TraceIndex> rows) { take(set, std::move(rows)); });
}

void TraceListView::take(const TraceSetPtr& set, std::vector<TraceIndex> rows)
{
    const QModelIndex current = m_table->currentIndex();
    const QString selected = current.isValid() ? m_model->traceId(current.row()) : QString();
    {
        // The same trace stays selected; that is no news to the inspector.
        const QSignalBlocker quiet(m_table->selectionModel());
        m_model->setRows(set, std::move(rows));
        const int row = selected.isEmpty() ? -1 : m_model->rowOf(selected);
        if (row >= 0) {
            m_table->setCurrentIndex(m_model->index(row, 0));
        }
    }
    refreshSentence();
    if (m_model->rowCount() == 0) {
        showEmpty();
    }
    m_pages->setCurrentIndex(m_model->rowCount() == 0 ? 1 : 0);
}

void TraceListView::refreshServices()
{
    const QString chosen = m_service->currentIndex() <= 0 ? QString() : m_service->currentText();
    QStringList names;
    if (const TraceSetPtr& set = m_store->set()) {
        for (const std::string& name : set->services()) {
            if (!name.empty()) {
                names << text::fromUtf8(name);
            }
        }
    }
    const QSignalBlocker quiet(m_service);
    m_service->clear();
    m_service->addItem(QStringLiteral("All services"));
    m_service->addItems(names);
    m_service->setCurrentIndex(chosen.isEmpty() ? 0 : std::max(0, m_service->findText(chosen)));
}

void TraceListView::refreshSentence()
{
    using Tone = trace_text::Segment::Tone;
    trace_text::Sentence parts;
    const TraceSetPtr& set = m_model->set();
    if (!set || set->traces().empty()) {
        m_sentence->setSentence({});
        return;
    }
    const auto& rows = m_model->rows();
    const bool filtered = rows.size() != set->traces().size();
    QString count = text::count(rows.size(), QStringLiteral("trace"), QStringLiteral("traces"));
    if (filtered) {
        count +=
            QStringLiteral(" of %1").arg(text::number(static_cast<qint64>(set->traces().size())));
    }
    parts.push_back({{count, Tone::Strong}});
    const Trace* longest = nullptr;
    quint64 failed = 0;
    for (const TraceIndex index : rows) {
        const Trace& trace = set->traces()[index];
        failed += trace.errors > 0 ? 1 : 0;
        longest = !longest || trace.durationNs() > longest->durationNs() ? &trace : longest;
    }
    if (failed > 0) {
        parts.push_back(
            {{QStringLiteral("%1 with errors").arg(text::number(static_cast<qint64>(failed))),
              Tone::Error}});
    }
    if (longest != nullptr && longest->durationNs() > 0) {
        parts.push_back(
            {{QStringLiteral("the longest took %1").arg(spanDuration(longest->durationNs())),
              Tone::Plain}});
    }
    if (set->problemCount() > 0) {
        parts.push_back({{text::count(set->problemCount(), QStringLiteral("span or payload"),
                                      QStringLiteral("spans or payloads")) +
                              QStringLiteral(" could not be read"),
                          Tone::Warning}});
    }
    m_sentence->setSentence(std::move(parts));
}

void TraceListView::showEmpty()
{
    const TraceSetPtr& set = m_model->set();
    const bool none = !set || set->traces().empty();
    m_emptyAction->setVisible(!none);
    if (!set) {
        m_emptyText->setText(QStringLiteral("Looking for traces in the capture\u2026"));
    } else if (none) {
        m_emptyText->setText(QStringLiteral(
            "No traces in this capture.\nThey come from headers of records (traceparent, b3, "
            "X-B3-*) and from topics that carry spans as OTLP or Zipkin JSON: open such a topic, "
            "and its traces are listed here."));
    } else {
        m_emptyText->setText(QStringLiteral("None of the %1 matches.")
                                 .arg(text::count(set->traces().size(), QStringLiteral("trace"),
                                                  QStringLiteral("traces"))));
    }
}

void TraceListView::clearFilter()
{
    m_text->clear();
    m_duration->clear();
    m_service->setCurrentIndex(0);
    m_errors->setChecked(false);
    readQuery();
}

void TraceListView::sortBy(int column)
{
    switch (column) {
    case TraceTableModel::StartColumn:
        m_query.order = TraceOrder::Newest;
        break;
    case TraceTableModel::DurationColumn:
        m_query.order = TraceOrder::Longest;
        break;
    case TraceTableModel::ErrorsColumn:
        m_query.order = TraceOrder::MostErrors;
        break;
    default:
        break;
    }
    showOrder();
    search();
}

void TraceListView::showOrder()
{
    const int column = m_query.order == TraceOrder::Newest    ? TraceTableModel::StartColumn
                       : m_query.order == TraceOrder::Longest ? TraceTableModel::DurationColumn
                                                              : TraceTableModel::ErrorsColumn;
    m_model->setSortColumn(column);
}

void TraceListView::resizeEvent(QResizeEvent* event)
{
    View::resizeEvent(event);
    fitColumns();
}

void TraceListView::fitColumns()
{
    const QFontMetrics metrics(theme::fixedFont());
    const int digit = metrics.horizontalAdvance(QLatin1Char('0'));
    const auto set = [this](int column, int width) { m_table->setColumnWidth(column, width); };
    set(TraceTableModel::StartColumn, 12 * digit + 24);
    set(TraceTableModel::DurationColumn, 8 * digit + 28);
    set(TraceTableModel::SpansColumn, 7 * digit + 20);
    set(TraceTableModel::ErrorsColumn, 7 * digit + 24);
    set(TraceTableModel::RecordsColumn, 8 * digit + 20);
    int rest = width();
    for (const int column : {TraceTableModel::StartColumn, TraceTableModel::DurationColumn,
                             TraceTableModel::SpansColumn, TraceTableModel::ErrorsColumn,
                             TraceTableModel::RecordsColumn}) {
        rest -= m_table->columnWidth(column);
    }
    rest = std::max(rest - 12, 240); // the scroll bar
    set(TraceTableModel::RootColumn, rest * 56 / 100);
    set(TraceTableModel::ServicesColumn, rest - rest * 56 / 100);
}

void TraceListView::openRow(const QModelIndex& index)
{
    if (index.isValid()) {
        context().navigator->open(Place::ofTrace(m_model->traceId(index.row())));
    }
}

void TraceListView::selectRow(const QModelIndex& index)
{
    if (index.isValid()) {
        lookAt(Place::ofTrace(m_model->traceId(index.row())));
    }
}

void TraceListView::contextMenu(const QPoint& position)
{
    const QModelIndex index = m_table->indexAt(position);
    if (!index.isValid()) {
        return;
    }
    const QString id = m_model->traceId(index.row());
    const Trace trace =
        m_model->set()->traces()[m_model->rows()[static_cast<std::size_t>(index.row())]];
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(QStringLiteral("Follow trace"), this,
                    [this, id] { context().navigator->open(Place::ofTrace(id)); });
    menu->addAction(QStringLiteral("Move A to its start"), this, [this, trace] {
        context().moments->setA({trace_text::timestampOf(trace.startNs), std::nullopt});
    });
    menu->addAction(QStringLiteral("Copy trace id"), menu,
                    [id] { QGuiApplication::clipboard()->setText(id); });
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

bool TraceListView::eventFilter(QObject* watched, QEvent* event)
{
    // Platforms differ in what activates a row; Enter always does.
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_table->currentIndex().isValid()) {
            openRow(m_table->currentIndex());
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

QString TraceListView::selectionAsTsv() const
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const QModelIndex& row : std::as_const(rows)) {
        QStringList cells;
        for (int column = 0; column < TraceTableModel::ColumnTotal; ++column) {
            QString cell = row.siblingAtColumn(column).data().toString();
            cells << cell.replace(QLatin1Char('\t'), QLatin1Char(' '));
        }
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

QString TraceListView::selectionAsJson() const
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const QModelIndex& row : std::as_const(rows)) {
        const TraceIndex trace = m_model->rows()[static_cast<std::size_t>(row.row())];
        forEachSpanLine(*m_model->set(), std::span(&trace, 1), [&lines](const std::string& line) {
            lines << QString::fromStdString(line);
        });
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace hindcast
