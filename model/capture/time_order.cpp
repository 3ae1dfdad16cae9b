#include "model/capture/time_order.h"

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>

namespace hindcast {

namespace {

struct Placed
{
    std::int64_t time;
    std::uint32_t partition; // by topic name and number
    Row row;
    std::int64_t offset;
};

class LogTimeOrder final : public TimeOrder
{
public:
    explicit LogTimeOrder(CaptureSnapshotPtr snapshot)
        : m_snapshot(std::move(snapshot))
    {
        std::vector<RowInfo> infos(m_snapshot->rowCount());
        m_snapshot->rows(0, infos);
        std::map<std::pair<std::string, std::int32_t>, std::vector<Row>> partitions;
        for (Row row = 0; row < infos.size(); ++row) {
            const RowInfo& info = infos[row];
            partitions[{m_snapshot->topics()[info.topic], info.partition}].push_back(row);
        }
        std::vector<Placed> placed;
        placed.reserve(infos.size());
        for (auto& [place, rows] : partitions) {
            std::sort(rows.begin(), rows.end(),
                      [&](Row a, Row b) { return infos[a].offset < infos[b].offset; });
            std::int64_t time = std::numeric_limits<std::int64_t>::min();
            for (const Row row : rows) {
                time = std::max(time, toMs(infos[row].timestamp));
                placed.push_back(
                    {time, static_cast<std::uint32_t>(m_places.size()), row, infos[row].offset});
            }
            m_places.push_back({place.first, place.second});
        }
        std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
            return std::tie(a.time, a.partition) < std::tie(b.time, b.partition);
        });
        m_rows.reserve(placed.size());
        m_times.reserve(placed.size());
        m_ranks.resize(placed.size());
        for (const Placed& p : placed) {
            m_ranks[p.row] = static_cast<Rank>(m_rows.size());
            m_rows.push_back(p.row);
            m_times.push_back(p.time);
        }
    }

    const CaptureSnapshotPtr& snapshot() const override { return m_snapshot; }
    Rank size() const override { return static_cast<Rank>(m_rows.size()); }
    Row rowAt(Rank rank) const override { return m_rows[rank]; }
    Rank rankOf(Row row) const override { return m_ranks[row]; }
    Timestamp timeAt(Rank rank) const override { return timestampFromMs(m_times[rank]); }

    Rank prefix(const Moment& moment) const override
    {
        if (moment.last) {
            if (const auto row = m_snapshot->find(*moment.last)) {
                return rankOf(*row) + 1;
            }
        }
        return static_cast<Rank>(
            std::upper_bound(m_times.begin(), m_times.end(), toMs(moment.time)) - m_times.begin());
    }
    Moment momentOf(Rank prefix) const override
    {
        if (prefix == 0) {
            return {m_rows.empty() ? kNoTimestamp : timeAt(0) - std::chrono::milliseconds(1),
                    std::nullopt};
        }
        return {timeAt(prefix - 1), m_snapshot->placeOf(rowAt(prefix - 1))};
    }
    OffsetVector offsets(Rank prefix) const override
    {
        OffsetVector vector;
        for (Rank rank = 0; rank < prefix; ++rank) {
            const RecordPlace place = m_snapshot->placeOf(rowAt(rank));
            vector[{place.topic, place.partition}] = place.offset + 1;
        }
        return vector;
    }
    Rank lowerBound(Timestamp t) const override
    {
        return static_cast<Rank>(std::lower_bound(m_times.begin(), m_times.end(), toMs(t)) -
                                 m_times.begin());
    }
    TimeRange range() const override
    {
        return m_rows.empty() ? TimeRange{} : TimeRange{timeAt(0), timeAt(size() - 1)};
    }

private:
    const CaptureSnapshotPtr m_snapshot;
    std::vector<TopicPartition> m_places;
    std::vector<Row> m_rows;
    std::vector<Rank> m_ranks;
    std::vector<std::int64_t> m_times;
};

} // namespace

std::shared_ptr<const TimeOrder> TimeOrder::build(CaptureSnapshotPtr snapshot,
                                                  std::shared_ptr<const TimeOrder>)
{
    return std::make_shared<LogTimeOrder>(std::move(snapshot));
}

} // namespace hindcast
