#include "app/demo/capture_stage.h"
#include "app/demo/live_stage.h"
#include "app/demo/scenario.h"

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <fmt/core.h>
#include <pthread.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace hindcast;

namespace {

int failed(const Error& error)
{
    fmt::print(stderr, "hindcast-demo: {}\n", error.message);
    return 1;
}

int writeFile(const std::string& path, const demo::ScenarioOptions& options)
{
    ::unlink(path.c_str()); // a sample is made anew, never added to
    auto capture = Capture::create(path);
    if (!capture) {
        return failed(capture.error());
    }
    Result<void> done = demo::playToCapture(demo::makeScenario(options), **capture);
    if (done) {
        done = (*capture)->close();
    }
    if (!done) {
        return failed(done.error());
    }
    fmt::print("{}: {} records, {} KiB\n", path, (*capture)->snapshot()->rowCount(),
               (*capture)->sizeOnDisk() / 1024);
    return 0;
}

// Ctrl+C and SIGTERM end the play in order: groups are left, what was written is flushed.
int playOnBroker(const demo::LiveOptions& options)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr); // inherited by every thread made from here on
    std::stop_source stop;
    std::atomic<bool> finished = false;
    std::jthread waiter([&] {
        const timespec moment{0, 200'000'000};
        while (!finished) {
            if (sigtimedwait(&signals, nullptr, &moment) > 0) {
                stop.request_stop();
                return;
            }
        }
    });
    const Result<void> done = demo::playLive(options, stop.get_token());
    finished = true;
    return done ? 0 : failed(done.error());
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Plays fifteen minutes of a shop in which a malformed payment blocks a consumer "
                 "group, to look at with Hindcast.");
    std::string output;
    bool live = false;
    std::string brokers;
    std::vector<std::string> more;
    std::int64_t seconds = 0;
    std::int64_t incidentIn = 60;
    demo::LiveOptions options;
    demo::ScenarioOptions& scenario = options.scenario;
    auto* const file =
        app.add_option("-o,--output", output, "Write a capture to this file, replacing it");
    auto* const play = app.add_flag("--live", live,
                                    "Play against a cluster, in real time, with consumers that "
                                    "really get stuck; creates its topics");
    play->excludes(file);
    auto* const broker =
        app.add_option("-b,--brokers", brokers, "The cluster's addresses, host:port[,...]");
    app.add_option("-X", more, "A librdkafka property, name=value; repeatable");
    app.add_option("--for", seconds, "End after so many seconds (default: when it is stopped)");
    app.add_option("--incident-in", incidentIn,
                   "Live: the malformed payment comes after so many seconds")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{480}));
    app.add_option("--seed", scenario.seed, "The same seed gives the same story")
        ->capture_default_str();
    app.add_option("--records", scenario.records, "About how many records")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{10'000}, std::int64_t{20'000'000}));
    app.footer("hindcast-demo -o sample.hindcast --seed 1\n"
               "hindcast-demo --live -b localhost:9092");
    CLI11_PARSE(app, argc, argv);
    if (!live) {
        return file->count() > 0 ? writeFile(output, scenario)
                                 : failed({ErrorCode::InvalidArgument,
                                           "say where to play: -o FILE, or --live -b BROKERS",
                                           {}});
    }
    if (broker->count() == 0) {
        return failed({ErrorCode::InvalidArgument, "--live needs -b BROKERS", {}});
    }
    options.properties["bootstrap.servers"] = brokers;
    for (const std::string& property : more) {
        const auto at = property.find('=');
        if (at == std::string::npos) {
            return failed({ErrorCode::InvalidArgument, "-X takes name=value", {}});
        }
        options.properties[property.substr(0, at)] = property.substr(at + 1);
    }
    options.incidentIn = std::chrono::seconds(incidentIn);
    options.longest = std::chrono::seconds(seconds);
    return playOnBroker(options);
}
