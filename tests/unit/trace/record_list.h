#pragma once

#include "model/capture/capture_snapshot.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hindcast::test {

// A snapshot over batches in memory, in the order they were added: what a trace is built from, with
// no capture file behind it.
class RecordList final : public CaptureSnapshot
{
public:
    void add(RecordBatchPtr batch);
    // All lines of an interchange file (.jsonl.zst); false where it cannot be read.
    bool addInterchange(const std::string& path);
    void addSamples(std::vector<GroupSamplePtr> samples) { m_samples = std::move(samples); }
    // As a capture that grew no further than its first blocks.
    std::shared_ptr<RecordList> prefix(std::size_t blocks) const;

    std::uint64_t generation() const override { return 7; }
    Row rowCount() const override;
    const std::vector<std::string>& topics() const override { return m_topics; }
    std::optional<TopicId> topicId(std::string_view name) const override;
    RowInfo row(Row row) const override;
    Result<StoredRecord> record(Row row) const override;
    std::optional<Row> find(const RecordPlace& place) const override;
    std::size_t blockCount() const override { return m_blocks.size(); }
    BlockInfo block(std::size_t index) const override { return m_blocks[index]; }
    std::size_t blockOf(Row row) const override;
    Result<RecordBatchPtr> loadBlock(std::size_t index) const override;
    KeyId keyCount() const override { return 0; }
    std::optional<KeyId> findKey(TopicId, std::string_view) const override { return std::nullopt; }
    std::vector<Row> rowsOfKey(KeyId) const override { return {}; }
    ClusterStatePtr cluster() const override { return nullptr; }
    std::vector<GroupSamplePtr> groupSamples() const override { return m_samples; }
    std::vector<std::string> receiptsJson() const override { return {}; }
    std::vector<OffsetRange> covered(const TopicPartition&) const override { return {}; }
    std::uint64_t memoryBytes() const override { return 0; }

private:
    std::vector<std::string> m_topics;
    std::vector<BlockInfo> m_blocks;
    std::vector<RecordBatchPtr> m_batches;
    std::map<RecordPlace, Row> m_rows;
    std::vector<GroupSamplePtr> m_samples;
};

// The lines of a .zst file; empty where it cannot be read.
std::vector<std::string> zstdLines(const std::string& path);
std::string fileText(const std::string& path);

} // namespace hindcast::test
