#pragma once

#include "model/decode/field_path.h"
#include "model/record/result.h"
#include "model/record/timestamp.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A mistake in an expression, with its place: bytes [offset, offset + length) of the text.
struct FilterMistake
{
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string message; // one sentence
};

// An SQL expression over one record, with its paths replaced by the columns c0, c1, ... of a table.
//
// It knows where paths may stand and nothing of what SQL means; whether the rest is an expression
// SQLite says, and placeOf() finds the place in the text as it was written.
class FilterExpression
{
public:
    struct Column
    {
        std::string text;              // as first written
        std::optional<FieldPath> path; // nullopt: `time`, the timestamp as ISO 8601 text
    };

    // What an expression may start a path with.
    static const std::vector<std::string>& knownNames();

    // Times beside `time` are understood as parseTimestamp() does, `now` being what they refer to.
    static tl::expected<FilterExpression, FilterMistake> parse(std::string_view text,
                                                               Timestamp now);

    const std::string& text() const { return m_text; }
    const std::string& sql() const { return m_sql; }
    const std::vector<Column>& columns() const { return m_columns; }
    // Literals that stand as the pattern of a REGEXP, to be tried before any record is.
    struct Pattern
    {
        std::string pattern;
        std::size_t offset = 0;
        std::size_t length = 0;
    };
    const std::vector<Pattern>& patterns() const { return m_patterns; }

    // A complaint of SQLite about sql(), at a byte of it (-1: not known), in terms of text().
    FilterMistake placeOf(const std::string& complaint, std::ptrdiff_t sqlOffset) const;

private:
    friend class FilterRewriter;
    struct Piece
    {
        std::size_t sqlAt = 0;
        std::size_t at = 0;
        std::size_t length = 0;
    };

    std::string m_text;
    std::string m_sql;
    std::vector<Column> m_columns;
    std::vector<Pattern> m_patterns;
    std::vector<Piece> m_pieces; // which bytes of the SQL came from which of the text
};

} // namespace hindcast
