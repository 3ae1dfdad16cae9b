#pragma once

#include "model/replay/key_bits.h"
#include "model/replay/version_log.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

class State;
using StatePtr = std::shared_ptr<const State>;

// A row of a state: whose it is, and the version that made it what it is.
struct StateRow
{
    KeyNo key = kNoKeyNo;
    Version version = kNoVersion;
};

// The table as it was after the first `prefix` records of the order: keys alive, in key order.
// Taking one costs a walk from the nearest checkpoint and a bit a key (measured: 3 ms with a
// million keys), wherever it is; a row costs a binary search when it is asked for. Immutable and
// safe in any thread.
class State
{
public:
    static StatePtr at(VersionLogPtr log, Rank prefix);

    const VersionLogPtr& log() const { return m_log; }
    Rank prefix() const { return m_prefix; }
    Version versionPrefix() const { return m_versions; }

    std::size_t size() const { return m_rows.size(); }                      // keys alive
    StateRow at(std::size_t i) const;                                       // i < size()
    std::vector<StateRow> rowsFrom(std::size_t i, std::size_t count) const; // i + count <= size()
    // Where the key stands, or would stand: the number of rows before it.
    std::size_t lowerBound(std::string_view key) const;
    std::optional<std::size_t> find(std::string_view key) const; // alive here
    std::optional<Version> versionOf(KeyNo key) const;           // alive or deleted; nullopt: never
    bool alive(KeyNo key) const;
    const KeyBits& rows() const { return m_rows; }
    // The keys that are alive in one of the two (states of one log), or in both.
    static KeyBits rowsOfEither(const State& a, const State& b);

    std::string_view keyText(const StateRow& row) const { return m_log->keys().text(row.key); }
    Timestamp changed(const StateRow& row) const { return m_log->timeOf(row.version); }
    std::uint32_t versions(const StateRow& row) const;

    // Rows [from, to) with their states, in key order; blocks are read once each. `take` returns
    // false to stop. Holds at most about 256 MB of states at a time.
    using TakeRow = std::function<bool(std::size_t i, const StateRow& row, std::string_view state)>;
    Result<void> forEach(std::size_t from, std::size_t to, const TakeRow& take,
                         const std::stop_token& stop = {}) const;

    // SHA-256 in hex over the canonical bytes; the same for the same records, projection and
    // prefix on every machine. The bytes: "hindcast-state 1", the projection's canonical() line,
    // and for each key in key order its length (8 bytes, big-endian), its bytes, and the SHA-256
    // of its state's bytes.
    Result<std::string> hash(const std::stop_token& stop = {}) const;

private:
    State() = default;

    VersionLogPtr m_log;
    Rank m_prefix = 0;
    Version m_versions = 0;
    std::vector<std::uint64_t> m_alive; // by key number
    KeyBits m_rows;
};

} // namespace hindcast
