#include "app/demo/live_stage.h"

#include "app/demo/incident.h"
#include "app/demo/live_consumer.h"
#include "app/demo/live_producer.h"
#include "app/demo/otlp_encoder.h"

#include "model/record/timestamp.h"

#include <algorithm>
#include <fmt/core.h>
#include <mutex>
#include <thread>
#include <vector>

namespace hindcast::demo {

namespace {

std::int64_t nowMs()
{
    return toMs(currentTimestamp());
}

// The groups' members, each on its own thread.
class Groups
{
public:
    Groups(const Properties& properties, const std::stop_token& stop)
    {
        for (const GroupShape& group : groupShapes()) {
            const std::size_t members = std::max<std::size_t>(1, group.members.size());
            for (std::size_t i = 0; i < members; ++i) {
                m_threads.emplace_back([&group, &properties, stop] {
                    LiveConsumer consumer(group, properties);
                    const auto done =
                        group.members.empty() ? consumer.visit(stop) : consumer.run(stop);
                    if (!done) {
                        fmt::print(stderr, "hindcast-demo: {}\n", done.error().message);
                    }
                });
            }
        }
    }

private:
    std::vector<std::jthread> m_threads; // joined when they go
};

class LiveStage
{
public:
    LiveStage(const Story& story, LiveProducer& producer, std::stop_token stop, std::int64_t endMs)
        : m_story(story)
        , m_producer(producer)
        , m_stop(std::move(stop))
        , m_endMs(endMs)
        , m_batches(batchSpans(story))
    {
    }

    Result<void> play()
    {
        Result<void> done;
        std::size_t batch = 0;
        std::size_t event = 0;
        while (done && (event < m_story.events.size() || batch < m_batches.size())) {
            const bool spans = event == m_story.events.size() ||
                               (batch < m_batches.size() &&
                                m_batches[batch].atMs < m_story.events[event].appendMs);
            if (!waitUntil(spans ? m_batches[batch].atMs : m_story.events[event].appendMs)) {
                break;
            }
            done = spans ? writeSpans(batch++)
                         : m_producer.write(m_story.events[event], static_cast<EventId>(event));
            event += spans ? 0 : 1;
        }
        return done ? m_producer.flush() : done;
    }

    // False: it is time to stop.
    bool waitUntil(std::int64_t ms)
    {
        for (;;) {
            const std::int64_t now = nowMs();
            if (m_stop.stop_requested() || (m_endMs > 0 && now >= m_endMs)) {
                return false;
            }
            if (now >= ms) {
                return true;
            }
            m_producer.poll(static_cast<int>(std::min<std::int64_t>(ms - now, 100)));
        }
    }

private:
    // A service exports its spans a moment after its records were acknowledged.
    Result<void> writeSpans(std::size_t index)
    {
        const SpanBatch& batch = m_batches[index];
        const auto pending = [this](SpanId id) {
            const EventId event = m_story.spans[static_cast<std::size_t>(id)].event;
            return event >= 0 && m_producer.offsetOf(event) < 0;
        };
        for (int tries = 0;
             tries < 40 && std::any_of(batch.spans.begin(), batch.spans.end(), pending); ++tries) {
            m_producer.poll(50);
        }
        Event record;
        record.topic = Topic::Spans;
        record.partition = static_cast<std::int32_t>(index) % shapeOf(Topic::Spans).partitions;
        record.timestampMs = batch.atMs;
        record.value = encodeOtlp(m_story, batch.spans,
                                  [this](EventId id) { return m_producer.offsetOf(id); });
        return m_producer.write(record, -1);
    }

    const Story& m_story;
    LiveProducer& m_producer;
    const std::stop_token m_stop;
    const std::int64_t m_endMs;
    const std::vector<SpanBatch> m_batches;
};

} // namespace

Result<void> playLive(const LiveOptions& options, const std::stop_token& stop)
{
    ScenarioOptions scenario = options.scenario;
    const std::int64_t startedMs = nowMs();
    scenario.startMs =
        startedMs + std::chrono::milliseconds(options.incidentIn).count() - Incident::kMalformedAt;
    const Story story = makeScenario(scenario);
    auto producer = LiveProducer::create(options.properties, story.events.size());
    if (!producer) {
        return tl::unexpected(producer.error());
    }
    if (auto done = (*producer)->createTopics(); !done) {
        return done;
    }
    const std::int64_t malformedMs =
        story.events[static_cast<std::size_t>(story.malformedPayment)].appendMs;
    fmt::print("The shop is open. The malformed payment comes at {} (in {}).\n",
               formatUtc(timestampFromMs(malformedMs)),
               formatDuration(
                   std::chrono::milliseconds(std::max<std::int64_t>(0, malformedMs - startedMs))));
    std::fflush(stdout);

    std::stop_source groupsStop;
    const std::stop_callback forward(stop, [&groupsStop] { groupsStop.request_stop(); });
    const Groups groups(options.properties, groupsStop.get_token());
    const std::int64_t endMs = options.longest.count() > 0
                                   ? startedMs + std::chrono::milliseconds(options.longest).count()
                                   : 0;
    LiveStage stage(story, **producer, stop, endMs);
    Result<void> done = stage.play();
    if (done && stage.waitUntil(0)) {
        fmt::print("The story has ended; its groups stay until this program is stopped.\n");
        std::fflush(stdout);
        while (stage.waitUntil(nowMs() + 1000)) {
        }
    }
    groupsStop.request_stop();
    return done;
}

} // namespace hindcast::demo
