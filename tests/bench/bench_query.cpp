// How many records a second a filter looks at: in memory, and over a capture file with its zstd
// blocks, on one core and on all. JSON records of about 160 B. Usage: bench_query [RECORDS]

#include "model/capture/capture.h"
#include "model/query/filter.h"
#include "model/query/search.h"
#include "model/query/sql_session.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fmt/core.h>
#include <random>
#include <string>
#include <vector>

using namespace hindcast;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr const char* kPromised = "value.status = 'CANCELLED' and value.amount > 990";

std::vector<RecordBatchPtr> makeBatches(std::size_t records)
{
    constexpr const char* kStates[] = {"CREATED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"};
    constexpr const char* kCountries[] = {"DE", "FR", "IT", "ES", "PL"};
    std::mt19937_64 random(7);
    std::vector<RecordBatchPtr> batches;
    RecordBatchBuilder builder("orders");
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < records; ++i) {
        const std::uint64_t r = random();
        const std::string key = fmt::format("order-{}", r % 200'000);
        const std::string value = fmt::format(
            R"({{"id":"{}","seq":{},"status":"{}","amount":{}.{:02},"currency":"EUR","customer":{{"id":{},"country":"{}"}},"items":[{{"sku":"s-{}","n":{}}}]}})",
            key, i, kStates[(r >> 20) % 5], (r >> 24) % 1000, (r >> 40) % 100, (r >> 12) % 90'000,
            kCountries[(r >> 50) % 5], (r >> 30) % 5000, (r >> 55) % 9);
        bytes += value.size();
        builder.add(static_cast<std::int32_t>(i % 4), static_cast<std::int64_t>(i / 4),
                    1'763'647'392'418 + static_cast<std::int64_t>(i), TimestampType::CreateTime,
                    key, value);
        if (builder.full()) {
            batches.push_back(builder.take());
        }
    }
    batches.push_back(builder.take());
    fmt::print("{} records, {} B of JSON each\n", records, bytes / records);
    return batches;
}

double secondsSince(SteadyClock::time_point start)
{
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

// What all threads took: on a machine that does other work too, this tells what a core does.
double cpuSeconds()
{
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

// Runs it three times and prints the best round.
template <typename F>
void measure(const char* what, std::size_t records, const char* expression, F&& run)
{
    double best = 1e9;
    double bestCpu = 1e9;
    std::size_t found = 0;
    for (int round = 0; round < 3; ++round) {
        const double cpu = cpuSeconds();
        const auto start = SteadyClock::now();
        found = run();
        best = std::min(best, secondsSince(start));
        bestCpu = std::min(bestCpu, cpuSeconds() - cpu);
    }
    fmt::print("{:<19} {:>6.2f} M records/s  {:>6.2f} M a core second  {:>7} found  {}\n", what,
               static_cast<double>(records) / best / 1e6,
               static_cast<double>(records) / bestCpu / 1e6, found, expression);
}

void fromMemory(const std::vector<RecordBatchPtr>& batches, std::size_t records,
                const char* expression)
{
    auto filter = Filter::compile(expression);
    if (!filter) {
        fmt::print("{}\n", filter.error().message);
        std::exit(1);
    }
    measure("memory, one core", records, expression, [&] {
        std::vector<std::uint32_t> out;
        for (const auto& batch : batches) {
            filter->match(*batch, out);
        }
        return out.size();
    });
}

// As a person meets it: the capture was written, closed, opened again; its blocks are unpacked for
// each search.
void overCapture(const std::vector<RecordBatchPtr>& batches, std::size_t records)
{
    const auto path = std::filesystem::temp_directory_path() / "hindcast-bench-query.hindcast";
    std::filesystem::remove(path);
    {
        const auto capture = Capture::create(path.string()).value();
        for (const auto& batch : batches) {
            static_cast<void>(capture->append(batch));
        }
        static_cast<void>(capture->close());
    }
    const auto opened = SteadyClock::now();
    const auto capture = Capture::open(path.string(), Capture::Mode::ReadOnly).value();
    const auto snapshot = capture->snapshot();
    fmt::print("capture: {:.1f} MB, opened in {:.0f} ms\n",
               static_cast<double>(capture->sizeOnDisk()) / 1e6, 1000 * secondsSince(opened));
    const auto filter = Filter::compile(kPromised).value();
    for (const unsigned threads : {1u, 0u}) {
        SearchOptions options;
        options.threads = threads;
        measure(threads == 1 ? "capture, one core" : "capture, all cores", records, kPromised,
                [&] { return search(snapshot, filter, options).rows.size(); });
    }
    measure("capture, one core", records, "unpacked only", [&] {
        std::size_t unpacked = 0;
        for (std::size_t i = 0; i < snapshot->blockCount(); ++i) {
            unpacked += snapshot->loadBlock(i).value()->size();
        }
        return unpacked;
    });
    auto session = SqlSession::open(snapshot).value();
    for (const char* sql :
         {"select partition, count(*) from records('orders') group by 1",
          "select count(*) from records('orders') where value ->> 'status' = 'CANCELLED'",
          "select value from records('orders') where partition = 2 and offset = 1000"}) {
        measure("sql", records, sql, [&] {
            std::size_t rows = 0;
            static_cast<void>(session->query(sql, {{}, [&](auto) { return ++rows > 0; }}));
            return rows;
        });
    }
    std::filesystem::remove(path);
}

} // namespace

int main(int argc, char** argv)
{
    const std::size_t records = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const auto batches = makeBatches(records);
    for (const char* expression : {kPromised, "value.amount > 990", "value.customer.country = 'DE'",
                                   "value like '%CANCELLED%'", "value.status regexp '^CAN'",
                                   "key = 'order-77'", "offset < 1000", "value.missing = 1",
                                   "value.items[0].sku = 's-77' and value.seq % 2 = 0"}) {
        fromMemory(batches, records, expression);
    }
    overCapture(batches, records);
    return 0;
}
