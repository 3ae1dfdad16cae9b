#pragma once

#include "model/capture/capture.h"
#include "model/capture/database.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hindcast {

// The `.hindcast` file: what stands in which table, and nothing of what it means.
//
//   meta(name, value)                          id, seed (of key hashes)
//   block(id, first_row, records, bytes, data) append-only; data: a zstd frame, see block_codec
//   topic(id, name)                            written with the index
//   index_chunk(id, last_block, data)          written on close; blocks past the last are read anew
//   cluster(id = 1, data), group_sample(id, time, data), receipt(id, json)
//   covered(id, topic, partition, first, next) offsets that reads went over
//
// Writing is one thread's; readBlock() is anyone's, each call on a connection of its own pool.
class CaptureFile
{
public:
    static constexpr std::int64_t kApplicationId = 0x48434153; // "HCAS"
    static constexpr std::int64_t kVersion = 2;                // 1: a block is one frame

    struct BlockRow
    {
        std::int64_t id = 0;
        Row firstRow = 0;
        std::uint32_t records = 0;
    };

    static Result<std::unique_ptr<CaptureFile>> create(const std::string& path);
    static Result<std::unique_ptr<CaptureFile>> open(const std::string& path, Capture::Mode mode);
    ~CaptureFile();

    const std::string& path() const { return m_path; }
    std::uint64_t seed() const { return m_seed; }
    bool writable() const { return m_writable; }
    std::uint64_t sizeOnDisk() const;

    // Any thread.
    Result<std::string> readBlock(std::int64_t id);

    // A sentence where bytes are missing at the end: SQLite tells that only of what it looks for
    // there. Empty: none.
    std::string cutOff() const;

    // The opening thread, before anything is written.
    // Blocks above `after`, as far as the table can be read; `damage` says where it cannot.
    std::vector<BlockRow> blocks(std::int64_t after, std::string& damage);
    Result<std::int64_t> lastBlock(); // 0: none
    // Calls with each row of a query's columns as bytes; stops with Corrupt where it breaks off.
    Result<void> each(std::string_view sql, const std::function<void(Statement&)>& row);

    // The writing thread.
    Result<void> begin();
    Result<void> commit();
    void rollback();
    Result<void> addBlock(const BlockRow& block, std::uint64_t bytes, std::string_view data);
    Result<void> addSample(Timestamp time, std::string_view data);
    Result<void> putCluster(std::string_view data);
    Result<void> addReceipt(std::string_view json);
    Result<void> addCovered(const TopicPartition& place, OffsetRange range);
    // In the place of one that begins at the same offset.
    Result<void> extendCovered(const TopicPartition& place, OffsetRange range);
    Result<void> addTopic(std::int64_t id, std::string_view name);
    Result<void> addIndexChunk(std::int64_t lastBlock, std::string_view data);
    // What was committed survives a power cut too.
    Result<void> sync();
    // Folds the journal into the file and leaves one file, unless another program reads it.
    Result<void> finish();
    // A complete copy as of now.
    Result<void> copyTo(const std::string& path);

private:
    CaptureFile(std::string path, bool writable);

    Result<void> start(Database::Mode mode);
    Result<void> lock();
    Result<void> checkHeader();
    Result<void> run(Statement CaptureFile::*statement, const char* sql,
                     const std::function<void(Statement&)>& bind);

    struct Reader
    {
        std::unique_ptr<Database> database;
        Statement block;
    };
    Result<Reader> takeReader();
    void dropReaders();

    const std::string m_path;
    bool m_writable;
    std::uint64_t m_seed = 0;
    int m_lock = -1; // outlives the connections: closing any descriptor of a file drops its locks
    std::unique_ptr<Database> m_database;
    Statement m_addBlock;
    Statement m_addSample;
    Statement m_putCluster;
    Statement m_addReceipt;
    Statement m_addCovered;
    Statement m_dropCovered;
    Statement m_addTopic;
    Statement m_addIndexChunk;

    std::mutex m_readersMutex;
    std::vector<Reader> m_readers;  // idle ones; guarded by m_readersMutex
    std::uint64_t m_readersEra = 0; // older readers are not put back; guarded by m_readersMutex
};

} // namespace hindcast
