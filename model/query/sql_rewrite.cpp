#include "model/query/sql_rewrite.h"

namespace hindcast {

void SqlRewrite::replace(std::size_t at, std::size_t length, std::string_view by)
{
    // Behind the last piece the two texts differ by a shift only.
    const std::size_t sqlAt = m_pieces.empty()
                                  ? at
                                  : m_pieces.back().sqlAt + m_pieces.back().sqlLength +
                                        (at - m_pieces.back().at - m_pieces.back().length);
    m_sql.replace(sqlAt, length, by);
    m_pieces.push_back({at, length, sqlAt, by.size()});
}

std::size_t SqlRewrite::placeOf(std::size_t sqlAt) const
{
    std::size_t shifted = sqlAt;
    for (const Piece& piece : m_pieces) {
        if (sqlAt < piece.sqlAt) {
            break;
        }
        if (sqlAt < piece.sqlAt + piece.sqlLength) {
            return piece.at;
        }
        shifted = sqlAt - piece.sqlAt - piece.sqlLength + piece.at + piece.length;
    }
    return shifted;
}

} // namespace hindcast
