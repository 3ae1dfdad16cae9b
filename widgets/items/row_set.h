#pragma once

#include "model/capture/time_order.h"
#include "model/record/result.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// Which records a list is about.
struct RowScope
{
    std::vector<std::string> topics;   // none: nothing is in scope
    std::set<std::int32_t> partitions; // empty: all
    // Effective times, both ends inclusive; kNoTimestamp: open.
    Timestamp from = kNoTimestamp;
    Timestamp to = kNoTimestamp;
    // The first offset that is in, and the first that is not, by partition; a partition that is
    // absent is open on that side.
    OffsetVector fromOffsets;
    OffsetVector toOffsets;
    // The same for every partition.
    std::optional<std::int64_t> fromOffset;
    std::optional<std::int64_t> toOffset;

    friend bool operator==(const RowScope&, const RowScope&) = default;
};

class RowSet;
using RowSetPtr = std::shared_ptr<const RowSet>;

// Decides which of the candidates (ascending row numbers) stay. Runs where the set is built.
using RowMatcher = std::function<Result<std::vector<Row>>(
    const CaptureSnapshotPtr&, std::vector<Row> candidates, std::stop_token)>;

// What a set became when its capture grew.
struct RowSetGrowth
{
    enum class Kind {
        Tail,   // `next` is the old set with rows after it
        Middle, // rows landed between others, or others moved; `appended` holds the old rows first
    };
    Kind kind = Kind::Tail;
    RowSetPtr older;
    std::size_t firstMoved = 0; // Middle: rows before this one are where they were
    RowSetPtr appended;         // Middle: the old rows in their order, then the new ones
    RowSetPtr next;
};

// The row numbers of a list in time order: four bytes a record, in chunks that a set shares with
// those that grew from it. Immutable, safe in any thread; built and extended off the GUI thread.
class RowSet
{
public:
    static RowSetPtr empty();
    // A cancelled build gives an Error of code Cancelled, a failing matcher its own.
    static Result<RowSetPtr> build(TimeOrderPtr order, const RowScope& scope,
                                   const RowMatcher& matcher = {},
                                   const std::stop_token& stop = {});
    // These rows and no others; each once.
    static RowSetPtr of(TimeOrderPtr order, std::vector<Row> rows);
    // `older` was built with the same scope and matcher over an order of the same capture, by the
    // same clock.
    static Result<RowSetGrowth> extend(const RowSetPtr& older, const TimeOrderPtr& order,
                                       const RowScope& scope, const RowMatcher& matcher = {},
                                       const std::stop_token& stop = {});

    std::size_t size() const { return m_size; }
    Row rowAt(std::size_t index) const { return (*m_chunks[index / kChunk])[index % kChunk]; }
    // By binary search over the order; nullopt: not in the set.
    std::optional<std::size_t> indexOf(Row row) const;
    // How many of the set's rows the moment holds.
    std::size_t prefix(const Moment& moment) const;
    // How many of the set's rows are among the first `rank` records of order().
    std::size_t before(Rank rank) const;

    const TimeOrderPtr& order() const { return m_order; } // null in the empty set
    CaptureSnapshotPtr snapshot() const { return m_order ? m_order->snapshot() : nullptr; }

private:
    static constexpr std::size_t kChunk = 65536;
    using Chunk = std::array<Row, kChunk>;

    void append(const std::vector<Row>& rows);

    TimeOrderPtr m_order;
    std::vector<std::shared_ptr<const Chunk>> m_chunks; // the last may be filled in part
    std::size_t m_size = 0;
};

} // namespace hindcast
