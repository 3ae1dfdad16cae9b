#include "connectors/kafka/newest_cut.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace hindcast::kafka {

namespace {

// Asking for fewer costs as much: a fetch brings at least a whole batch of the producer's.
constexpr std::int64_t kSmallestAsk = 16;

} // namespace

NewestCut::NewestCut(const std::vector<Bounds>& parts, std::int64_t wanted)
    : m_wanted(std::max<std::int64_t>(0, wanted))
{
    for (const auto& bounds : parts) {
        Part part;
        part.begin = bounds.begin;
        part.end = std::max(bounds.begin, bounds.end);
        part.looked = part.before = part.from = part.end;
        m_parts.push_back(std::move(part));
    }
}

void NewestCut::add(std::size_t part, std::int64_t offset, std::int64_t timestampMs)
{
    m_parts[part].fresh.push_back({offset, timestampMs});
}

void NewestCut::forget(std::size_t part)
{
    m_parts[part].fresh.clear();
    m_parts[part].looked = m_parts[part].before;
}

void NewestCut::absorb()
{
    for (auto& part : m_parts) {
        part.before = part.looked;
        part.fresh.insert(part.fresh.end(), part.seen.begin(), part.seen.end());
        part.seen = std::move(part.fresh);
        part.fresh.clear();
    }
}

std::vector<std::size_t> NewestCut::merge()
{
    using Head = std::tuple<std::int64_t, std::size_t, std::size_t>; // time, part, records left
    std::vector<std::vector<std::int64_t>> times(m_parts.size());
    std::priority_queue<Head> heads;
    std::vector<std::size_t> unknown;
    const auto advance = [&](std::size_t index, std::size_t left) {
        auto& part = m_parts[index];
        if (left > 0) {
            heads.emplace(times[index][left - 1], index, left);
        } else if (!part.exhausted()) {
            unknown.push_back(index);
        }
        part.from = left < part.seen.size() ? part.seen[left].offset : part.end;
        if (left == 0 && part.exhausted()) {
            part.from = part.looked;
        }
    };
    m_found = 0;
    if (m_wanted == 0) {
        return {};
    }
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        auto& seen = m_parts[i].seen;
        times[i].reserve(seen.size());
        for (const auto& record : seen) {
            times[i].push_back(times[i].empty() ? record.time
                                                : std::max(times[i].back(), record.time));
        }
        advance(i, seen.size());
    }
    while (m_found < m_wanted && !heads.empty()) {
        const auto [time, index, left] = heads.top();
        heads.pop();
        ++m_found;
        // The last one taken: what comes before it no longer matters.
        if (m_found == m_wanted) {
            const auto known = unknown.size();
            advance(index, left - 1);
            unknown.resize(known);
        } else {
            advance(index, left - 1);
        }
    }
    return unknown;
}

std::vector<NewestCut::Ask> NewestCut::next()
{
    absorb();
    const auto unknown = merge();
    std::vector<Ask> asks;
    if (unknown.empty()) {
        return asks;
    }
    // Twice the share that even partitions would have, so that most reads need one round.
    const auto missing = m_wanted - m_found;
    const auto parts = static_cast<std::int64_t>(unknown.size());
    const auto share = std::min(2 * missing / parts, missing + missing / 8) + kSmallestAsk;
    for (const auto index : unknown) {
        auto& part = m_parts[index];
        const auto size = std::max(share, part.end - part.looked); // twice as far as up to now
        const auto from = part.looked - std::min(size, part.looked - part.begin);
        asks.push_back({index, from, part.looked});
        part.looked = from;
    }
    return asks;
}

} // namespace hindcast::kafka
