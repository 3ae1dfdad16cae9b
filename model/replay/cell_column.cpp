#include "model/replay/cell_column.h"

#include "model/replay/state_fields.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <future>
#include <thread>
#include <unordered_map>

namespace hindcast {

namespace {

constexpr unsigned kMostThreads = 4;
constexpr std::size_t kShort = 64;   // a text that is looked for among those there are
constexpr std::size_t kMany = 65536; // different texts: from then on none is looked for

} // namespace

// A part of a column while it is filled, one thread.
class CellColumn::Filling
{
public:
    explicit Filling(Part& part)
        : m_part(part)
    {
    }

    // false: a text is longer than can be kept.
    bool set(std::size_t i, const FieldValue& value)
    {
        const SqlCell cell = sqlCellOf(value);
        m_part.kinds[i] = cell.kind;
        if (!cell.isText()) {
            m_part.values[i] = static_cast<std::uint64_t>(cell.integer);
            return true;
        }
        if (cell.size > kLongest) {
            return false;
        }
        m_part.values[i] = keep(cell.text());
        return true;
    }

private:
    std::uint64_t keep(std::string_view text)
    {
        const bool looked = text.size() <= kShort && m_known.size() < kMany;
        if (looked) {
            if (const auto found = m_known.find(text); found != m_known.end()) {
                return found->second;
            }
        }
        const std::uint64_t value =
            std::uint64_t{text.size()} << kPlaceBits | std::uint64_t{m_part.texts.size()};
        m_part.texts += text;
        if (looked) {
            m_known.emplace(text, value);
        }
        return value;
    }

    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>{}(text);
        }
    };
    Part& m_part;
    std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> m_known;
};

Result<CellColumn::Columns> CellColumn::read(const VersionLog& log,
                                             const std::vector<FieldPath>& paths,
                                             std::size_t mostBytes, const std::stop_token& stop)
{
    const Version size = log.size();
    const std::size_t parts = (std::size_t{size} + kPart - 1) / kPart;
    const std::size_t cells = std::size_t{size} * paths.size();
    if (cells * (sizeof(std::uint64_t) + sizeof(SqlCell::Kind)) > mostBytes) {
        return Columns();
    }
    std::vector<std::shared_ptr<CellColumn>> columns;
    for (std::size_t p = 0; p < paths.size(); ++p) {
        columns.push_back(std::make_shared<CellColumn>());
        columns.back()->m_parts.resize(parts);
    }
    std::atomic<std::size_t> next = 0;
    std::atomic<std::size_t> bytes = 0;
    std::atomic<bool> fits = true;
    const auto work = [&]() -> Result<void> {
        StateFields fields(paths);
        std::vector<Version> versions;
        for (std::size_t number = next++; number < parts && fits; number = next++) {
            const auto first = static_cast<Version>(number * kPart);
            const Version count = std::min(kPart, size - first);
            std::vector<Filling> filling;
            filling.reserve(paths.size());
            for (const auto& column : columns) {
                Part& part = column->m_parts[number];
                part.kinds.assign(count, SqlCell::Kind::Null);
                part.values.assign(count, 0);
                filling.emplace_back(part);
            }
            versions.resize(count);
            for (Version i = 0; i < count; ++i) {
                versions[i] = first + i;
            }
            auto read = log.statesOf(
                versions,
                [&](std::size_t i, std::optional<std::string_view> state) {
                    if (!state) {
                        return;
                    }
                    const auto values = fields.read(*state);
                    for (std::size_t p = 0; p < filling.size(); ++p) {
                        if (!filling[p].set(i, values[p])) {
                            fits = false;
                        }
                    }
                },
                stop);
            if (!read) {
                return read;
            }
            for (const auto& column : columns) {
                Part& part = column->m_parts[number];
                part.texts.shrink_to_fit();
                bytes +=
                    count * (sizeof(std::uint64_t) + sizeof(SqlCell::Kind)) + part.texts.size();
            }
            fits = fits && bytes <= mostBytes;
        }
        return {};
    };
    std::vector<std::future<Result<void>>> others;
    for (unsigned i = 1; i < std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
         ++i) {
        others.push_back(std::async(std::launch::async, work));
    }
    Result<void> done = work();
    for (auto& other : others) {
        auto result = other.get();
        if (done && !result) {
            done = std::move(result);
        }
    }
    if (!done) {
        return tl::unexpected<Error>(done.error());
    }
    if (!fits) {
        return Columns();
    }
    for (const auto& column : columns) {
        for (const Part& part : column->m_parts) {
            column->m_bytes += part.kinds.size() * sizeof(SqlCell::Kind) +
                               part.values.size() * sizeof(std::uint64_t) + part.texts.size();
        }
    }
    return Columns(columns.begin(), columns.end());
}

} // namespace hindcast
