#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/record/cluster_state.h"
#include "model/record/receipt.h"
#include "model/record/record_batch.h"
#include "model/record/result.h"

#include <functional>
#include <memory>
#include <string>

namespace hindcast {

// An append-only local log of records, in one SQLite file (`.hindcast`). One object a file.
//
// Thread-safe. append() hands batches to the capture's own writer thread through a queue bounded in
// bytes and blocks while that is full; a batch is in every later snapshot() as soon as append()
// returns, and on disk within a second or at flush(). Readers take snapshots and never wait for the
// writer.
class Capture
{
public:
    enum class Mode { ReadOnly, Append };

    // Fails with a sentence if the file exists, or cannot be made.
    static Result<std::shared_ptr<Capture>> create(const std::string& path);
    // Opens a file that another process may have left behind half written: everything reported as
    // written is there. A file that is not a capture, or is from a newer version, is refused in
    // words.
    static Result<std::shared_ptr<Capture>> open(const std::string& path, Mode mode);
    // Lives in memory only; for tests and small imports.
    static std::shared_ptr<Capture> inMemory();

    virtual ~Capture() = default;

    virtual const std::string& path() const = 0;
    virtual CaptureSnapshotPtr snapshot() const = 0;

    // Records that the capture already holds (same topic, partition, offset) are left out.
    virtual Result<void> append(RecordBatchPtr batch) = 0;
    // The cluster as seen; the newest one is kept.
    virtual Result<void> putCluster(ClusterStatePtr state) = 0;
    // One sample of a group; the whole history is kept.
    virtual Result<void> putGroupSample(GroupSamplePtr sample) = 0;
    // What a read did; its ranges count as covered from then on.
    virtual Result<void> putReceipt(const Receipt& receipt) = 0;

    // Offsets that a read under way went over, appended by then: holes in them (transaction
    // markers) need not be read again either. What begins where an earlier range did takes its
    // place.
    virtual Result<void> putCovered(const TopicPartition& place, OffsetRange range) = 0;

    // Everything appended so far is on disk when it returns.
    virtual Result<void> flush() = 0;
    // Flushes, writes the index, leaves one file (no WAL). The object answers reads afterwards,
    // appends fail.
    virtual Result<void> close() = 0;
    // A complete copy under another name, written while this one may go on growing.
    virtual Result<void> saveAs(const std::string& path) = 0;

    // Bytes on disk, journal included.
    virtual std::uint64_t sizeOnDisk() const = 0;
};

} // namespace hindcast
