#include "model/replay/table_snapshots.h"

#include <algorithm>

namespace hindcast {

SnapshotMark snapshotMark(std::string_view word)
{
    if (word == "true") {
        return SnapshotMark::Inside;
    }
    if (word == "first" || word == "first_in_data_collection") {
        return SnapshotMark::First;
    }
    if (word == "last" || word == "last_in_data_collection") {
        return SnapshotMark::Last;
    }
    return SnapshotMark::None; // "incremental": those replace nothing
}

void SnapshotFinder::add(TopicId topic, std::int32_t partition, const Entry& entry)
{
    if (topic >= m_topics.size()) {
        m_topics.resize(topic + 1);
    }
    Topic& in = m_topics[topic];
    const auto number = static_cast<std::size_t>(std::max(partition, 0));
    if (number >= in.partitions.size()) {
        in.partitions.resize(number + 1);
    }
    Partition& at = in.partitions[number];
    if (entry.source != kNone) {
        in.loose = in.loose || (in.source != kNone && in.source != entry.source);
        in.source = entry.source;
    } else if (!entry.tombstone) {
        in.loose = true;
    }
    in.loose = in.loose || entry.loose;
    auto& stretches = at.stretches;
    if (entry.snapshot != kNone) {
        auto stretch =
            std::find_if(stretches.rbegin(), stretches.rend(), [&entry](const Stretch& known) {
                return known.snapshot == entry.snapshot;
            });
        if (stretch == stretches.rend()) {
            Stretch begun;
            begun.snapshot = entry.snapshot;
            begun.first = entry.offset;
            begun.highestBefore = at.behind;
            // A connector writes the rows of a snapshot without other changes between them: a
            // record just before them was there before the snapshot was begun.
            begun.begins = entry.offset == 0 || entry.mark == SnapshotMark::First ||
                           (at.lastOffset >= 0 && at.lastOffset == entry.offset - 1);
            stretches.push_back(begun);
            stretch = stretches.rbegin();
        }
        stretch->last = entry.offset;
        ++stretch->rows;
        stretch->lowest = std::min(stretch->lowest, entry.rank);
        stretch->highest = std::max(stretch->highest, entry.rank);
        stretch->ended = entry.mark == SnapshotMark::Last;
        Marks& marks = m_marks[{topic, entry.snapshot}];
        ++marks.rows;
        marks.first = marks.first || entry.mark == SnapshotMark::First;
        marks.unmarked = marks.unmarked || entry.mark == SnapshotMark::None;
        marks.last = entry.mark == SnapshotMark::Last ? entry.row : marks.last;
    } else if (!stretches.empty()) {
        stretches.back().lowestBehind = std::min(stretches.back().lowestBehind, entry.rank);
        stretches.back().ended = true;
    }
    at.lastOffset = entry.offset;
    at.behind = std::max(at.behind, entry.rank + 1);
}

std::map<TopicId, std::vector<TableSnapshot>> SnapshotFinder::find() const
{
    std::map<TopicId, std::vector<TableSnapshot>> found;
    for (std::size_t i = 0; i < m_topics.size(); ++i) {
        const auto id = static_cast<TopicId>(i);
        if (auto snapshots = findIn(id); !snapshots.empty()) {
            found.emplace(id, std::move(snapshots));
        }
    }
    return found;
}

std::vector<TableSnapshot> SnapshotFinder::findIn(TopicId id) const
{
    const Topic& topic = m_topics[id];
    std::map<std::uint32_t, TableSnapshot> byNumber;
    for (const Partition& partition : topic.partitions) {
        for (const Stretch& stretch : partition.stretches) {
            const auto [entry, isNew] = byNumber.try_emplace(stretch.snapshot);
            TableSnapshot& snapshot = entry->second;
            snapshot.first = isNew ? stretch.lowest : std::min(snapshot.first, stretch.lowest);
            snapshot.end = std::max(snapshot.end, stretch.highest + 1);
        }
    }
    for (auto& [number, snapshot] : byNumber) {
        const Marks& marks = m_marks.at({id, number});
        snapshot.last = marks.last;
        // One row alone is marked as the last only.
        snapshot.whole = !topic.loose && !marks.unmarked && marks.last != kNoRow &&
                         (marks.first || marks.rows == 1);
    }
    for (std::size_t p = 0; p < topic.partitions.size(); ++p) {
        const auto& stretches = topic.partitions[p].stretches;
        Rank lowestBehind = kNoRank;
        for (std::size_t i = stretches.size(); i-- > 0;) {
            const Stretch& stretch = stretches[i];
            const bool isLast = i + 1 == stretches.size();
            lowestBehind = std::min(lowestBehind, stretch.lowestBehind);
            TableSnapshot& snapshot = byNumber.at(stretch.snapshot);
            snapshot.whole = snapshot.whole && stretch.begins &&
                             stretch.rows == stretch.last - stretch.first + 1 &&
                             stretch.highestBefore <= snapshot.first &&
                             lowestBehind >= snapshot.end;
            snapshot.parts.push_back({static_cast<std::int32_t>(p), stretch.first, stretch.last,
                                      stretch.ended || !isLast});
            lowestBehind = std::min(lowestBehind, stretch.lowest);
        }
    }
    std::vector<TableSnapshot> snapshots;
    snapshots.reserve(byNumber.size());
    for (auto& [number, snapshot] : byNumber) {
        snapshots.push_back(std::move(snapshot));
    }
    std::sort(snapshots.begin(), snapshots.end(),
              [](const TableSnapshot& a, const TableSnapshot& b) { return a.first < b.first; });
    return snapshots;
}

} // namespace hindcast
