#include "model/replay/table_doubts.h"

#include "model/capture/byte_stream.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace hindcast {

std::string_view TableDoubt::words() const
{
    return kind == Kind::Before ? "what the table held is not in the log"
                                : "not all that changed the table is in the log";
}

void TableDoubts::before(Rank rank, std::string reason)
{
    m_all.push_back({TableDoubt::Kind::Before, m_since, rank + 1, std::move(reason)});
}

void TableDoubts::since(TableDoubt::Kind kind, std::string reason)
{
    if (!has(kind)) {
        m_all.push_back({kind, m_since, TableDoubt::kNever, std::move(reason)});
    }
}

void TableDoubts::open(TableDoubt::Kind kind, Rank rank, std::string reason)
{
    if (!has(kind)) {
        m_all.push_back({kind, rank + 1, TableDoubt::kNever, std::move(reason)});
    }
}

void TableDoubts::close(TableDoubt::Kind kind, Rank rank)
{
    for (TableDoubt& doubt : m_all) {
        if (doubt.kind == kind && doubt.to == TableDoubt::kNever) {
            doubt.to = rank + 1;
        }
    }
}

bool TableDoubts::has(TableDoubt::Kind kind) const
{
    return std::any_of(m_all.begin(), m_all.end(), [kind](const TableDoubt& doubt) {
        return doubt.kind == kind && doubt.to == TableDoubt::kNever;
    });
}

void TableDoubts::altered(Rank shown, Rank rank, std::uint64_t rows, const std::string& what,
                          const std::string& ofOldRows)
{
    if (const Rank from = std::max(shown + 1, m_since); from <= rank) {
        add({TableDoubt::Kind::Altered, from, rank + 1, what + ", or before it"});
    }
    // The rows that an older one waits for are among them.
    close(TableDoubt::Kind::Rows, rank);
    add({TableDoubt::Kind::Rows, rank + 1, TableDoubt::kNever,
         fmt::format("{}; rows not changed since {}", what, ofOldRows), rows});
    findWaiting();
}

void TableDoubts::forgetAltered()
{
    std::erase_if(m_all, [](const TableDoubt& doubt) { return doubt.isOfShape(); });
    findWaiting();
}

void TableDoubts::rowWritten(Rank had, Rank rank)
{
    for (TableDoubt& doubt : m_all) {
        if (doubt.kind == TableDoubt::Kind::Rows && doubt.to == TableDoubt::kNever &&
            doubt.concerns(had) && doubt.rows > 0 && --doubt.rows == 0) {
            doubt.to = rank + 1;
        }
    }
    findWaiting();
}

void TableDoubts::findWaiting()
{
    m_waits = has(TableDoubt::Kind::Rows);
}

void TableDoubts::emptied(Rank rank)
{
    for (TableDoubt& doubt : m_all) {
        doubt.to = std::min(doubt.to, rank + 1);
    }
    m_since = rank + 1;
    findWaiting();
}

void TableDoubts::write(ByteWriter& to) const
{
    to.number(m_since);
    to.number(static_cast<std::uint32_t>(m_all.size()));
    for (const TableDoubt& doubt : m_all) {
        to.number(static_cast<std::uint8_t>(doubt.kind));
        to.number(doubt.from);
        to.number(doubt.to);
        to.text(doubt.reason);
        to.number(doubt.rows);
    }
}

void TableDoubts::read(ByteReader& from)
{
    m_since = from.number<Rank>();
    const auto count = from.number<std::uint32_t>();
    m_all.clear();
    for (std::uint32_t i = 0; i < count && from.ok(); ++i) {
        TableDoubt doubt;
        doubt.kind = static_cast<TableDoubt::Kind>(from.number<std::uint8_t>());
        doubt.from = from.number<Rank>();
        doubt.to = from.number<Rank>();
        doubt.reason = from.text();
        doubt.rows = from.number<std::uint64_t>();
        m_all.push_back(std::move(doubt));
    }
    findWaiting();
}

} // namespace hindcast
