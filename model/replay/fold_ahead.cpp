// What a fold knows of the records to come. Keys and their states lie all over the memory, and
// waiting for each took a third of a fold of many keys: they are brought near while the records
// before them are folded.
#include "model/replay/fold.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr Rank kLook = 12;
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
        if (ahead.info.key != kNoKey) {
            __builtin_prefetch(&m_numberOfRecordKey[ahead.info.key]);
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
        const bool known = ahead.rank == at && ahead.wanted && ahead.info.key != kNoKey;
        return known ? m_numberOfRecordKey[ahead.info.key] : kNoKeyNo;
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
