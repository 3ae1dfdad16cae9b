// The clock, the selection and the places of a RecordsView.

#include "widgets/items/record_table.h"
#include "widgets/records/filter_edit.h"
#include "widgets/records/receipt_line.h"
#include "widgets/records/record_clipboard.h"
#include "widgets/records/record_conditions.h"
#include "widgets/records/record_list.h"
#include "widgets/records/records_view.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <QItemSelectionModel>

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::int64_t kAround = 50; // offsets read before and after a record that is gone to

} // namespace

void RecordsView::connectMoments()
{
    const MomentControl* const moments = context().moments;
    connect(moments, &MomentControl::aChanged, this, [this] { updatePlayheads(true); });
    connect(moments, &MomentControl::bChanged, this, [this] { updatePlayheads(false); });
    connect(moments, &MomentControl::liveChanged, this, [this](bool live) {
        if (live && followsEnd()) {
            m_table->scrollToBottom();
        }
    });
    connect(this, &View::pinnedChanged, this, [this](bool pinned) {
        if (!pinned) {
            updatePlayheads(true);
        }
    });
    connect(m_table, &RecordTable::activatedRow, this, &RecordsView::setMomentTo);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) {
                if (now.isValid()) {
                    m_selectedRow = m_model->rowAt(now.row());
                    lookAt(Place::ofRecord(m_model->placeAt(now.row())));
                }
            });
    connect(context().navigator, &Navigator::selectedChanged, this, [this](const Place& place) {
        if (place.kind != Place::Kind::Record || !m_topics.contains(place.topics.value(0))) {
            return;
        }
        const auto row = context().workspace->snapshot()->find(*place.record);
        if (row && row != m_selectedRow && m_model->indexOf(*row) >= 0) {
            m_pending = place.record;
            goToPending();
        }
    });
}

bool RecordsView::followsEnd() const
{
    return context().moments->live() && !pinned();
}

void RecordsView::updatePlayheads(bool keepInSight)
{
    if (pinned() && m_table->playheadA()) {
        return;
    }
    const MomentControl* const moments = context().moments;
    const RowSetPtr& rows = m_model->rows();
    if (!rows->order() || moments->a().time == kNoTimestamp) {
        m_table->setPlayheads(std::nullopt, std::nullopt);
        return;
    }
    const auto before = [&rows](const Moment& moment) {
        return static_cast<int>(rows->prefix(moment));
    };
    m_table->setPlayheads(before(moments->a()),
                          moments->b() ? std::optional<int>(before(*moments->b())) : std::nullopt);
    // Live moves A with every record; what a person reads must not run away under it.
    if (keepInSight && !m_moving && !moments->live()) {
        m_table->keepPlayheadInSight();
    }
}

void RecordsView::setMomentTo(int row)
{
    MomentControl* const moments = context().moments;
    const TimeOrderPtr& order = moments->order();
    const Row number = m_model->rowAt(row);
    m_moving = true;
    if (order && m_model->rows()->snapshot()->generation() == order->snapshot()->generation() &&
        number < order->size()) {
        moments->setRankA(order->rankOf(number) + 1);
    } else {
        moments->setA(
            Moment{m_model->rows()->snapshot()->row(number).timestamp, m_model->placeAt(row)});
    }
    m_moving = false;
}

RowSelection RecordsView::selection() const
{
    RowSelection selection{m_model->rows(), {}, m_model->columns()};
    for (const QItemSelectionRange& range : m_table->selectionModel()->selection()) {
        selection.ranges.emplace_back(range.top(), range.bottom());
    }
    // In the order of the list, however they were clicked.
    std::sort(selection.ranges.begin(), selection.ranges.end());
    return selection;
}

QString RecordsView::selectionAsTsv() const
{
    return m_clipboard->text(selection(), RecordClipboard::Shape::Tsv);
}

QString RecordsView::selectionAsJson() const
{
    return m_clipboard->text(selection(), RecordClipboard::Shape::Json);
}

void RecordsView::show(const Place& place)
{
    if (place.kind == Place::Kind::Key) {
        m_key = place.key;
        setFilter(keyFilter(place.key));
        return;
    }
    if (place.kind == Place::Kind::Record && place.record) {
        m_pending = place.record;
        const auto row = context().workspace->snapshot()->find(*place.record);
        if (!row && context().workspace->connected()) {
            ReadRequest request;
            request.topics.push_back(
                {place.record->topic,
                 {place.record->partition},
                 AtOffset{std::max<std::int64_t>(place.record->offset - kAround, 0)},
                 AtOffset{place.record->offset + kAround}});
            context().workspace->read(request);
        }
        goToPending();
        updateReceipt();
    }
}

void RecordsView::goToPending()
{
    const CaptureSnapshotPtr snapshot = m_model->rows()->snapshot();
    if (!m_pending || !snapshot) {
        return;
    }
    const auto row = snapshot->find(*m_pending);
    const int at = row ? m_model->indexOf(*row) : -1;
    if (at < 0) {
        return;
    }
    m_pending.reset();
    const auto [first, last] = m_table->rowsShown();
    const bool inSight = at >= first && at < first + m_table->rowsInSight();
    m_table->setCurrentIndex(m_model->index(at, 0));
    if (!inSight) {
        m_table->scrollTo(m_model->index(at, 0), QAbstractItemView::PositionAtCenter);
    }
}

void RecordsView::focusFilter()
{
    m_filterEdit->setFocus(Qt::ShortcutFocusReason);
    m_filterEdit->selectAll();
}

void RecordsView::readAgain()
{
    read();
    ask();
}

void RecordsView::restyle()
{
    m_model->restyle();
    m_table->restyle();
    m_filterEdit->restyle();
    m_receipt->restyle();
    paintLabels();
    updateToolbar();
    updateReceipt();
    View::restyle();
}

} // namespace hindcast
