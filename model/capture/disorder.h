#pragma once

#include "model/capture/capture_snapshot.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// How far the timestamps of a partition are out of order.
struct PartitionDisorder
{
    // Who gave the timestamps, as the partition's first and last records have it.
    enum class Stamps : std::uint8_t { Unknown, CreateTime, LogAppendTime, Mixed };

    TopicPartition place;
    std::uint64_t records = 0;
    std::uint64_t late = 0; // timestamp below the running maximum
    std::chrono::milliseconds maxLateness{0};
    std::uint64_t strays = 0;    // timestamp more than kStray from the robust curve
    std::uint64_t displaced = 0; // placed more than kDisplaced apart by the clocks log and robust
    std::uint64_t untimed = 0;   // without a timestamp
    Stamps stamps = Stamps::Unknown;

    // The stray that holds the clock `log` ahead for the most records behind it, more than
    // kDisplaced each; nullopt where none does, or where so many are ahead that none is a stray.
    struct Distortion
    {
        std::int64_t offset = 0;
        Timestamp stamp = kNoTimestamp;
        std::uint64_t moved = 0;
    };
    std::optional<Distortion> distortion;
};

// The disorder of a capture, partition by partition in the order of names and numbers.
struct DisorderReport
{
    static constexpr std::chrono::milliseconds kStray = std::chrono::minutes(1);
    static constexpr std::chrono::milliseconds kDisplaced = std::chrono::seconds(1);

    // From the index alone, but for PartitionDisorder::stamps, which costs two blocks a partition
    // and stays Unknown without `readStamps`. For a worker thread; what is there when stopped.
    static Result<DisorderReport> of(const CaptureSnapshot& snapshot, bool readStamps,
                                     const std::stop_token& stop = {});

    std::vector<PartitionDisorder> partitions;

    // Leaves out the partitions of other topics.
    void keep(const std::vector<std::string>& topics);
    // The worst distortion of all; null: a moment by the clock log is what it seems.
    const PartitionDisorder* worst() const;
};

const char* stampsWord(PartitionDisorder::Stamps stamps); // "CreateTime", ..., "" for Unknown

} // namespace hindcast
