#pragma once

#include "model/capture/time_order.h"
#include "model/replay/record_preparer.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

struct ChangeCounts;
class TableDoubts;

// A record as a reducer gets it.
struct FoldEvent
{
    const RecordView& record;
    // By the source's key paths; nullopt where the record has none (or the reducer finds its key by
    // itself).
    std::optional<std::string_view> key = std::nullopt;
    // By Reducer::preparer(), and which of its records this one is; null: nothing was prepared.
    const PreparedRecords* prepared = nullptr;
    std::size_t index = 0;
};

// What a reducer sees of the states and what it does to them. Given to Reducer::apply() for one
// event; every call makes at most one version of a key. Implemented by the fold.
class FoldContext
{
public:
    virtual ~FoldContext() = default;

    // The key's state before this event; nullopt where it does not exist. Valid until the next
    // call, and followed by RecordBatch::kPadding readable bytes.
    virtual std::optional<std::string_view> stateOf(std::string_view key) = 0;
    virtual bool exists(std::string_view key) = 0; // without reading the state
    // The last state that a key had, though it be deleted by now.
    virtual std::optional<std::string_view> lastStateOf(std::string_view key) = 0;

    // The key of the newest version of all, where that took its row away.
    virtual std::optional<std::string_view> lastRemoved() = 0;

    // The key's new state: bytes of its own, or `part` of the record that
    // Reducer::stateInRecord() finds again.
    virtual void put(std::string_view key, std::string_view state) = 0;
    virtual void putFromRecord(std::string_view key, std::string_view part) = 0;
    // The key is gone. One that does not exist stays so, without a version.
    virtual void remove(std::string_view key) = 0;
    // `key`, this very text, follows from the record's own key and from nothing else, here and in
    // every event of this source: until the end of the event it need not be looked up again.
    virtual void keyIsOfRecord(std::string_view key) = 0;
    // Columns that tell the rows of this event's topic apart where its key does not, or of one of
    // its tables where the events name several; null where the key does, or nothing else is known.
    virtual const std::vector<std::string>* rowIdentity(std::string_view table) = 0;
    // Events come in the order in which they happened, each once.
    virtual bool wholeOrder() const = 0;
    // The order knows where snapshots of the topic's table begin and end.
    virtual bool knowsSnapshots() const = 0;
    // All keys whose newest version came from the topic of this event are gone.
    virtual void removeAllOfTopic() = 0;

    // From this event on this source leaves the key's events out, until it goes on: a reducer keeps
    // no memory of its own. stoppedAt(): the record that did it, as text; nullopt: none.
    virtual void stop(std::string_view key) = 0;
    virtual void goOn(std::string_view key) = 0;
    virtual std::optional<std::string> stoppedAt(std::string_view key) = 0;

    // What the change events of this source turned out to be, up to here.
    virtual ChangeCounts& changes() = 0;
    // What they tell of other moments; by eventRank().
    virtual TableDoubts& doubts() = 0;
    virtual Rank eventRank() const = 0;
    // The event changes or deletes the key's row: where there never was one, the table held rows
    // that no record tells.
    virtual void changesRow(std::string_view key, const RecordView& record) = 0;
    virtual std::uint64_t rowCount() const = 0; // in the state before the event, of any topic

    // Something about the key that a person should know; the event counts all the same. Listed.
    virtual void finding(std::string_view key, std::string_view what) = 0;
    // The event is left out of the state; counted and listed.
    virtual void skip(std::string_view reason) = 0;
    // As skip(), of what no record tells: from here on the state is unknown.
    virtual void untold(std::string_view reason) = 0;
    virtual void skipWithoutKey() = 0;
    // A value of the state that the log cannot tell; counted.
    virtual void unknownValue() = 0;
};

// A row of another projection, before and after an event; nullopt: there is none. The states are
// followed by RecordBatch::kPadding readable bytes.
struct RowUpdate
{
    std::string_view key;
    std::optional<std::string_view> before;
    std::optional<std::string_view> after;
    const RecordView& record; // the event
};

// Folds events into states: one way of doing it, for one [[source]]. An object belongs to one fold
// and its thread, and keeps nothing between events: all state is in the context, so that a fold can
// go on where an older one ended. One that does (keepsMemory()) makes each fold begin at nothing.
class Reducer
{
public:
    virtual ~Reducer() = default;

    virtual void apply(const FoldEvent& event, FoldContext& context) = 0;
    // What of a record can be read without the states; null: nothing is worth it.
    virtual std::unique_ptr<RecordPreparer> preparer() const { return nullptr; }
    // In place of apply(), where the source is the rows of another projection: all that one event
    // changed.
    virtual void applyUpdates(std::span<const RowUpdate>, FoldContext&) {}
    virtual bool keepsMemory() const { return false; }
    // What putFromRecord() was given for this record; nullopt if it never is.
    virtual std::optional<std::string_view> stateInRecord(const RecordView& record) = 0;
};

} // namespace hindcast
