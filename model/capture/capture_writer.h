#pragma once

#include "model/capture/block_frames.h"
#include "model/capture/block_store.h"
#include "model/capture/capture_file.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hindcast {

// The one thread that writes to a capture's file: gathers small batches into blocks, compresses
// them and commits a few times a second.
//
// Its methods are thread-safe. What could not be written (a full disk) stays queued and is tried
// again at the next flush(); until then space is refused with the reason.
class CaptureWriter
{
public:
    using Command = std::function<Result<void>(CaptureFile&)>;

    CaptureWriter(std::shared_ptr<CaptureFile> file, std::shared_ptr<BlockStore> store,
                  std::int64_t lastBlock, std::size_t queueBytes);
    ~CaptureWriter(); // writes what is queued, as far as it can

    // Blocks while the queue is full; fails with why nothing can be written.
    Result<void> waitForSpace(std::size_t bytes);
    void push(std::size_t block, Row firstRow, RecordBatchPtr batch);
    Result<void> push(Command command);
    // Returns when everything pushed so far is committed and on the disk.
    Result<void> flush();

private:
    using Clock = std::chrono::steady_clock;

    struct Item
    {
        std::size_t block = 0;
        Row firstRow = 0;
        RecordBatchPtr batch; // or
        Command command;
        std::size_t bytes = 0;
    };
    // Ready to be written, and kept until it is committed.
    struct Ready
    {
        CaptureFile::BlockRow row;
        std::uint64_t rawBytes = 0;
        std::string frame;
        std::size_t firstBlock = 0;
        std::vector<BlockStore::Location> locations;
        Command command; // in place of a block
        std::size_t bytes = 0;
        std::size_t items = 0;
    };

    void run();
    bool hasWork() const;
    std::vector<Item> takeGroup();
    Ready prepare(std::vector<Item> group);
    Result<void> write(const Ready& ready);
    Result<void> writeAgain();
    Result<void> commit();
    void failed(Error error);

    const std::shared_ptr<CaptureFile> m_file;
    const std::shared_ptr<BlockStore> m_store;
    const std::size_t m_queueLimit;

    // The writer thread's own.
    BlockCompressor m_compressor;
    std::int64_t m_lastBlock;
    std::vector<Ready> m_open; // written since the last commit
    std::size_t m_openBytes = 0;
    bool m_inTransaction = false;

    std::mutex m_mutex; // everything below
    std::condition_variable m_wake;
    std::condition_variable m_progress;
    std::deque<Item> m_queue;
    std::size_t m_queueBytes = 0;   // waiting to be taken
    std::size_t m_pendingBytes = 0; // not committed
    std::uint64_t m_pushed = 0;     // items, ever
    std::uint64_t m_committed = 0;
    std::uint64_t m_wanted = 0; // a flush waits for this many
    Clock::time_point m_oldest; // when the first item came that is not committed
    std::optional<Error> m_error;
    bool m_retry = false;
    bool m_stop = false;

    std::thread m_thread; // last: starts when all else is there
};

} // namespace hindcast
