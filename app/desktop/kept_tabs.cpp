#include "app/desktop/kept_tabs.h"

#include "app/desktop/documents.h"
#include "app/desktop/place_json.h"
#include "app/desktop/settings.h"
#include "app/desktop/tab_group.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTimer>

namespace hindcast {

namespace {

constexpr std::size_t kMost = 24; // more tabs than anybody finds their way in

const QString kTabs = QStringLiteral("tabs");
const QString kSide = QStringLiteral("side");
const QString kFront = QStringLiteral("front");
const QString kA = QStringLiteral("a");
const QString kB = QStringLiteral("b");
const QString kClock = QStringLiteral("clock"); // absent: log

} // namespace

KeptTabs::KeptTabs(const ViewContext& context, Documents* documents, Settings* settings,
                   QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_documents(documents)
    , m_settings(settings)
{
    connect(context.moments, &MomentControl::orderChanged, this, &KeptTabs::restoreMoments);
    connect(context.workspace, &Workspace::clockChanged, this, &KeptTabs::restoreMoments);
}

KeptTabs::~KeptTabs() = default;

void KeptTabs::setOwner(const QString& owner)
{
    keep();
    m_owner = owner;
    m_kept = {};
    m_keptTabs = {};
    m_tabs.clear();
    m_next = 0;
    m_momentsWait = false;
}

QJsonObject KeptTabs::tabsNow() const
{
    QJsonArray tabs;
    int front = 0;
    for (int side = 0; side < m_documents->groupCount(); ++side) {
        const TabGroup* const group = m_documents->group(side);
        for (int i = 0; i < group->count(); ++i) {
            QJsonObject tab = toJson(group->view(i)->place());
            if (!tab.contains(QStringLiteral("kind"))) {
                continue; // a page of the window's own
            }
            if (side > 0) {
                tab[kSide] = side;
            }
            if (group->view(i) == m_documents->current()) {
                front = static_cast<int>(tabs.size());
            }
            tabs.append(tab);
        }
    }
    QJsonObject all{{kTabs, tabs}, {kFront, front}};
    if (const Clock clock = m_context.workspace->clock(); clock != Clock{}) {
        all[kClock] = text::fromUtf8(clock.toString());
    }
    return all;
}

void KeptTabs::keep(bool evenMomentsAlone)
{
    if (m_owner.isEmpty() || reopening() || m_momentsWait) {
        return;
    }
    const QJsonObject tabs = tabsNow();
    if (!evenMomentsAlone && tabs == m_keptTabs) {
        return;
    }
    QJsonObject now = tabs;
    const MomentControl& moments = *m_context.moments;
    if (!moments.live()) {
        now[kA] = toJson(moments.a());
    }
    if (moments.b()) {
        now[kB] = toJson(*moments.b());
    }
    if (now != m_kept) {
        m_kept = now;
        m_keptTabs = tabs;
        m_settings->setTabs(m_owner, QJsonDocument(now).toJson(QJsonDocument::Compact));
    }
}

bool KeptTabs::reopen()
{
    const QJsonObject kept = QJsonDocument::fromJson(m_settings->tabs(m_owner)).object();
    const int front = kept[kFront].toInt();
    int at = 0;
    for (const QJsonValue value : kept[kTabs].toArray()) {
        const auto place = placeFromJson(value.toObject());
        if (place && m_tabs.size() < kMost) {
            if (at == front) {
                m_front = m_tabs.size();
            }
            m_tabs.push_back({*place, value.toObject()[kSide].toInt()});
        }
        ++at;
    }
    if (m_tabs.empty()) {
        return false;
    }
    if (const auto clock = Clock::parse(text::toUtf8(kept[kClock].toString()))) {
        m_context.workspace->setClock(*clock);
    }
    m_a = momentFromJson(kept[kA].toObject());
    m_b = momentFromJson(kept[kB].toObject());
    m_momentsWait = m_a || m_b;
    m_split = false;
    restoreMoments();
    openNext();
    return true;
}

// One a turn: each view has its own work to begin.
void KeptTabs::openNext()
{
    const Tab tab = m_tabs[m_next];
    if (m_documents->open(tab.place) && tab.side > 0 && !m_split) {
        m_documents->splitRight();
        m_split = true;
    }
    if (++m_next < m_tabs.size()) {
        QTimer::singleShot(0, this, [this] {
            if (reopening()) {
                openNext();
            }
        });
        return;
    }
    m_documents->open(m_tabs[m_front].place);
    emit reopened();
}

void KeptTabs::restoreMoments()
{
    const TimeOrderPtr& order = m_context.moments->order();
    if (!m_momentsWait || !order || order->size() == 0 ||
        order->clock() != m_context.workspace->clock()) {
        return;
    }
    m_momentsWait = false;
    if (m_a) {
        m_context.moments->setA(*m_a);
    }
    m_context.moments->setB(m_b);
}

} // namespace hindcast
