#include "model/capture/line_reader.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/core.h>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace hindcast {

namespace {

constexpr std::size_t kPadding = 64;
constexpr std::size_t kChunk = 1 << 20;
constexpr std::size_t kLongestLine = std::size_t{1} << 31; // a batch's spans are 31 bits long

// Bytes of a file as they are after decompression.
class ByteSource
{
public:
    virtual ~ByteSource() = default;
    // Fills up to `size` bytes; 0 at the end. A failure sets `problem`.
    virtual std::size_t read(char* to, std::size_t size, std::string& problem) = 0;
};

struct CloseFile
{
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// zlib reads plain files as they are, and gzip files of several members.
class GzipSource final : public ByteSource
{
public:
    explicit GzipSource(gzFile file)
        : m_file(file)
    {
        gzbuffer(m_file, 256 << 10);
    }
    ~GzipSource() override { gzclose_r(m_file); }
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;

    std::size_t read(char* to, std::size_t size, std::string& problem) override
    {
        const int got = gzread(m_file, to, static_cast<unsigned>(size));
        int code = Z_OK;
        const char* const text = gzerror(m_file, &code);
        if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
            problem = code == Z_ERRNO ? std::strerror(errno) : text;
        }
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }

private:
    gzFile m_file;
};

class ZstdSource final : public ByteSource
{
public:
    explicit ZstdSource(File file)
        : m_file(std::move(file))
        , m_stream(ZSTD_createDStream())
        , m_buffer(ZSTD_DStreamInSize())
    {
        ZSTD_DCtx_setParameter(m_stream, ZSTD_d_windowLogMax, 27);
    }
    ~ZstdSource() override { ZSTD_freeDStream(m_stream); }
    ZstdSource(const ZstdSource&) = delete;
    ZstdSource& operator=(const ZstdSource&) = delete;

    std::size_t read(char* to, std::size_t size, std::string& problem) override
    {
        ZSTD_outBuffer out{to, size, 0};
        while (out.pos == 0) {
            if (m_in.pos == m_in.size) {
                const std::size_t got =
                    std::fread(m_buffer.data(), 1, m_buffer.size(), m_file.get());
                if (got == 0) {
                    if (std::ferror(m_file.get()) != 0) {
                        problem = std::strerror(errno);
                    } else if (m_insideFrame) {
                        problem = "the file is cut off";
                    }
                    return 0;
                }
                m_in = {m_buffer.data(), got, 0};
            }
            const std::size_t code = ZSTD_decompressStream(m_stream, &out, &m_in);
            if (ZSTD_isError(code)) {
                problem = ZSTD_getErrorName(code);
                return 0;
            }
            m_insideFrame = code != 0;
        }
        return out.pos;
    }

private:
    File m_file;
    ZSTD_DStream* m_stream;
    std::vector<char> m_buffer;
    ZSTD_inBuffer m_in{nullptr, 0, 0};
    bool m_insideFrame = false;
};

} // namespace

struct LineReader::Private
{
    std::string path;
    std::unique_ptr<ByteSource> source;
    std::vector<char> buffer = std::vector<char>(kChunk + kPadding);
    std::size_t begin = 0; // of what is not handed out
    std::size_t end = 0;
    std::size_t searched = 0; // no line end before it
    std::uint64_t line = 0;
    bool finished = false;
    ErrorCode failure = ErrorCode::Internal; // with `reason`
    std::string reason;                      // why it breaks off behind what is in the buffer
    std::optional<Error> error;

    void fill()
    {
        if (begin > 0) {
            std::memmove(buffer.data(), buffer.data() + begin, end - begin);
            end -= begin;
            searched -= begin;
            begin = 0;
        }
        if (buffer.size() - kPadding == end) {
            if (end >= kLongestLine) {
                stop(ErrorCode::Unsupported, "the line is longer than 2 GiB");
                end = 0;
                return;
            }
            buffer.resize(2 * end + kPadding);
        }
        std::string problem;
        const std::size_t got =
            source->read(buffer.data() + end, buffer.size() - kPadding - end, problem);
        end += got;
        finished = finished || got == 0;
        if (!problem.empty()) {
            stop(ErrorCode::Corrupt, problem);
        }
    }
    void stop(ErrorCode code, std::string why)
    {
        finished = true;
        failure = code;
        reason = std::move(why);
    }
};

LineReader::LineReader(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}

LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

Result<LineReader> LineReader::open(const std::string& path)
{
    const auto cannot = [&path](int code) {
        return fail(code == ENOENT ? ErrorCode::NotFound : ErrorCode::Denied,
                    fmt::format("{} cannot be opened: {}.", path, std::strerror(code)));
    };
    File file(std::fopen(path.c_str(), "rbe"));
    if (!file) {
        return cannot(errno);
    }
    unsigned char magic[4] = {};
    const std::size_t got = std::fread(magic, 1, sizeof magic, file.get());
    if (std::ferror(file.get()) != 0) {
        return cannot(errno);
    }
    auto d = std::make_unique<Private>();
    d->path = path;
    // A skippable frame (0x184D2A5?) may come first.
    const bool zstd =
        got == 4 &&
        ((magic[0] == 0x28 && magic[1] == 0xb5 && magic[2] == 0x2f && magic[3] == 0xfd) ||
         ((magic[0] & 0xf0) == 0x50 && magic[1] == 0x2a && magic[2] == 0x4d && magic[3] == 0x18));
    if (zstd) {
        std::rewind(file.get());
        d->source = std::make_unique<ZstdSource>(std::move(file));
    } else {
        gzFile plain = gzopen(path.c_str(), "rbe");
        if (plain == nullptr) {
            return cannot(errno);
        }
        d->source = std::make_unique<GzipSource>(plain);
    }
    return LineReader(std::move(d));
}

std::optional<std::string_view> LineReader::next()
{
    for (;;) {
        const char* const from = d->buffer.data() + d->searched;
        const void* const found =
            d->end > d->searched ? std::memchr(from, '\n', d->end - d->searched) : nullptr;
        const bool last = found == nullptr && d->finished && d->end > d->begin && d->reason.empty();
        if (found != nullptr || last) {
            const auto at =
                found != nullptr
                    ? static_cast<std::size_t>(static_cast<const char*>(found) - d->buffer.data())
                    : d->end;
            std::string_view line(d->buffer.data() + d->begin, at - d->begin);
            if (!line.empty() && line.back() == '\r') {
                line.remove_suffix(1);
            }
            d->begin = d->searched = last ? at : at + 1;
            ++d->line;
            return line;
        }
        if (d->finished) {
            if (!d->reason.empty() && !d->error) {
                d->error = Error{d->failure,
                                 fmt::format("{} cannot be read past line {}: {}; the lines "
                                             "before it are kept.",
                                             d->path, d->line, d->reason),
                                 {}};
            }
            return std::nullopt;
        }
        d->searched = d->end;
        d->fill();
    }
}

std::uint64_t LineReader::lineNumber() const
{
    return d->line;
}

const std::optional<Error>& LineReader::error() const
{
    return d->error;
}

} // namespace hindcast
