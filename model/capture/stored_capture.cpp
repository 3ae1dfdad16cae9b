#include "model/capture/stored_capture.h"

#include "model/capture/indexed_snapshot.h"
#include "model/capture/state_codec.h"

#include <fmt/core.h>
#include <unistd.h>

namespace hindcast {

namespace {

constexpr std::size_t kQueueBytes = 64u << 20;

std::uint64_t nextGeneration()
{
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

} // namespace

StoredCapture::StoredCapture(std::shared_ptr<CaptureCore> core, Mode mode, std::int64_t lastBlock)
    : m_core(std::move(core))
    , m_path(m_core->file ? m_core->file->path() : std::string())
    , m_open(mode == Mode::Append)
{
    m_core->generation = nextGeneration();
    if (m_open && m_core->file) {
        m_writer =
            std::make_unique<CaptureWriter>(m_core->file, m_core->store, lastBlock, kQueueBytes);
    }
}

StoredCapture::~StoredCapture() = default;

CaptureSnapshotPtr StoredCapture::snapshot() const
{
    return std::make_shared<IndexedSnapshot>(m_core);
}

Result<void> StoredCapture::mayAppend() const
{
    if (!m_open) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is not open for capturing; open it to append first.", m_path));
    }
    return {};
}

Result<void> StoredCapture::append(RecordBatchPtr batch)
{
    if (!batch || batch->empty()) {
        return {};
    }
    const std::lock_guard lock(m_appendMutex);
    if (auto open = mayAppend(); !open) {
        return open;
    }
    if (m_writer) {
        if (auto space = m_writer->waitForSpace(batch->arenaBytes()); !space) {
            return space;
        }
    }
    if (batch->size() <= kMaxRecordsOfRun / 16) {
        return addRecords(batch);
    }
    RecordBatchBuilder piece(batch->topic());
    for (std::size_t i = 0; i < batch->size(); ++i) {
        piece.add(batch->record(i));
        if (piece.full() || i + 1 == batch->size()) {
            if (auto done = addRecords(piece.take()); !done) {
                return done;
            }
        }
    }
    return {};
}

Result<void> StoredCapture::addRecords(const RecordBatchPtr& batch)
{
    CaptureIndex& index = m_core->index;
    const auto topic = index.intern(batch->topic());
    if (!topic) {
        return tl::unexpected(topic.error());
    }
    auto prepared = index.prepare(*topic, *batch);
    const RecordBatchPtr kept = index.withoutDuplicates(*topic, batch, *prepared.entry);
    if (kept->empty()) {
        return {};
    }
    if (kept != batch) {
        prepared = index.prepare(*topic, *kept);
    }
    // The bytes are there before the block can be seen.
    const CaptureIndex::Published before = index.published();
    m_core->store->pin(before.blocks, kept);
    const auto block = index.add(std::move(prepared));
    if (!block) {
        m_core->store->unpin(before.blocks);
        return tl::unexpected(block.error());
    }
    index.publish();
    if (m_writer) {
        m_writer->push(*block, before.rows, kept);
    }
    return {};
}

Result<void> StoredCapture::enqueue(CaptureWriter::Command command)
{
    return m_writer ? m_writer->push(std::move(command)) : Result<void>{};
}

Result<void> StoredCapture::putCluster(ClusterStatePtr state)
{
    const std::lock_guard append(m_appendMutex);
    if (auto open = mayAppend(); !open) {
        return open;
    }
    auto done =
        enqueue([data = encodeCluster(*state)](CaptureFile& f) { return f.putCluster(data); });
    if (done) {
        const std::lock_guard lock(m_core->mutex);
        m_core->cluster = std::move(state);
    }
    return done;
}

Result<void> StoredCapture::putGroupSample(GroupSamplePtr sample)
{
    const std::lock_guard append(m_appendMutex);
    if (auto open = mayAppend(); !open) {
        return open;
    }
    auto done = enqueue([time = sample->time, data = encodeSample(*sample)](CaptureFile& f) {
        return f.addSample(time, data);
    });
    if (done) {
        const std::lock_guard lock(m_core->mutex);
        m_core->samples.push_back(std::move(sample));
    }
    return done;
}

Result<void> StoredCapture::putReceipt(const Receipt& receipt)
{
    const std::lock_guard append(m_appendMutex);
    if (auto open = mayAppend(); !open) {
        return open;
    }
    auto done = enqueue([json = receipt.toJson()](CaptureFile& f) { return f.addReceipt(json); });
    std::vector<std::pair<TopicPartition, OffsetRange>> ranges;
    if (receipt.where.empty()) { // a search left out what did not match
        for (const auto& part : receipt.partitions) {
            if (part.from < part.next) {
                ranges.push_back({part.place, {part.from, part.next}});
            }
        }
    }
    if (done && !ranges.empty()) {
        done = enqueue([ranges](CaptureFile& f) {
            Result<void> written;
            for (const auto& [place, range] : ranges) {
                if (written) {
                    written = f.addCovered(place, range);
                }
            }
            return written;
        });
    }
    if (done) {
        const std::lock_guard lock(m_core->mutex);
        m_core->receipts.push_back(receipt.toJson());
        auto covered = std::make_shared<CaptureCore::Covered>(*m_core->covered);
        for (const auto& [place, range] : ranges) {
            addRange((*covered)[place], range);
        }
        m_core->covered = std::move(covered);
    }
    return done;
}

Result<void> StoredCapture::putCovered(const TopicPartition& place, OffsetRange range)
{
    const std::lock_guard append(m_appendMutex);
    if (auto open = mayAppend(); !open) {
        return open;
    }
    auto done = enqueue([place, range](CaptureFile& f) { return f.extendCovered(place, range); });
    if (done) {
        const std::lock_guard lock(m_core->mutex);
        auto covered = std::make_shared<CaptureCore::Covered>(*m_core->covered);
        addRange((*covered)[place], range);
        m_core->covered = std::move(covered);
    }
    return done;
}

Result<void> StoredCapture::flush()
{
    // Not under m_appendMutex: others go on appending while this one waits.
    if (!m_open) {
        return {};
    }
    return m_writer ? m_writer->flush() : Result<void>{};
}

Result<void> StoredCapture::close()
{
    const std::lock_guard lock(m_appendMutex);
    if (!m_open) {
        return {};
    }
    if (m_writer) {
        if (auto done = m_writer->flush(); !done) {
            return done;
        }
        // The writer is idle from here on: nothing is queued, and m_appendMutex keeps it so.
        CaptureFile& file = *m_core->file;
        Result<void> done = file.begin();
        if (done) {
            done = storeIndex(*m_core, file);
        }
        if (done) {
            done = file.commit();
        }
        if (!done) {
            file.rollback();
            return done;
        }
        if (done = file.finish(); !done) {
            return done;
        }
    }
    m_open = false;
    return {};
}

Result<void> StoredCapture::saveAs(const std::string& path)
{
    if (::access(path.c_str(), F_OK) == 0) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is there already; choose another name.", path));
    }
    if (auto done = flush(); !done) {
        return done;
    }
    if (!m_core->file) {
        return copyMemoryTo(path);
    }
    if (auto done = m_core->file->copyTo(path); !done) {
        ::unlink(path.c_str());
        return done;
    }
    // Opened and closed once, the copy has its index.
    auto copy = Capture::open(path, Mode::Append);
    return copy ? (*copy)->close() : tl::unexpected(copy.error());
}

Result<void> StoredCapture::copyMemoryTo(const std::string& path)
{
    auto made = Capture::create(path);
    if (!made) {
        return tl::unexpected(made.error());
    }
    const CaptureSnapshotPtr source = snapshot();
    Result<void> done;
    for (std::size_t i = 0; done && i < source->blockCount(); ++i) {
        auto batch = source->loadBlock(i);
        done = batch ? (*made)->append(*batch) : tl::unexpected(batch.error());
    }
    if (done && source->cluster()) {
        done = (*made)->putCluster(source->cluster());
    }
    for (const auto& sample : source->groupSamples()) {
        if (done) {
            done = (*made)->putGroupSample(sample);
        }
    }
    if (done) {
        done = static_cast<StoredCapture&>(**made).adoptReceipts(*m_core);
    }
    return done ? (*made)->close() : done;
}

// Receipts and ranges of another capture, as they are.
Result<void> StoredCapture::adoptReceipts(const CaptureCore& other)
{
    std::vector<std::string> receipts;
    std::shared_ptr<const CaptureCore::Covered> covered;
    {
        const std::lock_guard lock(other.mutex);
        receipts = other.receipts;
        covered = other.covered;
    }
    return enqueue([receipts, covered](CaptureFile& f) {
        Result<void> done;
        for (const auto& json : receipts) {
            if (done) {
                done = f.addReceipt(json);
            }
        }
        for (const auto& [place, ranges] : *covered) {
            for (const OffsetRange range : ranges) {
                if (done) {
                    done = f.addCovered(place, range);
                }
            }
        }
        return done;
    });
}

std::uint64_t StoredCapture::sizeOnDisk() const
{
    return m_core->file ? m_core->file->sizeOnDisk() : 0;
}

} // namespace hindcast
