#pragma once

#include "model/capture/capture_core.h"

namespace hindcast {

// The snapshot of a Capture: a few counts and views into the shared index.
class IndexedSnapshot final : public CaptureSnapshot
{
public:
    explicit IndexedSnapshot(std::shared_ptr<const CaptureCore> core);

    std::uint64_t generation() const override { return m_core->generation; }
    std::uint64_t captureId() const override;
    Row rowCount() const override { return m_index.rows; }
    const std::vector<std::string>& topics() const override { return m_index.topics->names; }
    std::optional<TopicId> topicId(std::string_view name) const override;

    RowInfo row(Row row) const override;
    void rows(Row first, std::span<RowInfo> out) const override;
    Result<StoredRecord> record(Row row) const override;
    Result<void> pick(std::span<const Row> rows, const TakeRecord& take) const override;
    std::optional<Row> find(const RecordPlace& place) const override;

    std::size_t blockCount() const override { return m_index.blocks; }
    BlockInfo block(std::size_t index) const override;
    std::size_t blockOf(Row row) const override { return m_index.blockOf(row); }
    Result<RecordBatchPtr> loadBlock(std::size_t index) const override;
    Result<RecordBatchPtr> loadBlockIf(std::size_t index, const MayHold& mayHold) const override;

    KeyId keyCount() const override { return m_index.keyCount; }
    std::optional<KeyId> findKey(TopicId topic, std::string_view key) const override;
    std::vector<Row> rowsOfKey(KeyId key) const override;

    ClusterStatePtr cluster() const override { return m_cluster; }
    std::vector<GroupSamplePtr> groupSamples() const override;
    std::vector<std::string> receiptsJson() const override;
    std::vector<OffsetRange> covered(const TopicPartition& place) const override;
    std::vector<std::string> problems() const override { return m_core->problems; }
    std::uint64_t memoryBytes() const override;

private:
    const std::shared_ptr<const CaptureCore> m_core;
    const CaptureIndex::Published m_index;
    ClusterStatePtr m_cluster;
    std::size_t m_samples = 0;
    std::size_t m_receipts = 0;
    std::shared_ptr<const CaptureCore::Covered> m_covered;
};

} // namespace hindcast
