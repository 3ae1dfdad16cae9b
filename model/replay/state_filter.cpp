#include "model/replay/state_filter.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

namespace {

constexpr std::size_t kRowsMatchedAtOnce = std::size_t{1} << 20;

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool isNamePart(char c)
{
    return isNameStart(c) || (c >= '0' && c <= '9');
}

// The expression with its column names replaced by their paths, and where each byte came from.
struct Rewritten
{
    std::string text;
    std::vector<std::size_t> origin; // by byte of `text`

    void add(std::string_view piece, std::size_t from)
    {
        for (std::size_t i = 0; i < piece.size(); ++i) {
            origin.push_back(from + i);
        }
        text += piece;
    }
    void replace(std::string_view path, std::size_t from)
    {
        origin.insert(origin.end(), path.size(), from);
        text += path;
    }
};

const ProjectionColumn* columnOf(const std::vector<ProjectionColumn>& columns,
                                 std::string_view name)
{
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const ProjectionColumn& c) { return c.name == name; });
    return found == columns.end() ? nullptr : &*found;
}

// The end of a quoted piece that starts at `at`; a doubled quote is a quote.
std::size_t quotedEnd(std::string_view text, std::size_t at)
{
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (text[at] == quote) {
            if (at + 1 < text.size() && text[at + 1] == quote) {
                ++at;
                continue;
            }
            return at + 1;
        }
    }
    return text.size();
}

Rewritten rewrite(std::string_view text, const std::vector<ProjectionColumn>& columns)
{
    Rewritten result;
    std::size_t at = 0;
    bool afterDot = false;
    while (at < text.size()) {
        const char c = text[at];
        std::size_t end = at + 1;
        std::string_view name;
        if (c == '\'' || c == '"') {
            end = quotedEnd(text, at);
            if (c == '"' && end >= at + 2) {
                name = text.substr(at + 1, end - at - 2);
            }
        } else if (isNameStart(c)) {
            while (end < text.size() && isNamePart(text[end])) {
                ++end;
            }
            name = text.substr(at, end - at);
        } else if (c >= '0' && c <= '9') {
            while (end < text.size() && (isNamePart(text[end]) || text[end] == '.')) {
                ++end;
            }
        }
        const std::size_t next = std::min(text.find_first_not_of(" \t\r\n", end), text.size());
        const bool isCall = next < text.size() && text[next] == '(';
        const bool isRoot = end < text.size() && text[end] == '.';
        const ProjectionColumn* const column =
            name.empty() || afterDot || isCall || isRoot ? nullptr : columnOf(columns, name);
        if (column) {
            result.replace(column->path.toString(), at);
        } else {
            result.add(text.substr(at, end - at), at);
        }
        afterDot = c == '.';
        at = end;
    }
    return result;
}

std::string namesOf(const std::vector<ProjectionColumn>& columns)
{
    std::string names = "key";
    for (const ProjectionColumn& column : columns) {
        names += ", " + column.name;
    }
    return names;
}

} // namespace

StateFilter::StateFilter(Filter filter)
    : m_filter(std::move(filter))
    , m_guard(m_filter.parsed())
{
    const auto& columns = m_filter.parsed().columns();
    m_namesKey = std::any_of(columns.begin(), columns.end(), [](const auto& column) {
        return column.path && column.path->root == FieldPath::Root::Key;
    });
}

Result<StateFilter> StateFilter::compile(std::string_view expression,
                                         const std::vector<ProjectionColumn>& columns,
                                         FilterMistake* mistake)
{
    const Rewritten rewritten = rewrite(expression, columns);
    FilterMistake found;
    auto filter = Filter::compile(rewritten.text, &found);
    if (filter) {
        return StateFilter(std::move(*filter));
    }
    // The place in terms of what was typed.
    const auto originOf = [&](std::size_t at) {
        return at < rewritten.origin.size() ? rewritten.origin[at] : expression.size();
    };
    const std::size_t begin = originOf(found.offset);
    const std::size_t end = std::max(originOf(found.offset + found.length), begin);
    found.length = end - begin;
    found.offset = begin;
    // What the filter of records knows by name is not what stands here.
    if (const std::size_t known = found.message.find("known:"); known != std::string::npos) {
        const std::size_t stopAt = std::min(found.message.find('.', known), found.message.size());
        found.message.replace(known, stopAt - known,
                              fmt::format("columns here: {}", namesOf(columns)));
        found.message.resize(std::min(found.message.size(), found.message.find('.', known) + 1));
    }
    if (mistake) {
        *mistake = found;
    }
    return fail(filter.error().code, fmt::format("The filter goes wrong at character {}: {}",
                                                 found.offset + 1, found.message));
}

StateFilter StateFilter::clone() const
{
    return StateFilter(m_filter.clone());
}

Result<std::vector<KeyNo>> StateFilter::rows(const State& state, const std::stop_token& stop)
{
    std::vector<KeyNo> matches;
    for (std::size_t from = 0; from < state.size(); from += kRowsMatchedAtOnce) {
        const std::vector<StateRow> rows =
            state.rowsFrom(from, std::min(kRowsMatchedAtOnce, state.size() - from));
        std::vector<Version> versions;
        versions.reserve(rows.size());
        for (const StateRow& row : rows) {
            versions.push_back(row.version);
        }
        const auto found = match(*state.log(), versions, stop);
        if (!found) {
            return tl::unexpected<Error>(found.error());
        }
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if ((*found)[i]) {
                matches.push_back(rows[i].key);
            }
        }
    }
    return matches;
}

Result<std::vector<bool>> StateFilter::match(const VersionLog& log,
                                             std::span<const Version> versions,
                                             const std::stop_token& stop)
{
    std::vector<bool> matches(versions.size());
    std::vector<std::size_t> pending;
    std::vector<std::uint32_t> found;
    RecordBatchBuilder builder(log.projection().name);
    const auto flush = [&] {
        const RecordBatchPtr batch = builder.take();
        found.clear();
        m_filter.match(*batch, found, stop);
        for (const std::uint32_t i : found) {
            matches[pending[i]] = true;
        }
        pending.clear();
    };
    // Most states are ruled out by the block, without being looked for in it.
    VersionLog::MayHold mayHold;
    if (m_guard.judges()) {
        mayHold = [this](std::string_view bytes) { return m_guard.mayMatch(bytes); };
    }
    const auto read = log.statesOf(
        versions,
        [&](std::size_t i, std::optional<std::string_view> state) {
            if (!state || !m_guard.mayMatch(*state)) {
                return;
            }
            std::optional<std::string_view> key;
            if (m_namesKey) {
                key = log.keys().text(log.keyOf(versions[i]));
            }
            builder.add(0, static_cast<std::int64_t>(i), 0, TimestampType::None, key, *state);
            pending.push_back(i);
            if (builder.full()) {
                flush();
            }
        },
        stop, mayHold);
    if (!read) {
        return tl::unexpected(read.error());
    }
    if (!pending.empty()) {
        flush();
    }
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "The filter was stopped.");
    }
    return matches;
}

} // namespace hindcast
