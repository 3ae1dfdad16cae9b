#pragma once

#include "tests/unit/replay/replay_fixture.h"

#include <QTest>
#include <random>

namespace hindcast::test {

// The events of the order's first `prefix` ranks, as they were appended, but topic by topic and
// shuffled among partitions: what a capture of those records alone could hold.
inline std::vector<Event> eventsBefore(const TimeOrder& order, Rank prefix, std::mt19937& random)
{
    std::vector<Event> events;
    for (Rank rank = 0; rank < prefix; ++rank) {
        const StoredRecord stored = order.snapshot()->record(order.rowAt(rank)).value();
        const RecordView record = stored.view();
        const RecordPlace place = order.snapshot()->placeOf(order.rowAt(rank));
        Event event;
        event.topic = place.topic;
        event.partition = place.partition;
        event.offset = place.offset;
        event.ms = toMs(record.timestamp);
        event.key = record.key ? std::optional<std::string>(*record.key) : std::nullopt;
        event.value = record.value ? std::optional<std::string>(*record.value) : std::nullopt;
        events.push_back(std::move(event));
    }
    // Partitions may come in any order, offsets within one may not.
    std::vector<std::uint32_t> weights(64);
    for (auto& weight : weights) {
        weight = static_cast<std::uint32_t>(random());
    }
    const auto weightOf = [&](const Event& e) {
        return weights[(e.topic.size() * 7 + static_cast<std::size_t>(e.partition)) % 64];
    };
    std::stable_sort(events.begin(), events.end(),
                     [&](const Event& a, const Event& b) { return weightOf(a) < weightOf(b); });
    return events;
}

// That a projection of these events gives one state and one hash by every way there is to a
// moment: walked to, jumped to, folded from nothing out of the records before it, and grown to in
// steps of any order of arrival.
inline void checkEveryWay(const std::vector<Event>& events, const ProjectionPtr& projection,
                          std::mt19937& random)
{
    const auto capture = Capture::inMemory();
    append(*capture, events);
    const auto log = fold(*capture, projection);
    const Rank total = log->order()->size();
    const Rank step = std::max<Rank>(total / 8, 1);
    for (Rank prefix = 0; prefix <= total; prefix += step) {
        const auto alone = Capture::inMemory();
        append(*alone, eventsBefore(*log->order(), prefix, random), 1 + random() % 9);
        const auto again = fold(*alone, projection);
        QCOMPARE(again->order()->size(), prefix);
        QVERIFY(table(again, prefix) == table(log, prefix));
        QCOMPARE(State::at(again, prefix)->hash().value(), State::at(log, prefix)->hash().value());
        QCOMPARE(State::at(log, prefix)->size(), table(log, prefix).size());
    }
    const auto growing = Capture::inMemory();
    VersionLogPtr older;
    for (std::size_t at = 0; at < events.size();) {
        const std::size_t n = std::min<std::size_t>(1 + random() % 90, events.size() - at);
        append(*growing, {events.begin() + static_cast<std::ptrdiff_t>(at),
                          events.begin() + static_cast<std::ptrdiff_t>(at + n)});
        at += n;
        older = fold(*growing, projection, older);
    }
    if (!older) {
        return;
    }
    for (Rank prefix = 0; prefix <= total; prefix += step) {
        QCOMPARE(State::at(older, prefix)->hash().value(), State::at(log, prefix)->hash().value());
    }
    QCOMPARE(older->report().sentence(), log->report().sentence());
    QCOMPARE(older->report().firstSkipped.size(), log->report().firstSkipped.size());
    QCOMPARE(older->report().firstFindings.size(), log->report().firstFindings.size());
}

// Records of several topics with partitions, holes, late and equal times, and tombstones; `value`
// makes each one's value.
template <typename Value>
std::vector<Event> randomEvents(std::mt19937& random, const std::vector<std::string>& topics,
                                std::size_t count, unsigned keys, Value value)
{
    std::map<std::pair<std::string, std::int32_t>, std::int64_t> next;
    std::vector<Event> events;
    std::int64_t now = 1'000'000;
    for (std::size_t i = 0; i < count; ++i) {
        Event event;
        event.topic = topics[random() % topics.size()];
        event.partition = static_cast<std::int32_t>(random() % 3);
        std::int64_t& offset = next[{event.topic, event.partition}];
        event.offset = offset;
        offset += random() % 10 == 0 ? 3 : 1;
        now += static_cast<std::int64_t>(random() % 5);
        event.ms = random() % 8 == 0 ? now - 40 : now;
        if (random() % 50 != 0) {
            event.key = "k" + std::to_string(random() % keys);
        }
        if (random() % 12 != 0) {
            event.value = value(event);
        }
        events.push_back(std::move(event));
    }
    return events;
}

} // namespace hindcast::test
