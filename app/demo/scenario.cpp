#include "app/demo/scenario.h"

#include "app/demo/catalogue.h"
#include "app/demo/incident.h"
#include "app/demo/shop.h"

#include <algorithm>
#include <numeric>

namespace hindcast::demo {

namespace {

// Puts the events in the order of their logs, leaves out those outside the story, and follows them
// with all that points to them.
void settle(Story& story)
{
    std::vector<EventId> order;
    for (std::size_t i = 0; i < story.events.size(); ++i) {
        const Event& event = story.events[i];
        if (event.timestampMs >= story.startMs && event.appendMs < story.endMs) {
            order.push_back(static_cast<EventId>(i));
        }
    }
    std::stable_sort(order.begin(), order.end(), [&story](EventId a, EventId b) {
        return story.events[static_cast<std::size_t>(a)].appendMs <
               story.events[static_cast<std::size_t>(b)].appendMs;
    });
    std::vector<EventId> moved(story.events.size(), -1);
    std::vector<Event> events;
    events.reserve(order.size());
    for (const EventId id : order) {
        moved[static_cast<std::size_t>(id)] = static_cast<EventId>(events.size());
        events.push_back(std::move(story.events[static_cast<std::size_t>(id)]));
    }
    story.events = std::move(events);
    for (Span& span : story.spans) {
        span.event = span.event < 0 ? -1 : moved[static_cast<std::size_t>(span.event)];
    }
    story.malformedPayment = moved[static_cast<std::size_t>(story.malformedPayment)];
    story.failedOrder = moved[static_cast<std::size_t>(story.failedOrder)];
}

} // namespace

Story makeScenario(const ScenarioOptions& options)
{
    Story story;
    story.startMs = options.startMs;
    story.endMs = options.startMs + 15 * 60 * 1000;
    StoryBuilder builder(story, options.seed);
    Catalogue(builder).run(options.records);
    Shop(builder).run(options.records - static_cast<std::int64_t>(story.events.size()) -
                      Incident::stormRecords(options.records));
    Incident(builder).run(options.records);
    settle(story);
    return story;
}

} // namespace hindcast::demo
