#include "model/replay/postgres_copy.h"

#include "model/replay/decimal.h"
#include "model/replay/json_members.h"
#include "model/replay/postgres_text.h"
#include "model/replay/postgres_time.h"
#include "model/replay/schema_types.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <utility>

namespace hindcast {

namespace {

// How many records are looked at for a key's columns: those of a table without one have none.
constexpr Version kSampledRows = 10'000;

// The names of a Kafka key's members ({"id":1}, with a schema around it or without).
std::vector<std::string> namesOf(std::string_view key)
{
    const auto members = [](std::string_view text, JsonMembers& to) {
        std::string padded(text);
        padded.append(RecordBatch::kPadding, '\0');
        std::vector<std::string> names;
        if (to.read(std::string_view(padded).substr(0, text.size()), true) ==
            JsonMembers::Kind::Object) {
            for (const JsonMember& member : to.members()) {
                names.emplace_back(member.key);
            }
        }
        return std::pair(std::move(names), std::string(to.value("payload")));
    };
    JsonMembers reader;
    auto [names, payload] = members(key, reader);
    const bool wrapped = names.size() == 2 &&
                         std::find(names.begin(), names.end(), "schema") != names.end() &&
                         std::find(names.begin(), names.end(), "payload") != names.end();
    reader.clear();
    return wrapped ? members(payload, reader).first : names;
}

// The columns that the key of the state's newest records names: none where it is no object of
// columns; nullopt where no record has a key.
using KeyColumns = std::optional<std::vector<std::size_t>>;

Result<KeyColumns> keyColumns(const State& state, const std::vector<ProjectionColumn>& columns)
{
    const VersionLog& log = *state.log();
    const CaptureSnapshotPtr& snapshot = log.order()->snapshot();
    Version looked = 0;
    for (Version v = state.versionPrefix(); v > 0 && looked < kSampledRows; --v, ++looked) {
        const Row row = log.order()->rowAt(log.rankOf(v - 1));
        if (snapshot->row(row).key == kNoKey) {
            continue;
        }
        const auto record = snapshot->record(row);
        if (!record) {
            return tl::unexpected<Error>(record.error());
        }
        std::vector<std::size_t> key;
        for (const std::string& name : namesOf(record->view().key.value_or(""))) {
            const auto column = std::find_if(columns.begin(), columns.end(), [&](const auto& c) {
                return c.path.steps.size() == 1 && c.path.steps.front() == FieldPath::Step(name);
            });
            if (column == columns.end()) {
                return KeyColumns(std::vector<std::size_t>());
            }
            key.push_back(static_cast<std::size_t>(column - columns.begin()));
        }
        return KeyColumns(std::move(key));
    }
    return KeyColumns();
}

// A value that rows are ordered by.
struct SortCell
{
    // PostgreSQL puts infinite numbers and times around all others, NaN above them, NULL last.
    enum class Rank : signed char { MinusInfinity, Usual, Infinity, NaN, Null };

    Rank rank = Rank::Null;
    std::optional<Decimal> number; // also a time's microseconds
    std::string text;
};

bool isNumber(SqlType::Base base)
{
    return base == SqlType::Base::Integer || base == SqlType::Base::Real ||
           base == SqlType::Base::Double || base == SqlType::Base::Numeric;
}

bool isDay(SqlType::Base base)
{
    return base == SqlType::Base::Date || base == SqlType::Base::DateTime ||
           base == SqlType::Base::DateTimeZoned;
}

// Of a cell and what is written for it.
SortCell sortCellOf(const Cell& cell, const SqlType& type, const std::optional<std::string>& text)
{
    using Rank = SortCell::Rank;
    if (!text) {
        return {};
    }
    SortCell out{Rank::Usual, std::nullopt, *text};
    if (type.array) {
        return out;
    }
    const bool number = isNumber(type.base);
    if ((number || isDay(type.base)) && (*text == "Infinity" || *text == "infinity")) {
        out.rank = Rank::Infinity;
    } else if ((number || isDay(type.base)) && (*text == "-Infinity" || *text == "-infinity")) {
        out.rank = Rank::MinusInfinity;
    } else if (number && *text == "NaN") {
        out.rank = Rank::NaN;
    } else if (number) {
        out.number = Decimal::parse(*text);
    } else if (cell.kind == Cell::Kind::Number) {
        out.number = Decimal::parse(cell.text);
    } else if (isDay(type.base)) {
        // The texts of years before the first and behind 9999 do not stand in their order.
        if (const auto us = usOfIsoDay(cell.text)) {
            out.number = Decimal::parse(std::to_string(*us));
        }
    }
    return out;
}

bool before(const SortCell& a, const SortCell& b)
{
    if (a.rank != b.rank || a.rank != SortCell::Rank::Usual) {
        return a.rank < b.rank;
    }
    if (a.number && b.number) {
        return *a.number < *b.number;
    }
    return a.text < b.text;
}

struct Line
{
    std::vector<SortCell> key;
    std::string text;
};

} // namespace

Result<PostgresCopy> PostgresCopy::prepare(const State& state,
                                           std::vector<ProjectionColumn> columns)
{
    PostgresCopy copy;
    auto key = keyColumns(state, columns);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    const auto types = typesFromSchemas(*state.log(), state.prefix());
    if (!types) {
        return tl::unexpected<Error>(types.error());
    }
    for (ProjectionColumn& column : columns) {
        if (column.path.steps.size() != 1) {
            continue;
        }
        for (const auto& [name, type] : *types) {
            if (!(column.path.steps.front() == FieldPath::Step(name))) {
                continue;
            }
            const bool hex = type.encoding == SqlType::Encoding::Hex && column.type &&
                             column.type->base == SqlType::Base::Bytes &&
                             column.type->encoding == SqlType::Encoding::Usual;
            column.type = column.type && !hex ? column.type : type;
        }
    }
    copy.m_columns = std::move(columns);
    copy.m_keyless = !*key;
    copy.m_key = std::move(*key).value_or(std::vector<std::size_t>());
    return copy;
}

Result<PostgresCopy::Misfits> PostgresCopy::write(std::ostream& out, const State& state,
                                                  const std::stop_token& stop) const
{
    Misfits misfits;
    const bool alone = m_columns.size() == 1;
    std::string header;
    for (const ProjectionColumn& column : m_columns) {
        header += header.empty() ? "" : ",";
        appendCopyField(column.name, alone, header);
    }
    out << header << '\n';
    ColumnReader reader(m_columns);
    std::vector<Line> lines;
    auto read = state.forEach(
        0, state.size(),
        [&](std::size_t, const StateRow&, std::string_view bytes) {
            const std::vector<Cell> cells = reader.read(bytes);
            std::vector<std::optional<std::string>> texts;
            texts.reserve(cells.size());
            Line line;
            for (std::size_t i = 0; i < cells.size(); ++i) {
                const SqlType type = m_columns[i].type.value_or(SqlType());
                texts.push_back(postgresText(cells[i], type));
                if (texts.back() == cells[i].text && !fitsType(cells[i], type) &&
                    misfits.count++ == 0) {
                    misfits.column = m_columns[i].name;
                    misfits.value = cells[i].text;
                }
                line.text += i == 0 ? "" : ",";
                appendCopyField(texts.back(), alone, line.text);
            }
            line.text += '\n';
            if (m_key.empty() && !m_keyless) {
                out << line.text;
                return static_cast<bool>(out);
            }
            for (const std::size_t at : m_key) {
                line.key.push_back(
                    sortCellOf(cells[at], m_columns[at].type.value_or(SqlType()), texts[at]));
            }
            lines.push_back(std::move(line));
            return true;
        },
        stop);
    if (!read) {
        return tl::unexpected<Error>(read.error());
    }
    std::stable_sort(lines.begin(), lines.end(), [this](const Line& a, const Line& b) {
        if (m_keyless) {
            return a.text < b.text;
        }
        return std::lexicographical_compare(a.key.begin(), a.key.end(), b.key.begin(), b.key.end(),
                                            before);
    });
    for (const Line& line : lines) {
        out << line.text;
    }
    return out ? Result<Misfits>(std::move(misfits))
               : fail(ErrorCode::NoSpace, "The output cannot be written; check the space left and "
                                          "that nobody closed it.");
}

std::vector<std::string> PostgresCopy::untyped() const
{
    std::vector<std::string> names;
    for (const ProjectionColumn& column : m_columns) {
        if (!column.type) {
            names.push_back(column.name);
        }
    }
    return names;
}

} // namespace hindcast
