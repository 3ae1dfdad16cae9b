#include "app/desktop/recording_slot.h"

namespace hindcast {

void RecordingSlot::set(RecordingPtr recording)
{
    const std::lock_guard lock(m_mutex);
    m_recording = std::move(recording);
}

CaptureSnapshotPtr RecordingSlot::release(const RecordingPtr& recording, const Capture& capture)
{
    const std::unique_lock flow(m_flow);
    const std::lock_guard lock(m_mutex);
    if (m_recording == recording) {
        m_recording.reset();
    }
    return capture.snapshot();
}

RecordingPtr RecordingSlot::current() const
{
    const std::lock_guard lock(m_mutex);
    return m_recording;
}

void RecordingSlot::batchRead(const RecordBatchPtr& batch)
{
    if (const RecordingPtr recording = current()) {
        recording->offer(batch);
    }
}

void RecordingSlot::receiptWritten(const Receipt& receipt)
{
    if (const RecordingPtr recording = current()) {
        recording->offer(receipt);
    }
}

} // namespace hindcast
