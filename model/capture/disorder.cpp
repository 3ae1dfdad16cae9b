#include "model/capture/disorder.h"

#include "model/capture/partition_rows.h"
#include "model/capture/robust_curve.h"

#include <algorithm>
#include <limits>

namespace hindcast {

namespace {

// Where more than one record is ahead, and more than one in twenty, two clocks write the partition,
// and neither is the stray.
constexpr std::uint64_t kOneIn = 20;

class Measure
{
public:
    explicit Measure(const std::vector<TimedRow>& rows)
        : m_rows(rows)
    {
    }

    void run(PartitionDisorder& out)
    {
        std::vector<std::int64_t> times;
        times.reserve(m_rows.size());
        for (const TimedRow& row : m_rows) {
            times.push_back(row.time);
        }
        const auto curve = robustCurve(times);
        const std::int64_t stray = DisorderReport::kStray.count();
        const std::int64_t displaced = DisorderReport::kDisplaced.count();
        out.records = m_rows.size();
        std::int64_t newest = std::numeric_limits<std::int64_t>::min();
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const std::int64_t time = times[i];
            if (time > newest) {
                judgeHolder(out);
                newest = time;
                m_holder = i;
                m_holderAhead = time - curve[i] > stray;
                m_moved = 0;
            } else if (newest - curve[i] > displaced) {
                ++m_moved;
            }
            out.displaced += newest - curve[i] > displaced || curve[i] - newest > displaced;
            if (time == toMs(kNoTimestamp)) {
                ++out.untimed;
                continue;
            }
            if (time < newest) {
                ++out.late;
                out.maxLateness =
                    std::max(out.maxLateness, std::chrono::milliseconds(newest - time));
            }
            out.strays += time - curve[i] > stray || curve[i] - time > stray;
            m_ahead += time - curve[i] > stray;
        }
        judgeHolder(out);
        if (m_ahead > std::max<std::uint64_t>(out.records / kOneIn, 1)) {
            out.distortion.reset();
        }
    }

private:
    // The record that the clock `log` stood at until now.
    void judgeHolder(PartitionDisorder& out) const
    {
        if (m_moved > 0 && m_holderAhead && (!out.distortion || m_moved > out.distortion->moved)) {
            const TimedRow& holder = m_rows[m_holder];
            out.distortion = {holder.next - 1, timestampFromMs(holder.time), m_moved};
        }
    }

    const std::vector<TimedRow>& m_rows;
    std::size_t m_holder = 0;
    bool m_holderAhead = false;
    std::uint64_t m_moved = 0;
    std::uint64_t m_ahead = 0;
};

Result<PartitionDisorder::Stamps> stampsOf(const CaptureSnapshot& snapshot,
                                           const std::vector<TimedRow>& rows)
{
    const auto first = snapshot.record(rows.front().row);
    const auto last = first ? snapshot.record(rows.back().row) : first;
    if (!last) {
        return tl::unexpected<Error>(last.error());
    }
    const TimestampType type = first->view().timestampType;
    if (type != last->view().timestampType) {
        return PartitionDisorder::Stamps::Mixed;
    }
    return type == TimestampType::LogAppendTime ? PartitionDisorder::Stamps::LogAppendTime
           : type == TimestampType::CreateTime  ? PartitionDisorder::Stamps::CreateTime
                                                : PartitionDisorder::Stamps::Unknown;
}

} // namespace

Result<DisorderReport> DisorderReport::of(const CaptureSnapshot& snapshot, bool readStamps,
                                          const std::stop_token& stop)
{
    DisorderReport report;
    for (const PartitionRows& part : rowsByPartition(snapshot, 0, snapshot.rowCount())) {
        if (stop.stop_requested()) {
            break;
        }
        PartitionDisorder one;
        one.place = {snapshot.topics()[part.topic], part.partition};
        Measure(part.rows).run(one);
        if (readStamps) {
            const auto stamps = stampsOf(snapshot, part.rows);
            if (!stamps) {
                return tl::unexpected<Error>(stamps.error());
            }
            one.stamps = *stamps;
        }
        report.partitions.push_back(std::move(one));
    }
    std::sort(
        report.partitions.begin(), report.partitions.end(),
        [](const PartitionDisorder& a, const PartitionDisorder& b) { return a.place < b.place; });
    return report;
}

void DisorderReport::keep(const std::vector<std::string>& topics)
{
    std::erase_if(partitions, [&topics](const PartitionDisorder& part) {
        return std::find(topics.begin(), topics.end(), part.place.topic) == topics.end();
    });
}

const PartitionDisorder* DisorderReport::worst() const
{
    const PartitionDisorder* worst = nullptr;
    for (const PartitionDisorder& part : partitions) {
        if (part.distortion &&
            (worst == nullptr || part.distortion->moved > worst->distortion->moved)) {
            worst = &part;
        }
    }
    return worst;
}

const char* stampsWord(PartitionDisorder::Stamps stamps)
{
    switch (stamps) {
    case PartitionDisorder::Stamps::CreateTime:
        return "CreateTime";
    case PartitionDisorder::Stamps::LogAppendTime:
        return "LogAppendTime";
    case PartitionDisorder::Stamps::Mixed:
        return "mixed";
    case PartitionDisorder::Stamps::Unknown:
        break;
    }
    return "";
}

} // namespace hindcast
