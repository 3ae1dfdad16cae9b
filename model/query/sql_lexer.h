#pragma once

#include <string_view>
#include <vector>

namespace hindcast {

// A piece of an SQL expression, as SQLite would cut it.
struct SqlToken
{
    enum class Kind {
        Word,       // identifier or keyword
        QuotedName, // "x", `x`
        String,     // 'x'
        Number,     // also blobs, x'00'
        Parameter,  // ?1, :x, @x, $x
        Symbol,     // operators and brackets, one token each
        Broken,     // a string, name or comment that never ends
    };
    Kind kind = Kind::Symbol;
    std::size_t at = 0; // byte in the text
    std::string_view text;

    std::size_t end() const { return at + text.size(); }
};

// Blanks and comments are left out.
std::vector<SqlToken> cutSql(std::string_view text);

bool isSqlWord(const SqlToken& token, std::string_view word); // in any case

// What may stand in a name: letters, digits, _, $ and everything that is not ASCII.
bool isNameCharacter(char c);

} // namespace hindcast
