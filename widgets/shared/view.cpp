#include "widgets/shared/view.h"

#include "widgets/shared/navigator.h"

namespace hindcast {

View::View(const ViewContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
{
}

View::~View() = default;

QString View::title() const
{
    return place().title();
}

void View::show(const Place&) {}

void View::restyle()
{
    update();
}

void View::lookAt(const Place& place)
{
    m_lookedAt = place;
    if (isVisible()) {
        m_context.navigator->select(place);
    }
}

void View::setPinned(bool pinned)
{
    if (pinned != m_pinned) {
        m_pinned = pinned;
        emit pinnedChanged(pinned);
    }
}

} // namespace hindcast
