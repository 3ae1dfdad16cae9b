#pragma once

#include "model/replay/sql_cells.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// One path of every version of a log as SQL cells, nine bytes each and every short text once a
// part: what is asked of one moment after another need not be read out of the records again.
// Immutable; safe in any thread.
class CellColumn
{
public:
    // Reads the columns of these paths in one pass over the log, by as many threads as there are
    // cores. Null where they would take more than `mostBytes` together.
    using Columns = std::vector<std::shared_ptr<const CellColumn>>;
    static Result<Columns> read(const VersionLog& log, const std::vector<FieldPath>& paths,
                                std::size_t mostBytes, const std::stop_token& stop);

    SqlCell at(Version version) const
    {
        const Part& part = m_parts[version / kPart];
        const std::size_t i = version % kPart;
        SqlCell cell;
        cell.kind = part.kinds[i];
        if (cell.isText()) {
            cell.size = static_cast<std::uint32_t>(part.values[i] >> kPlaceBits);
            cell.bytes = part.texts.data() + (part.values[i] & kPlaceMask);
        } else {
            cell.integer = static_cast<std::int64_t>(part.values[i]); // or the bits of a double
        }
        return cell;
    }
    std::size_t memoryBytes() const { return m_bytes; }

private:
    // Of a text: its size, and its place among the part's.
    static constexpr unsigned kPlaceBits = 36;
    static constexpr std::uint64_t kPlaceMask = (std::uint64_t{1} << kPlaceBits) - 1;
    static constexpr std::size_t kLongest = (std::size_t{1} << (64 - kPlaceBits)) - 1;
    static constexpr Version kPart = 1U << 18;

    struct Part
    {
        std::vector<SqlCell::Kind> kinds;
        std::vector<std::uint64_t> values;
        std::string texts;
    };
    class Filling;

    std::vector<Part> m_parts;
    std::size_t m_bytes = 0;
};

} // namespace hindcast
