#include "app/demo/capture_stage.h"
#include "app/demo/scenario.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/core.h>
#include <unistd.h>

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

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Plays fifteen minutes of a shop in which a malformed payment blocks a consumer "
                 "group, to look at with Hindcast.");
    std::string output;
    demo::ScenarioOptions options;
    app.add_option("-o,--output", output, "Write a capture to this file, replacing it")->required();
    app.add_option("--seed", options.seed, "The same seed gives the same story")
        ->capture_default_str();
    app.add_option("--records", options.records, "About how many records")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{10'000}, std::int64_t{20'000'000}));
    CLI11_PARSE(app, argc, argv);
    return writeFile(output, options);
}
