#pragma once

#include "model/capture/time_order.h"
#include "model/replay/nested_context.h"
#include "model/replay/projection.h"
#include "model/replay/reducer.h"
#include "model/replay/version.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hindcast {

// An event before its turn, with all that is known of it but the state.
struct LaneEvent
{
    Rank rank = 0;
    std::uint32_t source = 0;           // its number
    const RecordBatch* batch = nullptr; // with the record, at:
    std::size_t index = 0;
    std::optional<std::string_view> key;
    KeyNo number = kNoKeyNo;                   // of the key; kNoKeyNo: it has none yet
    bool keyOfRecord = false;                  // it is the record's own
    KeyId recordKey = kNoKey;                  // as the capture numbers it
    const PreparedRecords* prepared = nullptr; // see FoldEvent
    std::string_view leftOut;                  // why no reducer gets it; empty: one does
};

// What a reducer did at an event, to be done to the log when that event has its turn.
struct LaneDeed
{
    enum class Kind : std::uint8_t {
        Put,
        PutAgain, // the state that was there
        PutFromRecord,
        Remove,
        Stop,
        GoOn,
        Finding,
        Skip,
        WithoutKey,
        UnknownValue,
    };
    Kind kind = Kind::Put;
    std::uint32_t event = 0; // its place in the window
    std::size_t from = 0;    // the text that belongs to it, among the lane's
    std::size_t size = 0;
};

// Stopped keys by source and key: the rank of the record that did it.
using StoppedKeys = std::map<std::pair<StateRef, std::string>, Rank>;

// A stretch of the fold that lanes work on side by side. They read it, but for the states: of
// those each changes the ones of its own keys.
struct LaneWindow
{
    std::vector<LaneEvent> events;
    std::vector<std::string>* states = nullptr; // live, by key number; padded; empty: none
    const StoppedKeys* stopped = nullptr;       // before the window
    std::function<std::string(Rank)> placeOf;   // of the record
};

// Hands events to reducers of its own, and writes down what they do: for those that look at nothing
// but the state of the event's key (ReducerKind::ownState). One lane after another has its turn
// with the fold; while they run, each has a thread.
class FoldLane final : public FoldContext
{
public:
    // `sources` in the order of their numbers. Scripts belong to the thread that makes them.
    explicit FoldLane(const std::vector<ProjectionSource>& sources);
    ~FoldLane() override;

    // `own`: the events of its keys. Stops early when asked to.
    void run(const LaneWindow& window, std::span<const std::uint32_t> own,
             const std::stop_token& stop);

    // What came of it, until the next run().
    const std::vector<LaneDeed>& deeds() const { return m_deeds; }
    std::string_view textOf(const LaneDeed& deed) const
    {
        return std::string_view(m_texts).substr(deed.from, deed.size);
    }
    // The states, padded, of keys that had no number. Empty: gone again.
    std::unordered_map<std::string, std::string>& fresh() { return m_fresh; }

    std::optional<std::string_view> stateOf(std::string_view key) override;
    bool exists(std::string_view key) override;
    std::optional<std::string_view> lastStateOf(std::string_view key) override;
    void keyIsOfRecord(std::string_view) override {}
    void put(std::string_view key, std::string_view state) override;
    void putFromRecord(std::string_view key, std::string_view part) override;
    void remove(std::string_view key) override;
    std::optional<std::string_view> lastRemoved() override { return std::nullopt; }
    const std::vector<std::string>* rowIdentity(std::string_view) override { return nullptr; }
    bool wholeOrder() const override { return false; }
    bool knowsSnapshots() const override { return false; }
    void stop(std::string_view key) override;
    void goOn(std::string_view key) override;
    std::optional<std::string> stoppedAt(std::string_view key) override;
    void finding(std::string_view key, std::string_view what) override;
    void skip(std::string_view reason) override;
    void skipWithoutKey() override;
    void unknownValue() override;
    // What only change events do; no source in a lane reads them.
    void removeAllOfTopic() override;
    void untold(std::string_view reason) override;
    ChangeCounts& changes() override;
    TableDoubts& doubts() override;
    Rank eventRank() const override { return m_event->rank; }
    void changesRow(std::string_view key, const RecordView& record) override;
    std::uint64_t rowCount() const override;

private:
    struct Source
    {
        std::unique_ptr<Reducer> reducer;
        std::unique_ptr<NestedContext> member;
    };
    void note(LaneDeed::Kind kind, std::string_view text = {});
    void keep(std::string_view state);

    std::vector<Source> m_sources;
    std::vector<LaneDeed> m_deeds;
    std::string m_texts;
    std::unordered_map<std::string, std::string> m_fresh;
    std::map<std::pair<StateRef, std::string>, std::optional<Rank>> m_stopped; // in this window

    // The event at hand.
    const LaneWindow* m_window = nullptr;
    const LaneEvent* m_event = nullptr;
    std::uint32_t m_at = 0;
    std::string* m_state = nullptr; // of its key
    bool m_skipped = false;
};

} // namespace hindcast
