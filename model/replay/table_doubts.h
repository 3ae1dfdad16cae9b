#pragma once

#include "model/capture/time_order.h"
#include "model/replay/trust.h"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

class ByteReader;
class ByteWriter;

// Moments at which a table's changes, though they be all there, do not tell all that was in it.
struct TableDoubt
{
    static constexpr Rank kNever = std::numeric_limits<Rank>::max();

    enum class Kind : std::uint8_t {
        Before,  // the first that is told of the table is what it held already
        Reading, // a snapshot that is not at its end
        Gap,     // the table was read anew: what changed in between is not told
        NotRead, // others were read anew, and no row of it is among them
        Unseen,  // a row was changed that no record tells
        Altered, // the table was altered at some time before the row that shows it
        Rows,    // and its rows are as they were until each is written again
        Renamed,
    };

    Kind kind = Kind::Before;
    Rank from = 0;    // the prefixes from this one on
    Rank to = kNever; // up to, and without, this one
    std::string reason = {};
    std::uint64_t rows = 0; // of Rows: how many are left

    bool covers(Rank prefix) const { return from <= prefix && prefix < to; }
    // That the table was altered: once all is written anew, nothing of it is left.
    bool isOfShape() const { return kind == Kind::Altered || kind == Kind::Rows; }
    // Whether it is about a row that was written last by the record at `rank`.
    bool concerns(Rank rank) const { return kind != Kind::Rows || rank + 1 < from; }
    Trust trust() const { return kind == Kind::Before ? Trust::Unknown : Trust::BestEffort; }
    // What is missing before a snapshot that ended it.
    std::string_view words() const;
};

// Those that a fold comes upon, of each kind one at a time.
class TableDoubts
{
public:
    // The moments before the record at `rank`: of a stretch that nothing else begins.
    void before(Rank rank, std::string reason);
    // All moments since the table was emptied last: what is told at one counts for those before.
    void since(TableDoubt::Kind kind, std::string reason);
    // From behind the record on, until it is closed behind another.
    void open(TableDoubt::Kind kind, Rank rank, std::string reason);
    void close(TableDoubt::Kind kind, Rank rank);
    bool has(TableDoubt::Kind kind) const; // that is not closed
    // The record at `rank` shows that the table was altered, the one at `shown` did not: in between
    // no moment is sure, and behind it none until the `rows` that were there are written again.
    void altered(Rank shown, Rank rank, std::uint64_t rows, const std::string& what,
                 const std::string& ofOldRows);
    // That rows say which columns the table had does not hold: forgets all that it made doubtful.
    void forgetAltered();
    bool waitsForRows() const { return m_waits; }
    // The record at `rank` writes or removes a row that the one at `had` wrote.
    void rowWritten(Rank had, Rank rank);
    // The record at `rank` empties the table.
    void emptied(Rank rank);
    void add(TableDoubt doubt) { m_all.push_back(std::move(doubt)); }

    const std::vector<TableDoubt>& all() const { return m_all; }

    void write(ByteWriter& to) const;
    void read(ByteReader& from);

private:
    void findWaiting();

    std::vector<TableDoubt> m_all;
    Rank m_since = 0;     // the first prefix behind what emptied the table
    bool m_waits = false; // for rows, of one that is open
};

} // namespace hindcast
