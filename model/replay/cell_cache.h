#pragma once

#include "model/replay/cell_column.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

namespace hindcast {

// The columns of one log that are asked for again and again, as when A is dragged and a query over
// the whole table is asked at each moment: the third time they are read whole and kept. All logs of
// a program together keep at most kMostBytes; those not used for longest go first, log by log.
// Thread-safe, and nobody waits for what another one reads.
class CellCache
{
public:
    static constexpr std::size_t kMostBytes = std::size_t{512} << 20;

    CellCache() = default;
    ~CellCache();
    CellCache(const CellCache&) = delete;
    CellCache& operator=(const CellCache&) = delete;

    // The columns of these paths, or none while they are not worth it: `asked` versions of the log
    // are to be read. Blocks while it reads them.
    Result<CellColumn::Columns> columns(const VersionLog& log, const std::vector<FieldPath>& paths,
                                        std::size_t asked, const std::stop_token& stop);

    std::size_t memoryBytes() const;

private:
    struct Kept
    {
        FieldPath path;
        unsigned asked = 0;
        bool tooLarge = false;
        std::uint64_t used = 0;
        std::shared_ptr<const CellColumn> column; // null: not read
    };
    Kept& find(const FieldPath& path);
    void makeRoom(std::size_t bytes);

    mutable std::mutex m_mutex;
    std::vector<Kept> m_kept; // guarded by m_mutex, as all below
    std::uint64_t m_clock = 0;
};

} // namespace hindcast
