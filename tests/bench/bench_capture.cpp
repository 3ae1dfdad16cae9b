#include "model/capture/capture.h"
#include "model/capture/disorder.h"
#include "model/capture/event_time_order.h"
#include "model/capture/robust_order.h"
#include "model/capture/time_order.h"

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <ctime>
#include <fmt/core.h>
#include <fstream>
#include <random>
#include <thread>
#include <unistd.h>

// Appends records from memory to a file, opens it again, scans it and puts it in order: one line a
// measurement, with the processor time that all threads took for it.

using namespace hindcast;

namespace {

class Watch
{
public:
    Watch()
        : m_start(std::chrono::steady_clock::now())
        , m_cpu(std::clock())
    {
    }
    double seconds() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }
    double cpuSeconds() const
    {
        return static_cast<double>(std::clock() - m_cpu) / static_cast<double>(CLOCKS_PER_SEC);
    }

private:
    std::chrono::steady_clock::time_point m_start;
    std::clock_t m_cpu;
};

double residentMb()
{
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0;
    std::size_t resident = 0;
    statm >> pages >> resident;
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

// Orders of about 160 bytes on four partitions, in batches as a broker hands them over: runs of
// one partition.
std::vector<RecordBatchPtr> makeBatches(std::uint64_t records, std::uint64_t keys)
{
    static constexpr const char* kStates[] = {"CREATED", "PAID", "PACKED", "SHIPPED", "CANCELLED"};
    std::mt19937_64 random(1);
    std::vector<RecordBatchPtr> batches;
    RecordBatchBuilder builder("orders");
    std::int64_t offsets[4] = {};
    for (std::uint64_t i = 0; i < records; ++i) {
        const auto partition = static_cast<std::int32_t>(i / 700 % 4);
        const std::uint64_t key = keys == 0 ? i : random() % keys;
        const std::uint64_t bits = random();
        const std::string value = fmt::format(
            R"({{"orderId":"order-{}","status":"{}","amount":{}.{:02},"customer":{{"id":{},"country":"DE"}},"items":[{{"sku":"SKU-{}","qty":{}}}],"updatedAt":{}}})",
            key, kStates[bits % 5], bits / 5 % 1000, bits / 5000 % 100, bits / 500'000 % 50'000,
            bits >> 40 & 0xfff, 1 + (bits >> 52 & 3), 1'795'183'000'000 + i / 20);
        builder.add(partition, offsets[partition]++,
                    static_cast<std::int64_t>(1'795'183'000'000 + i / 20 + (bits & 31)),
                    TimestampType::CreateTime, fmt::format("order-{}", key), value);
        if (builder.full()) {
            batches.push_back(builder.take());
            builder.reserve(RecordBatch::kTargetRecords, RecordBatch::kTargetBytes);
        }
    }
    if (builder.size() > 0) {
        batches.push_back(builder.take());
    }
    return batches;
}

void line(const char* what, double seconds, double cpu, const std::string& figure)
{
    fmt::print("{:<44} {:>8.3f} s {:>8.3f} s cpu   {}\n", what, seconds, cpu, figure);
    std::fflush(stdout);
}

int failed(const Error& error)
{
    fmt::print(stderr, "bench_capture: {} {}\n", error.message, error.detail);
    return 1;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Measures model/capture.");
    std::uint64_t records = 5'000'000;
    std::uint64_t keys = 1'000'000;
    std::string path = "/tmp/bench_capture.hindcast";
    app.add_option("--records", records, "How many records")->capture_default_str();
    app.add_option("--keys", keys, "How many keys; 0: each record its own")->capture_default_str();
    app.add_option("--file", path, "Where to write; replaced, then removed")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    auto batches = makeBatches(records, keys);
    std::uint64_t bytes = 0;
    for (const auto& batch : batches) {
        bytes += batch->arenaBytes();
    }
    fmt::print("{} records, {} B of key and value each, {} batches\n", records, bytes / records,
               batches.size());
    const auto rate = [&](double seconds) {
        return fmt::format("{:.2f} M records/s, {:.0f} MB/s",
                           static_cast<double>(records) / seconds / 1e6,
                           static_cast<double>(bytes) / seconds / 1e6);
    };
    {
        const auto memory = Capture::inMemory();
        const Watch watch;
        for (const auto& batch : batches) {
            if (auto done = memory->append(batch); !done) {
                return failed(done.error());
            }
        }
        line("append, index alone (in memory)", watch.seconds(), watch.cpuSeconds(),
             rate(watch.seconds()));
    }
    ::unlink(path.c_str());
    ::unlink((path + "-wal").c_str());
    auto made = Capture::create(path);
    if (!made) {
        return failed(made.error());
    }
    auto capture = std::move(*made);
    {
        const Watch watch;
        for (auto& batch : batches) {
            if (auto done = capture->append(std::move(batch)); !done) {
                return failed(done.error());
            }
        }
        const double appended = watch.seconds();
        if (auto done = capture->flush(); !done) {
            return failed(done.error());
        }
        line("append to a file and flush", watch.seconds(), watch.cpuSeconds(),
             rate(watch.seconds()) + fmt::format(", append() returned after {:.2f} s", appended));
    }
    batches.clear();
    {
        constexpr int kTimes = 10'000;
        const Watch watch;
        for (int i = 0; i < kTimes; ++i) {
            static_cast<void>(capture->snapshot());
        }
        line("a snapshot", watch.seconds() / kTimes, watch.cpuSeconds() / kTimes,
             fmt::format("{:.1f} us", watch.seconds() / kTimes * 1e6));
    }
    const auto perRecord = [&](const CaptureSnapshot& snapshot) {
        return fmt::format("{:.1f} B a record in memory",
                           static_cast<double>(snapshot.memoryBytes()) /
                               static_cast<double>(records));
    };
    {
        const Watch watch;
        if (auto done = capture->close(); !done) {
            return failed(done.error());
        }
        line("close", watch.seconds(), watch.cpuSeconds(),
             fmt::format("{:.0f} MB on disk, {}", static_cast<double>(capture->sizeOnDisk()) / 1e6,
                         perRecord(*capture->snapshot())));
    }
    const double before = residentMb();
    const Watch opening;
    const auto opened = Capture::open(path, Capture::Mode::ReadOnly);
    if (!opened) {
        return failed(opened.error());
    }
    const auto snapshot = (*opened)->snapshot();
    line("open", opening.seconds(), opening.cpuSeconds(),
         fmt::format("{}, resident +{:.0f} MB = {:.1f} B a record", perRecord(*snapshot),
                     residentMb() - before, (residentMb() - before) * 1e6 / double(records)));
    {
        const Watch watch;
        std::uint64_t found = 0;
        for (std::uint64_t i = 0; i < 100'000; ++i) {
            found += snapshot->findKey(0, fmt::format("order-{}", i)) ? 1u : 0u;
        }
        line("100,000 keys looked up", watch.seconds(), watch.cpuSeconds(),
             fmt::format("{} found", found));
    }
    for (const unsigned threads : {1u, std::thread::hardware_concurrency()}) {
        const Watch watch;
        std::atomic<std::size_t> next = 0;
        std::atomic<std::uint64_t> seen = 0;
        std::vector<std::thread> workers;
        for (unsigned t = 0; t < threads; ++t) {
            workers.emplace_back([&] {
                for (std::size_t b = next++; b < snapshot->blockCount(); b = next++) {
                    const auto batch = snapshot->loadBlock(b);
                    seen += batch ? (*batch)->size() : 0;
                }
            });
        }
        for (auto& worker : workers) {
            worker.join();
        }
        line(threads == 1 ? "all blocks loaded, one thread" : "all blocks loaded, all cores",
             watch.seconds(), watch.cpuSeconds(), rate(watch.seconds()));
        if (seen != records) {
            return 1;
        }
    }
    TimeOrderPtr order;
    {
        const Watch watch;
        order = TimeOrder::build(snapshot);
        line("time order from nothing", watch.seconds(), watch.cpuSeconds(), rate(watch.seconds()));
    }
    {
        const Watch watch;
        const auto robust = RobustOrder::build(snapshot);
        line("the same by the clock robust", watch.seconds(), watch.cpuSeconds(),
             rate(watch.seconds()));
    }
    {
        const Watch watch;
        const auto byTime = EventTimeOrder::build(snapshot);
        line("the same by event-time", watch.seconds(), watch.cpuSeconds(), rate(watch.seconds()));
    }
    {
        const Watch watch;
        const auto disorder = DisorderReport::of(*snapshot, false);
        line("disorder measured", watch.seconds(), watch.cpuSeconds(),
             disorder ? fmt::format("{} partitions", disorder->partitions.size())
                      : disorder.error().message);
    }
    {
        const Watch watch;
        static_cast<void>(order->rankOf(0));
        line("first rank of a row", watch.seconds(), watch.cpuSeconds(), "");
    }
    {
        const Watch watch;
        const auto vector = order->offsets(order->size() / 2);
        line("offset vector in the middle", watch.seconds(), watch.cpuSeconds(),
             fmt::format("{} partitions", vector.size()));
    }
    {
        capture.reset(); // its lock on the file goes with it
        const auto live = Capture::open(path, Capture::Mode::Append);
        if (!live) {
            return failed(live.error());
        }
        TimeOrderPtr newest = TimeOrder::build((*live)->snapshot());
        RecordBatchBuilder builder("orders");
        const Watch watch;
        constexpr int kTimes = 200;
        for (int i = 0; i < kTimes; ++i) {
            for (int j = 0; j < 500; ++j) {
                builder.add(j % 4, 100'000'000 + i * 500 + j,
                            static_cast<std::int64_t>(1'795'183'000'000 + records / 20) + i * 50,
                            TimestampType::CreateTime, "order-1", "{}");
            }
            if (auto done = (*live)->append(builder.take()); !done) {
                return failed(done.error());
            }
            newest = TimeOrder::build((*live)->snapshot(), newest);
        }
        line("500 records appended, order extended", watch.seconds() / kTimes,
             watch.cpuSeconds() / kTimes, fmt::format("{} in order", newest->size()));
    }
    {
        const Watch watch;
        const auto rebuilt = Capture::open(path, Capture::Mode::ReadOnly);
        line("open again, tail without an index", watch.seconds(), watch.cpuSeconds(),
             rebuilt ? perRecord(*(*rebuilt)->snapshot()) : rebuilt.error().message);
    }
    ::unlink(path.c_str());
    ::unlink((path + "-wal").c_str());
    ::unlink((path + "-shm").c_str());
    return 0;
}
