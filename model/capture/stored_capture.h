#pragma once

#include "model/capture/capture_core.h"
#include "model/capture/capture_writer.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace hindcast {

// Capture on a file, or in memory where there is none. append() indexes on its caller's thread and
// leaves compression and writing to the CaptureWriter.
class StoredCapture final : public Capture
{
public:
    StoredCapture(std::shared_ptr<CaptureCore> core, Mode mode, std::int64_t lastBlock);
    ~StoredCapture() override;

    const std::string& path() const override { return m_path; }
    CaptureSnapshotPtr snapshot() const override;
    Result<void> append(RecordBatchPtr batch) override;
    Result<void> putCluster(ClusterStatePtr state) override;
    Result<void> putGroupSample(GroupSamplePtr sample) override;
    Result<void> putReceipt(const Receipt& receipt) override;
    Result<void> putCovered(const TopicPartition& place, OffsetRange range) override;
    Result<void> flush() override;
    Result<void> close() override;
    Result<void> saveAs(const std::string& path) override;
    std::uint64_t sizeOnDisk() const override;

private:
    Result<void> mayAppend() const;
    Result<void> addRecords(const RecordBatchPtr& batch);
    Result<void> enqueue(CaptureWriter::Command command);
    Result<void> adoptReceipts(const CaptureCore& other);
    Result<void> copyMemoryTo(const std::string& path);

    const std::shared_ptr<CaptureCore> m_core;
    const std::string m_path;

    std::mutex m_appendMutex; // one append at a time: rows are numbered in the order of arrival
    std::atomic<bool> m_open; // false: read-only or closed
    std::unique_ptr<CaptureWriter> m_writer; // null: read-only, closed, or in memory
};

} // namespace hindcast
