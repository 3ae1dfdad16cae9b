#include "model/replay/row_shape.h"

#include "model/capture/byte_stream.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

std::string RowShape::Change::words() const
{
    std::vector<std::string> all;
    for (const auto* const names : {&came, &went, &retyped}) {
        all.insert(all.end(), names->begin(), names->end());
    }
    constexpr std::size_t kNamed = 5;
    std::string names = all.front();
    for (std::size_t i = 1; i < std::min(all.size(), kNamed); ++i) {
        names += (i + 1 == all.size() ? " and " : ", ") + all[i];
    }
    if (all.size() > kNamed) {
        names += fmt::format(" and {} more", all.size() - kNamed);
    }
    const std::string_view what = came.size() == all.size()   ? "came"
                                  : went.size() == all.size() ? "went"
                                                              : "changed";
    return fmt::format("{} {} {}", all.size() == 1 ? "column" : "columns", names, what);
}

std::string RowShape::Change::ofOldRows() const
{
    const std::size_t all = came.size() + went.size() + retyped.size();
    const std::string_view them = all == 1 ? "it" : "them";
    return came.size() == all   ? fmt::format("lack {}", them)
           : went.size() == all ? fmt::format("still have {}", them)
                                : "are as they were";
}

bool RowShape::looksAt(std::uint64_t mark, Rank rank)
{
    m_shownBefore = m_shown;
    m_shown = rank;
    if (mark == m_mark || mark == 0) {
        return false;
    }
    m_mark = mark;
    return m_looks < kLooks && !isOfDocuments() && ++m_looks > 0;
}

RowShape::Change RowShape::take(const std::vector<Column>& columns, bool one)
{
    Change change;
    const bool first = m_known.empty();
    for (Known& known : m_known) {
        const bool there =
            std::any_of(columns.begin(), columns.end(), [&known](const Column& column) {
                return column.name == known.column.name;
            });
        if (one && known.there && !there) {
            change.went.push_back(known.column.name);
            known.there = false;
        }
    }
    bool returned = false;
    for (const Column& column : columns) {
        const auto known =
            std::find_if(m_known.begin(), m_known.end(), [&column](const Known& entry) {
                return entry.column.name == column.name;
            });
        if (known == m_known.end()) {
            m_known.push_back({column, true});
            change.came.push_back(column.name);
            continue;
        }
        std::string& type = known->column.type;
        if (!known->there) {
            known->there = true;
            returned = true;
            change.came.push_back(column.name);
        } else if (!column.type.empty() && !type.empty() && column.type != type) {
            change.retyped.push_back(column.name);
        }
        type = column.type.empty() ? type : column.type;
    }
    m_returns += returned ? 1 : 0;
    return first ? Change{} : change;
}

void RowShape::forget()
{
    m_known.clear();
    m_mark = 0;
}

void RowShape::write(ByteWriter& to) const
{
    to.number(m_mark);
    to.number(m_shown);
    to.number(m_looks);
    to.number(m_returns);
    to.number(static_cast<std::uint32_t>(m_known.size()));
    for (const Known& known : m_known) {
        to.text(known.column.name);
        to.text(known.column.type);
        to.number(static_cast<std::uint8_t>(known.there ? 1 : 0));
    }
}

void RowShape::read(ByteReader& from)
{
    m_mark = from.number<std::uint64_t>();
    m_shown = from.number<Rank>();
    m_looks = from.number<std::uint32_t>();
    m_returns = from.number<std::uint32_t>();
    const auto count = from.number<std::uint32_t>();
    m_known.clear();
    for (std::uint32_t i = 0; i < count && from.ok(); ++i) {
        Known known;
        known.column.name = from.text();
        known.column.type = from.text();
        known.there = from.number<std::uint8_t>() != 0;
        m_known.push_back(std::move(known));
    }
}

} // namespace hindcast
