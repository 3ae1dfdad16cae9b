#include "model/replay/asked_moment.h"

#include "model/capture/vector_order.h"
#include "model/replay/clock_order.h"
#include "model/replay/held_offsets.h"
#include "model/replay/moment_link.h"
#include "model/replay/trust_words.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace hindcast {

namespace {

constexpr std::string_view kOffsets = "offsets:";
constexpr std::string_view kGroup = "group:";

// Offsets that were asked for, and what has to be said of them.
struct Vector
{
    OffsetVector offsets;
    std::vector<std::string> notes;
};

std::vector<std::string> knownGroups(const std::vector<GroupSamplePtr>& samples)
{
    std::set<std::string> names;
    for (const GroupSamplePtr& sample : samples) {
        names.insert(sample->group);
    }
    return {names.begin(), names.end()};
}

// What the group had committed at or before `at`.
Result<Vector> seenBy(const Projection& projection, const AskedMoment& asked,
                      const std::string& group, std::optional<Timestamp> at)
{
    GroupSamplePtr newest;
    for (const GroupSamplePtr& sample : asked.groups) {
        if (sample->group == group && (!at || sample->time <= *at)) {
            newest = sample;
        }
    }
    if (!newest) {
        const auto known = knownGroups(asked.groups);
        const bool later = std::find(known.begin(), known.end(), group) != known.end();
        return fail(ErrorCode::NotFound,
                    later ? fmt::format("The capture knows what the group {} had committed only "
                                        "from a later time on.",
                                        group)
                          : fmt::format("The capture knows no group {}; known: {}.", group,
                                        known.empty() ? "none"
                                                      : fmt::format("{}", fmt::join(known, ", "))));
    }
    Vector vector;
    vector.notes.push_back(
        fmt::format("As {} had committed at {}", group, formatUtc(newest->time)));
    std::set<std::string> committed;
    for (const GroupPartitionSample& partition : newest->partitions) {
        if (partition.committed >= 0) {
            vector.offsets[partition.place] = partition.committed;
            committed.insert(partition.place.topic);
        }
    }
    for (const std::string& topic : projection.topics()) {
        if (!committed.contains(topic)) {
            vector.notes.push_back(fmt::format(
                "{} has committed nothing on {}, so none of its records count", group, topic));
        }
    }
    return vector;
}

// What of the vector the capture has not read, so that the state lacks it. Offsets missing further
// ahead are a matter of trust.
std::vector<std::string> missing(const Projection& projection, const CaptureSnapshotPtr& snapshot,
                                 const OffsetVector& offsets)
{
    std::shared_ptr<const HeldOffsets> held; // of what no receipt tells, as an import
    std::vector<std::string> notes;
    for (const auto& [place, offset] : offsets) {
        if (!projection.hasTopic(place.topic)) {
            continue;
        }
        const std::vector<OffsetRange> covered = snapshot->covered(place);
        std::int64_t end = covered.empty() ? 0 : covered.back().to;
        if (end < offset) {
            held = held ? held : HeldOffsets::of(*snapshot, projection.topics());
            const auto runs = held->partitions().find(place);
            const bool any = runs != held->partitions().end() && !runs->second.empty();
            end = any ? std::max(end, runs->second.back().to) : end;
        }
        if (end < offset) {
            notes.push_back(fmt::format("The capture holds {} up to offset {}, the moment asks for "
                                        "what is before {}",
                                        place.toString(), trust_words::grouped(end),
                                        trust_words::grouped(offset)));
        }
    }
    return notes;
}

// A name that no topic has is a mistake where a person wrote it.
Result<void> checkTopics(const Projection& projection, const CaptureSnapshotPtr& snapshot,
                         const OffsetVector& offsets)
{
    for (const auto& [place, offset] : offsets) {
        if (!projection.hasTopic(place.topic) && !snapshot->topicId(place.topic)) {
            return fail(ErrorCode::NotFound,
                        fmt::format("There is no topic \"{}\" in the capture; it holds {}.",
                                    place.topic, fmt::join(snapshot->topics(), ", ")));
        }
    }
    return {};
}

FoundMoment noted(const Projection& projection, const CaptureSnapshotPtr& snapshot,
                  const Vector& vector)
{
    FoundMoment found;
    std::vector<std::string> notes = missing(projection, snapshot, vector.offsets);
    found.complete = notes.empty();
    notes.insert(notes.begin(), vector.notes.begin(), vector.notes.end());
    found.note = fmt::format("{}", fmt::join(notes, ". "));
    return found;
}

Result<MomentInOrder> byVector(const Projection& projection, const CaptureSnapshotPtr& snapshot,
                               const Clock& clock, Vector vector, const std::stop_token& stop)
{
    if (clock.kind == Clock::Kind::Commit) {
        return fail(ErrorCode::InvalidArgument,
                    "Offsets are no moment by the clock commit, whose transactions they may cut; "
                    "ask with --clock log.");
    }
    const auto beneath = orderBy(clock, snapshot, stop);
    if (!beneath) {
        return tl::unexpected<Error>(beneath.error());
    }
    FoundMoment found = noted(projection, snapshot, vector);
    const VectorOrderPtr order = VectorOrder::build(*beneath, std::move(vector.offsets));
    found.prefix = order->applied();
    if (order->isPrefix()) {
        return MomentInOrder{*beneath, std::move(found)};
    }
    return MomentInOrder{order, std::move(found)};
}

// Whether the prefix has nothing in partitions that the projection reads and the vector lacks.
bool hasNoMore(const TimeOrder& order, Rank prefix, const OffsetVector& offsets,
               const Projection& projection)
{
    const OffsetVector applied = order.offsets(prefix);
    return std::all_of(applied.begin(), applied.end(), [&](const auto& entry) {
        return !projection.hasTopic(entry.first.topic) || offsets.contains(entry.first);
    });
}

Result<MomentInOrder> byLink(const Projection& projection, const CaptureSnapshotPtr& snapshot,
                             const AskedMoment& asked, const std::stop_token& stop)
{
    const auto link = MomentLink::parse(asked.text);
    if (!link) {
        return tl::unexpected<Error>(link.error());
    }
    if (!asked.clock.empty() && asked.clock != link->clock.toString()) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("The link is a moment by the clock {}; leave --clock {} away.",
                                link->clock.toString(), asked.clock));
    }
    if (link->offsets && link->clock.kind == Clock::Kind::Commit) {
        return byVector(projection, snapshot, link->clock, {*link->offsets, {}}, stop);
    }
    const auto order = orderBy(link->clock, snapshot, stop);
    if (!order) {
        return tl::unexpected<Error>(order.error());
    }
    if (link->offsets) {
        // Where it is a prefix of the clock's own order, that one says the moment's time too.
        const Vector vector{*link->offsets, {}};
        const auto prefix = link->prefixIn(**order);
        if (!prefix || !hasNoMore(**order, *prefix, vector.offsets, projection)) {
            return byVector(projection, snapshot, link->clock, vector, stop);
        }
        FoundMoment found = noted(projection, snapshot, vector);
        found.prefix = *prefix;
        return MomentInOrder{*order, std::move(found)};
    }
    if (!link->after) {
        FoundMoment found;
        found.prefix = link->prefixIn(**order).value_or(0);
        return MomentInOrder{*order, std::move(found)};
    }
    auto found = findMoment(**order, link->after->toString());
    if (!found) {
        return tl::unexpected<Error>(found.error());
    }
    return MomentInOrder{*order, std::move(*found)};
}

} // namespace

std::string AskedMoment::group() const
{
    return text.starts_with(kGroup) ? text.substr(kGroup.size()) : seenBy;
}

bool bringsItsOrder(std::string_view text)
{
    return text.starts_with(MomentLink::kBegin) || text.starts_with(kOffsets) ||
           text.starts_with(kGroup);
}

Result<MomentInOrder> resolveMoment(const Projection& projection,
                                    const CaptureSnapshotPtr& snapshot, const AskedMoment& asked,
                                    bool alsoNeedsCommit, const std::stop_token& stop)
{
    if (asked.text.starts_with(MomentLink::kBegin)) {
        return byLink(projection, snapshot, asked, stop);
    }
    const bool offsets = asked.text.starts_with(kOffsets);
    if (offsets || !asked.group().empty()) {
        const auto clock = asked.clock.empty() ? Clock() : Clock::parse(asked.clock);
        if (!clock) {
            return tl::unexpected<Error>(clock.error());
        }
        if (offsets) {
            auto vector = parseOffsets(std::string_view(asked.text).substr(kOffsets.size()));
            const auto known = vector ? checkTopics(projection, snapshot, *vector)
                                      : tl::unexpected(vector.error());
            return known ? byVector(projection, snapshot, *clock, {std::move(*vector), {}}, stop)
                         : tl::unexpected<Error>(known.error());
        }
        std::optional<Timestamp> at;
        const bool named = asked.text.starts_with(kGroup);
        if (!named && !asked.text.empty() && asked.text != "end") {
            const auto time = parseTimestamp(asked.text, currentTimestamp());
            if (!time) {
                return fail(ErrorCode::InvalidArgument,
                            fmt::format("What {} had seen is known by times; \"{}\" is none.",
                                        asked.seenBy, asked.text));
            }
            at = *time;
        }
        auto vector = seenBy(projection, asked, asked.group(), at);
        return vector ? byVector(projection, snapshot, *clock, std::move(*vector), stop)
                      : tl::unexpected<Error>(vector.error());
    }
    const auto order = orderFor(projection, snapshot, asked.clock,
                                alsoNeedsCommit || needsCommit(asked.text), stop);
    if (!order) {
        return tl::unexpected<Error>(order.error());
    }
    auto found = findMoment(**order, asked.text);
    if (!found) {
        return tl::unexpected<Error>(found.error());
    }
    return MomentInOrder{*order, std::move(*found)};
}

Result<FoundMoment> findAnother(const MomentInOrder& first, const Projection& projection,
                                const AskedMoment& asked, const std::stop_token& stop)
{
    const TimeOrder& order = *first.order;
    if (!bringsItsOrder(asked.text)) {
        return findMoment(order, asked.text);
    }
    AskedMoment inClock = asked;
    if (!asked.text.starts_with(MomentLink::kBegin)) { // which has a clock of its own
        inClock.clock = order.clock().toString();
    }
    const auto isVector = [](const TimeOrder& one) {
        return dynamic_cast<const VectorOrder*>(&one) != nullptr;
    };
    auto other = resolveMoment(projection, order.snapshot(), inClock, false, stop);
    if (!other) {
        return tl::unexpected<Error>(other.error());
    }
    if (isVector(order) || isVector(*other->order) || other->order->clock() != order.clock()) {
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("\"{}\" and the other moment are not in one order (by a clock, the "
                        "records before the one are all before the other, or the other way "
                        "round); compare them with hindcast-cli sql: state('{}', ...) takes "
                        "either.",
                        asked.text, projection.name));
    }
    return std::move(other->found);
}

} // namespace hindcast
