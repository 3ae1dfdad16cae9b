// How long whole states take as SQL at random moments: aggregates, a join of two moments, single
// keys, changes. Over a capture file made for it.
//
//     bench_sql [records] [keys] [folder] [events.csv]
//
// The events are written into the last for its peer, duckdb/arg_max.mjs.

#include "model/capture/capture.h"
#include "model/query/sql_session.h"
#include "model/replay/state_tables.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <random>
#include <string>
#include <sys/resource.h>
#include <vector>

using namespace hindcast;

namespace {

using Stopwatch = std::chrono::steady_clock;

template <typename T>
T orDie(Result<T> result)
{
    if (!result) {
        fmt::print(stderr, "{}\n", result.error().message);
        std::exit(1);
    }
    return std::move(*result);
}

void orDie(const Result<void>& result)
{
    if (!result) {
        fmt::print(stderr, "{}\n", result.error().message);
        std::exit(1);
    }
}

const char* statusOf(std::uint32_t n)
{
    static const char* const kStatus[] = {"CREATED", "PAID", "PACKED", "SHIPPED", "CANCELLED"};
    return kStatus[n % 5];
}

// JSON of about 160 bytes.
std::string row(std::uint32_t key, std::uint32_t n)
{
    return fmt::format(R"({{"orderId":"order-{:08}","status":"{}","amount":{}.{:02},)"
                       R"("customer":{{"id":{},"country":"DE"}},"items":{},"note":"as agreed",)"
                       R"("updatedAt":{}}})",
                       key, statusOf(n), n % 1000, n % 100, key % 50'000, n % 9, n);
}

// Of all threads: what a busy machine does not change.
double processorMs()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) * 1000 + static_cast<double>(t.tv_usec) / 1000;
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

std::shared_ptr<Capture> makeCapture(const std::string& path, Row records, std::uint32_t keys,
                                     const std::string& csv)
{
    std::ofstream events(csv);
    events << "n,key,status,amount\n";
    auto capture = orDie(Capture::create(path));
    std::mt19937 random(7);
    RecordBatchBuilder builder("orders");
    std::vector<std::int64_t> offsets(4, 0);
    for (Row i = 0; i < records; ++i) {
        const auto key = static_cast<std::uint32_t>(random() % keys);
        const auto partition = key % 4;
        builder.add(static_cast<std::int32_t>(partition), offsets[partition]++, std::int64_t{i},
                    TimestampType::CreateTime, fmt::format("order-{:08}", key), row(key, i));
        if (!csv.empty()) {
            events << fmt::format("{},order-{:08},{},{}.{:02}\n", i, key, statusOf(i), i % 1000,
                                  i % 100);
        }
        if (builder.full()) {
            orDie(capture->append(builder.take()));
        }
    }
    orDie(capture->append(builder.take()));
    orDie(capture->flush());
    return capture;
}

} // namespace

int main(int argc, char** argv)
{
    const auto records = static_cast<Row>(argc > 1 ? std::atoi(argv[1]) : 10'000'000);
    const auto keys = static_cast<std::uint32_t>(argc > 2 ? std::atoi(argv[2]) : 1'000'000);
    const std::string folder = argc > 3 ? argv[3] : std::filesystem::temp_directory_path().string();
    const std::string path = folder + "/bench_sql.hindcast";
    std::filesystem::remove(path);
    const auto capture = makeCapture(path, records, keys, argc > 4 ? argv[4] : "");
    const auto order = TimeOrder::build(capture->snapshot());
    const auto log = orDie(VersionLog::fold(
        std::make_shared<const Projection>(orDie(Projection::parse(
            "name = \"orders\"\n[[source]]\ntopic = \"orders\"\nreduce = \"latest\"\n[columns]\n"
            "status = \"status\"\namount = \"amount\"\ncustomer = \"customer.id\"\n",
            "bench"))),
        order, {}));
    const auto catalog = std::make_shared<StateCatalog>("");
    catalog->add("orders", [&log](const std::stop_token&) -> Result<VersionLogPtr> { return log; });
    const auto session =
        orDie(SqlSession::open(capture->snapshot(), std::make_shared<StateTables>(catalog)));
    std::mt19937 random(3);
    fmt::print("{} records, {} keys\n", order->size(), log->keys().size());
    const auto time = [&](const char* what, const std::string& sql, int rounds) {
        std::vector<double> times;
        const double processor = processorMs();
        std::size_t rows = 0;
        for (int i = 0; i < rounds; ++i) {
            const auto a = static_cast<Rank>(random() % order->size());
            catalog->setMoment("A", order->momentOf(a));
            catalog->setMoment("B", order->momentOf(std::min<Rank>(a + 100'000, order->size())));
            catalog->setMoment("T", order->momentOf(order->size()));
            rows = 0;
            const auto start = Stopwatch::now();
            orDie(session->query(sql, {{}, [&](auto) {
                                           ++rows;
                                           return true;
                                       }}));
            times.push_back(
                std::chrono::duration<double, std::milli>(Stopwatch::now() - start).count());
        }
        const double first = times.front();
        std::sort(times.begin(), times.end());
        fmt::print("{:<52} median {:>8.1f} ms  first {:>8.1f} ms  worst {:>8.1f} ms  processor "
                   "{:>8.1f} ms  ({} rows)\n",
                   what, times[times.size() / 2], first, times.back(),
                   (processorMs() - processor) / rounds, rows);
        std::fflush(stdout);
    };
    time("count(*) at a moment", "select count(*) from state('orders', A)", 9);
    time("count, sum by status at a moment",
         "select status, count(*), sum(amount) from state('orders', A) group by 1", 9);
    time("sum of one column at a moment", "select sum(amount) from state('orders', A)", 5);
    time("sum from the whole value", "select sum(value ->> 'amount') from state('orders', A)", 3);
    time("rows changed in the last second of the log",
         "select count(*) from state('orders', T) where time >= '1970-01-01T02:46:39.000Z'", 5);
    time("50 rows", "select * from state('orders', A) limit 50", 9);
    time("one key", "select * from state('orders', A) where key = 'order-00000777'", 9);
    time("history of one key", "select * from history('orders') where key = 'order-00000777'", 9);
    time("changes of 100,000 events", "select count(*) from changes('orders', A, B)", 5);
    time("join of two moments",
         "select count(*) from state('orders', A) a join state('orders', B) b using (key) where "
         "a.status is not b.status",
         3);
    return 0;
}
