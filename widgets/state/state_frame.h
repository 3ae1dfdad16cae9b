#pragma once

#include "model/replay/columns.h"
#include "model/replay/state.h"
#include "model/replay/state_diff.h"

#include <QString>

#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace hindcast {

// Cells of versions that were shown or are about to be: a version never changes, so what is read
// once serves every moment it is part of. Shared between frames; thread-safe; bounded.
class RowCache
{
public:
    using Cells = std::shared_ptr<const std::vector<Cell>>;

    Cells find(Version version) const;
    void put(Version version, Cells cells);
    // Reads those that are missing. For worker threads.
    Result<void> fill(const VersionLog& log, const std::vector<ProjectionColumn>& columns,
                      const std::vector<Version>& versions, const std::stop_token& stop);

private:
    static constexpr std::size_t kMost = 50'000;
    mutable std::mutex m_mutex;
    std::unordered_map<Version, Cells> m_cells;
};

// Which rows a table shows, by key, in key order or sorted by something else.
struct RowList
{
    KeyBits all; // where `some` is null
    std::shared_ptr<const std::vector<KeyNo>> some;
    bool sorted = false; // `some` is in another order than that of the keys

    std::size_t size() const { return some ? some->size() : all.size(); }
    KeyNo at(const RowKeys& keys, std::size_t i) const
    {
        return some ? (*some)[i] : all.at(keys, i);
    }
    // Where the key stands, or would stand; size() where that is nowhere.
    std::size_t placeOf(const RowKeys& keys, std::string_view text) const;
};

// The table as it is seen at one moment: where each row stands, and the cells of those in sight.
// Made off the GUI thread for one request, immutable from then on.
struct StateFrame
{
    struct Row
    {
        KeyNo key = kNoKeyNo;
        std::optional<Version> a; // alive at A
        std::optional<Version> b; // alive at B
        RowCache::Cells cellsA;
        RowCache::Cells cellsB;
        Timestamp changed = kNoTimestamp; // of the version that is shown
        std::uint32_t versions = 0;
    };

    // What a view asks for.
    struct Request
    {
        VersionLogPtr log;
        Rank prefixA = 0;
        std::optional<Rank> prefixB;
        std::shared_ptr<const std::vector<ProjectionColumn>> columns; // null: find them
        std::shared_ptr<const std::vector<KeyNo>> only;               // null: all rows
        bool sorted = false;                                          // see RowList
        std::shared_ptr<RowCache> cache;
        // The rows in sight: from the one of this key on, or from this number.
        std::optional<std::string> topKey;
        std::size_t first = 0;
        std::size_t count = 60;
    };

    VersionLogPtr log;
    StatePtr a;
    StatePtr b; // null: no difference is asked for
    std::shared_ptr<const std::vector<ProjectionColumn>> columns;
    RowList rows;
    std::size_t first = 0; // of `page`
    std::vector<Row> page;
    std::size_t top = 0; // where the request's top row stands now
    QString problem;

    const Row* row(std::size_t i) const
    {
        return i >= first && i - first < page.size() ? &page[i - first] : nullptr;
    }

    static std::shared_ptr<const StateFrame> make(const Request& request,
                                                  const std::stop_token& stop);
};

using StateFramePtr = std::shared_ptr<const StateFrame>;

} // namespace hindcast
