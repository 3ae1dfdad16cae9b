#include "model/capture/merged_order.h"

#include <algorithm>
#include <future>
#include <limits>
#include <numeric>

namespace hindcast {

namespace {

constexpr std::size_t kWorthAThread = 100'000; // records

} // namespace

// Merges streams by (time, topic name, partition): takes from one as long as it stays first.
class MergedOrder::Merge
{
public:
    void add(std::span<const Item> items, std::uint32_t partition, std::uint32_t place)
    {
        if (!items.empty()) {
            m_heap.push_back({items, 0, partition, place});
        }
    }

    template <typename Emit>
    void run(Emit&& emit)
    {
        const auto later = [](const Source& a, const Source& b) { return a.key() > b.key(); };
        std::make_heap(m_heap.begin(), m_heap.end(), later);
        while (!m_heap.empty()) {
            std::pop_heap(m_heap.begin(), m_heap.end(), later);
            Source& first = m_heap.back();
            const std::size_t from = first.at;
            if (m_heap.size() == 1) {
                first.at = first.items.size();
            } else {
                const auto second = m_heap.front().key();
                while (first.at < first.items.size() && first.key() < second) {
                    ++first.at;
                }
            }
            for (std::size_t i = from; i < first.at; ++i) {
                emit(first.items[i], first.partition);
            }
            if (first.at == first.items.size()) {
                m_heap.pop_back();
            } else {
                std::push_heap(m_heap.begin(), m_heap.end(), later);
            }
        }
    }

private:
    struct Source
    {
        std::span<const Item> items;
        std::size_t at = 0;
        std::uint32_t partition = 0; // index
        std::uint32_t place = 0;     // in the order of names and numbers

        std::pair<std::int64_t, std::uint32_t> key() const { return {items[at].time, place}; }
    };
    std::vector<Source> m_heap;
};

// Ranks in a row, cut into chunks.
class MergedOrder::Run
{
public:
    // What is not applied yet when the run begins.
    explicit Run(std::vector<std::int64_t> next)
        : m_next(std::move(next))
    {
        m_items.reserve(kChunk);
        m_partitions.reserve(kChunk);
    }

    // `places`: of the partitions in the order of their names and numbers.
    void merge(const std::vector<std::span<const Item>>& streams,
               const std::vector<std::uint32_t>& places)
    {
        Merge merge;
        for (std::size_t p = 0; p < streams.size(); ++p) {
            merge.add(streams[p], static_cast<std::uint32_t>(p), places[p]);
        }
        merge.run([this](const Item& item, std::uint32_t partition) {
            m_items.push_back(item);
            m_partitions.push_back(partition);
            if (m_items.size() == kChunk) {
                closeChunk();
            }
        });
        closeChunk();
    }

    std::vector<std::shared_ptr<const Chunk>>& chunks() { return m_chunks; }
    const std::vector<std::int64_t>& next() const { return m_next; }

private:
    // A chunk that is not full is always the last.
    void closeChunk()
    {
        if (m_items.empty()) {
            return;
        }
        auto chunk = std::make_shared<Chunk>();
        chunk->base = m_items.front().time;
        const auto span = static_cast<std::uint64_t>(m_items.back().time) -
                          static_cast<std::uint64_t>(chunk->base);
        const bool wide = span > std::numeric_limits<std::uint32_t>::max();
        chunk->rows.reserve(m_items.size());
        chunk->next = m_next;
        if (wide) {
            chunk->times.reserve(m_items.size());
        } else {
            chunk->deltas.reserve(m_items.size());
        }
        for (std::size_t i = 0; i < m_items.size(); ++i) {
            chunk->rows.push_back(m_items[i].row);
            if (wide) {
                chunk->times.push_back(m_items[i].time);
            } else {
                chunk->deltas.push_back(static_cast<std::uint32_t>(m_items[i].time - chunk->base));
            }
            m_next[m_partitions[i]] = m_items[i].next;
        }
        m_chunks.push_back(std::move(chunk));
        m_items.clear();
        m_partitions.clear();
    }

    std::vector<std::int64_t> m_next; // by partition
    Items m_items;                    // of the chunk that is being filled
    std::vector<std::uint32_t> m_partitions;
    std::vector<std::shared_ptr<const Chunk>> m_chunks;
};

std::size_t MergedOrder::partitionIndex(PartitionKey key)
{
    const auto [it, isNew] = m_indexOf.try_emplace(key, m_partitions.size());
    if (isNew) {
        m_partitions.push_back({key, -1});
    }
    return it->second;
}

std::vector<std::uint32_t> MergedOrder::placesInOrder() const
{
    std::vector<std::uint32_t> sorted(m_partitions.size());
    for (std::size_t p = 0; p < sorted.size(); ++p) {
        sorted[p] = static_cast<std::uint32_t>(p);
    }
    const auto name = [this](std::uint32_t p) -> const std::string& {
        return m_snapshot->topics()[m_partitions[p].key.first];
    };
    std::sort(sorted.begin(), sorted.end(), [&](std::uint32_t a, std::uint32_t b) {
        const int order = name(a).compare(name(b));
        return order != 0 ? order < 0 : m_partitions[a].key.second < m_partitions[b].key.second;
    });
    std::vector<std::uint32_t> places(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        places[sorted[i]] = static_cast<std::uint32_t>(i);
    }
    return places;
}

std::vector<MergedOrder::Items> MergedOrder::collect(Row first, Row last)
{
    std::vector<Items> all;
    for (PartitionRows& partition : rowsByPartition(*m_snapshot, first, last)) {
        const std::size_t index = partitionIndex({partition.topic, partition.partition});
        all.resize(m_partitions.size());
        all[index] = std::move(partition.rows);
    }
    all.resize(m_partitions.size());
    return all;
}

std::vector<std::size_t> MergedOrder::cut(const std::vector<Items>& items,
                                          const std::vector<std::uint32_t>& places,
                                          std::size_t rank)
{
    const auto earlier = [](const Items& partition, std::int64_t time) {
        const auto end =
            std::partition_point(partition.begin(), partition.end(),
                                 [time](const Item& item) { return item.time < time; });
        return static_cast<std::size_t>(end - partition.begin());
    };
    const auto allEarlier = [&](std::int64_t time) {
        return std::accumulate(
            items.begin(), items.end(), std::size_t{0},
            [&](std::size_t n, const Items& partition) { return n + earlier(partition, time); });
    };
    std::int64_t low = std::numeric_limits<std::int64_t>::max();
    std::int64_t high = std::numeric_limits<std::int64_t>::min();
    for (const Items& partition : items) {
        if (!partition.empty()) {
            low = std::min(low, partition.front().time);
            high = std::max(high, partition.back().time);
        }
    }
    // The latest time before which no more than `rank` lie.
    while (low < high) {
        const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
        const auto middle =
            static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + span / 2 + span % 2);
        if (allEarlier(middle) <= rank) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    // Of those of that time the others, partition by partition.
    std::vector<std::size_t> cuts(items.size());
    std::vector<std::size_t> inOrder(items.size());
    for (std::size_t p = 0; p < items.size(); ++p) {
        cuts[p] = earlier(items[p], low);
        inOrder[places[p]] = p;
        rank -= cuts[p];
    }
    for (const std::size_t p : inOrder) {
        for (; rank > 0 && cuts[p] < items[p].size() && items[p][cuts[p]].time == low; --rank) {
            ++cuts[p];
        }
    }
    return cuts;
}

void MergedOrder::merge(const std::vector<Items>& items)
{
    const auto places = placesInOrder();
    std::size_t all = 0;
    std::vector<std::int64_t> next;
    for (std::size_t p = 0; p < items.size(); ++p) {
        all += items[p].size();
        next.push_back(m_partitions[p].next);
    }
    // Two halves are merged at a time where it is worth it; the first is of whole chunks.
    const std::size_t middle = all < kWorthAThread ? all : all / 2 / kChunk * kChunk;
    const auto cuts = cut(items, places, middle);
    std::vector<std::span<const Item>> before;
    std::vector<std::span<const Item>> behind;
    Run first(next);
    for (std::size_t p = 0; p < items.size(); ++p) {
        const std::span<const Item> partition(items[p]);
        before.push_back(partition.first(cuts[p]));
        behind.push_back(partition.subspan(cuts[p]));
        next[p] = cuts[p] > 0 ? partition[cuts[p] - 1].next : next[p];
    }
    Run second(std::move(next));
    const auto mergeSecond = [&] { second.merge(behind, places); };
    std::future<void> other;
    if (middle < all) {
        other = std::async(std::launch::async, mergeSecond);
    }
    first.merge(before, places);
    if (other.valid()) {
        other.get();
    }
    for (Run* const run : {&first, &second}) {
        m_chunks.insert(m_chunks.end(), run->chunks().begin(), run->chunks().end());
    }
    m_size += static_cast<Rank>(all);
    for (std::size_t p = 0; p < m_partitions.size(); ++p) {
        m_partitions[p].next = second.next()[p];
    }
}

void MergedOrder::takePartitions(const MergedOrder& older)
{
    m_partitions = older.m_partitions;
    m_indexOf = older.m_indexOf;
}

Rank MergedOrder::shareBefore(const MergedOrder& older, Rank end)
{
    const Rank stays = end / kChunk;
    m_chunks.assign(older.m_chunks.begin(), older.m_chunks.begin() + stays);
    m_size = std::min(stays * kChunk, older.m_size);
    const std::vector<std::int64_t>* const known =
        stays < older.m_chunks.size() ? &older.m_chunks[stays]->next : nullptr;
    for (std::size_t p = 0; p < m_partitions.size(); ++p) {
        if (known != nullptr) {
            m_partitions[p].next = p < known->size() ? (*known)[p] : -1;
        } else {
            m_partitions[p].next = p < older.m_partitions.size() ? older.m_partitions[p].next : -1;
        }
    }
    return m_size;
}

void MergedOrder::shareRanks(const MergedOrder& older, Rank from)
{
    const Ranks* const ready = older.m_ranksReady.load(std::memory_order_acquire);
    if (ready == nullptr) {
        return;
    }
    auto ranks = std::make_shared<Ranks>(*ready);
    ranks->resize((m_size + kChunk - 1) / kChunk);
    std::vector<std::shared_ptr<RankChunk>> fresh(ranks->size());
    for (Rank rank = from; rank < m_size; ++rank) {
        const Row row = rowAt(rank);
        auto& chunk = fresh[row / kChunk];
        if (!chunk) {
            const auto& before = (*ranks)[row / kChunk];
            chunk = before ? std::make_shared<RankChunk>(*before) : std::make_shared<RankChunk>();
            chunk->resize(kChunk);
            (*ranks)[row / kChunk] = chunk;
        }
        (*chunk)[row % kChunk] = rank;
    }
    m_ranks = ranks;
    m_ranksReady.store(ranks.get(), std::memory_order_release);
}

std::shared_ptr<const MergedOrder::Ranks> MergedOrder::ranks() const
{
    const std::lock_guard lock(m_ranksMutex);
    if (!m_ranks) {
        std::vector<std::shared_ptr<RankChunk>> made((m_size + kChunk - 1) / kChunk);
        for (auto& chunk : made) {
            chunk = std::make_shared<RankChunk>(kChunk);
        }
        for (Rank rank = 0; rank < m_size; ++rank) {
            const Row row = rowAt(rank);
            (*made[row / kChunk])[row % kChunk] = rank;
        }
        m_ranks = std::make_shared<Ranks>(made.begin(), made.end());
        m_ranksReady.store(m_ranks.get(), std::memory_order_release);
    }
    return m_ranks;
}

Rank MergedOrder::rankOf(Row row) const
{
    const Ranks* ready = m_ranksReady.load(std::memory_order_acquire);
    if (ready == nullptr) {
        ready = ranks().get(); // stays: m_ranks is set once
    }
    return (*(*ready)[row / kChunk])[row % kChunk];
}

Rank MergedOrder::prefix(const Moment& moment) const
{
    if (moment.last) {
        const auto row = m_snapshot->find(*moment.last);
        if (row && *row < m_size) {
            return rankOf(*row) + 1;
        }
    }
    const std::int64_t ms = toMs(moment.time);
    return ms == std::numeric_limits<std::int64_t>::max() ? m_size
                                                          : lowerBound(timestampFromMs(ms + 1));
}

Moment MergedOrder::momentOf(Rank prefix) const
{
    if (prefix == 0) {
        return {m_size == 0 ? kNoTimestamp : timeAt(0) - std::chrono::milliseconds(1),
                std::nullopt};
    }
    return {timeAt(prefix - 1), m_snapshot->placeOf(rowAt(prefix - 1))};
}

OffsetVector MergedOrder::offsets(Rank prefix) const
{
    if (prefix == 0) {
        return {};
    }
    const Rank chunk = (prefix - 1) / kChunk;
    std::map<PartitionKey, std::int64_t> next = nextBefore(chunk);
    for (Rank rank = chunk * kChunk; rank < prefix; ++rank) {
        const RowInfo info = m_snapshot->row(rowAt(rank));
        next[{info.topic, info.partition}] = info.offset + 1;
    }
    return named(next);
}

OffsetVector MergedOrder::offsetsOutOfOrder(Rank prefix) const
{
    if (prefix == 0) {
        return {};
    }
    const Rank chunk = (prefix - 1) / kChunk;
    const Rank end = std::min((chunk + 1) * kChunk, m_size);
    // What is not applied behind the chunk is not behind the prefix; of the chunk's own records
    // those behind the prefix come to it. Partitions without an applied record are left out.
    std::map<PartitionKey, std::int64_t> next = nextBefore(chunk + 1);
    std::map<PartitionKey, std::int64_t> before = nextBefore(chunk);
    for (Rank rank = chunk * kChunk; rank < end; ++rank) {
        const RowInfo info = m_snapshot->row(rowAt(rank));
        const PartitionKey key{info.topic, info.partition};
        if (rank < prefix) {
            before.try_emplace(key, 0);
        } else {
            next[key] = std::min(next[key], info.offset);
        }
    }
    std::erase_if(next, [&before](const auto& part) { return !before.contains(part.first); });
    return named(next);
}

std::map<MergedOrder::PartitionKey, std::int64_t> MergedOrder::nextBefore(Rank chunk) const
{
    std::map<PartitionKey, std::int64_t> next;
    for (std::size_t p = 0; p < m_partitions.size(); ++p) {
        std::int64_t offset = -1;
        if (chunk >= m_chunks.size()) {
            offset = m_partitions[p].next;
        } else if (p < m_chunks[chunk]->next.size()) {
            offset = m_chunks[chunk]->next[p];
        }
        if (offset >= 0) {
            next[m_partitions[p].key] = offset;
        }
    }
    return next;
}

OffsetVector MergedOrder::named(const std::map<PartitionKey, std::int64_t>& next) const
{
    OffsetVector vector;
    for (const auto& [key, offset] : next) {
        vector[{m_snapshot->topics()[key.first], key.second}] = offset;
    }
    return vector;
}

Rank MergedOrder::lowerBound(Timestamp t) const
{
    Rank low = 0;
    Rank high = m_size;
    while (low < high) {
        const Rank middle = low + (high - low) / 2;
        if (timeAt(middle) < t) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

TimeRange MergedOrder::range() const
{
    return m_size == 0 ? TimeRange{} : TimeRange{timeAt(0), timeAt(m_size - 1)};
}

} // namespace hindcast
