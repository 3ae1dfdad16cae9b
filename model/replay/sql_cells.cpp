#include "model/replay/sql_cells.h"

#include "model/replay/cell_cache.h"
#include "model/replay/state_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <future>
#include <numeric>
#include <sqlite3.h>
#include <string>
#include <thread>

namespace hindcast {

namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;
constexpr std::size_t kWorthAThread = 2048;
constexpr unsigned kMostThreads = 4;

// The digits that count, without the zeros around them: "-0012.50e3" has 125.
std::string digitsOf(std::string_view number)
{
    std::string digits;
    for (const char c : number) {
        if (c == 'e' || c == 'E') {
            break;
        }
        if (c >= '0' && c <= '9' && (c != '0' || !digits.empty())) {
            digits += c;
        }
    }
    while (!digits.empty() && digits.back() == '0') {
        digits.pop_back();
    }
    return digits;
}

// Whether a double gives the number back as it was written.
bool isExact(std::string_view text, double number)
{
    constexpr std::size_t kAlwaysExact = 15;
    if (!std::isfinite(number)) {
        return false;
    }
    const std::string digits = digitsOf(text);
    if (digits.empty()) {
        return true;
    }
    if (number == 0 || std::fpclassify(number) == FP_SUBNORMAL) {
        return false;
    }
    if (digits.size() <= kAlwaysExact) {
        return true;
    }
    std::array<char, 32> shortest{};
    const auto written = std::to_chars(shortest.data(), shortest.data() + shortest.size(), number,
                                       std::chars_format::scientific);
    return written.ec == std::errc() &&
           digitsOf({shortest.data(), static_cast<std::size_t>(written.ptr - shortest.data())}) ==
               digits;
}

SqlCell textCell(SqlCell::Kind kind, std::string_view text)
{
    SqlCell cell;
    cell.kind = kind;
    cell.size = static_cast<std::uint32_t>(text.size());
    cell.bytes = text.empty() ? "" : text.data(); // null would be NULL
    return cell;
}

// One thread's share: the versions and where their cells go.
class Share
{
public:
    Share(const VersionLog& log, const std::vector<FieldPath>& paths)
        : m_log(log)
        , m_paths(paths.size())
        , m_fields(paths)
    {
    }

    Result<void> read(std::span<const Version> versions, std::span<const std::uint32_t> rows,
                      std::vector<SqlCell>& cells, CellTexts& texts, const std::stop_token& stop)
    {
        return m_log.statesOf(
            versions,
            [&](std::size_t i, std::optional<std::string_view> state) {
                if (!state) {
                    return;
                }
                const auto values = m_fields.read(*state);
                for (std::size_t p = 0; p < m_paths; ++p) {
                    cells[rows[i] * m_paths + p] = sqlCellOf(values[p], texts);
                }
            },
            stop);
    }

private:
    const VersionLog& m_log;
    const std::size_t m_paths;
    StateFields m_fields;
};

} // namespace

const char* CellTexts::keep(std::string_view text)
{
    if (text.empty()) {
        return "";
    }
    if (text.size() > m_size - m_used) {
        m_size = std::max(text.size(), kChunk);
        m_chunks.push_back(std::make_unique<char[]>(m_size));
        m_bytes += m_size;
        m_used = 0;
    }
    char* const at = m_chunks.back().get() + m_used;
    std::memcpy(at, text.data(), text.size());
    m_used += text.size();
    return at;
}

SqlCell sqlCellOf(const FieldValue& value)
{
    SqlCell cell;
    switch (value.kind) {
    case FieldValue::Kind::Missing:
    case FieldValue::Kind::Null:
        return cell;
    case FieldValue::Kind::Bool:
        cell.kind = SqlCell::Kind::Integer;
        cell.integer = value.boolean ? 1 : 0;
        return cell;
    case FieldValue::Kind::Integer:
        cell.kind = SqlCell::Kind::Integer;
        cell.integer = value.integer;
        return cell;
    case FieldValue::Kind::Number:
        if (isExact(value.text, value.number)) {
            cell.kind = SqlCell::Kind::Real;
            cell.real = value.number;
            return cell;
        }
        break;
    case FieldValue::Kind::String:
    case FieldValue::Kind::Json:
        break;
    case FieldValue::Kind::Bytes:
        return textCell(SqlCell::Kind::Blob, value.text);
    }
    return textCell(SqlCell::Kind::Text, value.text);
}

SqlCell sqlCellOf(const FieldValue& value, CellTexts& texts)
{
    SqlCell cell = sqlCellOf(value);
    if (cell.isText()) {
        cell.bytes = texts.keep(cell.text());
    }
    return cell;
}

SqlValue sqlValueOf(const SqlCell& cell)
{
    SqlValue value;
    switch (cell.kind) {
    case SqlCell::Kind::Null:
        break;
    case SqlCell::Kind::Integer:
        value.kind = SqlValue::Kind::Integer;
        value.integer = cell.integer;
        break;
    case SqlCell::Kind::Real:
        value.kind = SqlValue::Kind::Real;
        value.real = cell.real;
        break;
    case SqlCell::Kind::Text:
    case SqlCell::Kind::Blob:
        value.kind = cell.kind == SqlCell::Kind::Text ? SqlValue::Kind::Text : SqlValue::Kind::Blob;
        value.bytes = cell.text();
        break;
    }
    return value;
}

void giveCell(sqlite3_context* context, const SqlCell& cell)
{
    switch (cell.kind) {
    case SqlCell::Kind::Null:
        sqlite3_result_null(context);
        break;
    case SqlCell::Kind::Integer:
        sqlite3_result_int64(context, cell.integer);
        break;
    case SqlCell::Kind::Real:
        sqlite3_result_double(context, cell.real);
        break;
    case SqlCell::Kind::Text:
        sqlite3_result_text64(context, cell.bytes, cell.size, SQLITE_TRANSIENT, SQLITE_UTF8);
        break;
    case SqlCell::Kind::Blob:
        sqlite3_result_blob64(context, cell.bytes, cell.size, SQLITE_TRANSIENT);
        break;
    }
}

Result<std::shared_ptr<const SqlCells>> SqlCells::read(const VersionLog& log,
                                                       std::span<const Version> versions,
                                                       const std::vector<FieldPath>& paths,
                                                       const std::stop_token& stop)
{
    auto made = std::make_shared<SqlCells>();
    made->m_paths = paths.size();
    made->m_cells.resize(versions.size() * paths.size());
    if (paths.empty()) {
        return made;
    }
    auto columns = log.cells().columns(log, paths, versions.size(), stop);
    if (!columns) {
        return tl::unexpected<Error>(columns.error());
    }
    if (!columns->empty()) {
        made->m_columns = std::move(*columns);
        made->take(versions);
        return made;
    }
    const std::size_t shares =
        std::clamp<std::size_t>(versions.size() / kWorthAThread, 1,
                                std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads));
    made->m_texts.resize(shares);
    std::vector<std::uint32_t> rows(versions.size());
    std::iota(rows.begin(), rows.end(), 0U);
    // Versions of about the same time lie in the same blocks: each thread has a stretch of time.
    const auto edge = [&](std::size_t share) {
        return rows.begin() + static_cast<std::ptrdiff_t>(rows.size() * share / shares);
    };
    for (std::size_t share = 1; share < shares; ++share) {
        std::nth_element(
            edge(share - 1), edge(share), rows.end(),
            [&](std::uint32_t a, std::uint32_t b) { return versions[a] < versions[b]; });
    }
    const auto work = [&](std::size_t share) -> Result<void> {
        const std::span<const std::uint32_t> mine(edge(share), edge(share + 1));
        std::vector<Version> asked;
        asked.reserve(mine.size());
        for (const std::uint32_t row : mine) {
            asked.push_back(versions[row]);
        }
        return Share(log, paths).read(asked, mine, made->m_cells, made->m_texts[share], stop);
    };
    std::vector<std::future<Result<void>>> others;
    for (std::size_t share = 1; share < shares; ++share) {
        others.push_back(std::async(std::launch::async, work, share));
    }
    Result<void> done = work(0);
    for (auto& other : others) {
        auto result = other.get();
        if (done && !result) {
            done = std::move(result);
        }
    }
    if (!done) {
        return tl::unexpected<Error>(done.error());
    }
    return made;
}

// Versions of rows in the order of their keys lie all over a column: waiting for memory is what it
// takes, so half is waited for beside.
void SqlCells::take(std::span<const Version> versions)
{
    const auto work = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            for (std::size_t p = 0; p < m_paths; ++p) {
                m_cells[i * m_paths + p] = m_columns[p]->at(versions[i]);
            }
        }
    };
    const std::size_t half = versions.size() / 2;
    const auto other = std::async(std::launch::async, work, half, versions.size());
    work(0, half);
    other.wait();
}

std::size_t SqlCells::memoryBytes() const
{
    return std::accumulate(
        m_texts.begin(), m_texts.end(), m_cells.size() * sizeof(SqlCell),
        [](std::size_t sum, const CellTexts& texts) { return sum + texts.bytes(); });
}

} // namespace hindcast
