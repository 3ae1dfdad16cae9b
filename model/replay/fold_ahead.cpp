// What a fold knows of the records to come. What is read of them without their states is read on
// another thread. Keys and their states lie all over the memory, and waiting for each took a third
// of a fold of many keys: they are brought near while the records before them are folded.
#include "model/replay/fold.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr Rank kFetchEntry = 8;
constexpr Rank kFetchState = 4;
constexpr std::size_t kLine = 64;
constexpr std::size_t kFetchedBytes = 4 * kLine;

} // namespace

void Fold::findWantedRows()
{
    const bool all = std::none_of(m_runsOfTopic.begin(), m_runsOfTopic.end(),
                                  [](const auto& runs) { return runs.empty(); });
    if (all) {
        return;
    }
    m_wanted.resize(m_snapshot->rowCount());
    for (std::size_t i = 0; i < m_snapshot->blockCount(); ++i) {
        const BlockInfo block = m_snapshot->block(i);
        if (!m_runsOfTopic[block.topic].empty()) {
            const auto first = m_wanted.begin() + block.firstRow;
            std::fill(first, first + block.count, true);
        }
    }
}

// What can be read of this source's records before their turn. A `where` that does not compile
// gives no filter.
BlockPreparer::Part Fold::partOf(const Run& run)
{
    BlockPreparer::Part part;
    if (run.rows || !run.reducer) {
        return part;
    }
    if (!run.source->where.empty()) {
        if (auto filter = Filter::compileForFold(run.source->where)) {
            part.filter.emplace(std::move(*filter));
        }
    }
    if (!run.recordKey && !run.source->key.empty() && !run.kind->ownKey) {
        part.keys = std::make_unique<KeyReader>(run.source->key);
    }
    part.records = run.reducer->preparer();
    return part;
}

void Fold::prepareBlocks()
{
    m_preparers.resize(m_runsOfTopic.size());
    for (std::size_t topic = 0; topic < m_runsOfTopic.size(); ++topic) {
        const std::vector<Run*>& runs = m_runsOfTopic[topic];
        const bool wanted = std::any_of(runs.begin(), runs.end(), [](const Run* run) {
            const BlockPreparer::Part part = partOf(*run);
            return part.filter || part.keys || part.records;
        });
        if (wanted) {
            m_preparers[topic] = std::make_unique<BlockPreparer>([&runs] {
                std::vector<BlockPreparer::Part> parts;
                parts.reserve(runs.size());
                for (const Run* run : runs) {
                    parts.push_back(partOf(*run));
                }
                return parts;
            });
        }
    }
    m_blocks.prepare = [this](std::size_t block, const RecordBatch& batch) {
        const auto& preparer = m_preparers[m_snapshot->block(block).topic];
        return preparer ? preparer->prepare(batch) : nullptr;
    };
}

void Fold::look(Rank rank)
{
    if (rank >= m_order->size()) {
        return;
    }
    Ahead& ahead = m_ahead[rank % kAhead];
    ahead.rank = rank;
    ahead.row = m_order->rowAt(rank);
    ahead.wanted = m_wanted.empty() || m_wanted[ahead.row];
    if (ahead.wanted) {
        ahead.info = m_snapshot->row(ahead.row);
        const std::vector<KeyNo>& numbers = m_runsOfTopic[ahead.info.topic].front()->numbers;
        if (ahead.info.key < numbers.size()) {
            __builtin_prefetch(&numbers[ahead.info.key]);
        }
    }
}

const Fold::Ahead& Fold::at(Rank rank)
{
    if (m_ahead[rank % kAhead].rank != rank) {
        look(rank); // a fold that another one leads did not look ahead
    }
    return m_ahead[rank % kAhead];
}

void Fold::lookFirst()
{
    for (Rank rank = m_from; rank < m_from + kLook; ++rank) {
        look(rank);
    }
}

void Fold::lookAhead(Rank rank)
{
    look(rank + kLook);
    const auto numberAt = [this](Rank at) {
        const Ahead& ahead = m_ahead[at % kAhead];
        if (ahead.rank != at || !ahead.wanted) {
            return kNoKeyNo;
        }
        const std::vector<KeyNo>& numbers = m_runsOfTopic[ahead.info.topic].front()->numbers;
        return ahead.info.key < numbers.size() ? numbers[ahead.info.key] : kNoKeyNo;
    };
    if (const KeyNo key = numberAt(rank + kFetchEntry); key != kNoKeyNo) {
        __builtin_prefetch(&m_newest[key]);
        if (key < m_current.size()) {
            __builtin_prefetch(&m_current[key]);
        }
    }
    if (const KeyNo key = numberAt(rank + kFetchState); key < m_current.size()) {
        const std::string& state = m_current[key];
        for (std::size_t at = 0; at < std::min(state.size(), kFetchedBytes); at += kLine) {
            __builtin_prefetch(state.data() + at);
        }
    }
}

} // namespace hindcast
