#include "app/desktop/recording.h"

#include "widgets/shared/text.h"

namespace hindcast {

Recording::Recording(std::shared_ptr<Capture> file, QString path, const QStringList& topics)
    : m_file(std::move(file))
    , m_path(std::move(path))
{
    for (const QString& topic : topics) {
        m_topics.insert(text::toUtf8(topic));
    }
}

void Recording::note(const Result<void>& done)
{
    if (!done) {
        const std::lock_guard lock(m_mutex);
        if (m_problem.isEmpty()) {
            m_problem = text::fromUtf8(done.error().message);
        }
    }
}

void Recording::offer(const RecordBatchPtr& batch)
{
    if (wants(batch->topic())) {
        note(m_file->append(batch));
    }
}

// A read may go over more topics than are recorded.
void Recording::offer(const Receipt& receipt)
{
    Receipt own = receipt;
    std::erase_if(own.partitions,
                  [this](const PartitionReceipt& part) { return !wants(part.place.topic); });
    if (!own.partitions.empty()) {
        note(m_file->putReceipt(own));
    }
}

// The same sample may come from the scratch capture and from whoever takes it.
void Recording::offer(const GroupSamplePtr& sample)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_seen.emplace(sample->group, sample->time).second) {
            return;
        }
    }
    note(m_file->putGroupSample(sample));
    ++m_samples;
}

void Recording::offer(const ClusterStatePtr& cluster)
{
    note(m_file->putCluster(cluster));
}

void Recording::takeOver(const CaptureSnapshot& snapshot)
{
    note(takeOverRecords(snapshot));
    for (const GroupSamplePtr& sample : snapshot.groupSamples()) {
        offer(sample);
    }
    m_takenOver.set_value();
}

Result<void> Recording::takeOverRecords(const CaptureSnapshot& snapshot)
{
    for (std::size_t i = 0; i < snapshot.blockCount(); ++i) {
        if (!wants(snapshot.topics()[snapshot.block(i).topic])) {
            continue;
        }
        auto batch = snapshot.loadBlock(i);
        if (!batch) {
            return tl::unexpected(batch.error());
        }
        if (auto kept = m_file->append(*batch); !kept) {
            return kept;
        }
    }
    const ClusterStatePtr cluster = snapshot.cluster();
    return cluster ? m_file->putCluster(cluster) : Result<void>{};
}

Result<void> Recording::finish(const CaptureSnapshot& last)
{
    m_takenOver.get_future().wait();
    if (problem().isEmpty()) {
        takeOverCovered(last);
    }
    return m_file->close();
}

// What was recorded is what the scratch capture has of the topics, so what it covers is the same.
void Recording::takeOverCovered(const CaptureSnapshot& snapshot)
{
    const ClusterStatePtr cluster = snapshot.cluster();
    for (const TopicState& topic : cluster ? cluster->topics : std::vector<TopicState>{}) {
        if (!wants(topic.name)) {
            continue;
        }
        for (const PartitionState& partition : topic.partitions) {
            const TopicPartition place{topic.name, partition.partition};
            for (const OffsetRange& range : snapshot.covered(place)) {
                note(m_file->putCovered(place, range));
            }
        }
    }
}

std::chrono::seconds Recording::elapsed() const
{
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                            m_began);
}

QString Recording::problem() const
{
    const std::lock_guard lock(m_mutex);
    return m_problem;
}

} // namespace hindcast
