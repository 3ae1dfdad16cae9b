// How fast projections fold, what a version log costs, and how long a jump, a drag, a difference
// and a hash take: over a capture file made for it.
//
//     bench_replay [records] [keys] [folder]

#include "model/capture/capture.h"
#include "model/capture/time_order.h"
#include "model/replay/columns.h"
#include "model/replay/state.h"
#include "model/replay/state_diff.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <string>
#include <vector>

using namespace hindcast;

namespace {

using SteadyClock = std::chrono::steady_clock;

double since(SteadyClock::time_point start)
{
    return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

// Of the whole process: what a fold costs on a machine that does other things too.
double processorMs()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

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

// JSON of about 160 bytes; as change events of a table it is the `after` image in its envelope.
std::string row(std::uint32_t key, std::uint32_t n)
{
    static const char* const kStatus[] = {"CREATED", "PAID", "PACKED", "SHIPPED", "CANCELLED"};
    return fmt::format(R"({{"orderId":"order-{:08}","status":"{}","amount":{}.{:02},)"
                       R"("customer":{{"id":{},"country":"DE"}},"items":{},"note":"as agreed",)"
                       R"("updatedAt":{}}})",
                       key, kStatus[n % 5], n % 1000, n % 100, key % 50'000, n % 9, n);
}

std::string change(std::uint32_t key, std::uint32_t n)
{
    return R"({"before":null,"after":)" + row(key, n) +
           R"(,"source":{"version":"3.6","connector":"postgresql","name":"pg","ts_ms":1,)"
           R"("db":"shop","schema":"app","table":"orders","txId":1,"lsn":1},"op":"u","ts_ms":1})";
}

std::shared_ptr<Capture> makeCapture(const std::string& path, Row records, std::uint32_t keys)
{
    auto capture = orDie(Capture::create(path));
    for (const char* const topic : {"orders", "changes"}) {
        const bool cdc = std::string_view(topic) == "changes";
        std::mt19937 random(7);
        RecordBatchBuilder builder(topic);
        std::vector<std::int64_t> offsets(4, 0);
        for (Row i = 0; i < (cdc ? records / 5 : records); ++i) {
            const auto key = static_cast<std::uint32_t>(random() % keys);
            const std::string text =
                cdc ? fmt::format("{{\"id\":{}}}", key) : fmt::format("order-{:08}", key);
            const auto partition = key % 4;
            builder.add(static_cast<std::int32_t>(partition), offsets[partition]++, std::int64_t{i},
                        TimestampType::CreateTime, text, cdc ? change(key, i) : row(key, i));
            if (builder.full()) {
                orDie(capture->append(builder.take()));
            }
        }
        orDie(capture->append(builder.take()));
    }
    orDie(capture->flush());
    return capture;
}

VersionLogPtr fold(const char* topic, const char* reduce, const TimeOrderPtr& order,
                   const char* settings = "")
{
    auto projection = orDie(Projection::parse(
        fmt::format("name = \"bench\"\n[[source]]\ntopic = \"{}\"\nreduce = \"{}\"\n{}[columns]\n"
                    "status = \"status\"\namount = \"amount\"\ncustomer = \"customer.id\"\n",
                    topic, reduce, settings),
        "bench"));
    const auto start = SteadyClock::now();
    const double processor = processorMs();
    const auto log = orDie(
        VersionLog::fold(std::make_shared<const Projection>(std::move(projection)), order, {}));
    const double ms = since(start);
    const double worked = processorMs() - processor;
    const auto records = static_cast<double>(log->report().records);
    const auto keys = static_cast<double>(log->keys().size());
    const double perVersion = 16.0 * log->size();
    fmt::print("{:<12} {:>10} {:>9} {:>8.0f} ms {:>6.2f} M/s {:>6.2f} M/s of processor {:>8.1f} "
               "B/event {:>7.1f} B/key "
               "{:>9.1f} MB of states\n",
               reduce, log->report().records, log->keys().size(), ms, records / ms / 1000,
               records / worked / 1000, perVersion / log->size(),
               (static_cast<double>(log->memoryBytes()) - perVersion) / keys,
               static_cast<double>(log->stateBytes()) / 1e6);
    return log;
}

void print(const char* what, std::vector<double> ms)
{
    std::sort(ms.begin(), ms.end());
    fmt::print("{:<52} median {:>8.2f} ms  p99 {:>8.2f} ms\n", what, ms[ms.size() / 2],
               ms[ms.size() * 99 / 100]);
}

// 50 rows as a table shows them: keys, times, counts and, with `cells`, their columns.
void page(const State& state, std::size_t first, bool cells)
{
    std::vector<Version> versions;
    for (std::size_t i = first; i < std::min(first + 50, state.size()); ++i) {
        const StateRow r = state.at(i);
        versions.push_back(r.version);
        if (state.keyText(r).empty() || state.versions(r) == 0) {
            std::exit(1);
        }
    }
    if (cells) {
        ColumnReader reader(state.log()->projection().columns);
        orDie(state.log()->statesOf(versions, [&](std::size_t, auto bytes) {
            if (reader.read(bytes).empty()) {
                std::exit(1);
            }
        }));
    }
}

void moments(const VersionLogPtr& log)
{
    std::mt19937 random(11);
    const Rank end = log->order()->size();
    const StatePtr last = State::at(log, end);
    std::vector<double> jump;
    std::vector<double> jumpWithCells;
    for (int i = 0; i < 200; ++i) {
        const auto prefix = static_cast<Rank>(end / 10 + random() % (end / 10 * 9));
        auto start = SteadyClock::now();
        const StatePtr state = State::at(log, prefix);
        const std::size_t first = random() % std::max<std::size_t>(state->size() / 2, 1);
        page(*state, first, false);
        jump.push_back(since(start));
        page(*state, first, true);
        jumpWithCells.push_back(since(start));
    }
    print("jump to a random moment: 50 rows, keys and times", jump);
    print("the same with their values, nothing read before", jumpWithCells);

    std::vector<double> drag;
    for (Rank prefix = end / 2; prefix < end / 2 + 300 * 100; prefix += 100) {
        const auto start = SteadyClock::now();
        page(*State::at(log, std::min(prefix, end)), 100, false);
        drag.push_back(since(start));
    }
    print("drag by 100 events a frame", drag);

    auto start = SteadyClock::now();
    const StatePtr a = State::at(log, end / 2);
    const StatePtr b = State::at(log, end / 2 + end / 50);
    start = SteadyClock::now();
    const StateDiff diff = orDie(StateDiff::between(*a, *b));
    fmt::print("difference of two moments: {} rows in {:.1f} ms\n", diff.rows.size(), since(start));
    start = SteadyClock::now();
    const std::string hash = orDie(last->hash());
    fmt::print("hash of {} rows: {:.0f} ms ({})\n", last->size(), since(start), hash.substr(0, 8));
}

} // namespace

int main(int argc, char** argv)
{
    const auto records = static_cast<Row>(argc > 1 ? std::atoll(argv[1]) : 5'000'000);
    const auto keys = static_cast<std::uint32_t>(argc > 2 ? std::atoll(argv[2]) : 500'000);
    const std::filesystem::path folder =
        argc > 3 ? argv[3] : std::filesystem::temp_directory_path();
    const std::string path = (folder / "bench_replay.hindcast").string();
    std::filesystem::remove(path);
    const auto capture = makeCapture(path, records, keys);
    const auto start = SteadyClock::now();
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    fmt::print("{} records of 160 B, {} keys; time order in {:.0f} ms\n", records, keys,
               since(start));
    fmt::print("{:<12} {:>10} {:>9}\n", "reducer", "records", "keys");
    const auto latest = fold("orders", "latest", order);
    fold("orders", "merge-patch", order);
    fold("changes", "cdc", order);
    fold("orders", "aggregate", order,
         "group = \"value.status\"\n[source.compute]\norders = \"count\"\n"
         "spent = \"sum(value.amount)\"\nleast = \"min(value.amount)\"\n");
    fold("orders", "script", order,
         "script = \"\"\"\nfunction init(key) { return { n: 0, spent: 0 }; }\n"
         "function apply(state, event) {\n  state.n += 1;\n  state.spent += event.value.amount;\n"
         "  state.status = event.value.status;\n  return state;\n}\n\"\"\"\n");
    moments(latest);
    orDie(capture->close());
    std::filesystem::remove(path);
    return 0;
}
