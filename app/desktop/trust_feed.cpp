#include "app/desktop/trust_feed.h"

#include "widgets/shared/moment_control.h"
#include "widgets/shared/text.h"
#include "widgets/shared/trust_look.h"
#include "widgets/shared/workspace.h"
#include "widgets/state/projection_store.h"
#include "widgets/timestrip/time_strip.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kAgainMs = 1000; // at the earliest, while records stream in
constexpr int kRestOfTrust = 20;

// Queue: a stretch without a judgement is seen, where a word without one stands back.
theme::Role bandRole(Trust trust)
{
    return trust == Trust::Unknown ? theme::Role::Queue : trustRole(trust);
}

QString partitions(std::size_t n)
{
    return text::count(n, QStringLiteral("partition"), QStringLiteral("partitions"));
}

QString reasonOf(const TrustSpan& span)
{
    QString words = text::fromUtf8(span.reason);
    if (span.others > 0) {
        words +=
            QStringLiteral(", and ") + text::count(span.others, QStringLiteral("more partition"),
                                                   QStringLiteral("more partitions"));
    }
    return words;
}

QString verdictOf(const TrustSpan& span)
{
    if (span.partitions == 0) {
        return QStringLiteral("Nothing of it is in the capture");
    }
    const QString word = text::fromUtf8(trustWord(span.trust));
    if (span.trust == Trust::Exact) {
        return word + QStringLiteral(" on ") + partitions(span.partitions);
    }
    const QString exact =
        span.exact == 0 || span.trust == Trust::ExactSince
            ? partitions(span.partitions)
            : QStringLiteral("%1, exact on %2").arg(partitions(span.partitions)).arg(span.exact);
    return word + QStringLiteral(" on ") + exact + QLatin1Char('\n') + reasonOf(span);
}

// The day is said where it is another one.
QString momentBeside(Timestamp time, Timestamp other)
{
    const QString whole = text::dateTime(time);
    return whole.left(10) == text::dateTime(other).left(10) ? text::time(time) : whole;
}

} // namespace

TrustFeed::TrustFeed(Workspace* workspace, MomentControl* moments, ProjectionStore* projections,
                     TimeStrip* strip, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_moments(moments)
    , m_projections(projections)
    , m_strip(strip)
{
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &TrustFeed::refresh);
    connect(m_workspace, &Workspace::orderChanged, this, [this] {
        // Another capture or clock is judged at once, a capture that grows after a rest.
        const TimeOrderPtr order = m_workspace->order();
        const bool grows =
            order && m_judge &&
            m_judge->order()->snapshot()->generation() == order->snapshot()->generation() &&
            m_judge->order()->clock() == order->clock();
        if (!grows || (!m_again.isActive() && !m_asker.busy())) {
            refresh();
        }
    });
    connect(m_projections, &ProjectionStore::logChanged, this, [this](const QString& name) {
        if (m_front.kind == Place::Kind::Projection && m_front.name == name) {
            refresh();
        }
    });
    connect(m_moments, &MomentControl::aChanged, this, &TrustFeed::showA);
}

TrustFeed::~TrustFeed() = default;

void TrustFeed::setFront(const Place& place)
{
    const bool same =
        place.kind == m_front.kind && place.name == m_front.name && place.topics == m_front.topics;
    m_front = place;
    if (!same) {
        refresh();
    }
}

std::vector<std::string> TrustFeed::topics() const
{
    std::vector<std::string> names;
    if (m_front.kind == Place::Kind::Topics || m_front.kind == Place::Kind::Key) {
        for (const QString& topic : m_front.topics) {
            names.push_back(text::toUtf8(topic));
        }
    }
    return names.empty() ? m_workspace->snapshot()->topics() : names;
}

QString TrustFeed::subject() const
{
    if (m_front.kind == Place::Kind::Projection) {
        return QStringLiteral("State of ") + m_front.name;
    }
    return m_topics.size() == 1
               ? text::plain(m_topics.front())
               : text::count(m_topics.size(), QStringLiteral("topic"), QStringLiteral("topics"));
}

void TrustFeed::refresh()
{
    const ProjectionStore::Entry* const entry =
        m_front.kind == Place::Kind::Projection ? m_projections->find(m_front.name) : nullptr;
    if (entry) {
        m_asker.cancel();
        show(entry->log ? entry->log->order() : nullptr, entry->band);
        return;
    }
    askRecords();
}

void TrustFeed::askRecords()
{
    const TimeOrderPtr order = m_workspace->order();
    if (!order || order->size() == 0) {
        m_asker.cancel();
        show(nullptr, nullptr);
        return;
    }
    const std::vector<std::string> topics = this->topics();
    if (m_judge && m_judge->order() == order && m_topics == topics && m_order == order) {
        return;
    }
    m_topics = topics;
    m_asked.start();
    m_asker.ask(
        [order, topics, older = m_judge](const std::stop_token& stop) {
            Judged result;
            result.judge = TrustJudge::ofRecords(order, topics, stop, older.get());
            if (result.judge) {
                result.band = std::make_shared<const std::vector<TrustSpan>>(result.judge->band());
            }
            return result;
        },
        [this](Judged judged) {
            if (!judged.judge) {
                return;
            }
            m_judge = std::move(judged.judge);
            show(m_judge->order(), judged.band);
            const auto took = static_cast<int>(std::min<qint64>(m_asked.elapsed(), 60'000));
            m_again.start(std::max(kAgainMs, took * kRestOfTrust));
        });
}

void TrustFeed::show(const TimeOrderPtr& order, const Band& band)
{
    m_order = order;
    m_band = band;
    std::vector<TimeBand> bands;
    if (m_band) {
        const QString what = subject();
        for (const TrustSpan& span : *m_band) {
            if (span.times.from <= span.times.to) {
                bands.push_back(
                    {span.times, bandRole(span.trust),
                     what + QStringLiteral(": ") + verdictOf(span),
                     span.trust == Trust::ExactSince && span.times.from == span.snapshotEnd});
            }
        }
    }
    m_strip->setBands(std::move(bands));
    showA();
}

void TrustFeed::showA()
{
    if (!m_band || m_band->empty() || !m_order) {
        m_strip->setTrust({});
        return;
    }
    const Rank prefix = m_order->prefix(m_moments->a());
    const auto after =
        std::upper_bound(m_band->begin(), m_band->end(), prefix,
                         [](Rank rank, const TrustSpan& span) { return rank < span.from; });
    const TrustSpan& span = *(after == m_band->begin() ? after : std::prev(after));
    TrustSentence words;
    words.role = trustRole(span.trust);
    words.word = text::fromUtf8(trustWord(span.trust));
    switch (span.trust) {
    case Trust::Exact:
        words.rest = QStringLiteral("at or before A \u00b7 ") + partitions(span.partitions);
        break;
    case Trust::ExactSince:
        words.rest = QStringLiteral("of ") + momentBeside(span.snapshotEnd, m_moments->a().time) +
                     QStringLiteral(" \u00b7 ") + partitions(span.partitions);
        break;
    default:
        words.rest = reasonOf(span);
        break;
    }
    words.all = subject() + QStringLiteral(" at A: ") + verdictOf(span);
    m_strip->setTrust(words);
}

} // namespace hindcast
