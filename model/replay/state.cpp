#include "model/replay/state.h"

#include <QCryptographicHash>
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace hindcast {

namespace {

constexpr std::size_t kRowsAtOnce = std::size_t{1} << 18;
constexpr std::size_t kBytesAtOnce = std::size_t{256} << 20;

using Digest = std::array<char, 32>;

void addText(QCryptographicHash& hash, std::string_view text)
{
    hash.addData(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
}

Digest digestOf(QCryptographicHash& hash, std::string_view text)
{
    hash.reset();
    addText(hash, text);
    const QByteArray result = hash.result();
    Digest digest{};
    std::copy(result.begin(), result.end(), digest.begin());
    return digest;
}

} // namespace

StatePtr State::at(VersionLogPtr log, Rank prefix)
{
    auto state = std::shared_ptr<State>(new State);
    state->m_prefix = prefix;
    state->m_versions = log->prefixOf(prefix);
    state->m_alive = log->aliveAt(state->m_versions);
    state->m_rows = KeyBits(log->keys(), state->m_alive);
    state->m_log = std::move(log);
    return state;
}

KeyBits State::rowsOfEither(const State& a, const State& b)
{
    std::vector<std::uint64_t> either = a.m_alive;
    for (std::size_t i = 0; i < either.size(); ++i) {
        either[i] |= b.m_alive[i];
    }
    return {a.m_log->keys(), either};
}

StateRow State::at(std::size_t i) const
{
    const KeyNo key = m_rows.at(m_log->keys(), i);
    return {key, versionOf(key).value_or(kNoVersion)};
}

std::vector<StateRow> State::rowsFrom(std::size_t i, std::size_t count) const
{
    std::vector<StateRow> rows;
    rows.reserve(count);
    for (const KeyNo key : m_rows.keysFrom(m_log->keys(), i, count)) {
        rows.push_back({key, versionOf(key).value_or(kNoVersion)});
    }
    return rows;
}

std::size_t State::lowerBound(std::string_view key) const
{
    return m_rows.lowerBound(m_log->keys(), key);
}

std::optional<std::size_t> State::find(std::string_view key) const
{
    const KeyNo number = m_log->keys().find(key);
    if (number == kNoKeyNo || !alive(number)) {
        return std::nullopt;
    }
    return lowerBound(key);
}

std::optional<Version> State::versionOf(KeyNo key) const
{
    return m_log->chains().lastBefore(key, m_versions);
}

bool State::alive(KeyNo key) const
{
    return (m_alive[key / 64] >> (key % 64) & 1) != 0;
}

std::uint32_t State::versions(const StateRow& row) const
{
    return m_log->chains().countBefore(row.key, m_versions);
}

Result<void> State::forEach(std::size_t from, std::size_t to, const TakeRow& take,
                            const std::stop_token& stop) const
{
    to = std::min(to, size());
    // The first rows tell how many fit.
    std::size_t atOnce = std::min<std::size_t>(kRowsAtOnce, 4096);
    while (from < to) {
        const std::size_t end = std::min(to, from + atOnce);
        std::vector<StateRow> rows;
        std::vector<Version> versions;
        rows.reserve(end - from);
        versions.reserve(end - from);
        for (std::size_t i = from; i < end; ++i) {
            rows.push_back(at(i));
            versions.push_back(rows.back().version);
        }
        struct Slice
        {
            std::size_t at = 0;
            std::size_t size = 0;
        };
        std::vector<Slice> slices(rows.size());
        std::string bytes;
        auto read = m_log->statesOf(
            versions,
            [&](std::size_t index, std::optional<std::string_view> state) {
                slices[index] = {bytes.size(), state ? state->size() : 0};
                bytes += state.value_or(std::string_view());
            },
            stop);
        if (!read) {
            return read;
        }
        bytes.append(RecordBatch::kPadding, '\0');
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!take(from + i, rows[i],
                      std::string_view(bytes).substr(slices[i].at, slices[i].size))) {
                return {};
            }
        }
        from = end;
        const std::size_t perRow = bytes.size() / rows.size() + 1;
        atOnce = std::clamp<std::size_t>(kBytesAtOnce / perRow, 1, kRowsAtOnce * 4);
    }
    return {};
}

Result<std::string> State::hash(const std::stop_token& stop) const
{
    // The states are read in the order of their blocks, the digests put into key order after.
    std::vector<Version> versions;
    versions.reserve(size());
    for (std::size_t i = 0; i < size(); ++i) {
        versions.push_back(at(i).version);
    }
    std::vector<Digest> digests(versions.size());
    QCryptographicHash one(QCryptographicHash::Sha256);
    auto read = m_log->statesOf(
        versions,
        [&](std::size_t index, std::optional<std::string_view> state) {
            digests[index] = digestOf(one, state.value_or(std::string_view()));
        },
        stop);
    if (!read) {
        return tl::unexpected(read.error());
    }
    QCryptographicHash whole(QCryptographicHash::Sha256);
    addText(whole, "hindcast-state 1\n");
    addText(whole, m_log->projection().canonical());
    addText(whole, "\n");
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const std::string_view key = m_log->keys().text(m_log->keyOf(versions[i]));
        std::array<char, 8> length{};
        for (std::size_t b = 0; b < length.size(); ++b) {
            length[b] = static_cast<char>(key.size() >> (56 - 8 * b) & 0xFF);
        }
        addText(whole, std::string_view(length.data(), length.size()));
        addText(whole, key);
        addText(whole, std::string_view(digests[i].data(), digests[i].size()));
    }
    return whole.result().toHex().toStdString();
}

} // namespace hindcast
