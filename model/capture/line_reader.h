#pragma once

#include "model/record/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// Reads a text file line by line; gzip and zstd are told by their first bytes and read as they are.
// One thread an object.
class LineReader
{
public:
    static Result<LineReader> open(const std::string& path);
    ~LineReader();
    LineReader(LineReader&&) noexcept;
    LineReader& operator=(LineReader&&) noexcept;

    // The next line without its line end, valid until the next call, followed by 64 readable bytes;
    // nullopt at the end of the file, or where it breaks off (then error() says why).
    std::optional<std::string_view> next();
    std::uint64_t lineNumber() const; // of the line that next() gave last, from 1
    const std::optional<Error>& error() const;

private:
    struct Private;
    explicit LineReader(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace hindcast
