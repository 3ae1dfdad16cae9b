#include "app/cli/row_writer.h"

#include "model/capture/base64.h"
#include "model/capture/csv_writer.h"
#include "model/capture/interchange_writer.h"
#include "model/decode/value_tree.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <simdjson.h>

namespace hindcast {

namespace {

constexpr std::size_t kHeldRows = 500;
constexpr std::size_t kWidestCell = 100;

std::size_t columnsOf(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

} // namespace

OutCell OutCell::number(std::int64_t n, std::string shownAs)
{
    return {Kind::Number, std::to_string(n), std::move(shownAs)};
}

OutCell OutCell::real(double n, std::string shownAs)
{
    return std::isfinite(n) ? OutCell{Kind::Number, fmt::format("{}", n), std::move(shownAs)}
                            : OutCell{Kind::Text, fmt::format("{}", n), {}};
}

OutCell OutCell::boolean(bool b)
{
    return {Kind::Bool, b ? "true" : "false", {}};
}

OutCell OutCell::of(std::string_view text)
{
    return {Kind::Text, std::string(text), {}};
}

OutCell OutCell::orNull(std::string_view text)
{
    return text.empty() ? null() : of(text);
}

OutCell OutCell::json(std::string text)
{
    return {Kind::Json, std::move(text), {}};
}

OutCell OutCell::time(Timestamp t)
{
    return t == kNoTimestamp ? null() : of(formatUtc(t));
}

OutCell OutCell::payload(std::optional<std::string_view> bytes)
{
    if (!bytes) {
        return null();
    }
    const bool text = simdjson::validate_utf8(bytes->data(), bytes->size());
    return {text ? Kind::Text : Kind::Bytes, std::string(*bytes), {}};
}

RowWriter::RowWriter(Console& console, OutputFormat format, std::vector<std::string> columns)
    : m_console(console)
    , m_format(format)
    , m_columns(std::move(columns))
{
    for (std::string& column : m_columns) {
        if (format == OutputFormat::Table) {
            column = preview(column, kWidestCell);
        }
        m_widths.push_back(columnsOf(column));
    }
    if (format == OutputFormat::Csv) {
        std::vector<OutCell> names;
        for (const std::string& column : m_columns) {
            names.push_back(OutCell::of(column));
        }
        csvRow(names);
    }
}

RowWriter::~RowWriter()
{
    finish();
}

void RowWriter::row(const std::vector<OutCell>& cells)
{
    ++m_rows;
    switch (m_format) {
    case OutputFormat::Table:
        tableRow(cells);
        break;
    case OutputFormat::JsonLines:
        jsonRow(cells);
        break;
    case OutputFormat::Csv:
        csvRow(cells);
        break;
    case OutputFormat::Sqlite:
        break;
    }
}

void RowWriter::finish()
{
    if (m_format != OutputFormat::Table || m_finished || m_rows == 0) {
        return;
    }
    m_finished = true;
    if (!m_started) {
        m_started = true;
        tableLine(m_columns, m_held.front().right);
        for (const Held& held : m_held) {
            tableLine(held.texts, held.right);
        }
        m_held.clear();
    }
}

void RowWriter::tableRow(const std::vector<OutCell>& cells)
{
    Held held;
    for (const OutCell& cell : cells) {
        held.right.push_back(cell.kind == OutCell::Kind::Number);
        held.texts.push_back(cell.kind == OutCell::Kind::Null ? "-"
                             : !cell.shown.empty()            ? cell.shown
                                                              : preview(cell.text, kWidestCell));
    }
    if (m_started) {
        tableLine(held.texts, held.right);
        return;
    }
    for (std::size_t i = 0; i < held.texts.size(); ++i) {
        m_widths[i] = std::max(m_widths[i], columnsOf(held.texts[i]));
    }
    m_held.push_back(std::move(held));
    if (m_held.size() == kHeldRows) {
        m_started = true;
        tableLine(m_columns, m_held.front().right);
        for (const Held& one : m_held) {
            tableLine(one.texts, one.right);
        }
        m_held.clear();
    }
}

void RowWriter::tableLine(const std::vector<std::string>& texts, const std::vector<bool>& right)
{
    m_line.clear();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::size_t width = columnsOf(texts[i]);
        const std::size_t blanks = m_widths[i] > width ? m_widths[i] - width : 0;
        m_line += i == 0 ? "" : "  ";
        m_line +=
            right[i] ? std::string(blanks, ' ') + texts[i] : texts[i] + std::string(blanks, ' ');
    }
    m_line.erase(m_line.find_last_not_of(' ') + 1);
    m_line += '\n';
    m_console.out(m_line);
}

void RowWriter::jsonRow(const std::vector<OutCell>& cells)
{
    m_line = "{";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        m_line += i == 0 ? "" : ",";
        appendJsonString(m_columns[i], m_line);
        m_line += ':';
        switch (cells[i].kind) {
        case OutCell::Kind::Null:
            m_line += "null";
            break;
        case OutCell::Kind::Number:
        case OutCell::Kind::Bool:
        case OutCell::Kind::Json:
            m_line += cells[i].text;
            break;
        case OutCell::Kind::Text:
            appendJsonString(cells[i].text, m_line);
            break;
        case OutCell::Kind::Bytes:
            m_line += base64Json(cells[i].text);
            break;
        }
    }
    m_line += "}\n";
    m_console.out(m_line);
}

void RowWriter::csvRow(const std::vector<OutCell>& cells)
{
    m_line.clear();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        m_line += i == 0 ? "" : ",";
        if (cells[i].kind == OutCell::Kind::Bytes) {
            appendCsvField(base64Json(cells[i].text), m_line);
        } else if (cells[i].kind != OutCell::Kind::Null) {
            appendCsvField(cells[i].text, m_line);
        }
    }
    m_line += '\n';
    m_console.out(m_line);
}

} // namespace hindcast
