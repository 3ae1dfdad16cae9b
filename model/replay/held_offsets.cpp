#include "model/replay/held_offsets.h"

#include <algorithm>
#include <array>

namespace hindcast {

// Offsets mostly come in order: the newest run grows. A page read before what is there, or one
// that fills a hole, finds its place by search.
void HeldOffsets::add(Runs& runs, std::int64_t offset, Row row)
{
    if (!runs.empty() && runs.back().to == offset) {
        runs.back().to = offset + 1;
        runs.back().last = row;
        return;
    }
    const auto after = std::partition_point(
        runs.begin(), runs.end(), [offset](const Run& run) { return run.from <= offset; });
    if (after != runs.begin() && offset < std::prev(after)->to) {
        return; // held already
    }
    const bool joinsBefore = after != runs.begin() && std::prev(after)->to == offset;
    const bool joinsAfter = after != runs.end() && after->from == offset + 1;
    if (joinsBefore && joinsAfter) {
        std::prev(after)->to = after->to;
        std::prev(after)->last = after->last;
        runs.erase(after);
    } else if (joinsBefore) {
        std::prev(after)->to = offset + 1;
        std::prev(after)->last = row;
    } else if (joinsAfter) {
        after->from = offset;
        after->row = row;
    } else {
        runs.insert(after, Run{offset, offset + 1, row, row});
    }
}

std::shared_ptr<const HeldOffsets> HeldOffsets::of(const CaptureSnapshot& snapshot,
                                                   const std::vector<std::string>& topics,
                                                   const std::stop_token& stop,
                                                   const HeldOffsets* older)
{
    auto held = std::make_shared<HeldOffsets>();
    if (older && older->m_generation == snapshot.generation() && older->m_topics == topics &&
        older->m_rows <= snapshot.rowCount()) {
        *held = *older;
    }
    const Row from = held->m_rows;
    held->m_topics = topics;
    held->m_generation = snapshot.generation();
    held->m_rows = snapshot.rowCount();
    if (from == held->m_rows) {
        return held;
    }
    std::vector<bool> wanted(snapshot.topics().size(), false);
    for (const std::string& topic : topics) {
        if (const auto id = snapshot.topicId(topic)) {
            wanted[*id] = true;
        }
    }
    std::map<std::pair<TopicId, std::int32_t>, Runs*> byId;
    std::pair<TopicId, std::int32_t> lastId{0, -1};
    Runs* runs = nullptr;
    std::vector<RowInfo> infos;
    for (std::size_t b = snapshot.blockOf(from); b < snapshot.blockCount(); ++b) {
        const BlockInfo block = snapshot.block(b);
        if (!wanted[block.topic]) {
            continue;
        }
        if (stop.stop_requested()) {
            return nullptr;
        }
        const Row first = std::max(from, block.firstRow);
        infos.resize(block.firstRow + block.count - first);
        snapshot.rows(first, infos);
        for (std::size_t i = 0; i < infos.size(); ++i) {
            const std::pair id{infos[i].topic, infos[i].partition};
            if (!runs || id != lastId) {
                Runs*& known = byId[id];
                if (!known) {
                    known = &held->m_partitions[{snapshot.topics()[id.first], id.second}];
                }
                runs = known;
                lastId = id;
            }
            add(*runs, infos[i].offset, first + static_cast<Row>(i));
        }
    }
    return held;
}

} // namespace hindcast
