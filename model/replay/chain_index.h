#pragma once

#include "model/replay/version.h"
#include "model/replay/version_column.h"

#include <memory>
#include <optional>
#include <vector>

namespace hindcast {

class FrameReader;
class FrameWriter;

// Each key's versions in their order: what makes a jump to any moment a binary search per visible
// key. Kept in sealed segments of growing size, as in a log-structured tree: a log that grows seals
// its tail, and merges it with its neighbour when it has become as large. A const index is safe in
// any thread; 4 bytes a version, and 4 bytes a key in a segment that most keys occur in.
class ChainIndex
{
public:
    ChainIndex();
    ~ChainIndex();
    ChainIndex(ChainIndex&&) noexcept;
    ChainIndex& operator=(ChainIndex&&) noexcept;

    // Shares the segments that lie below `size` whole.
    ChainIndex copy(Version size) const;
    // Takes in the versions from size() on.
    void extend(const VersionColumn<KeyNo>& keys, KeyNo keyCount);

    Version size() const;
    // The key's newest version below `limit`.
    std::optional<Version> lastBefore(KeyNo key, Version limit) const;
    // Its oldest version from `from` on.
    std::optional<Version> firstFrom(KeyNo key, Version from) const;
    // How many it has below `limit`.
    std::uint32_t countBefore(KeyNo key, Version limit) const;
    // All of them, in order.
    std::vector<Version> all(KeyNo key) const;
    void write(FrameWriter& to) const;
    void read(FrameReader& from); // in place of what was there
    std::size_t memoryBytes() const;

private:
    struct Segment;
    static std::shared_ptr<const Segment> build(const VersionColumn<KeyNo>& keys, Version first,
                                                Version end, KeyNo keyCount);
    std::vector<std::shared_ptr<const Segment>> m_segments;
};

} // namespace hindcast
