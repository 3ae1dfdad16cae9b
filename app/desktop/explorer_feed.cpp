#include "app/desktop/explorer_feed.h"

#include "app/desktop/session.h"
#include "app/desktop/settings.h"
#include "app/desktop/stores.h"
#include "model/lag/lag_text.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QFileInfo>

#include <algorithm>
#include <set>

namespace hindcast {

ExplorerFeed::ExplorerFeed(Session* session, MomentControl* moments, const Stores& stores,
                           const Settings* settings, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_moments(moments)
    , m_stores(stores)
    , m_settings(settings)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(500);
    connect(&m_soon, &QTimer::timeout, this, &ExplorerFeed::refresh);
    connect(stores.lag, &LagStore::changed, this, &ExplorerFeed::touch);
    connect(stores.projections, &ProjectionStore::changed, this, &ExplorerFeed::touch);
    connect(stores.projections, &ProjectionStore::logChanged, this, &ExplorerFeed::touch);
    connect(stores.traces, &TraceStore::changed, this, &ExplorerFeed::touch);
    connect(moments, &MomentControl::aChanged, this, &ExplorerFeed::touch);
    connect(session, &Workspace::snapshotChanged, this, &ExplorerFeed::touch);
    connect(session, &Workspace::orderChanged, this, &ExplorerFeed::touch);
    connect(session, &Workspace::clusterChanged, this, [this] {
        sampleCluster();
        touch();
    });
    connect(session, &Workspace::connectionChanged, this, [this] {
        m_ends.clear();
        m_density.reset();
        refresh();
    });
}

ExplorerFeed::~ExplorerFeed() = default;

void ExplorerFeed::touch()
{
    if (!m_soon.isActive()) {
        m_soon.start();
    }
}

void ExplorerFeed::refresh()
{
    countRates();
    ExplorerData next;
    next.topics = topics();
    claimColors(next);
    next.groups = groups();
    if (m_stores.traces->traceCount() > 0) {
        next.traceCount = text::number(static_cast<qint64>(m_stores.traces->traceCount()));
        next.traces.push_back({QStringLiteral("Longest first"), {}, {}, Severity::None});
        const quint64 errors = m_stores.traces->errorCount();
        next.traces.push_back({QStringLiteral("With errors"), QStringLiteral("errors"),
                               text::number(static_cast<qint64>(errors)),
                               errors > 0 ? Severity::Error : Severity::None});
    }
    next.projections = projections();
    next.captures = captures();
    if (!(next == m_data)) {
        m_data = std::move(next);
        emit changed();
    }
}

// By name and before anything is drawn, so that topics look alike at every start.
void ExplorerFeed::claimColors(const ExplorerData& data)
{
    const auto generation = m_session->snapshot()->generation();
    if (generation != m_colored) {
        m_colored = generation;
        theme::topicColors().reset();
        theme::serviceColors().reset();
    }
    QStringList names;
    for (const auto& topic : data.topics) {
        names << topic.name;
    }
    theme::topicColors().claim(names);
}

void ExplorerFeed::sampleCluster()
{
    const ClusterStatePtr cluster = m_session->cluster();
    if (!m_session->connected() || !cluster || cluster->time == m_lastLook) {
        return;
    }
    m_lastLook = cluster->time;
    for (const TopicState& topic : cluster->topics) {
        std::int64_t end = 0;
        for (const PartitionState& partition : topic.partitions) {
            end += std::max<std::int64_t>(partition.logEnd, 0);
        }
        auto& ends = m_ends[topic.name];
        ends.push_back(end);
        if (ends.size() > kBars + 1) {
            ends.pop_front();
        }
    }
}

void ExplorerFeed::countRates()
{
    const TimeOrderPtr order = m_session->order();
    if (m_counter.busy() || !order || order->size() == 0 || m_session->connected()) {
        return;
    }
    const TimeRange range = order->range();
    if (m_density && m_density->range == range) {
        return;
    }
    m_counter.ask(
        [order, range](const std::stop_token& stop) {
            return densityOf(*order, range, kBars, stop, 100'000);
        },
        [this](DensityPtr density) {
            m_density = std::move(density);
            touch();
        });
}

std::vector<float> ExplorerFeed::rateOf(const std::string& topic) const
{
    std::vector<float> rates(kBars, 0);
    if (const auto ends = m_ends.find(topic); ends != m_ends.end()) {
        const auto& seen = ends->second;
        for (std::size_t i = 1; i < seen.size(); ++i) {
            rates[kBars - seen.size() + i] = static_cast<float>(seen[i] - seen[i - 1]);
        }
    } else if (m_density) {
        const auto at = std::find(m_density->topics.begin(), m_density->topics.end(), topic);
        if (at != m_density->topics.end()) {
            const auto id = static_cast<std::size_t>(at - m_density->topics.begin());
            for (std::size_t i = 0; i < std::min(kBars, m_density->columns()); ++i) {
                rates[i] = static_cast<float>(m_density->counts[i][id]);
            }
        }
    }
    const float most = *std::max_element(rates.begin(), rates.end());
    if (most <= 0) {
        return {};
    }
    for (float& rate : rates) {
        rate /= most;
    }
    return rates;
}

std::vector<ExplorerData::Topic> ExplorerFeed::topics() const
{
    std::vector<ExplorerData::Topic> topics;
    std::set<std::string> known;
    const auto add = [&](const std::string& name, const QString& detail) {
        if (known.insert(name).second) {
            topics.push_back({text::fromUtf8(name), rateOf(name), detail});
        }
    };
    if (const ClusterStatePtr cluster = m_session->cluster()) {
        for (const TopicState& topic : cluster->topics) {
            if (!topic.internal) {
                add(topic.name,
                    text::count(topic.partitions.size(), QStringLiteral("partition"),
                                QStringLiteral("partitions")) +
                        QStringLiteral(", at most ") +
                        text::count(
                            static_cast<quint64>(std::max<std::int64_t>(topic.offsetSpan(), 0)),
                            QStringLiteral("record"), QStringLiteral("records")));
            }
        }
    }
    for (const std::string& name : m_session->snapshot()->topics()) {
        add(name, QStringLiteral("In the capture"));
    }
    std::sort(topics.begin(), topics.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return topics;
}

// Of those that came with Hindcast what fits the capture; the person's own always, or a mistake
// would hide what it was made in.
std::vector<ExplorerData::Projection> ExplorerFeed::projections() const
{
    std::vector<ExplorerData::Projection> projections;
    for (const auto& entry : m_stores.projections->entries()) {
        if (!entry->inCapture && entry->builtIn) {
            continue;
        }
        ExplorerData::Projection projection;
        projection.name = entry->name;
        projection.fits = entry->inCapture;
        projection.refused = !entry->projection;
        projection.own = !entry->builtIn;
        projection.shadows = entry->shadows;
        if (projection.refused) {
            projection.detail = entry->problem;
        } else if (!projection.fits) {
            QStringList names;
            for (const std::string& topic : entry->projection->topics()) {
                names << text::fromUtf8(topic);
            }
            projection.detail = QStringLiteral("This capture holds no records of %1.")
                                    .arg(names.join(QStringLiteral(", ")));
        } else if (!entry->projection->sources.empty() &&
                   entry->projection->sources.front().reduce == "cdc") {
            projection.note = QStringLiteral("(cdc)");
        }
        if (entry->keys() >= 0) {
            projection.keys = text::count(static_cast<quint64>(entry->keys()),
                                          QStringLiteral("key"), QStringLiteral("keys"));
        }
        projections.push_back(std::move(projection));
    }
    return projections;
}

// As they were at A; what needs looking at comes first.
std::vector<ExplorerData::Group> ExplorerFeed::groups() const
{
    const Timestamp at = LagStore::timeOf(*m_moments);
    std::vector<ExplorerData::Group> groups;
    for (const QString& name : m_stores.lag->groups()) {
        const GroupLag& lag = m_stores.lag->at(name, at);
        ExplorerData::Group group;
        group.name = name;
        group.sign = lag.severity;
        group.behind = lag.severity == Severity::None || !lag.behind.known()
                           ? QString::fromLatin1(wordOf(lag.verdict))
                           : text::fromUtf8(formatTimeLag(lag.behind));
        group.detail = text::fromUtf8(describeLag(lag).headline);
        groups.push_back(std::move(group));
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const auto& a, const auto& b) { return a.sign > b.sign; });
    return groups;
}

std::vector<ExplorerData::CaptureFile> ExplorerFeed::captures() const
{
    std::vector<ExplorerData::CaptureFile> files;
    QStringList paths = m_settings->recentCaptures();
    const QString open = m_session->path();
    if (!open.isEmpty() && !paths.contains(open)) {
        paths.prepend(open);
    }
    for (const QString& path : paths) {
        files.push_back(
            {path, QFileInfo(path).fileName(), path == open ? QStringLiteral("open") : QString()});
    }
    for (const QString& path : m_session->leftBehind()) {
        files.push_back({path, QFileInfo(path).completeBaseName().section(QLatin1Char('-'), 1, 2),
                         QStringLiteral("not saved")});
    }
    return files;
}

} // namespace hindcast
