#pragma once

#include "app/cli/console.h"
#include "model/record/timestamp.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// Sqlite is a file of its own: SqlOutput writes it.
enum class OutputFormat { Table, JsonLines, Csv, Sqlite };

// A value on its way out. Numbers stand as text, so that none is rounded.
struct OutCell
{
    enum class Kind { Null, Number, Bool, Text, Json, Bytes };
    Kind kind = Kind::Null;
    std::string text;
    std::string shown; // what a table shows instead; empty: the text

    static OutCell null() { return {}; }
    static OutCell number(std::int64_t n, std::string shownAs = {});
    static OutCell real(double n, std::string shownAs = {});
    static OutCell boolean(bool b);
    static OutCell of(std::string_view text);     // "" is a text
    static OutCell orNull(std::string_view text); // "" is null
    static OutCell json(std::string text);
    static OutCell time(Timestamp t); // kNoTimestamp is null
    // Text where it is UTF-8, else bytes; nullopt: null.
    static OutCell payload(std::optional<std::string_view> bytes);
};

// Writes rows of the same columns: a table with aligned columns (payloads cut and made harmless for
// a terminal), JSON lines, or CSV (RFC 4180, lines end in LF, null is an empty field, an empty text
// ""). One thread.
class RowWriter
{
public:
    RowWriter(Console& console, OutputFormat format, std::vector<std::string> columns);
    ~RowWriter();
    RowWriter(const RowWriter&) = delete;
    RowWriter& operator=(const RowWriter&) = delete;

    void row(const std::vector<OutCell>& cells);
    // Writes what a table held back to find its widths.
    void finish();
    std::size_t rows() const { return m_rows; }

private:
    void tableRow(const std::vector<OutCell>& cells);
    void tableLine(const std::vector<std::string>& texts, const std::vector<bool>& right);
    void jsonRow(const std::vector<OutCell>& cells);
    void csvRow(const std::vector<OutCell>& cells);

    struct Held
    {
        std::vector<std::string> texts;
        std::vector<bool> right;
    };

    Console& m_console;
    const OutputFormat m_format;
    std::vector<std::string> m_columns; // as they are shown
    std::vector<std::size_t> m_widths;
    std::vector<Held> m_held;
    bool m_started = false;
    bool m_finished = false;
    std::size_t m_rows = 0;
    std::string m_line;
};

} // namespace hindcast
