#include "widgets/shared/navigator.h"

#include "widgets/shared/moment_control.h"

namespace hindcast {

Navigator::Navigator(MomentControl* moments, QObject* parent)
    : QObject(parent)
    , m_moments(moments)
{
}

Navigator::~Navigator() = default;

void Navigator::push(const Place& place)
{
    if (m_moving || (!m_steps.empty() && m_steps[m_at].place == place)) {
        return;
    }
    if (!m_steps.empty()) {
        m_steps[m_at].moment = m_moments->a();
        m_steps.resize(m_at + 1);
    }
    m_steps.push_back({place, m_moments->a()});
    m_at = m_steps.size() - 1;
    emit historyChanged();
}

void Navigator::open(const Place& place)
{
    if (place.kind == Place::Kind::Time) {
        m_moments->setA(Moment{place.time, std::nullopt});
        return;
    }
    push(place);
    emit openRequested(place);
    if (place.kind == Place::Kind::Record) {
        select(place);
    }
}

void Navigator::select(const Place& place)
{
    if (m_selected == place) {
        return;
    }
    m_selected = place;
    emit selectedChanged(place);
}

void Navigator::setCurrent(const Place& place)
{
    if (m_steps.empty() || !m_steps[m_at].place.sameDocument(place)) {
        push(place);
    }
}

void Navigator::go(std::size_t step)
{
    m_steps[m_at].moment = m_moments->a();
    m_at = step;
    m_moving = true;
    const Step target = m_steps[m_at];
    emit openRequested(target.place);
    m_moments->setA(target.moment);
    m_moving = false;
    emit historyChanged();
}

void Navigator::back()
{
    if (canGoBack()) {
        go(m_at - 1);
    }
}

void Navigator::forward()
{
    if (canGoForward()) {
        go(m_at + 1);
    }
}

} // namespace hindcast
