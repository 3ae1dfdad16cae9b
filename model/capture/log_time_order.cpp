#include "model/capture/log_time_order.h"

#include <algorithm>
#include <limits>

namespace hindcast {

struct LogTimeOrder::Stream
{
    std::vector<Item> items;
    bool ascending = true;
};

// Merges streams by (time, topic name, partition): takes from one as long as it stays first.
class LogTimeOrder::Merge
{
public:
    struct Source
    {
        std::span<const Item> items;
        std::size_t at = 0;
        std::uint32_t partition = 0; // index
        std::uint32_t place = 0;     // in the order of names and numbers

        std::pair<std::int64_t, std::uint32_t> key() const { return {items[at].time, place}; }
    };

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
    std::vector<Source> m_heap;
};

std::shared_ptr<const TimeOrder> TimeOrder::build(CaptureSnapshotPtr snapshot,
                                                  std::shared_ptr<const TimeOrder> older)
{
    if (older && older->snapshot()->generation() == snapshot->generation()) {
        if (older->size() == snapshot->rowCount()) {
            return older;
        }
        const auto* const log = dynamic_cast<const LogTimeOrder*>(older.get());
        if (log != nullptr && older->size() < snapshot->rowCount()) {
            if (auto extended = LogTimeOrder::extend(*log, snapshot)) {
                return extended;
            }
        }
    }
    return std::make_shared<LogTimeOrder>(std::move(snapshot));
}

LogTimeOrder::LogTimeOrder(CaptureSnapshotPtr snapshot)
    : m_snapshot(std::move(snapshot))
{
    std::vector<Stream> streams;
    collect(0, m_snapshot->rowCount(), streams);
    const auto places = placesInOrder();
    Merge merge;
    for (std::size_t p = 0; p < streams.size(); ++p) {
        merge.add(streams[p].items, static_cast<std::uint32_t>(p), places[p]);
    }
    std::vector<Item> items;
    std::vector<std::uint32_t> partitions;
    for (Partition& partition : m_partitions) {
        partition.nextOffset = -1; // append() counts them up
    }
    const auto flush = [&] {
        append(items, partitions);
        items.clear();
        partitions.clear();
    };
    merge.run([&](const Item& item, std::uint32_t partition) {
        items.push_back(item);
        partitions.push_back(partition);
        if (items.size() == kChunk) {
            flush();
        }
    });
    flush();
}

std::shared_ptr<const LogTimeOrder> LogTimeOrder::extend(const LogTimeOrder& older,
                                                         const CaptureSnapshotPtr& snapshot)
{
    std::shared_ptr<LogTimeOrder> next(new LogTimeOrder);
    next->m_snapshot = snapshot;
    next->m_partitions = older.m_partitions;
    next->m_indexOf = older.m_indexOf;
    std::vector<Stream> streams(older.m_partitions.size());
    if (!next->collect(older.m_size, snapshot->rowCount(), streams)) {
        return nullptr;
    }
    const auto places = next->placesInOrder();
    std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
    for (const Stream& stream : streams) {
        if (!stream.items.empty()) {
            earliest = std::min(earliest, stream.items.front().time);
        }
    }
    // Chunks that end before the earliest new record stay; the rest is merged anew.
    const Rank stays = older.lowerBound(timestampFromMs(earliest)) / kChunk;
    const Rank from = stays * kChunk;
    if (older.m_size - from > snapshot->rowCount() / 2) {
        return nullptr; // starting anew is as cheap
    }
    next->m_chunks.assign(older.m_chunks.begin(), older.m_chunks.begin() + stays);
    next->m_size = from;
    std::vector<std::vector<Item>> tails(next->m_partitions.size());
    for (Rank rank = from; rank < older.m_size; ++rank) {
        const Row row = older.rowAt(rank);
        const RowInfo info = snapshot->row(row);
        tails[next->m_indexOf.at({info.topic, info.partition})].push_back(
            {older.timeMs(rank), info.offset, row});
    }
    for (std::size_t p = 0; p < next->m_partitions.size(); ++p) {
        const std::vector<std::int64_t>* const known =
            stays < older.m_chunks.size() ? &older.m_chunks[stays]->offsets : nullptr;
        if (known != nullptr) {
            next->m_partitions[p].nextOffset = p < known->size() ? (*known)[p] : -1;
        } else if (p < older.m_partitions.size()) {
            next->m_partitions[p].nextOffset = older.m_partitions[p].nextOffset;
        } else {
            next->m_partitions[p].nextOffset = -1;
        }
        auto& tail = tails[p];
        tail.insert(tail.end(), streams[p].items.begin(), streams[p].items.end());
    }
    Merge merge;
    for (std::size_t p = 0; p < tails.size(); ++p) {
        merge.add(tails[p], static_cast<std::uint32_t>(p), places[p]);
    }
    std::vector<Item> items;
    std::vector<std::uint32_t> partitions;
    merge.run([&](const Item& item, std::uint32_t partition) {
        items.push_back(item);
        partitions.push_back(partition);
        if (items.size() == kChunk) {
            next->append(items, partitions);
            items.clear();
            partitions.clear();
        }
    });
    next->append(items, partitions);

    // Ranks that were asked for once will be asked for again: only those from `from` on differ.
    if (const Ranks* const ready = older.m_ranksReady.load(std::memory_order_acquire)) {
        auto ranks = std::make_shared<Ranks>(*ready);
        ranks->resize((next->m_size + kChunk - 1) / kChunk);
        std::vector<std::shared_ptr<RankChunk>> fresh(ranks->size());
        for (Rank rank = from; rank < next->m_size; ++rank) {
            const Row row = next->rowAt(rank);
            auto& chunk = fresh[row / kChunk];
            if (!chunk) {
                const auto& before = (*ranks)[row / kChunk];
                chunk =
                    before ? std::make_shared<RankChunk>(*before) : std::make_shared<RankChunk>();
                chunk->resize(kChunk);
                (*ranks)[row / kChunk] = chunk;
            }
            (*chunk)[row % kChunk] = rank;
        }
        next->m_ranks = ranks;
        next->m_ranksReady.store(ranks.get(), std::memory_order_release);
    }
    return next;
}

std::size_t LogTimeOrder::partitionIndex(PartitionKey key)
{
    const auto [it, isNew] = m_indexOf.try_emplace(key, m_partitions.size());
    if (isNew) {
        m_partitions.push_back({key, 0, 0, false});
    }
    return it->second;
}

std::vector<std::uint32_t> LogTimeOrder::placesInOrder() const
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

bool LogTimeOrder::collect(Row first, Row last, std::vector<Stream>& streams)
{
    std::vector<RowInfo> infos(kChunk);
    PartitionKey key;
    std::size_t index = std::numeric_limits<std::size_t>::max();
    for (Row from = first; from < last; from += kChunk) {
        const Row count = std::min(kChunk, last - from);
        m_snapshot->rows(from, std::span(infos).first(count));
        for (Row i = 0; i < count; ++i) {
            const RowInfo& info = infos[i];
            const PartitionKey here{info.topic, info.partition};
            if (index >= streams.size() || key != here) {
                key = here;
                index = partitionIndex(here);
                if (index >= streams.size()) {
                    streams.resize(index + 1);
                }
            }
            Stream& stream = streams[index];
            stream.ascending = stream.ascending &&
                               (stream.items.empty() || stream.items.back().offset < info.offset);
            stream.items.push_back({toMs(info.timestamp), info.offset, from + i});
        }
    }
    streams.resize(m_partitions.size());
    for (std::size_t p = 0; p < streams.size(); ++p) {
        Stream& stream = streams[p];
        Partition& partition = m_partitions[p];
        if (stream.items.empty()) {
            continue;
        }
        if (!stream.ascending) {
            std::sort(stream.items.begin(), stream.items.end(),
                      [](const Item& a, const Item& b) { return a.offset < b.offset; });
        }
        if (partition.seen && stream.items.front().offset < partition.nextOffset) {
            return false;
        }
        std::int64_t time =
            partition.seen ? partition.time : std::numeric_limits<std::int64_t>::min();
        for (Item& item : stream.items) {
            item.time = time = std::max(time, item.time);
        }
        partition.time = time;
        partition.seen = true;
    }
    return true;
}

// At most a chunk, at the end; a chunk that is not full is always the last.
void LogTimeOrder::append(std::span<const Item> items, std::span<const std::uint32_t> partitions)
{
    if (items.empty()) {
        return;
    }
    auto chunk = std::make_shared<Chunk>();
    chunk->base = items.front().time;
    const auto span =
        static_cast<std::uint64_t>(items.back().time) - static_cast<std::uint64_t>(chunk->base);
    const bool wide = span > std::numeric_limits<std::uint32_t>::max();
    chunk->rows.reserve(items.size());
    chunk->offsets.reserve(m_partitions.size());
    for (const Partition& partition : m_partitions) {
        chunk->offsets.push_back(partition.nextOffset);
    }
    if (wide) {
        chunk->times.reserve(items.size());
    } else {
        chunk->deltas.reserve(items.size());
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        chunk->rows.push_back(items[i].row);
        if (wide) {
            chunk->times.push_back(items[i].time);
        } else {
            chunk->deltas.push_back(static_cast<std::uint32_t>(items[i].time - chunk->base));
        }
        m_partitions[partitions[i]].nextOffset = items[i].offset + 1;
    }
    m_size += static_cast<Rank>(items.size());
    m_chunks.push_back(std::move(chunk));
}

std::shared_ptr<const LogTimeOrder::Ranks> LogTimeOrder::ranks() const
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

Rank LogTimeOrder::rankOf(Row row) const
{
    const Ranks* ready = m_ranksReady.load(std::memory_order_acquire);
    if (ready == nullptr) {
        ready = ranks().get(); // stays: m_ranks is set once
    }
    return (*(*ready)[row / kChunk])[row % kChunk];
}

Rank LogTimeOrder::prefix(const Moment& moment) const
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

Moment LogTimeOrder::momentOf(Rank prefix) const
{
    if (prefix == 0) {
        return {m_size == 0 ? kNoTimestamp : timeAt(0) - std::chrono::milliseconds(1),
                std::nullopt};
    }
    return {timeAt(prefix - 1), m_snapshot->placeOf(rowAt(prefix - 1))};
}

OffsetVector LogTimeOrder::offsets(Rank prefix) const
{
    OffsetVector vector;
    if (m_size == 0 || prefix == 0) {
        return vector;
    }
    const Rank chunk = (prefix - 1) / kChunk;
    std::map<PartitionKey, std::int64_t> next;
    const auto& before = m_chunks[chunk]->offsets;
    for (std::size_t p = 0; p < before.size(); ++p) {
        if (before[p] >= 0) {
            next[m_partitions[p].key] = before[p];
        }
    }
    for (Rank rank = chunk * kChunk; rank < prefix; ++rank) {
        const RowInfo info = m_snapshot->row(rowAt(rank));
        next[{info.topic, info.partition}] = info.offset + 1;
    }
    for (const auto& [key, offset] : next) {
        vector[{m_snapshot->topics()[key.first], key.second}] = offset;
    }
    return vector;
}

Rank LogTimeOrder::lowerBound(Timestamp t) const
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

TimeRange LogTimeOrder::range() const
{
    return m_size == 0 ? TimeRange{} : TimeRange{timeAt(0), timeAt(m_size - 1)};
}

} // namespace hindcast
