#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A query in which pieces were replaced before SQLite reads it, and the way back from a place in
// what SQLite read to the place in what was typed.
class SqlRewrite
{
public:
    explicit SqlRewrite(std::string_view typed)
        : m_typed(typed)
        , m_sql(typed)
    {
    }

    const std::string& typed() const { return m_typed; }
    const std::string& sql() const { return m_sql; }

    // Bytes [at, at + length) of what was typed, each time behind the last replaced.
    void replace(std::size_t at, std::size_t length, std::string_view by);
    // Of a byte of sql(); inside what was put in, the place where that stands.
    std::size_t placeOf(std::size_t sqlAt) const;

private:
    struct Piece
    {
        std::size_t at = 0;
        std::size_t length = 0;
        std::size_t sqlAt = 0;
        std::size_t sqlLength = 0;
    };

    std::string m_typed;
    std::string m_sql;
    std::vector<Piece> m_pieces;
};

} // namespace hindcast
