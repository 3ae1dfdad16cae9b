#include "app/desktop/ordering.h"

#include "model/replay/clock_order.h"
#include "model/replay/clock_proposal.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr qint64 kRestFactor = 9; // a tenth of the time at most
constexpr qint64 kLeastRestMs = 1000;

std::optional<ClockProposal> propose(const CaptureSnapshot& snapshot, const std::stop_token& stop)
{
    const auto disorder = DisorderReport::of(snapshot, false, stop);
    if (!disorder) {
        return std::nullopt;
    }
    // The window's clock is all topics' clock: where few are change data, the views of those say
    // what fits them.
    std::vector<std::string> changes = topicsOfChanges(snapshot, snapshot.topics(), stop);
    if (changes.size() * 2 < snapshot.topics().size()) {
        changes.clear();
    }
    return proposeClock(*disorder, changes);
}

} // namespace

Ordering::Ordering(JobTracker* jobs, QObject* parent)
    : QObject(parent)
    , m_jobs(jobs)
{
}

Ordering::~Ordering() = default;

void Ordering::Rest::end()
{
    m_ms = std::max(m_since.restart() * kRestFactor, kLeastRestMs);
}

void Ordering::stop()
{
    m_builder.cancel();
    m_adviser.cancel();
    finishJob();
}

void Ordering::forget()
{
    stop();
    m_snapshot.reset();
    m_order.reset();
    m_clock = {};
    m_proposal.reset();
    m_buildRest.forget();
    m_adviceRest.forget();
    m_advisedRows = 0;
}

void Ordering::update(const CaptureSnapshotPtr& snapshot)
{
    m_snapshot = snapshot;
    build();
    advise();
}

void Ordering::setClock(const Clock& clock)
{
    if (clock == m_clock) {
        return;
    }
    m_clock = clock;
    m_builder.cancel();
    finishJob();
    emit clockChanged();
    if (m_snapshot) {
        build();
    }
}

void Ordering::build()
{
    const bool sameClock = m_order && m_order->clock() == m_clock;
    if (m_builder.busy() || (sameClock && m_order->size() == m_snapshot->rowCount()) ||
        (sameClock && m_clock.kind != Clock::Kind::Log && !m_buildRest.over())) {
        return;
    }
    if (!sameClock && m_clock.kind != Clock::Kind::Log) {
        m_job = m_jobs->start(QStringLiteral("Ordering by ") + text::fromUtf8(m_clock.toString()),
                              [this] { setClock(m_order ? m_order->clock() : Clock{}); });
    }
    m_buildRest.begin();
    // By `log` first, which is there soon. One build at a time; what came meanwhile is the next
    // one's.
    m_builder.ask(
        [snapshot = m_snapshot, clock = m_order ? m_clock : Clock{},
         older = m_order](const std::stop_token& stop) {
            auto order = orderBy(clock, snapshot, stop, older);
            if (order && (*order)->size() > 0) {
                (void)(*order)->rankOf(0); // counts all ranks, once; the playheads ask next
            }
            return order;
        },
        [this](Result<TimeOrderPtr> order) { built(std::move(order)); });
}

void Ordering::built(Result<TimeOrderPtr> order)
{
    m_buildRest.end();
    finishJob();
    if (!order) {
        m_clock = m_order ? m_order->clock() : Clock{};
        emit clockChanged();
        emit failed(text::fromUtf8(order.error().message), text::fromUtf8(order.error().detail));
        if (!m_order && order.error().code != ErrorCode::Cancelled) {
            build();
        }
        return;
    }
    m_order = std::move(*order);
    emit orderChanged();
    build();
    advise();
}

void Ordering::advise()
{
    if (m_adviser.busy() || !m_order || m_advisedRows == m_snapshot->rowCount() ||
        !m_adviceRest.over()) {
        return;
    }
    m_adviceRest.begin();
    m_adviser.ask(
        [snapshot = m_snapshot](const std::stop_token& stop) { return propose(*snapshot, stop); },
        [this, rows = m_snapshot->rowCount()](std::optional<ClockProposal> proposal) {
            m_adviceRest.end();
            m_advisedRows = rows;
            if (proposal != m_proposal) {
                m_proposal = std::move(proposal);
                emit clockChanged();
            }
        });
}

void Ordering::finishJob()
{
    if (m_job != 0) {
        m_jobs->finish(m_job);
        m_job = 0;
    }
}

} // namespace hindcast
