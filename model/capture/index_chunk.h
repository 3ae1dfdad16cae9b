#pragma once

#include "model/capture/capture_index.h"

#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A piece of the stored index: whole blocks of the file with what memory keeps of them, so that a
// capture opens without its records being read.
struct IndexChunk
{
    struct Entry
    {
        std::uint32_t diskBlock = 0;
        std::uint32_t part = 0;
        std::unique_ptr<BlockEntry> entry;
    };

    std::vector<Entry> entries;
    std::vector<KeyId> keys;              // one a record
    std::vector<std::uint64_t> newHashes; // of keys that appear here first, in order of their ids

    std::string encode() const; // compressed
    static Result<IndexChunk> decode(std::string_view frame);
};

} // namespace hindcast
