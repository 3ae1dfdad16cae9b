#include "model/replay/clock_proposal.h"

#include "model/capture/event_time_order.h"
#include "model/replay/change_event.h"
#include "model/replay/commit_order.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

namespace {

constexpr std::size_t kLookedAt = 32; // records of a block

bool tellsChanges(const RecordBatch& batch)
{
    ChangeReader reader;
    const std::size_t step = std::max<std::size_t>(batch.size() / kLookedAt, 1);
    for (std::size_t i = 0; i < batch.size(); i += step) {
        const RecordView record = batch.record(i);
        const ChangeEvent& event = reader.read(record);
        if (isStreamed(event.shape) && reader.rows().place().txId) {
            return true;
        }
        if (event.shape != ChangeEvent::Shape::Envelope &&
            event.shape != ChangeEvent::Shape::Unwrapped) {
            continue;
        }
        const ChangePlace place = reader.place(record);
        if ((place.lsn && place.txId) || (place.binlog && !place.transaction.empty())) {
            return true;
        }
    }
    return false;
}

} // namespace

std::optional<ClockProposal> proposeClock(const DisorderReport& disorder,
                                          const std::vector<std::string>& changeTopics)
{
    if (!changeTopics.empty()) {
        return ClockProposal{
            {Clock::Kind::Commit, {}},
            fmt::format(
                "{} {} change data, which only the order of its database's commits puts "
                "together exactly.",
                changeTopics.size() == 1
                    ? changeTopics.front()
                    : fmt::format("{} and {} more", changeTopics.front(), changeTopics.size() - 1),
                changeTopics.size() == 1 ? "is" : "are")};
    }
    const PartitionDisorder* const worst = disorder.worst();
    if (worst == nullptr) {
        return std::nullopt;
    }
    const auto& [offset, stamp, moved] = *worst->distortion;
    return ClockProposal{
        {Clock::Kind::Robust, {}},
        fmt::format("{} is stamped {}, which by the clock log moves {} behind it to that time.",
                    RecordPlace{worst->place.topic, worst->place.partition, offset}.toString(),
                    formatUtc(stamp),
                    moved == 1 ? "the record" : fmt::format("{} records", moved))};
}

std::vector<std::string> topicsOfChanges(const CaptureSnapshot& snapshot,
                                         const std::vector<std::string>& topics,
                                         const std::stop_token& stop)
{
    std::vector<std::string> found;
    for (const std::string& topic : topics) {
        const auto id = snapshot.topicId(topic);
        std::optional<std::size_t> first;
        std::size_t last = 0;
        for (std::size_t i = 0; id && i < snapshot.blockCount(); ++i) {
            if (snapshot.block(i).topic == *id) {
                first = first.value_or(i);
                last = i;
            }
        }
        if (!first || stop.stop_requested()) {
            continue;
        }
        for (const std::size_t block : {*first, last}) {
            const auto batch = snapshot.loadBlock(block);
            if (batch && tellsChanges(**batch)) {
                found.push_back(topic);
                break;
            }
        }
    }
    return found;
}

bool readsChanges(const Projection& projection)
{
    return std::all_of(projection.sources.begin(), projection.sources.end(),
                       [](const ProjectionSource& source) {
                           return source.rows ? readsChanges(*source.rows) : source.reduce == "cdc";
                       });
}

std::uint64_t recordsWithoutField(const TimeOrder& order, const Projection& projection)
{
    const auto* const byTime = dynamic_cast<const EventTimeOrder*>(&order);
    if (byTime == nullptr || !byTime->fieldTimes()) {
        return 0;
    }
    const CaptureSnapshot& snapshot = *order.snapshot();
    const auto& rows = byTime->fieldTimes()->withoutField;
    return static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), [&](Row row) {
        return projection.hasTopic(snapshot.topics()[snapshot.row(row).topic]);
    }));
}

std::vector<std::string> clockNotes(const TimeOrder& order, const Projection& projection,
                                    const std::stop_token& stop)
{
    const Clock clock = order.clock();
    switch (clock.kind) {
    case Clock::Kind::Commit: {
        const auto* const commits = dynamic_cast<const CommitOrder*>(&order);
        return {commits != nullptr && commits->hasUntold()
                    ? "Ordered by the clock commit: as the database committed the changes, not all "
                      "of which say of what transaction they are."
                    : "Ordered by the clock commit: whole transactions, as the database committed "
                      "them."};
    }
    case Clock::Kind::Robust:
        return {"Ordered by the clock robust: each partition along the rising curve nearest to its "
                "timestamps."};
    case Clock::Kind::EventTime: {
        if (clock.field.empty()) {
            return {"Ordered by the clock event-time: late events are sorted in."};
        }
        std::vector<std::string> notes = {fmt::format(
            "Ordered by the clock event-time: by {}, late events sorted in.", clock.field)};
        const std::uint64_t without = recordsWithoutField(order, projection);
        if (without > 0) {
            notes.push_back(fmt::format("{} no time in {}, and {} at the record's timestamp.",
                                        without == 1 ? "One record has"
                                                     : fmt::format("{} records have", without),
                                        clock.field, without == 1 ? "stands" : "stand"));
        }
        return notes;
    }
    case Clock::Kind::Log:
        break;
    }
    const auto topics = projection.topics();
    auto disorder = DisorderReport::of(*order.snapshot(), false, stop);
    if (!disorder) {
        return {};
    }
    disorder->keep(topics);
    const auto changes = readsChanges(projection) ? topicsOfChanges(*order.snapshot(), topics, stop)
                                                  : std::vector<std::string>();
    const auto proposal = proposeClock(*disorder, changes);
    return proposal
               ? std::vector<std::string>{fmt::format("The clock {} is proposed: {}",
                                                      proposal->clock.toString(), proposal->reason)}
               : std::vector<std::string>();
}

} // namespace hindcast
