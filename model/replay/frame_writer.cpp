#include "model/replay/frame_writer.h"

#include "model/capture/byte_stream.h"

#include <cerrno>
#include <unistd.h>
#include <zstd.h>

namespace hindcast {

namespace {

constexpr std::size_t kBuffered = std::size_t{4} << 20;

} // namespace

struct FrameWriter::Packer
{
    ZSTD_CCtx* context = ZSTD_createCCtx();
    std::string packed;

    Packer()
    {
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    }
    ~Packer() { ZSTD_freeCCtx(context); }
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;
};

FrameWriter::FrameWriter(int file, std::stop_token stop)
    : m_file(file)
    , m_stop(std::move(stop))
    , m_packer(std::make_unique<Packer>())
{
}

FrameWriter::~FrameWriter() = default;

void FrameWriter::bytes(std::string_view bytes)
{
    if (!m_ok || m_stop.stop_requested()) {
        m_ok = false;
        return;
    }
    std::string& packed = m_packer->packed;
    packed.resize(ZSTD_compressBound(bytes.size()));
    const std::size_t size =
        ZSTD_compress2(m_packer->context, packed.data(), packed.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(size)) {
        m_ok = false;
        return;
    }
    ByteWriter to(m_buffer);
    to.number(static_cast<std::uint32_t>(size));
    to.number(static_cast<std::uint32_t>(bytes.size()));
    to.raw(std::string_view(packed).substr(0, size));
    if (m_buffer.size() >= kBuffered) {
        flush();
    }
}

void FrameWriter::pieces(std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
        this->bytes(bytes.substr(at, kPiece));
    }
}

bool FrameWriter::finish()
{
    flush();
    return m_ok;
}

void FrameWriter::flush()
{
    std::string_view left = m_buffer;
    while (m_ok && !left.empty()) {
        const ssize_t n = ::write(m_file, left.data(), left.size());
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            m_ok = false;
            break;
        }
        left.remove_prefix(static_cast<std::size_t>(n));
        m_written += static_cast<std::uint64_t>(n);
    }
    m_buffer.clear();
}

} // namespace hindcast
