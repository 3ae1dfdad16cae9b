// The time machine's promises beside what is measured: how fast projections fold, what a version
// log costs, and how long a reopening, a jump, a drag, a step and a difference take; over a capture
// file made for it.
//
//     bench_replay [records] [keys] [folder]
//
// Of each time also the processor's, of all threads: what a machine that does other things too does
// not change.

#include "model/capture/capture.h"
#include "model/capture/time_order.h"
#include "model/replay/columns.h"
#include "model/replay/condition_watch.h"
#include "model/replay/kept_logs.h"
#include "model/replay/state.h"
#include "model/replay/state_diff.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <string>
#include <unordered_set>
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

// Mostly some members of a row, now and then all of them.
std::string patch(std::uint32_t key, std::uint32_t n)
{
    static const char* const kStatus[] = {"CREATED", "PAID", "PACKED", "SHIPPED", "CANCELLED"};
    return n % 8 == 0 ? row(key, n)
                      : fmt::format(R"({{"status":"{}","customer":{{"id":{}}},"updatedAt":{}}})",
                                    kStatus[n % 5], key % 50'000, n);
}

// Of one topic: the rows themselves ("orders"), the change events of their table ("changes"), or
// what changes in them ("patches").
std::shared_ptr<Capture> makeCapture(const std::string& path, Row records, std::uint32_t keys,
                                     const std::string& topic = "orders")
{
    auto capture = orDie(Capture::create(path));
    std::mt19937 random(7);
    RecordBatchBuilder builder(topic);
    const bool cdc = topic == "changes";
    std::vector<std::int64_t> offsets(4, 0);
    for (Row i = 0; i < records; ++i) {
        const auto key = static_cast<std::uint32_t>(random() % keys);
        const std::string text =
            cdc ? fmt::format("{{\"id\":{}}}", key) : fmt::format("order-{:08}", key);
        const auto partition = key % 4;
        builder.add(static_cast<std::int32_t>(partition), offsets[partition]++, std::int64_t{i},
                    TimestampType::CreateTime, text,
                    cdc                  ? change(key, i)
                    : topic == "patches" ? patch(key, i)
                                         : row(key, i));
        if (builder.full()) {
            orDie(capture->append(builder.take()));
        }
    }
    orDie(capture->append(builder.take()));
    orDie(capture->flush());
    return capture;
}

// One line of the table.
void line(std::string_view what, std::string_view asked, const std::string& measured)
{
    fmt::print("{:<58} {:>16}   {}\n", what, asked, measured);
    std::fflush(stdout);
}

std::string timed(double ms, double processor)
{
    return fmt::format("{:.0f} ms ({:.0f} of processor)", ms, processor);
}

ProjectionPtr projectionOf(const char* topic, const char* reduce, const char* settings = "")
{
    return std::make_shared<const Projection>(orDie(Projection::parse(
        fmt::format("name = \"bench\"\n[[source]]\ntopic = \"{}\"\nreduce = \"{}\"\n{}[columns]\n"
                    "status = \"status\"\namount = \"amount\"\ncustomer = \"customer.id\"\n"
                    "n = \"updatedAt\"\n",
                    topic, reduce, settings),
        "bench")));
}

VersionLogPtr fold(const ProjectionPtr& projection, const TimeOrderPtr& order, const char* asked)
{
    const auto start = SteadyClock::now();
    const double processor = processorMs();
    auto log = orDie(VersionLog::fold(projection, order, {}));
    const double ms = since(start);
    const double worked = processorMs() - processor;
    const auto records = static_cast<double>(log->report().records);
    line(fmt::format("fold {} ({} events, {} keys)", projection->sources.front().reduce,
                     log->report().records, log->keys().size()),
         asked,
         fmt::format("{:.2f} M/s ({:.2f} M/s of processor)", records / ms / 1000,
                     records / worked / 1000));
    return log;
}

void memory(const VersionLogPtr& log)
{
    const double perEvent = 16.0 * log->size();
    const auto keys = static_cast<double>(log->keys().size());
    const auto texts = static_cast<double>(log->keys().textBytes());
    line(fmt::format("memory of {}: an event; a key (its text beside it)",
                     log->projection().sources.front().reduce),
         "16 B; 64 B",
         fmt::format("{:.1f} B; {:.1f} B (+ {:.1f} B of text; packed states {:.0f} MB)",
                     perEvent / log->size(),
                     (static_cast<double>(log->memoryBytes()) - perEvent - texts) / keys,
                     texts / keys, static_cast<double>(log->stateBytes()) / 1e6));
}

double median(std::vector<double> ms)
{
    std::sort(ms.begin(), ms.end());
    return ms[ms.size() / 2];
}

double percentile99(std::vector<double> ms)
{
    std::sort(ms.begin(), ms.end());
    return ms[ms.size() * 99 / 100];
}

std::string spread(const std::vector<double>& ms)
{
    return fmt::format("p99 {:.2f} ms, worst {:.2f}, median {:.2f}", percentile99(ms),
                       *std::max_element(ms.begin(), ms.end()), median(ms));
}

// 50 rows as a table shows them: keys, times, counts and columns. As in the window, what was read
// of a version is not read again.
std::vector<StateRow> page(const State& state, std::size_t first, std::unordered_set<Version>& read)
{
    std::vector<StateRow> rows =
        state.rowsFrom(first, std::min<std::size_t>(50, state.size() - first));
    std::vector<Version> versions;
    for (const StateRow& row : rows) {
        if (read.insert(row.version).second) {
            versions.push_back(row.version);
        }
        if (state.keyText(row).empty() || state.versions(row) == 0) {
            std::exit(1);
        }
    }
    ColumnReader reader(state.log()->projection().columns);
    orDie(state.log()->statesOf(versions, [&](std::size_t, auto bytes) {
        if (reader.read(bytes).empty()) {
            std::exit(1);
        }
    }));
    return rows;
}

// Sixty frames a second for ten seconds from one end to the other; what each frame shows is checked
// against a plain walk over the versions.
void drag(const VersionLogPtr& log)
{
    constexpr int kFrames = 600;
    const Rank end = log->order()->size();
    std::vector<Version> newest(log->keys().size(), kNoVersion);
    std::vector<double> frames;
    std::unordered_set<Version> read;
    Version walked = 0;
    const double processor = processorMs();
    double walking = 0;
    for (int frame = 1; frame <= kFrames; ++frame) {
        const auto prefix =
            static_cast<Rank>(std::uint64_t{end} * static_cast<unsigned>(frame) / kFrames);
        const auto start = SteadyClock::now();
        const StatePtr state = State::at(log, prefix);
        const auto rows = page(*state, std::min<std::size_t>(1000, state->size()), read);
        frames.push_back(since(start));
        const double before = processorMs();
        for (; walked < log->prefixOf(prefix); ++walked) {
            newest[log->keyOf(walked)] = walked;
        }
        for (const StateRow& row : rows) {
            if (newest[row.key] != row.version || log->deleted(row.version)) {
                fmt::print("A frame of the drag shows a wrong row.\n");
                std::exit(1);
            }
        }
        walking += processorMs() - before;
    }
    line("drag A over the whole range: a frame, 50 rows with values", "16 ms",
         spread(frames) +
             fmt::format(", {:.1f} of processor", (processorMs() - processor - walking) / kFrames));
}

void jumps(const VersionLogPtr& log, const char* asked)
{
    std::mt19937 random(11);
    const Rank end = log->order()->size();
    std::vector<double> times;
    const double processor = processorMs();
    for (int i = 0; i < 300; ++i) {
        const auto prefix = static_cast<Rank>(random() % end);
        const auto start = SteadyClock::now();
        const StatePtr state = State::at(log, prefix);
        std::unordered_set<Version> read;
        page(*state, random() % std::max<std::size_t>(state->size(), 1), read);
        times.push_back(since(start));
    }
    line(fmt::format("jump to a random moment, 50 rows with values, {} events", end), asked,
         spread(times) + fmt::format(", {:.1f} of processor", (processorMs() - processor) / 300));
}

void steps(const VersionLogPtr& log)
{
    std::mt19937 random(13);
    std::vector<double> times;
    std::uint64_t found = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto key = static_cast<KeyNo>(random() % log->keys().size());
        const auto from = static_cast<Version>(random() % log->size());
        const auto start = SteadyClock::now();
        const auto previous = log->chains().lastBefore(key, from);
        if (previous) {
            found += toMs(log->timeOf(*previous)) >= 0 && log->placeOf(*previous).offset >= 0;
        }
        times.push_back(since(start));
    }
    line(fmt::format("previous change of a row ({} found)", found), "1 ms", spread(times));
}

void condition(const VersionLogPtr& log, const std::string& words, const char* what)
{
    auto watch = orDie(ConditionWatch::compile(log, words, log->projection().columns));
    const auto start = SteadyClock::now();
    const double processor = processorMs();
    const auto found = orDie(watch.previous(log->size()));
    line(fmt::format("{} ({})", what, found ? "found" : "none"), "300 ms",
         timed(since(start), processorMs() - processor));
}

void differences(const VersionLogPtr& log)
{
    const Rank end = log->order()->size();
    // As many events as change 100,000 rows.
    Rank to = end / 2;
    std::vector<bool> seen(log->keys().size(), false);
    for (std::size_t rows = 0; to < end && rows < 100'000; ++to) {
        const Version v = log->prefixOf(to);
        if (v < log->size() && !seen[log->keyOf(v)]) {
            seen[log->keyOf(v)] = true;
            ++rows;
        }
    }
    std::vector<double> times;
    std::size_t rows = 0;
    const double processor = processorMs();
    for (int i = 0; i < 5; ++i) {
        const StatePtr a = State::at(log, end / 2);
        const StatePtr b = State::at(log, to);
        const auto start = SteadyClock::now();
        rows = orDie(StateDiff::between(*a, *b)).rows.size();
        times.push_back(since(start));
    }
    line(fmt::format("difference of two moments, {} rows", rows), "100 ms",
         timed(median(times), (processorMs() - processor) / 5));
}

// From the closed file to the first page: with the index, the order of the clock, and the log.
void reopen(const std::string& path, const ProjectionPtr& projection, KeptLogs& kept)
{
    const auto start = SteadyClock::now();
    const double processor = processorMs();
    const auto capture = orDie(Capture::open(path, Capture::Mode::ReadOnly));
    const double opened = since(start);
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    const double ordered = since(start);
    const VersionLogPtr log = kept.find(projection, order);
    if (!log) {
        fmt::print("The kept fold was not found.\n");
        std::exit(1);
    }
    const double read = since(start);
    const StatePtr state = State::at(log, order->size());
    std::unordered_set<Version> none;
    page(*state, state->size() / 2, none);
    const double all = since(start);
    line(fmt::format("reopen a folded projection ({})", projection->sources.front().reduce),
         "1000 ms",
         timed(all, processorMs() - processor) +
             fmt::format(": capture {:.0f}, order {:.0f}, log {:.0f}, page {:.0f}", opened,
                         ordered - opened, read - ordered, all - read));
}

} // namespace

int main(int argc, char** argv)
{
    const auto records = static_cast<Row>(argc > 1 ? std::atoll(argv[1]) : 10'000'000);
    const auto keys = static_cast<std::uint32_t>(argc > 2 ? std::atoll(argv[2]) : 1'000'000);
    const std::filesystem::path folder =
        argc > 3 ? argv[3] : std::filesystem::temp_directory_path();
    const std::string path = (folder / "bench_replay.hindcast").string();
    const std::string smallPath = (folder / "bench_replay_small.hindcast").string();
    const std::string changesPath = (folder / "bench_replay_changes.hindcast").string();
    const std::string patchesPath = (folder / "bench_replay_patches.hindcast").string();
    for (const std::string& file : {path, smallPath, changesPath, patchesPath}) {
        std::filesystem::remove(file);
    }
    KeptLogs::Options options;
    options.folder = (folder / "bench_replay.folds").string();
    options.note = [](const std::string& words) { fmt::print(stderr, "{}\n", words); };
    const auto latestOf = projectionOf("orders", "latest");
    const auto mergedOf = projectionOf("orders", "merge-patch");
    fmt::print("{:<58} {:>16}   {}\n", "what", "asked", "measured");
    {
        const auto capture = makeCapture(path, records, keys);
        auto start = SteadyClock::now();
        double processor = processorMs();
        const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
        line(fmt::format("order of {} records by `log`", order->size()), "",
             timed(since(start), processorMs() - processor));
        const auto latest = fold(latestOf, order, "1.5 M/s");
        const auto changes = makeCapture(changesPath, records, keys, "changes");
        const TimeOrderPtr changesOrder = TimeOrder::build(changes->snapshot());
        fold(projectionOf("changes", "cdc"), changesOrder, "1.5 M/s");
        const auto merged = fold(mergedOf, order, "1 M/s");
        fold(projectionOf("orders", "aggregate",
                          "group = \"value.status\"\n[source.compute]\norders = \"count\"\n"
                          "spent = \"sum(value.amount)\"\nleast = \"min(value.amount)\"\n"),
             order, "1 M/s");
        const auto patches = makeCapture(patchesPath, records, keys, "patches");
        const auto patched = fold(projectionOf("patches", "merge-patch"),
                                  TimeOrder::build(patches->snapshot()), "the same, parts");
        memory(latest);
        memory(patched);
        KeptLogs kept(options);
        for (const VersionLogPtr& log : {latest, merged}) {
            start = SteadyClock::now();
            processor = processorMs();
            kept.keep(log);
            kept.finish();
            line(fmt::format("keep the log of {}, {} MB, beside the window",
                             log->projection().sources.front().reduce,
                             std::filesystem::file_size(kept.pathOf(log->projection(), *order)) >>
                                 20),
                 "", timed(since(start), processorMs() - processor));
        }
        drag(latest);
        jumps(latest, "16 ms");
        steps(latest);
        condition(latest, "status = 'CANCELLED' and amount > 998",
                  "previous time a condition became true, often");
        condition(latest, fmt::format("n = {}", records - records / 100),
                  "the same, once, in the last 1 % of the events");
        condition(latest, fmt::format("n = {}", records / 2),
                  "the same, once, in the middle of the events");
        differences(latest);
        const StatePtr last = State::at(latest, order->size());
        start = SteadyClock::now();
        processor = processorMs();
        const std::string hash = orDie(last->hash());
        line(fmt::format("hash of {} rows ({})", last->size(), hash.substr(0, 8)), "",
             timed(since(start), processorMs() - processor));
        orDie(capture->close());
        orDie(changes->close());
        orDie(patches->close());
    }
    {
        KeptLogs kept(options);
        reopen(path, latestOf, kept);
        reopen(path, mergedOf, kept);
    }
    {
        const auto capture = makeCapture(smallPath, records / 10, keys);
        const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
        jumps(orDie(VersionLog::fold(latestOf, order, {})), "the same");
        fold(projectionOf("orders", "script",
                          "script = \"\"\"\nfunction init(key) { return { n: 0, spent: 0 }; }\n"
                          "function apply(state, event) {\n  state.n += 1;\n"
                          "  state.spent += event.value.amount;\n"
                          "  state.status = event.value.status;\n  return state;\n}\n"
                          "\"\"\"\n"),
             order, "0.1 M/s");
        orDie(capture->close());
    }
    for (const std::string& file : {path, smallPath, changesPath, patchesPath}) {
        std::filesystem::remove(file);
    }
    std::filesystem::remove_all(options.folder);
    return 0;
}
