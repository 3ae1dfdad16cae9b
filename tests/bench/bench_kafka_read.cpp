// How fast a topic is read, beside kcat in the same run:
//     bench_kafka_read [-b BOOTSTRAP] [-n RECORDS] [-r ROUNDS]
// Loads the topic first where it is not there. Prints a table; asserts nothing.

#include "connectors/kafka/kafka_connection.h"
#include "tests/bench/load_topic.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>
#include <vector>

using namespace hindcast;

namespace {

class NullSink final : public RecordSink
{
public:
    Result<void> accept(RecordBatchPtr batch) override
    {
        records += batch->size();
        return {};
    }
    std::uint64_t records = 0;
};

double secondsSince(std::chrono::steady_clock::time_point began)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int give(const Error& error)
{
    std::fprintf(stderr, "%s (%s)\n", error.message.c_str(), error.detail.c_str());
    return 1;
}

} // namespace

int main(int argc, char** argv)
{
    bench::TopicLoad load;
    load.bootstrap = "127.0.0.1:9092";
    load.topic = "bench-orders";
    int rounds = 3;
    int pages = 50;
    CLI::App app{"Reads a topic of JSON orders, beside kcat"};
    app.add_option("-b", load.bootstrap, "bootstrap address")->capture_default_str();
    app.add_option("-n", load.records, "records in the topic")->capture_default_str();
    app.add_option("-t", load.topic, "topic")->capture_default_str();
    app.add_option("-r", rounds, "rounds")->capture_default_str();
    app.add_option("-p", pages, "first pages read")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    auto began = std::chrono::steady_clock::now();
    if (const auto done = bench::loadTopic(load); !done) {
        return give(done.error());
    }
    std::printf("%s; loading %.1f s\n", kafkaLibraryVersion().c_str(), secondsSince(began));

    began = std::chrono::steady_clock::now();
    auto connection = KafkaConnection::connect({{{"bootstrap.servers", load.bootstrap}}},
                                               std::chrono::seconds{10});
    if (!connection) {
        return give(connection.error());
    }
    std::printf("connect %.1f ms\n", secondsSince(began) * 1e3);
    const auto source = (*connection)->source();
    const auto read = [&](ReadPosition from, NullSink& sink) {
        ReadRequest request;
        request.topics.push_back({load.topic, {}, from, AtEnd{}});
        return source->read(request, sink, {});
    };

    std::vector<double> times;
    for (int i = 0; i < pages; ++i) {
        NullSink sink;
        began = std::chrono::steady_clock::now();
        const auto receipt = read(LastN{100}, sink);
        times.push_back(secondsSince(began) * 1e3);
        if (!receipt) {
            return give(receipt.error());
        }
        if (!receipt->complete()) {
            std::printf("%s\n", receipt->sentence().c_str());
        }
    }
    if (!times.empty()) {
        std::printf("newest 100: first %.1f ms", times.front());
        std::sort(times.begin(), times.end());
        std::printf(", median %.1f ms, worst %.1f ms\n", times[times.size() / 2], times.back());
    }

    const std::string kcat = "kcat -C -e -q -b " + load.bootstrap + " -t " + load.topic +
                             " -o beginning >/dev/null 2>&1";
    for (int i = 0; i < rounds; ++i) {
        began = std::chrono::steady_clock::now();
        const bool kcatRan = std::system(kcat.c_str()) == 0;
        const auto kcatTook = secondsSince(began);
        NullSink sink;
        began = std::chrono::steady_clock::now();
        const auto cpu = cpuSeconds();
        const auto receipt = read(AtBeginning{}, sink);
        const auto took = secondsSince(began);
        if (!receipt) {
            return give(receipt.error());
        }
        std::printf("%s: %.2f s, %.2f CPU s, %.2f M records/s", receipt->sentence().c_str(), took,
                    cpuSeconds() - cpu, static_cast<double>(sink.records) / took / 1e6);
        if (kcatRan) {
            std::printf("; kcat %.2f s: %.2f x", kcatTook, kcatTook / took);
        }
        std::printf("\n");
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("largest resident size %.0f MB\n", static_cast<double>(usage.ru_maxrss) / 1024);
    return 0;
}
