#include "model/replay/chain_index.h"

#include "model/capture/byte_stream.h"
#include "model/replay/frame_reader.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace hindcast {

struct ChainIndex::Segment
{
    Version first = 0;
    Version end = 0;
    // Dense: begins[key] .. begins[key + 1] is the key's part of `versions`. Sparse: the same by
    // the place of the key in `keys`, which is sorted.
    bool dense = false;
    std::vector<KeyNo> keys;
    std::vector<std::uint32_t> begins;
    std::vector<Version> versions;

    std::span<const Version> of(KeyNo key) const
    {
        std::size_t at = key;
        if (dense) {
            if (at + 1 >= begins.size()) {
                return {};
            }
        } else {
            const auto found = std::lower_bound(keys.begin(), keys.end(), key);
            if (found == keys.end() || *found != key) {
                return {};
            }
            at = static_cast<std::size_t>(found - keys.begin());
        }
        return {versions.data() + begins[at], begins[at + 1] - begins[at]};
    }
};

ChainIndex::ChainIndex() = default;
ChainIndex::~ChainIndex() = default;
ChainIndex::ChainIndex(ChainIndex&&) noexcept = default;
ChainIndex& ChainIndex::operator=(ChainIndex&&) noexcept = default;

ChainIndex ChainIndex::copy(Version size) const
{
    ChainIndex result;
    for (const auto& segment : m_segments) {
        if (segment->end > size) {
            break;
        }
        result.m_segments.push_back(segment);
    }
    return result;
}

Version ChainIndex::size() const
{
    return m_segments.empty() ? 0 : m_segments.back()->end;
}

std::shared_ptr<const ChainIndex::Segment>
ChainIndex::build(const VersionColumn<KeyNo>& keys, Version first, Version end, KeyNo keyCount)
{
    auto segment = std::make_shared<Segment>();
    segment->first = first;
    segment->end = end;
    segment->versions.resize(end - first);
    if (end - first >= keyCount / 8) {
        segment->dense = true;
        segment->begins.assign(keyCount + 1, 0);
        for (Version v = first; v < end; ++v) {
            ++segment->begins[keys[v] + 1];
        }
        std::partial_sum(segment->begins.begin(), segment->begins.end(), segment->begins.begin());
        // Filling moves each begin to its end, which is the next one's begin: shift back after.
        for (Version v = first; v < end; ++v) {
            segment->versions[segment->begins[keys[v]]++] = v;
        }
        for (std::size_t k = keyCount; k > 0; --k) {
            segment->begins[k] = segment->begins[k - 1];
        }
        segment->begins[0] = 0;
        return segment;
    }
    std::iota(segment->versions.begin(), segment->versions.end(), first);
    std::stable_sort(segment->versions.begin(), segment->versions.end(),
                     [&keys](Version a, Version b) { return keys[a] < keys[b]; });
    for (std::size_t i = 0; i < segment->versions.size(); ++i) {
        const KeyNo key = keys[segment->versions[i]];
        if (segment->keys.empty() || segment->keys.back() != key) {
            segment->keys.push_back(key);
            segment->begins.push_back(static_cast<std::uint32_t>(i));
        }
    }
    segment->begins.push_back(end - first);
    return segment;
}

void ChainIndex::extend(const VersionColumn<KeyNo>& keys, KeyNo keyCount)
{
    Version first = size();
    const auto end = static_cast<Version>(keys.size());
    if (first == end) {
        return;
    }
    while (!m_segments.empty()) {
        const Segment& last = *m_segments.back();
        if (last.end - last.first > 2 * (end - first)) {
            break;
        }
        first = last.first;
        m_segments.pop_back();
    }
    m_segments.push_back(build(keys, first, end, keyCount));
}

std::optional<Version> ChainIndex::lastBefore(KeyNo key, Version limit) const
{
    for (auto segment = m_segments.rbegin(); segment != m_segments.rend(); ++segment) {
        if ((*segment)->first >= limit) {
            continue;
        }
        const auto chain = (*segment)->of(key);
        const auto found = std::lower_bound(chain.begin(), chain.end(), limit);
        if (found != chain.begin()) {
            return *(found - 1);
        }
    }
    return std::nullopt;
}

std::optional<Version> ChainIndex::firstFrom(KeyNo key, Version from) const
{
    for (const auto& segment : m_segments) {
        if (segment->end <= from) {
            continue;
        }
        const auto chain = segment->of(key);
        const auto found = std::lower_bound(chain.begin(), chain.end(), from);
        if (found != chain.end()) {
            return *found;
        }
    }
    return std::nullopt;
}

std::uint32_t ChainIndex::countBefore(KeyNo key, Version limit) const
{
    std::uint32_t count = 0;
    for (const auto& segment : m_segments) {
        if (segment->first >= limit) {
            break;
        }
        const auto chain = segment->of(key);
        count += static_cast<std::uint32_t>(std::lower_bound(chain.begin(), chain.end(), limit) -
                                            chain.begin());
    }
    return count;
}

std::vector<Version> ChainIndex::all(KeyNo key) const
{
    std::vector<Version> result;
    for (const auto& segment : m_segments) {
        const auto chain = segment->of(key);
        result.insert(result.end(), chain.begin(), chain.end());
    }
    return result;
}

void ChainIndex::write(FrameWriter& to) const
{
    std::string head;
    ByteWriter sizes(head);
    sizes.number(std::uint64_t{m_segments.size()});
    for (const auto& segment : m_segments) {
        sizes.number(segment->first);
        sizes.number(segment->end);
        sizes.number(std::uint8_t{segment->dense});
        sizes.number(std::uint64_t{segment->keys.size()});
        sizes.number(std::uint64_t{segment->begins.size()});
    }
    to.bytes(head);
    for (const auto& segment : m_segments) {
        to.array(segment->keys);
        to.array(segment->begins);
        to.array(segment->versions);
    }
}

void ChainIndex::read(FrameReader& from)
{
    const std::string head = from.bytes();
    ByteReader sizes(head);
    const auto count = sizes.number<std::uint64_t>();
    m_segments.clear();
    for (std::uint64_t i = 0; i < count && sizes.ok(); ++i) {
        auto segment = std::make_shared<Segment>();
        segment->first = sizes.number<Version>();
        segment->end = sizes.number<Version>();
        segment->dense = sizes.number<std::uint8_t>() != 0;
        segment->keys.resize(sizes.number<std::uint64_t>());
        segment->begins.resize(sizes.number<std::uint64_t>());
        segment->versions.resize(segment->end - segment->first);
        from.array(segment->keys);
        from.array(segment->begins);
        from.array(segment->versions);
        m_segments.push_back(std::move(segment));
    }
}

std::size_t ChainIndex::memoryBytes() const
{
    std::size_t bytes = 0;
    for (const auto& segment : m_segments) {
        bytes += segment->versions.capacity() * sizeof(Version) +
                 segment->begins.capacity() * sizeof(std::uint32_t) +
                 segment->keys.capacity() * sizeof(KeyNo);
    }
    return bytes;
}

} // namespace hindcast
