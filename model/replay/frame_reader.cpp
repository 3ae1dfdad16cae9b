#include "model/replay/frame_reader.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <future>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <zstd.h>

namespace hindcast {

namespace {

constexpr std::uint64_t kFrameHead = 2 * sizeof(std::uint32_t);
constexpr std::size_t kPiecesWorthAThread = 8;

struct FrameUnpacker
{
    ZSTD_DCtx* context = ZSTD_createDCtx();
    std::string packed;

    FrameUnpacker() = default;
    ~FrameUnpacker() { ZSTD_freeDCtx(context); }
    FrameUnpacker(const FrameUnpacker&) = delete;
    FrameUnpacker& operator=(const FrameUnpacker&) = delete;
};

bool readAt(int file, std::uint64_t at, char* to, std::size_t size)
{
    while (size > 0) {
        const ssize_t n = ::pread(file, to, size, static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        to += n;
        at += static_cast<std::uint64_t>(n);
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

} // namespace

FrameReader::FrameReader(int file)
    : m_file(file)
{
    struct stat about = {};
    m_ok = ::fstat(file, &about) == 0;
    m_size = m_ok ? static_cast<std::uint64_t>(about.st_size) : 0;
}

FrameReader::Frame FrameReader::next()
{
    Frame frame;
    char head[kFrameHead];
    if (m_ok && m_size - m_at >= kFrameHead && readAt(m_file, m_at, head, kFrameHead)) {
        std::memcpy(&frame.packed, head, sizeof frame.packed);
        std::memcpy(&frame.raw, head + sizeof frame.packed, sizeof frame.raw);
        frame.at = m_at + kFrameHead;
        if (frame.packed <= m_size - frame.at) {
            m_at = frame.at + frame.packed;
            return frame;
        }
    }
    m_ok = false;
    return {};
}

bool FrameReader::unpack(const Frame& frame, std::span<char> to) const
{
    thread_local FrameUnpacker unpacker;
    if (frame.raw != to.size()) {
        return false;
    }
    unpacker.packed.resize(frame.packed);
    if (!readAt(m_file, frame.at, unpacker.packed.data(), frame.packed)) {
        return false;
    }
    const std::size_t size = ZSTD_decompressDCtx(unpacker.context, to.data(), to.size(),
                                                 unpacker.packed.data(), unpacker.packed.size());
    return !ZSTD_isError(size) && size == to.size();
}

std::string FrameReader::bytes()
{
    const Frame frame = next();
    std::string bytes;
    m_ok = m_ok && frame.raw <= kMostBytes;
    if (m_ok) {
        bytes.resize(frame.raw);
        m_ok = unpack(frame, bytes);
    }
    return m_ok ? bytes : std::string();
}

void FrameReader::frames(const std::vector<std::span<char>>& pieces)
{
    std::vector<Frame> frames;
    frames.reserve(pieces.size());
    for (std::size_t i = 0; m_ok && i < pieces.size(); ++i) {
        frames.push_back(next());
    }
    std::atomic<std::size_t> taken{0};
    std::atomic<bool> good{m_ok};
    const auto work = [&] {
        for (std::size_t i = taken++; i < frames.size() && good; i = taken++) {
            if (!unpack(frames[i], pieces[i])) {
                good = false;
            }
        }
    };
    if (frames.size() >= kPiecesWorthAThread && std::thread::hardware_concurrency() > 1) {
        auto other = std::async(std::launch::async, work);
        work();
        other.get();
    } else {
        work();
    }
    m_ok = m_ok && good;
    if (!m_ok) {
        for (const std::span<char> piece : pieces) {
            std::fill(piece.begin(), piece.end(), '\0');
        }
    }
}

} // namespace hindcast
