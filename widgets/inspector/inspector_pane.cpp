#include "widgets/inspector/inspector_pane.h"

#include "widgets/inspector/record_inspector.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"

#include <QBoxLayout>
#include <QLabel>
#include <QStackedWidget>

#include <algorithm>

namespace hindcast {

InspectorPane::InspectorPane(const ViewContext& context, QWidget* parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget)
    , m_empty(new QLabel(QStringLiteral(
          "Select a record, a row or a span to see what is in it, what its key did before, and "
          "where it came from.")))
    , m_record(new RecordInspector(context))
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setMargin(6 * theme::kStep);
    m_empty->setTextFormat(Qt::PlainText);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_record);
    m_pages.push_back({Place::Kind::Record, m_record,
                       [this](const Place& place) { m_record->setRecord(*place.record); }});
    connect(context.navigator, &Navigator::selectedChanged, this, &InspectorPane::showPlace);
    restyle();
}

InspectorPane::~InspectorPane() = default;

void InspectorPane::addPage(Place::Kind kind, QWidget* page, std::function<void(const Place&)> show)
{
    if (m_stack->indexOf(page) < 0) {
        m_stack->addWidget(page);
    }
    m_pages.push_back({kind, page, std::move(show)});
}

void InspectorPane::setStatePlace(StatePlace find)
{
    m_record->setStatePlace(std::move(find));
}

void InspectorPane::showPlace(const Place& place)
{
    if (place.isNull()) {
        m_place = place;
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    const auto page = std::find_if(m_pages.begin(), m_pages.end(),
                                   [&place](const Page& p) { return p.kind == place.kind; });
    // A place without a page of its own (a topic, a time) leaves what is shown.
    if (page == m_pages.end() || (place.kind == Place::Kind::Record && !place.record)) {
        return;
    }
    m_place = place;
    page->show(place);
    m_stack->setCurrentWidget(page->widget);
}

void InspectorPane::restyle()
{
    theme::setTextColor(m_empty, theme::Role::Dim);
    m_record->restyle();
}

} // namespace hindcast
