#include "widgets/lag/lag_view.h"

#include "model/lag/lag_text.h"
#include "widgets/lag/lag_plot.h"
#include "widgets/lag/lag_table_model.h"
#include "widgets/shared/lag_store.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/shared/verdict_bar.h"
#include "widgets/shared/workspace.h"

#include <QButtonGroup>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kFrameMs = 16;
// What the buttons beside the note take, px; with the legend of the rates.
constexpr int kBesideNote = 250;
constexpr int kBesideNoteInRates = 380;
// The series is asked for again while samples come in or the window is resized; not more often.
constexpr int kSeriesWaitMs = 60;
// Read around the record asked for: where it was compacted away, the one after it stands there.
constexpr std::int64_t kAround = 50; // offsets read before and after a record that is opened

QString intervalText(std::chrono::milliseconds interval)
{
    using namespace std::chrono_literals;
    if (interval >= 1min) {
        return text::duration(interval);
    }
    const auto seconds = (interval + 500ms) / 1s;
    return seconds > 0 ? QStringLiteral("%1 s").arg(seconds) : text::duration(interval);
}

TimeFormat windowTime()
{
    return [](Timestamp t) { return text::toUtf8(text::time(t)); };
}

} // namespace

LagView::LagView(const ViewContext& context, LagStore* store, const QString& group, QWidget* parent)
    : View(context, parent)
    , m_group(group)
    , m_store(store)
{
    m_frame.setSingleShot(true);
    m_frame.setInterval(kFrameMs);
    m_seriesWait.setSingleShot(true);
    m_seriesWait.setInterval(kSeriesWaitMs);
    setupUi();
    connectAll();
    restyle();
    refreshRange();
    refreshSeries();
    refresh();
}

LagView::~LagView() = default;

void LagView::connectAll()
{
    connect(&m_frame, &QTimer::timeout, this, &LagView::refresh);
    connect(&m_seriesWait, &QTimer::timeout, this, &LagView::refreshSeries);
    connect(m_store, &LagStore::changed, this, [this] {
        refreshRange();
        schedule();
        m_seriesWait.start();
    });
    connect(context().moments, &MomentControl::aChanged, this, &LagView::schedule);
    connect(context().moments, &MomentControl::liveChanged, this, &LagView::schedule);
    connect(context().moments, &MomentControl::zoomChanged, this, &LagView::refreshRange);
    connect(this, &View::pinnedChanged, this, [this](bool pinned) {
        m_pinnedAt = pinned ? LagStore::timeOf(*context().moments) : kNoTimestamp;
        schedule();
    });
    connect(context().workspace, &Workspace::connectionChanged, this, &LagView::schedule);
    connect(context().workspace, &Workspace::snapshotChanged, this, [this] {
        // A record that was missing may be there now.
        refreshAction();
    });
    connect(context().workspace, &Workspace::readChanged, this, &LagView::readChanged);

    connect(m_plot, &LagPlot::momentPicked, this, [this](Timestamp t) {
        context().moments->setA(Moment{t, std::nullopt});
    });
    connect(m_plot, &LagPlot::rangePicked, this,
            [this](TimeRange range) { context().moments->setZoom(range); });
    connect(m_plot, &LagPlot::widthChanged, this, [this] { m_seriesWait.start(); });
    connect(m_modes, &QButtonGroup::idClicked, this,
            [this](int id) { setQuantity(static_cast<LagQuantity>(id)); });
    connect(m_verdict, &VerdictBar::actionRequested, this, [this] {
        if (const auto record = actionTarget()) {
            openRecord(*record);
        }
    });
    connect(m_table, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (const auto record = m_model->recordAt(index.row())) {
            openRecord(*record);
        }
    });
    connect(m_table, &QTableView::customContextMenuRequested, this, &LagView::contextMenu);
    connect(m_table, &QTableView::clicked, this,
            [this](const QModelIndex& index) { changeSelected(index.row()); });
}

Place LagView::place() const
{
    Place place = Place::ofGroup(m_group);
    if (const auto partition = selectedPartition()) {
        if (const auto row = m_model->rowOf(*partition)) {
            place.record = m_model->recordAt(*row);
        }
    }
    return place;
}

void LagView::show(const Place& place)
{
    if (!place.record) {
        return;
    }
    if (const auto row = m_model->rowOf({place.record->topic, place.record->partition})) {
        m_table->selectRow(*row);
        m_table->scrollTo(m_model->index(*row, 0));
        m_chosen = true;
        refreshAction();
    }
}

Timestamp LagView::now() const
{
    return pinned() && m_pinnedAt != kNoTimestamp ? m_pinnedAt
                                                  : LagStore::timeOf(*context().moments);
}

void LagView::schedule()
{
    if (!m_frame.isActive()) {
        m_frame.start();
    }
}

void LagView::refresh()
{
    const GroupLag& lag = m_store->at(m_group, now());
    const TimeRange kept = m_store->history()->range(text::toUtf8(m_group));
    const bool any = kept.from != kNoTimestamp;
    m_pages->setCurrentIndex(any ? 1 : 0);
    if (!any) {
        const bool connected = context().workspace->connected();
        m_emptyText->setText(
            tr("How far %1 is behind, per partition and over time, would stand here.\n")
                .arg(m_group) +
            (connected ? tr("Its first sample is on its way.")
                       : tr("There are no samples of it in this capture: capture the group from "
                            "a connected cluster.")));
    }
    const auto selected = selectedPartition();
    m_model->setLag(lag);
    if (m_table->isColumnHidden(LagTableModel::MissedColumn) == m_model->anyMissed()) {
        m_table->setColumnHidden(LagTableModel::MissedColumn, !m_model->anyMissed());
        fitColumns();
    }
    const LagText words = describeLag(lag, windowTime());
    m_verdict->setVerdict(lag.severity, text::plain(words.headline), text::plain(words.detail));

    // A live A may lie before the newest sample: the line stands at what is shown.
    const Timestamp a = context().moments->a().time;
    const Timestamp shown = std::min(now(), std::max(a, kept.to));
    m_plot->setMoment(any ? std::optional<Timestamp>(shown) : std::nullopt);
    const bool stopped = lag.verdict == Verdict::Stopped && lag.worst.has_value();
    const PartitionLag* worst = lag.worst ? &lag.partitions[*lag.worst] : nullptr;
    m_plot->setLastCommit(
        stopped && worst->commitSeen ? std::optional<Timestamp>(worst->lastCommit) : std::nullopt,
        stopped ? tr("last commit on %1").arg(text::plain(worst->place().toString())) : QString());

    if (!m_chosen && worst != nullptr) {
        if (const auto row = m_model->rowOf(worst->place())) {
            m_table->selectRow(*row);
        }
    } else if (selected && !selectedPartition()) {
        if (const auto row = m_model->rowOf(*selected)) {
            m_table->selectRow(*row);
        }
    }
    refreshAction();
    refreshNote();
}

bool LagView::inCapture(const RecordPlace& record) const
{
    return context().workspace->snapshot()->find(record).has_value();
}

std::optional<RecordPlace> LagView::actionTarget() const
{
    const GroupLag& lag = m_model->lag();
    std::optional<int> row;
    if (m_chosen) {
        if (const auto partition = selectedPartition()) {
            row = m_model->rowOf(*partition);
        }
    } else if (lag.worst) {
        row = m_model->rowOf(lag.partitions[*lag.worst].place());
    }
    if (!row || m_model->partitionAt(*row).split.available <= 0) {
        return std::nullopt;
    }
    return m_model->recordAt(*row);
}

void LagView::refreshAction()
{
    const auto record = actionTarget();
    if (!record) {
        m_verdict->setAction({}, false, false, {});
        return;
    }
    if (m_reading != 0 && m_readFor == record) {
        m_verdict->setAction(
            tr("Reading the record\u2026"), true, false,
            tr("It is being read from %1.").arg(context().workspace->connectionName()));
        return;
    }
    const QString number = text::number(qint64{record->offset});
    const bool primary = m_model->lag().severity >= Severity::Warning;
    const QString placeText = text::plain(record->toString());
    if (inCapture(*record)) {
        m_verdict->setAction(tr("Open record %1").arg(number), primary, true, placeText);
    } else if (context().workspace->connected()) {
        m_verdict->setAction(
            tr("Open record %1").arg(number), primary, true,
            tr("%1 is read from %2 first.").arg(placeText, context().workspace->connectionName()));
    } else {
        m_verdict->setAction(tr("Open record %1").arg(number), primary, false,
                             tr("%1 is not in this capture, and there is no connection to read it "
                                "from.")
                                 .arg(placeText));
    }
}

void LagView::refreshNote()
{
    const std::string group = text::toUtf8(m_group);
    const GroupLag& lag = m_model->lag();
    QStringList parts;
    if (lag.known()) {
        parts.append(tr("as of %1").arg(text::shortTime(lag.sample->time)));
    }
    if (const auto interval = m_store->history()->interval(group, now())) {
        parts.append(tr("every %1").arg(intervalText(*interval)));
        const TimeRange kept = m_store->history()->range(group);
        parts.append(tr("%1 kept").arg(text::duration(kept.to - kept.from)));
    }
    const QString separator = QStringLiteral(" \u00b7 ");
    const QString whole = parts.join(separator);
    // In a narrow window what matters least goes first; the tip has it all.
    const int left =
        width() - (m_quantity == LagQuantity::Rates ? kBesideNoteInRates : kBesideNote);
    while (parts.size() > 1 &&
           m_note->fontMetrics().horizontalAdvance(parts.join(separator)) > left) {
        parts.removeLast();
    }
    m_note->setText(parts.join(separator));
    m_note->setToolTip(lag.known()
                           ? tr("Values are those of the sample at or before A, taken %1\n%2")
                                 .arg(text::full(lag.sample->time), whole)
                           : QString());
}

void LagView::refreshRange()
{
    const MomentControl& moments = *context().moments;
    const TimeRange kept = m_store->history()->range(text::toUtf8(m_group));
    const TimeRange zoom = moments.zoom();
    const bool zoomed = zoom != moments.range() && zoom.to > zoom.from;
    TimeRange range = zoomed ? zoom : kept;
    if (!zoomed && kept.from != kNoTimestamp && kept.to == kept.from) {
        // A single sample: room on both sides of it.
        range = {kept.from - std::chrono::seconds{30}, kept.to + std::chrono::seconds{30}};
    }
    if (range != m_plot->range()) {
        m_plot->setRange(range);
        m_seriesWait.start();
    }
}

void LagView::refreshSeries()
{
    if (m_seriesAsker.busy()) {
        m_seriesAgain = true;
        return;
    }
    m_seriesAgain = false;
    m_seriesAsker.ask(
        [history = m_store->history(), group = text::toUtf8(m_group), range = m_plot->range(),
         width = m_plot->plotWidth(), quantity = m_quantity](const std::stop_token& stop) {
            return lagSeries(*history, group, range, width, quantity, 8, stop);
        },
        [this](LagSeries series) {
            if (series.quantity == m_quantity) {
                m_plot->setSeries(std::move(series));
            }
            if (m_seriesAgain) {
                refreshSeries();
            }
        });
}

void LagView::setQuantity(LagQuantity quantity)
{
    m_quantity = quantity;
    m_legend->setVisible(quantity == LagQuantity::Rates);
    refreshNote();
    refreshSeries();
}

void LagView::openRecord(const RecordPlace& record)
{
    if (!inCapture(record) && context().workspace->connected()) {
        readThenOpen(record);
        return;
    }
    context().navigator->open(Place::ofRecord(record));
}

void LagView::readThenOpen(const RecordPlace& record)
{
    ReadRequest request;
    TopicRead read;
    read.topic = record.topic;
    read.partitions = {record.partition};
    read.from = AtOffset{std::max<std::int64_t>(record.offset - kAround, 0)};
    read.to = AtOffset{record.offset + kAround};
    request.topics.push_back(read);
    m_readFor = record;
    m_reading = context().workspace->read(request);
    if (m_reading == 0) { // the connection went a moment ago
        m_readFor.reset();
        context().navigator->open(Place::ofRecord(record));
    }
    refreshAction();
}

void LagView::readChanged(quint64 id)
{
    if (id == 0 || id != m_reading) {
        return;
    }
    const auto status = context().workspace->readStatus(id);
    if (status && status->running) {
        return;
    }
    m_reading = 0;
    const std::optional<RecordPlace> record = std::exchange(m_readFor, std::nullopt);
    refreshAction();
    if (record) {
        context().navigator->open(Place::ofRecord(*record));
    }
}

void LagView::stepCommit(bool forward)
{
    const auto partition = selectedPartition();
    const auto track = m_store->history()->track(text::toUtf8(m_group));
    const PartitionTrack* changes = partition && track ? track->find(*partition) : nullptr;
    if (changes == nullptr) {
        return;
    }
    const Timestamp t = std::min(now(), track->samples.back()->time);
    const std::size_t before = changes->changes.partitionPoint(
        [t, forward](const CommitChange& c) { return forward ? c.time <= t : c.time < t; });
    if (forward ? before < changes->changes.size() : before > 0) {
        const CommitChange& change = changes->changes[forward ? before : before - 1];
        context().moments->setA(Moment{change.time, std::nullopt});
    }
}

void LagView::previousChange()
{
    stepCommit(false);
}

void LagView::nextChange()
{
    stepCommit(true);
}

} // namespace hindcast
