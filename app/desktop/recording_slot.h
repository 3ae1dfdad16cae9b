#pragma once

#include "app/desktop/read_job.h"
#include "app/desktop/recording.h"

namespace hindcast {

// Where reads find the recording, if there is one: those that run already feed one that begins
// later. Thread-safe.
class RecordingSlot final : public ReadJob::Listener
{
public:
    void set(RecordingPtr recording);
    // Takes it out again, between two batches, and says what `capture` held then. Waits for a batch
    // under way: off the GUI thread.
    CaptureSnapshotPtr release(const RecordingPtr& recording, const Capture& capture);

    std::shared_lock<std::shared_mutex> hold() override { return std::shared_lock(m_flow); }
    void batchRead(const RecordBatchPtr& batch) override;
    void receiptWritten(const Receipt& receipt) override;

private:
    RecordingPtr current() const;

    std::shared_mutex m_flow; // shared: a batch is on its way into capture and recording
    mutable std::mutex m_mutex;
    RecordingPtr m_recording; // by m_mutex
};

} // namespace hindcast
