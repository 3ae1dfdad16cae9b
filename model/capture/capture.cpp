#include "model/capture/capture.h"

#include "model/capture/stored_capture.h"

#include <fmt/core.h>

namespace hindcast {

namespace {

constexpr std::size_t kCacheBytes = 96u << 20;

} // namespace

Result<std::shared_ptr<Capture>> Capture::create(const std::string& path)
{
    auto file = CaptureFile::create(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    const std::uint64_t seed = (*file)->seed();
    auto core = std::make_shared<CaptureCore>(std::move(*file), seed, kCacheBytes);
    return std::make_shared<StoredCapture>(std::move(core), Mode::Append, 0);
}

Result<std::shared_ptr<Capture>> Capture::open(const std::string& path, Mode mode)
{
    auto file = CaptureFile::open(path, mode);
    if (!file) {
        return tl::unexpected(file.error());
    }
    const std::uint64_t seed = (*file)->seed();
    auto core = std::make_shared<CaptureCore>(std::move(*file), seed, kCacheBytes);
    if (auto loaded = loadCore(*core); !loaded) {
        return tl::unexpected(loaded.error());
    }
    std::int64_t lastBlock = 0;
    if (mode == Mode::Append) {
        if (!core->problems.empty()) {
            return fail(ErrorCode::Corrupt,
                        fmt::format("{} is damaged, so nothing can be added to it; open it for "
                                    "reading and save what is whole under another name.",
                                    path),
                        core->problems.front());
        }
        auto last = core->file->lastBlock();
        if (!last) {
            return tl::unexpected(last.error());
        }
        lastBlock = *last;
    }
    return std::make_shared<StoredCapture>(std::move(core), mode, lastBlock);
}

std::shared_ptr<Capture> Capture::inMemory()
{
    auto core = std::make_shared<CaptureCore>(nullptr, 0x5eed, kCacheBytes);
    return std::make_shared<StoredCapture>(std::move(core), Mode::Append, 0);
}

} // namespace hindcast
