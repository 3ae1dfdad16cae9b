// How many records a second a filter looks at: in memory, and over a capture file with its zstd
// blocks, on one core and on all. JSON records of about 160 B. Usage: bench_query [RECORDS]

#include "model/query/filter.h"

#include <chrono>
#include <cstdlib>
#include <fmt/core.h>
#include <random>
#include <string>
#include <vector>

using namespace hindcast;
using Clock = std::chrono::steady_clock;

namespace {

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

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void fromMemory(const std::vector<RecordBatchPtr>& batches, std::size_t records,
                const char* expression)
{
    auto filter = Filter::compile(expression);
    if (!filter) {
        fmt::print("{}\n", filter.error().message);
        std::exit(1);
    }
    std::vector<std::uint32_t> out;
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
        out.clear();
        const auto start = Clock::now();
        for (const auto& batch : batches) {
            filter->match(*batch, out);
        }
        best = std::min(best, secondsSince(start));
    }
    fmt::print("memory, one core   {:>6.2f} M records/s  {:>8} match  {}\n",
               static_cast<double>(records) / best / 1e6, out.size(), expression);
}

} // namespace

int main(int argc, char** argv)
{
    const std::size_t records = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const auto batches = makeBatches(records);
    for (const char* expression :
         {"value.status = 'CANCELLED' and value.amount > 990", "value.amount > 990",
          "value.customer.country = 'DE'", "value like '%CANCELLED%'", "value.status regexp '^CAN'",
          "key = 'order-77'", "offset < 1000", "value.missing = 1",
          "value.items[0].sku = 's-77' and value.seq % 2 = 0"}) {
        fromMemory(batches, records, expression);
    }
    return 0;
}
