#include "app/desktop/opening.h"

#include "app/desktop/documents.h"
#include "app/desktop/session.h"
#include "app/desktop/subject.h"
#include "model/trace/trace_set.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kPatienceMs = 15'000;

} // namespace

Opening::Opening(const ViewContext& context, Session* session, const Stores& stores,
                 Documents* documents, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_session(session)
    , m_stores(stores)
    , m_documents(documents)
{
    m_patience.setSingleShot(true);
    m_patience.start(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        if (m_stores.traces->building()) {
            m_patience.start(); // slowly, but it works: its tabs come behind the one in front
        } else {
            end();
        }
    });
    connect(context.moments, &MomentControl::orderChanged, this, &Opening::proceed);
    connect(stores.lag, &LagStore::changed, this, &Opening::proceed);
    connect(stores.traces, &TraceStore::changed, this, &Opening::proceed);
    QTimer::singleShot(0, this, &Opening::proceed);
}

Opening::~Opening() = default;

void Opening::proceed()
{
    const TimeOrderPtr& order = m_context.moments->order();
    const bool lagKnown =
        m_stores.lag->history()->sampleCount() > 0 || m_session->snapshot()->groupSamples().empty();
    if (m_ended || !order ||
        order->snapshot()->generation() != m_session->snapshot()->generation()) {
        return;
    }
    if (!m_began) {
        if (!lagKnown) {
            return;
        }
        m_began = true;
        begin();
    }
    if (!m_traceOpen && m_stores.traces->set()) {
        m_traceOpen = true;
        openTrace();
    }
    if (m_traceOpen || m_session->snapshot()->rowCount() == 0) {
        openState();
        end();
    }
}

void Opening::end()
{
    if (!m_ended) {
        m_ended = true;
        emit done();
    }
}

std::optional<Opening::Stuck> Opening::findStuck() const
{
    const Timestamp last = m_stores.lag->history()->range().to;
    for (const QString& group : m_stores.lag->groups()) {
        const GroupLag& lag = m_stores.lag->at(group, last);
        if (lag.severity != Severity::Error || !lag.worst) {
            continue;
        }
        const PartitionLag& worst = lag.partitions[*lag.worst];
        if (worst.sample.committed >= 0) {
            return Stuck{group,
                         {worst.place().topic, worst.place().partition, worst.sample.committed},
                         firstSeen(group, worst.lastCommit)};
        }
    }
    return std::nullopt;
}

// The first sample after `since` whose verdict says that something is wrong: from then on it could
// be seen.
Timestamp Opening::firstSeen(const QString& group, Timestamp since) const
{
    const GroupTrackPtr track = m_stores.lag->history()->track(text::toUtf8(group));
    for (std::size_t i = 0; track && i < track->samples.size(); ++i) {
        const Timestamp time = track->samples[i]->time;
        if (time > since && m_stores.lag->at(group, time).severity == Severity::Error) {
            return time;
        }
    }
    return since;
}

// A goes to when the trouble could first be seen, and the list shows what its record is about.
void Opening::begin()
{
    const CaptureSnapshot& snapshot = *m_session->snapshot();
    m_stuck = findStuck();
    if (!m_stuck) {
        if (!snapshot.topics().empty()) {
            m_context.navigator->open(Place::ofTopic(text::fromUtf8(snapshot.topics().front())));
        }
        return;
    }
    const auto row = snapshot.find(m_stuck->record);
    m_topic = text::fromUtf8(m_stuck->record.topic);
    if (row) {
        Timestamp at = snapshot.row(*row).timestamp;
        if (m_stuck->since != kNoTimestamp) {
            at = std::max(at, m_stuck->since);
        }
        m_context.moments->setA({at, std::nullopt});
        if (const auto stored = snapshot.record(*row)) {
            if (const auto subject = subjectOf(snapshot, stored->view())) {
                m_topic = subject->topics.value(0);
                m_key = subject->key;
            }
        }
    }
    openInFront(Place::ofTopic(m_topic));
    compareWithNext();
    openBehind(Place::ofGroup(m_stuck->group));
}

// B is the next thing that happens to what it is about, and the list stands at what happened last.
void Opening::compareWithNext()
{
    const TimeOrderPtr& order = m_context.moments->order();
    const CaptureSnapshot& snapshot = *order->snapshot();
    const auto topic = snapshot.topicId(text::toUtf8(m_topic));
    const auto key = topic ? snapshot.findKey(*topic, m_key.toStdString()) : std::nullopt;
    if (!key) {
        return;
    }
    std::optional<Rank> before;
    std::optional<Rank> after;
    for (const Row row : snapshot.rowsOfKey(*key)) {
        if (row >= order->size()) {
            continue;
        }
        const Rank rank = order->rankOf(row);
        if (rank < m_context.moments->rankA()) {
            before = std::max(before.value_or(rank), rank);
        } else {
            after = std::min(after.value_or(rank), rank);
        }
    }
    if (after) {
        m_context.moments->setB(Moment{order->timeAt(*after), std::nullopt});
    }
    if (before) {
        const Place record = Place::ofRecord(snapshot.placeOf(order->rowAt(*before)));
        m_context.navigator->select(record);
        openInFront(record);
    }
}

void Opening::openTrace()
{
    const TraceSet& traces = *m_stores.traces->set();
    const auto row = m_stuck ? m_session->snapshot()->find(m_stuck->record) : std::nullopt;
    const auto record = row ? traces.findRecord(*row) : std::nullopt;
    if (!record) {
        return;
    }
    const TraceIndex trace = traces.records()[*record].trace;
    if (trace != kNoTrace) {
        openBehind(Place::ofTrace(QString::fromStdString(traces.traces()[trace].id.toString())));
    }
}

void Opening::openState()
{
    for (const auto& entry : m_stores.projections->entries()) {
        if (entry->inCapture && entry->projection &&
            entry->projection->hasTopic(text::toUtf8(m_topic))) {
            openBehind(Place::ofProjection(entry->name, m_key));
            return;
        }
    }
}

void Opening::openInFront(const Place& place)
{
    m_documents->open(place);
}

// What is in front stays there: a person may already be at work.
void Opening::openBehind(const Place& place)
{
    View* const front = m_documents->current();
    m_documents->open(place);
    if (front) {
        m_documents->goTo(front);
    }
}

} // namespace hindcast
