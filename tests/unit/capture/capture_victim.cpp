#include "model/capture/capture.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>

// A program that captures until it is killed, or until its disk is full. It says on stdout what the
// capture has reported as written.
//
//   capture_victim grow FILE         appends for ever; "flushed ROWS SAMPLES" after each flush
//   capture_victim fill FILE BYTES   no file may grow past BYTES; says how it failed and recovered

using namespace hindcast;

namespace {

RecordBatchPtr batchAt(std::int64_t from, std::int64_t count)
{
    RecordBatchBuilder builder("orders");
    for (std::int64_t offset = from; offset < from + count; ++offset) {
        // Hard to compress, so that a disk fills up.
        std::string value;
        std::uint64_t state = static_cast<std::uint64_t>(offset) * 0x9e3779b97f4a7c15ull + 1;
        for (int i = 0; i < 12; ++i) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            value.append(reinterpret_cast<const char*>(&state), sizeof state);
        }
        builder.add(static_cast<std::int32_t>(offset % 3), offset, 1'000'000 + offset,
                    TimestampType::CreateTime, "key-" + std::to_string(offset % 1000), value);
    }
    return builder.take();
}

void say(const std::string& line)
{
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

int grow(Capture& capture)
{
    std::int64_t rows = 0;
    for (std::int64_t round = 1;; ++round) {
        const std::int64_t count = round % 7 == 0 ? 5000 : 200;
        auto sample = std::make_shared<GroupSample>();
        sample->time = timestampFromMs(round);
        if (!capture.append(batchAt(rows, count)) || !capture.putGroupSample(sample)) {
            return 1;
        }
        rows += count;
        if (round % 3 == 0) {
            if (!capture.flush()) {
                return 1;
            }
            say("flushed " + std::to_string(rows) + " " + std::to_string(round));
        }
    }
}

int fill(Capture& capture, const std::string& limit)
{
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old = {};
    getrlimit(RLIMIT_FSIZE, &old);
    rlimit small = old;
    small.rlim_cur = static_cast<rlim_t>(std::atoll(limit.c_str()));
    setrlimit(RLIMIT_FSIZE, &small);
    std::int64_t rows = 0;
    std::int64_t flushed = 0;
    for (;;) {
        Result<void> done = capture.append(batchAt(rows, 1000));
        if (done) {
            rows += 1000;
            done = capture.flush();
        }
        if (!done) {
            say("failed " + std::to_string(static_cast<int>(done.error().code)) + " " +
                done.error().message);
            break;
        }
        flushed = rows;
    }
    say("flushed " + std::to_string(flushed) + " 0");
    if (capture.append(batchAt(rows, 1000))) {
        say("append went on");
    }
    if (const auto still = capture.snapshot(); still->rowCount() < flushed || !still->record(0)) {
        say("records were lost");
    }
    setrlimit(RLIMIT_FSIZE, &old);
    say(capture.flush() ? "recovered " + std::to_string(rows) : "did not recover");
    std::raise(SIGKILL);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 3) {
        return 2;
    }
    auto capture = Capture::create(argv[2]);
    if (!capture) {
        return 1;
    }
    return std::string(argv[1]) == "fill" ? fill(**capture, argc > 3 ? argv[3] : "4000000")
                                          : grow(**capture);
}
