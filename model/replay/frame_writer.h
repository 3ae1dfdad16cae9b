#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// Writes arrays of plain values to a file as compressed frames with checksums; FrameReader reads
// them back in the same order. One thread. After a failure, or when it shall stop, nothing more is
// written and ok() is false.
class FrameWriter
{
public:
    // Values lie in pieces of at most so many bytes, each a frame that can be read by itself.
    static constexpr std::size_t kPiece = std::size_t{1} << 18;

    FrameWriter(int file, std::stop_token stop);
    ~FrameWriter();
    FrameWriter(const FrameWriter&) = delete;
    FrameWriter& operator=(const FrameWriter&) = delete;

    void bytes(std::string_view bytes); // one frame
    template <typename T>
    void array(std::span<const T> values)
    {
        pieces({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
    }
    template <typename T>
    void array(const std::vector<T>& values)
    {
        array(std::span<const T>(values));
    }
    void pieces(std::string_view bytes);
    // What is still in the buffer goes to the file.
    bool finish();

    bool ok() const { return m_ok; }
    std::uint64_t written() const { return m_written; }

private:
    struct Packer;
    void flush();

    const int m_file;
    const std::stop_token m_stop;
    const std::unique_ptr<Packer> m_packer;
    std::string m_buffer;
    std::uint64_t m_written = 0;
    bool m_ok = true;
};

} // namespace hindcast
