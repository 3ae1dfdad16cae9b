#include "model/replay/state.h"

#include <QCryptographicHash>
#include <algorithm>
#include <array>
#include <bit>
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
    state->m_aliveByKey = log->aliveAt(state->m_versions);
    const std::vector<KeyNo>& sorted = log->keys().sorted();
    const std::size_t words = (sorted.size() + 63) / 64;
    state->m_aliveInOrder.resize(words, 0);
    const std::uint64_t* const byKey = state->m_aliveByKey.data();
    std::uint32_t count = 0;
    for (std::size_t w = 0; w < words; ++w) {
        if (w % kSuper == 0) {
            state->m_aliveBefore.push_back(count);
        }
        std::uint64_t word = 0;
        const std::size_t end = std::min(sorted.size(), (w + 1) * 64);
        for (std::size_t i = w * 64; i < end; ++i) {
            const KeyNo key = sorted[i];
            word |= (byKey[key / 64] >> (key % 64) & 1) << (i % 64);
        }
        state->m_aliveInOrder[w] = word;
        count += static_cast<std::uint32_t>(std::popcount(word));
    }
    state->m_size = count;
    state->m_log = std::move(log);
    return state;
}

StateRow State::at(std::size_t i) const
{
    const auto super = std::upper_bound(m_aliveBefore.begin(), m_aliveBefore.end(), i) - 1;
    std::size_t left = i - *super;
    std::size_t word = static_cast<std::size_t>(super - m_aliveBefore.begin()) * kSuper;
    for (;; ++word) {
        const auto here = static_cast<std::size_t>(std::popcount(m_aliveInOrder[word]));
        if (left < here) {
            break;
        }
        left -= here;
    }
    std::uint64_t bits = m_aliveInOrder[word];
    for (; left > 0; --left) {
        bits &= bits - 1;
    }
    const std::size_t place = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    const KeyNo key = m_log->keys().sorted()[place];
    return {key, versionOf(key).value_or(kNoVersion)};
}

std::size_t State::lowerBound(std::string_view key) const
{
    const std::vector<KeyNo>& sorted = m_log->keys().sorted();
    const auto found =
        std::lower_bound(sorted.begin(), sorted.end(), key, [this](KeyNo k, std::string_view text) {
            return keyLess(m_log->keys().text(k), text);
        });
    const auto place = static_cast<std::size_t>(found - sorted.begin());
    const std::size_t word = place / 64;
    if (word >= m_aliveInOrder.size()) {
        return m_size;
    }
    std::size_t before = m_aliveBefore[word / kSuper];
    for (std::size_t w = word / kSuper * kSuper; w < word; ++w) {
        before += static_cast<std::size_t>(std::popcount(m_aliveInOrder[w]));
    }
    const std::uint64_t below = (std::uint64_t{1} << (place % 64)) - 1;
    return before + static_cast<std::size_t>(std::popcount(m_aliveInOrder[word] & below));
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
    return (m_aliveByKey[key / 64] >> (key % 64) & 1) != 0;
}

std::uint32_t State::versions(const StateRow& row) const
{
    return m_log->chains().countBefore(row.key, m_versions);
}

Result<void> State::forEach(std::size_t from, std::size_t to, const TakeRow& take,
                            std::stop_token stop) const
{
    to = std::min(to, m_size);
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
        const auto read = m_log->statesOf(
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

Result<std::string> State::hash(std::stop_token stop) const
{
    // The states are read in the order of their blocks, the digests put into key order after.
    std::vector<Version> versions;
    versions.reserve(m_size);
    for (std::size_t w = 0; w < m_aliveInOrder.size(); ++w) {
        for (std::uint64_t bits = m_aliveInOrder[w]; bits != 0; bits &= bits - 1) {
            const std::size_t place = w * 64 + static_cast<std::size_t>(std::countr_zero(bits));
            versions.push_back(*versionOf(m_log->keys().sorted()[place]));
        }
    }
    std::vector<Digest> digests(versions.size());
    QCryptographicHash one(QCryptographicHash::Sha256);
    const auto read = m_log->statesOf(
        versions,
        [&](std::size_t index, std::optional<std::string_view> state) {
            digests[index] = digestOf(one, state.value_or(std::string_view()));
        },
        std::move(stop));
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
