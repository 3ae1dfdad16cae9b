#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hindcast::kafka {

// Finds where the newest N records of several partitions together begin: newest by their time in
// the log (the running maximum of the timestamps, so that a partition's share is one range), then
// by partition and offset. It is told what was read backwards from the ends and says what to read
// next, as an offset range alone does not tell how many records it holds. Reads nothing itself.
class NewestCut
{
public:
    struct Bounds
    {
        std::int64_t begin = 0;
        std::int64_t end = 0;
    };
    struct Ask
    {
        std::size_t part = 0;
        std::int64_t from = 0; // [from, to) lies right before what was read already
        std::int64_t to = 0;
    };

    // The order of the parts decides between records of one time: the later part's are newer.
    NewestCut(const std::vector<Bounds>& parts, std::int64_t wanted);

    // What has to be read to know more; nothing once the cut is found.
    std::vector<Ask> next();
    // A record of the last asks; of each part in the order of offsets.
    void add(std::size_t part, std::int64_t offset, std::int64_t timestampMs);
    // The last ask of this part failed: it counts as not asked.
    void forget(std::size_t part);
    // What lies before stays unread.
    void giveUp(std::size_t part) { m_parts[part].givenUp = true; }

    // After next() said nothing: where each part begins, and how many records that makes.
    std::int64_t from(std::size_t part) const { return m_parts[part].from; }
    std::int64_t found() const { return m_found; }
    // How far back a part was read.
    std::int64_t lookedFrom(std::size_t part) const { return m_parts[part].looked; }
    bool firstAsk(std::size_t part) const { return m_parts[part].before == m_parts[part].end; }

private:
    struct Seen
    {
        std::int64_t offset = 0;
        std::int64_t time = 0;
    };
    struct Part
    {
        std::int64_t begin = 0;
        std::int64_t end = 0;
        std::int64_t looked = 0; // [looked, end) was read
        std::int64_t before = 0; // `looked` before the last ask
        std::int64_t from = 0;
        std::vector<Seen> seen;  // in the order of offsets
        std::vector<Seen> fresh; // of the last ask
        bool givenUp = false;

        bool exhausted() const { return givenUp || looked == begin; }
    };

    void absorb();
    // Takes the newest from the ends; returns the parts whose next record is not known and matters.
    std::vector<std::size_t> merge();

    std::vector<Part> m_parts;
    std::int64_t m_wanted;
    std::int64_t m_found = 0;
};

} // namespace hindcast::kafka
