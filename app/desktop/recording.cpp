#include "app/desktop/recording.h"

namespace hindcast {

Recording::Recording(std::shared_ptr<Capture> file, QString path, const QStringList& topics)
    : m_file(std::move(file))
    , m_path(std::move(path))
{
    for (const QString& topic : topics) {
        m_topics.insert(topic.toStdString());
    }
}

Result<void> Recording::offer(const RecordBatchPtr& batch)
{
    return wants(batch->topic()) ? m_file->append(batch) : Result<void>{};
}

Result<void> Recording::takeOver(const CaptureSnapshot& snapshot)
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
    return {};
}

std::chrono::seconds Recording::elapsed() const
{
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                            m_began);
}

} // namespace hindcast
