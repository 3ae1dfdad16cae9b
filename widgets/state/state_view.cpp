#include "widgets/state/state_view.h"

#include "model/replay/history.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/state/frozen_column.h"
#include "widgets/state/projection_editor.h"
#include "widgets/state/projection_store.h"
#include "widgets/state/state_bottom.h"
#include "widgets/state/state_cell_delegate.h"
#include "widgets/state/state_findings.h"
#include "widgets/state/state_hash.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_totals.h"
#include "widgets/state/state_watch.h"

#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kFrameMs = 16;
constexpr int kWholeMs = 60;     // whole-state questions wait for a short rest of the playhead
constexpr int kPrefetchMs = 120; // then the other versions of the rows in sight are read
constexpr std::size_t kPrefetchVersions = 64; // of each row

} // namespace

StateView::StateView(const ViewContext& context, ProjectionStore* store, const QString& projection,
                     QWidget* parent)
    : View(context, parent)
    , m_store(store)
    , m_name(projection)
    , m_hash(new StateHash(this))
{
    setUp();
    for (QTimer* const timer : {&m_frameTimer, &m_wholeTimer, &m_prefetchTimer}) {
        timer->setSingleShot(true);
    }
    m_frameTimer.setInterval(kFrameMs);
    m_wholeTimer.setInterval(kWholeMs);
    m_prefetchTimer.setInterval(kPrefetchMs);
    connectAll();
    clockMoved();
    m_store->want(m_name);
    logChanged();
    beginEditing();
}

StateView::~StateView()
{
    keepDraft();
}

void StateView::connectAll()
{
    connect(m_store, &ProjectionStore::logChanged, this, [this](const QString& name) {
        if (name == m_name) {
            logChanged();
        }
    });
    connect(m_store, &ProjectionStore::changed, this, &StateView::logChanged);
    MomentControl* const clock = context().moments;
    connect(clock, &MomentControl::aChanged, this, &StateView::clockMoved);
    connect(clock, &MomentControl::bChanged, this, &StateView::clockMoved);
    connect(this, &View::pinnedChanged, this, &StateView::clockMoved);
    connect(&m_frameTimer, &QTimer::timeout, this, &StateView::askFrame);
    connect(&m_wholeTimer, &QTimer::timeout, this, &StateView::askWhole);
    connect(m_hash, &StateHash::found, this, &StateView::showBottom);
    connect(&m_prefetchTimer, &QTimer::timeout, this, &StateView::prefetch);
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this,
            [this] { wantFrame(false); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &StateView::cellSelected);
    connect(m_table, &QTableView::activated, this, &StateView::openRecordOf);
    connect(m_table, &QTableView::customContextMenuRequested, this, [this](const QPoint& at) {
        if (const QModelIndex cell = m_table->indexAt(at); cell.isValid()) {
            openMenu(cell, m_table->viewport()->mapToGlobal(at));
        }
    });
    connect(m_filter, &QLineEdit::textChanged, this, &StateView::wantWhole);
    connect(m_filter, &QLineEdit::textChanged, m_watch, &StateWatch::setCondition);
    connect(m_watch, &StateWatch::found, this, &StateView::goToWatched);
    connect(m_watch, &StateWatch::nothing, this, &StateView::say);
    connect(m_findings, &StateFindings::chosen, this, &StateView::goToWatched);
    connect(m_findings, &StateFindings::recordRequested, this, [this](const RecordPlace& place) {
        context().navigator->open(Place::ofRecord(place));
    });
    connect(m_differ, &QPushButton::toggled, this, &StateView::wantWhole);
    connect(m_totals, &StateTotals::toggled, this, &StateView::wantWhole);
    connect(m_edit, &QPushButton::toggled, this, &StateView::editProjection);
    connect(m_export, &QPushButton::clicked, this, &StateView::chooseExport);
}

Place StateView::place() const
{
    return Place::ofProjection(m_name, m_selected, m_field);
}

QString StateView::title() const
{
    return tr("%1 \u00B7 state").arg(m_name);
}

void StateView::show(const Place& place)
{
    if (place.key.isEmpty() || (place.key == m_selected && place.field == m_field)) {
        return;
    }
    m_selected = place.key;
    m_field = place.field;
    m_scrollToSelected = true;
    wantFrame(false);
}

void StateView::focusFilter()
{
    m_filter->setFocus();
    m_filter->selectAll();
}

void StateView::readAgain()
{
    m_store->want(m_name);
    m_store->reload();
}

void StateView::clockMoved()
{
    if (pinned()) {
        return;
    }
    m_a = context().moments->a();
    m_b = context().moments->b();
    wantFrame(true);
    wantWhole();
}

Rank StateView::prefixOf(const Moment& moment) const
{
    return m_log->order()->prefix(moment);
}

void StateView::logChanged()
{
    const ProjectionStore::Entry* const entry = m_store->find(m_name);
    const VersionLogPtr log = entry ? entry->log : nullptr;
    if (log != m_log) {
        // Versions may have other numbers where a late record came; columns are found anew only
        // for another definition.
        const bool sameDefinition =
            log && m_log && log->projectionPtr() == m_log->projectionPtr() &&
            log->order()->snapshot()->generation() == m_log->order()->snapshot()->generation();
        if (!sameDefinition) {
            m_columns.reset();
            m_fitted = false;
            m_sizedByHand.clear();
            sortBy(-1, false);
            m_scrollToTop = false;
        }
        m_log = log;
        m_cache = std::make_shared<RowCache>();
        if (!m_log) {
            m_model->setFrame(nullptr);
            m_whole.reset();
            m_totals->setWhole(nullptr);
        }
        wantFrame(true);
        wantWhole();
    }
    m_delegate->setStale(isOutdated());
    m_table->viewport()->update();
    m_export->setEnabled(m_log && !isOutdated());
    showEmpty();
    showBottom();
}

// What is shown was folded by a definition that is not the projection's any more.
bool StateView::isOutdated() const
{
    const ProjectionStore::Entry* const entry = m_store->find(m_name);
    return m_log && entry && entry->projection &&
           (!m_log->projection().foldsLike(*entry->projection) ||
            m_log->projection().columns != entry->projection->columns);
}

std::size_t StateView::topRow() const
{
    return static_cast<std::size_t>(std::max(m_table->rowAt(0), 0));
}

std::size_t StateView::rowsInSight() const
{
    return static_cast<std::size_t>(m_table->viewport()->height() / theme::kRowHeight) + 2;
}

void StateView::wantFrame(bool anchored)
{
    m_anchored = m_anchored || anchored;
    if (!m_frameTimer.isActive() && !m_frameAsker.busy()) {
        m_frameTimer.start();
    } else if (m_frameAsker.busy()) {
        m_frameTimer.stop();
        m_frameOutdated = true;
    }
}

void StateView::askFrame()
{
    if (!m_log) {
        return;
    }
    if (m_edited) {
        m_previewTimer.start();
        return;
    }
    StateFrame::Request request;
    request.log = m_log;
    request.prefixA = prefixOf(m_a);
    if (m_b) {
        request.prefixB = prefixOf(*m_b);
    }
    request.columns = m_columns;
    request.cache = m_cache;
    if (m_whole && m_whole->request.log == m_log) {
        request.only = m_whole->only;
        request.sorted = m_whole->sorted;
    }
    request.first = topRow();
    request.count = rowsInSight();
    if (m_scrollToSelected) {
        request.topKey = m_selected.toStdString();
    } else if (m_anchored && request.first > 0 && !request.sorted) {
        // Sorted rows change places as A moves: there the place stays.
        request.topKey = m_model->keyAt(static_cast<int>(request.first)).toStdString();
    }
    m_frameOutdated = false;
    m_anchored = false;
    m_frameAsker.ask(
        [request](const std::stop_token& stop) { return StateFrame::make(request, stop); },
        [this](const StateFramePtr& frame) { frameThere(frame); });
}

void StateView::frameThere(const StateFramePtr& frame)
{
    if (m_edited) {
        return;
    }
    if (frame->log != m_log) {
        wantFrame(true);
        return;
    }
    const bool scrolled = topRow() != frame->top;
    const bool anchored = m_scrollToSelected || topRow() > 0;
    m_columns = frame->columns;
    showWatch();
    m_selecting = true; // what follows is not the person's choice
    // Rows that go take the current one along, and the view would follow it.
    m_table->setAutoScroll(false);
    m_model->setFrame(frame);
    m_table->setAutoScroll(true);
    showSorted();
    if (scrolled && anchored && !m_frameOutdated) {
        const auto row = static_cast<int>(frame->top);
        const auto hint = m_scrollToSelected ? QAbstractItemView::PositionAtCenter
                                             : QAbstractItemView::PositionAtTop;
        m_table->scrollTo(m_model->index(row, 0), hint);
    }
    selectRowOfKey(*frame);
    m_selecting = false;
    m_scrollToSelected = false;
    // Again when other rows are shown: two values need more room than one.
    const std::pair shown{frame->b != nullptr, frame->rows.sorted ? nullptr : frame->rows.some};
    if ((!m_fitted || m_fittedTo != shown) && frame->rows.size() > 0) {
        m_fitted = fitColumns();
        m_fittedTo = shown;
    }
    if (m_question.columns != m_columns || m_question.totalled != columnsToTotal()) {
        wantWhole();
    }
    showEmpty();
    showBottom();
    m_table->viewport()->update();
    m_prefetchTimer.start();
    if (m_frameOutdated) {
        m_frameTimer.start();
    }
}

void StateView::selectRowOfKey(const StateFrame& frame)
{
    if (m_selected.isEmpty()) {
        return;
    }
    const RowKeys& keys = frame.log->keys();
    const std::string_view key(m_selected.constData(), static_cast<std::size_t>(m_selected.size()));
    const std::size_t at = frame.rows.placeOf(keys, key);
    const bool there = at < frame.rows.size() && keys.text(frame.rows.at(keys, at)) == key;
    const QModelIndex index =
        there ? m_model->index(static_cast<int>(at), m_model->columnOf(m_field)) : QModelIndex();
    // Without scrolling: the row is followed by its key, not into sight.
    m_table->setAutoScroll(false);
    m_table->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect |
                                                          QItemSelectionModel::Rows);
    m_table->setAutoScroll(true);
}

void StateView::cellSelected()
{
    if (m_selecting) {
        return;
    }
    const QModelIndex cell = m_table->currentIndex();
    const QByteArray key = m_model->keyAt(cell.row());
    const QString field = m_model->fieldAt(cell.column());
    if (!key.isEmpty() && (key != m_selected || field != m_field)) {
        m_selected = key;
        m_field = field;
        context().navigator->select(place());
    }
}

void StateView::stepCell(int columns)
{
    const QModelIndex cell = m_table->currentIndex();
    const int to = cell.column() + columns;
    if (cell.isValid() && to >= 0 && to < m_model->columnCount()) {
        m_table->selectionModel()->setCurrentIndex(cell.siblingAtColumn(to),
                                                   QItemSelectionModel::ClearAndSelect |
                                                       QItemSelectionModel::Rows);
        m_table->scrollTo(m_table->currentIndex());
        m_frozen->uncover(m_table->currentIndex());
    }
}

// While A moves on and on the answers come one behind the other.
void StateView::wantWhole()
{
    if (!m_wholeTimer.isActive()) {
        m_wholeTimer.start();
    }
    showDifferenceButton();
}

void StateView::askWhole()
{
    if (!m_log) {
        showDifferenceButton();
        return;
    }
    const StateWhole::Request request = question();
    if (m_whole && m_whole->request.sameAs(request)) {
        return;
    }
    if (m_wholeAsker.busy() && m_question.sameButForMoment(request)) {
        m_wholeOutdated = true;
        return;
    }
    m_wholeOutdated = false;
    m_question = request;
    m_wholeAsker.ask(
        [request](const std::stop_token& stop) { return StateWhole::make(request, stop); },
        [this](StateWholePtr whole) { wholeThere(std::move(whole)); });
    showDifferenceButton();
    showBottom();
}

void StateView::wholeThere(StateWholePtr whole)
{
    const auto onlyBefore = m_whole ? m_whole->only : nullptr;
    m_totals->setWhole(whole);
    m_whole = std::move(whole);
    // At most half of the time is theirs: the frames of a drag go before.
    m_wholeTimer.setInterval(std::max(kWholeMs, static_cast<int>(m_whole->took.count())));
    if (m_wholeOutdated) {
        wantWhole();
    }
    const QString problem = m_filter->text().trimmed().isEmpty() ? QString() : m_whole->problem;
    m_filterProblem->setText(problem);
    m_filterProblem->setVisible(!problem.isEmpty());
    if (m_scrollToTop && m_whole->request.sort == m_sort) {
        m_table->scrollToTop();
        m_scrollToTop = false;
    }
    if (onlyBefore != m_whole->only) {
        wantFrame(true);
    }
    fitWhatIsCut();
    showDifferenceButton();
    showBottom();
    m_hash->want(m_whole->request.log, m_whole->request.prefixA);
}

bool StateView::answering() const
{
    return m_frameTimer.isActive() || m_frameAsker.busy() || m_wholeTimer.isActive() ||
           m_wholeAsker.busy() || m_hash->busy();
}

// Every version of the rows in sight, so that the playhead can be dragged over them without
// another look into the capture.
void StateView::prefetch()
{
    const StateFramePtr& frame = m_model->frame();
    if (!frame || !m_log || frame->log != m_log || !m_columns) {
        return;
    }
    std::vector<KeyNo> keys;
    for (const StateFrame::Row& row : frame->page) {
        keys.push_back(row.key);
    }
    const Version at = frame->a->versionPrefix();
    m_prefetcher.ask(
        [keys, at, log = m_log, cache = m_cache, columns = m_columns](const std::stop_token& stop) {
            std::vector<Version> versions;
            for (const KeyNo key : keys) {
                auto all = log->chains().all(key);
                if (all.size() > kPrefetchVersions) {
                    // Those around A.
                    const auto now = std::lower_bound(all.begin(), all.end(), at);
                    const auto from =
                        now - std::min<std::ptrdiff_t>(now - all.begin(), kPrefetchVersions / 2);
                    const auto to =
                        from + std::min<std::ptrdiff_t>(all.end() - from, kPrefetchVersions);
                    all = std::vector<Version>(from, to);
                }
                std::copy_if(all.begin(), all.end(), std::back_inserter(versions),
                             [&](Version v) { return !log->deleted(v); });
            }
            return cache->fill(*log, *columns, versions, stop).has_value();
        },
        [](bool) {});
}

void StateView::setOnlyDifferent(bool only)
{
    m_differ->setChecked(only);
}

} // namespace hindcast
