#include "model/capture/capture_writer.h"

#include "model/capture/block_codec.h"

#include <utility>

namespace hindcast {

namespace {

constexpr int kCompressionLevel = 1;
constexpr std::size_t kBlockBytes = 512 << 10;  // gathered before a block is closed
constexpr std::size_t kCommitBytes = 16u << 20; // uncompressed, in one transaction
constexpr std::chrono::milliseconds kCommitAfter{300};

std::size_t queueCost(const RecordBatch& batch)
{
    return batch.arenaBytes() + batch.size() * 32 + 1024;
}

} // namespace

CaptureWriter::CaptureWriter(std::shared_ptr<CaptureFile> file, std::shared_ptr<BlockStore> store,
                             std::int64_t lastBlock, std::size_t queueBytes)
    : m_file(std::move(file))
    , m_store(std::move(store))
    , m_queueLimit(queueBytes)
    , m_compressor(kCompressionLevel)
    , m_lastBlock(lastBlock)
    , m_thread([this] { run(); })
{
}

CaptureWriter::~CaptureWriter()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

Result<void> CaptureWriter::waitForSpace(std::size_t bytes)
{
    std::unique_lock lock(m_mutex);
    m_progress.wait(lock, [&] {
        return m_error || m_pendingBytes == 0 || m_pendingBytes + bytes <= m_queueLimit;
    });
    if (m_error) {
        return tl::unexpected(*m_error);
    }
    return {};
}

void CaptureWriter::push(std::size_t block, Row firstRow, RecordBatchPtr batch)
{
    const std::size_t bytes = queueCost(*batch);
    const std::lock_guard lock(m_mutex);
    if (m_pushed == m_committed) {
        m_oldest = Clock::now();
    }
    m_queue.push_back({block, firstRow, std::move(batch), nullptr, bytes});
    m_queueBytes += bytes;
    m_pendingBytes += bytes;
    ++m_pushed;
    m_wake.notify_one();
}

Result<void> CaptureWriter::push(Command command)
{
    const std::lock_guard lock(m_mutex);
    if (m_error) {
        return tl::unexpected(*m_error);
    }
    if (m_pushed == m_committed) {
        m_oldest = Clock::now();
    }
    m_queue.push_back({0, 0, nullptr, std::move(command), 0});
    ++m_pushed;
    m_wake.notify_one();
    return {};
}

Result<void> CaptureWriter::flush()
{
    std::unique_lock lock(m_mutex);
    const std::uint64_t target = m_pushed;
    m_wanted = std::max(m_wanted, target);
    if (m_error) {
        m_error.reset();
        m_retry = true;
    }
    m_wake.notify_one();
    m_progress.wait(lock, [&] { return m_error || m_committed >= target; });
    if (m_error) {
        return tl::unexpected(*m_error);
    }
    lock.unlock();
    return m_file->sync();
}

// With m_mutex held: something to do now.
bool CaptureWriter::hasWork() const
{
    if (m_error) {
        return false;
    }
    return m_retry || m_queueBytes >= kBlockBytes ||
           (m_committed < m_pushed &&
            (m_committed < m_wanted || m_stop || Clock::now() >= m_oldest + kCommitAfter));
}

void CaptureWriter::run()
{
    for (;;) {
        std::vector<Item> group;
        bool again = false;
        bool urgent = false;
        {
            std::unique_lock lock(m_mutex);
            while (!hasWork()) {
                if (m_stop) {
                    return;
                }
                if (m_error || m_committed == m_pushed) {
                    m_wake.wait(lock);
                } else {
                    m_wake.wait_until(lock, m_oldest + kCommitAfter);
                }
            }
            again = std::exchange(m_retry, false);
            group = takeGroup();
            urgent = m_stop || m_committed < m_wanted || Clock::now() >= m_oldest + kCommitAfter;
            urgent = urgent && m_queue.empty();
        }
        Result<void> done = again ? writeAgain() : Result<void>{};
        if (!group.empty()) {
            m_open.push_back(prepare(std::move(group)));
            m_openBytes += m_open.back().bytes;
            if (done) {
                done = write(m_open.back());
            }
        }
        if (done && (urgent || m_openBytes >= kCommitBytes)) {
            done = commit();
        }
        if (!done) {
            failed(std::move(done.error()));
        }
    }
}

// With m_mutex held: a command, or neighbouring batches for one block.
std::vector<CaptureWriter::Item> CaptureWriter::takeGroup()
{
    std::vector<Item> group;
    std::size_t bytes = 0;
    while (!m_queue.empty() && bytes < kBlockBytes) {
        Item& next = m_queue.front();
        if (next.command && !group.empty()) {
            break;
        }
        bytes += next.bytes;
        group.push_back(std::move(next));
        m_queue.pop_front();
        if (group.back().command) {
            break;
        }
    }
    m_queueBytes -= bytes;
    return group;
}

CaptureWriter::Ready CaptureWriter::prepare(std::vector<Item> group)
{
    Ready ready;
    ready.items = group.size();
    if (group.front().command) {
        ready.command = std::move(group.front().command);
        return ready;
    }
    std::vector<RecordBatchPtr> batches;
    for (const Item& item : group) {
        batches.push_back(item.batch);
        ready.bytes += item.bytes;
    }
    const BlockParts parts = BlockParts::encode(batches);
    ready.frame = m_compressor.compress(parts.bytes);
    ready.rawBytes = parts.bytes.size();
    ready.row = {++m_lastBlock, group.front().firstRow, parts.records};
    ready.firstBlock = group.front().block;
    for (const auto& place : parts.places) {
        ready.locations.push_back(
            {static_cast<std::uint32_t>(m_lastBlock), place.part, place.start});
    }
    return ready;
}

Result<void> CaptureWriter::write(const Ready& ready)
{
    if (!m_inTransaction) {
        if (auto done = m_file->begin(); !done) {
            return done;
        }
        m_inTransaction = true;
    }
    return ready.command ? ready.command(*m_file)
                         : m_file->addBlock(ready.row, ready.rawBytes, ready.frame);
}

Result<void> CaptureWriter::writeAgain()
{
    for (const Ready& ready : m_open) {
        if (auto done = write(ready); !done) {
            return done;
        }
    }
    return {};
}

Result<void> CaptureWriter::commit()
{
    if (m_inTransaction) {
        if (auto done = m_file->commit(); !done) {
            return done;
        }
        m_inTransaction = false;
    }
    std::size_t items = 0;
    for (const Ready& ready : m_open) {
        m_store->stored(ready.firstBlock, ready.locations);
        items += ready.items;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_committed += items;
        m_pendingBytes -= m_openBytes;
        m_oldest = Clock::now();
    }
    m_open.clear();
    m_openBytes = 0;
    m_progress.notify_all();
    return {};
}

void CaptureWriter::failed(Error error)
{
    if (m_inTransaction) {
        m_file->rollback();
        m_inTransaction = false;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_error = std::move(error);
    }
    m_progress.notify_all();
}

} // namespace hindcast
