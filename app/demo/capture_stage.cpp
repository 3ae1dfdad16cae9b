#include "app/demo/capture_stage.h"

#include "app/demo/group_story.h"
#include "app/demo/log_layout.h"

#include <array>
#include <optional>

namespace hindcast::demo {

namespace {

constexpr std::int64_t kSampleEveryMs = 5000;

class Stage
{
public:
    Stage(const Story& story, Capture& capture)
        : m_story(story)
        , m_layout(story)
        , m_capture(capture)
    {
        for (std::size_t i = 0; i < std::size(kTopics); ++i) {
            m_builders[i].emplace(kTopics[i].name);
        }
    }

    Result<void> play()
    {
        Result<void> done;
        std::size_t batch = 0;
        const auto& batches = m_layout.spanBatches();
        for (std::size_t i = 0; done && i < m_story.events.size(); ++i) {
            while (done && batch < batches.size() &&
                   batches[batch].atMs < m_story.events[i].appendMs) {
                done = addSpans(batch++);
            }
            if (done) {
                done = addEvent(static_cast<EventId>(i));
            }
        }
        while (done && batch < batches.size()) {
            done = addSpans(batch++);
        }
        for (auto& builder : m_builders) {
            if (done && builder->size() > 0) {
                done = m_capture.append(builder->take());
            }
        }
        if (done) {
            done = addSamples();
        }
        return done ? m_capture.putReceipt(receipt()) : done;
    }

private:
    using Place = std::pair<Topic, std::int32_t>;

    Result<void> full(Topic topic, std::int32_t partition, std::size_t bytesBefore)
    {
        RecordBatchBuilder& builder = *m_builders[static_cast<std::size_t>(topic)];
        m_bytes[{topic, partition}] += builder.arenaBytes() - bytesBefore;
        return builder.full() ? m_capture.append(builder.take()) : Result<void>{};
    }

    Result<void> addEvent(EventId id)
    {
        const Event& event = m_story.events[static_cast<std::size_t>(id)];
        RecordBatchBuilder& builder = *m_builders[static_cast<std::size_t>(event.topic)];
        const std::size_t before = builder.arenaBytes();
        builder.add(event.partition, m_layout.offsetOf(id), event.timestampMs,
                    TimestampType::CreateTime, event.key, event.value);
        for (const auto& [name, value] : event.headers) {
            builder.addHeader(name, value);
        }
        return full(event.topic, event.partition, before);
    }

    Result<void> addSpans(std::size_t batch)
    {
        const SpanBatch& spans = m_layout.spanBatches()[batch];
        RecordBatchBuilder& builder = *m_builders[static_cast<std::size_t>(Topic::Spans)];
        const std::size_t before = builder.arenaBytes();
        builder.add(
            m_layout.spanPartition(batch), m_layout.spanOffset(batch), spans.atMs,
            TimestampType::CreateTime, std::nullopt,
            encodeOtlp(m_story, spans.spans, [this](EventId id) { return m_layout.offsetOf(id); }));
        return full(Topic::Spans, m_layout.spanPartition(batch), before);
    }

    Result<void> addSamples()
    {
        std::vector<GroupSamplePtr> last;
        for (std::int64_t ms = m_story.startMs + kSampleEveryMs; ms <= m_story.endMs;
             ms += kSampleEveryMs) {
            last.clear();
            for (const GroupShape& group : groupShapes()) {
                last.push_back(
                    std::make_shared<GroupSample>(sampleAt(group, m_story, m_layout, ms)));
                if (auto done = m_capture.putGroupSample(last.back()); !done) {
                    return done;
                }
            }
        }
        auto cluster = clusterAtEnd(m_story, m_layout, std::move(last));
        for (TopicState& topic : cluster.topics) {
            topic.sizeBytes = 0;
            for (const auto& [place, bytes] : m_bytes) {
                if (topic.name == shapeOf(place.first).name) {
                    topic.sizeBytes += static_cast<std::int64_t>(bytes);
                }
            }
        }
        return m_capture.putCluster(std::make_shared<ClusterState>(std::move(cluster)));
    }

    Receipt receipt() const
    {
        Receipt receipt;
        for (const auto& [place, log] : m_layout.logs()) {
            PartitionReceipt part;
            part.place = {shapeOf(place.first).name, place.second};
            part.logStart = part.from = log.start;
            part.logEnd = part.to = part.next = log.end();
            part.records = log.entries.size();
            const auto bytes = m_bytes.find(place);
            part.bytes = bytes == m_bytes.end() ? 0 : bytes->second;
            receipt.partitions.push_back(std::move(part));
        }
        receipt.took = std::chrono::milliseconds(m_story.endMs - m_story.startMs);
        return receipt;
    }

    const Story& m_story;
    const LogLayout m_layout;
    Capture& m_capture;
    std::array<std::optional<RecordBatchBuilder>, std::size(kTopics)> m_builders;
    std::map<Place, std::uint64_t> m_bytes;
};

} // namespace

Result<void> playToCapture(const Story& story, Capture& capture)
{
    return Stage(story, capture).play();
}

} // namespace hindcast::demo
