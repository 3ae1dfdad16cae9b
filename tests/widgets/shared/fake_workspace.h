#pragma once

#include "widgets/shared/workspace.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace hindcast::test {

// A snapshot that holds no records, only what it is given of the cluster: for views that look at
// groups and topics alone. For records take Capture::inMemory()->snapshot().
class ClusterOnlySnapshot final : public CaptureSnapshot
{
public:
    explicit ClusterOnlySnapshot(std::vector<GroupSamplePtr> samples = {},
                                 ClusterStatePtr state = nullptr, std::uint64_t generation = 1)
        : m_samples(std::move(samples))
        , m_cluster(std::move(state))
        , m_generation(generation)
    {
    }

    std::uint64_t generation() const override { return m_generation; }
    Row rowCount() const override { return 0; }
    const std::vector<std::string>& topics() const override { return m_topics; }
    std::optional<TopicId> topicId(std::string_view) const override { return std::nullopt; }
    RowInfo row(Row) const override { return {}; }
    Result<StoredRecord> record(Row) const override
    {
        return fail(ErrorCode::NotFound, "This snapshot holds no records.");
    }
    std::optional<Row> find(const RecordPlace&) const override { return std::nullopt; }
    std::size_t blockCount() const override { return 0; }
    BlockInfo block(std::size_t) const override { return {}; }
    std::size_t blockOf(Row) const override { return 0; }
    Result<RecordBatchPtr> loadBlock(std::size_t) const override
    {
        return fail(ErrorCode::NotFound, "This snapshot holds no blocks.");
    }
    KeyId keyCount() const override { return 0; }
    std::optional<KeyId> findKey(TopicId, std::string_view) const override { return std::nullopt; }
    std::vector<Row> rowsOfKey(KeyId) const override { return {}; }
    ClusterStatePtr cluster() const override { return m_cluster; }
    std::vector<GroupSamplePtr> groupSamples() const override { return m_samples; }
    std::vector<std::string> receiptsJson() const override { return {}; }
    std::vector<OffsetRange> covered(const TopicPartition&) const override { return {}; }
    std::uint64_t memoryBytes() const override { return 0; }

private:
    const std::vector<std::string> m_topics;
    const std::vector<GroupSamplePtr> m_samples;
    const ClusterStatePtr m_cluster;
    const std::uint64_t m_generation;
};

// A Workspace that a test fills by hand. Remembers the reads it is asked for; answers none by
// itself. (No Q_OBJECT: the signals are the base class's, so that any test can include it.)
class FakeWorkspace final : public Workspace
{
public:
    struct AskedRead
    {
        quint64 id = 0;
        ReadRequest request;
        QString where;
        bool keepMatchesOnly = false;
    };

    FakeWorkspace()
        : m_snapshot(std::make_shared<ClusterOnlySnapshot>())
    {
    }

    void setSnapshot(CaptureSnapshotPtr snapshot)
    {
        m_snapshot = std::move(snapshot);
        emit snapshotChanged();
    }
    // Both at once, as after opening a capture: snapshot first, its order next.
    void setSnapshot(CaptureSnapshotPtr snapshot, TimeOrderPtr order)
    {
        setSnapshot(std::move(snapshot));
        setOrder(std::move(order));
    }
    void setOrder(TimeOrderPtr order)
    {
        m_order = std::move(order);
        emit orderChanged();
    }
    void setCluster(ClusterStatePtr cluster)
    {
        m_cluster = std::move(cluster);
        emit clusterChanged();
    }
    void setConnected(bool connected, const QString& name = QStringLiteral("test"))
    {
        m_connected = connected;
        m_connectionName = connected ? name : QString();
        emit connectionChanged();
    }
    void setClockProposal(const std::optional<ClockProposal>& proposal)
    {
        m_proposal = proposal;
        emit clockChanged();
    }
    void setCaptureName(const QString& name) { m_captureName = name; }

    // Reports on a read that was asked for.
    void setReadStatus(const ReadStatus& status)
    {
        std::erase_if(m_statuses, [&](const ReadStatus& s) { return s.id == status.id; });
        m_statuses.push_back(status);
        emit readChanged(status.id);
    }

    CaptureSnapshotPtr snapshot() const override { return m_snapshot; }
    TimeOrderPtr order() const override { return m_order; }
    Clock clock() const override { return m_clock; }
    void setClock(const Clock& clock) override
    {
        m_clock = clock;
        emit clockChanged();
    }
    std::optional<ClockProposal> clockProposal() const override { return m_proposal; }
    ClusterStatePtr cluster() const override
    {
        return m_cluster ? m_cluster : m_snapshot->cluster();
    }
    QString captureName() const override { return m_captureName; }
    bool connected() const override { return m_connected; }
    QString connectionName() const override { return m_connectionName; }

    quint64 read(const ReadRequest& request, const QString& where, bool keepMatchesOnly) override
    {
        if (!m_connected) {
            return 0;
        }
        reads.push_back({++m_lastRead, request, where, keepMatchesOnly});
        ReadStatus status;
        status.id = m_lastRead;
        status.running = true;
        m_statuses.push_back(status);
        return m_lastRead;
    }
    void stop(quint64 id) override { stopped.push_back(id); }
    std::optional<ReadStatus> readStatus(quint64 id) const override
    {
        const auto found = std::find_if(m_statuses.begin(), m_statuses.end(),
                                        [id](const ReadStatus& s) { return s.id == id; });
        return found == m_statuses.end() ? std::nullopt : std::optional<ReadStatus>(*found);
    }

    std::vector<AskedRead> reads;
    std::vector<quint64> stopped;

private:
    CaptureSnapshotPtr m_snapshot;
    TimeOrderPtr m_order;
    Clock m_clock;
    std::optional<ClockProposal> m_proposal;
    ClusterStatePtr m_cluster;
    QString m_captureName;
    QString m_connectionName;
    bool m_connected = false;
    quint64 m_lastRead = 0;
    std::vector<ReadStatus> m_statuses;
};

} // namespace hindcast::test
