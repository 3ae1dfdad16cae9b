#include "model/replay/state_diff.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace hindcast {

namespace {

constexpr std::size_t kRowsCompared = std::size_t{1} << 16;

// Keys with versions between the two moments, in key order.
std::vector<KeyNo> touchedKeys(const VersionLog& log, Version from, Version to)
{
    std::vector<KeyNo> keys;
    std::vector<bool> seen(log.keys().size(), false);
    for (Version v = from; v < to; ++v) {
        const KeyNo key = log.keyOf(v);
        if (!seen[key]) {
            seen[key] = true;
            keys.push_back(key);
        }
    }
    if (keys.size() > log.keys().size() / 8) {
        keys.clear();
        for (const KeyNo key : log.keys().sorted()) {
            if (seen[key]) {
                keys.push_back(key);
            }
        }
    } else {
        std::sort(keys.begin(), keys.end(), [&log](KeyNo x, KeyNo y) {
            return keyLess(log.keys().text(x), log.keys().text(y));
        });
    }
    return keys;
}

} // namespace

Result<StateDiff> StateDiff::between(const State& a, const State& b, const std::stop_token& stop)
{
    const VersionLog& log = *a.log();
    StateDiff diff;
    std::vector<std::size_t> unsure; // rows whose bytes must tell
    for (const KeyNo key : touchedKeys(log, std::min(a.versionPrefix(), b.versionPrefix()),
                                       std::max(a.versionPrefix(), b.versionPrefix()))) {
        RowDiff row;
        row.key = key;
        row.a = a.alive(key) ? *a.versionOf(key) : kNoVersion;
        row.b = b.alive(key) ? *b.versionOf(key) : kNoVersion;
        if (row.a == kNoVersion && row.b == kNoVersion) {
            continue;
        }
        if (row.a == kNoVersion) {
            row.change = RowDiff::Change::Added;
            ++diff.added;
        } else if (row.b == kNoVersion) {
            row.change = RowDiff::Change::Removed;
            ++diff.removed;
        } else {
            const auto same = log.sameStateByRef(row.a, row.b);
            if (same.value_or(false)) {
                continue;
            }
            if (!same) {
                unsure.push_back(diff.rows.size());
            }
            ++diff.changed;
        }
        diff.rows.push_back(row);
    }
    std::vector<bool> equal(diff.rows.size(), false);
    for (std::size_t from = 0; from < unsure.size(); from += kRowsCompared) {
        const std::size_t count = std::min(kRowsCompared, unsure.size() - from);
        std::vector<Version> versions;
        for (std::size_t i = 0; i < count; ++i) {
            versions.push_back(diff.rows[unsure[from + i]].a);
            versions.push_back(diff.rows[unsure[from + i]].b);
        }
        std::vector<std::string> states(versions.size());
        auto read = log.statesOf(
            versions,
            [&](std::size_t i, std::optional<std::string_view> state) {
                states[i] = state.value_or(std::string_view());
            },
            stop);
        if (!read) {
            return tl::unexpected(read.error());
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (states[2 * i] == states[2 * i + 1]) {
                equal[unsure[from + i]] = true;
                --diff.changed;
            }
        }
    }
    if (!unsure.empty()) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < diff.rows.size(); ++i) {
            if (!equal[i]) {
                diff.rows[kept++] = diff.rows[i];
            }
        }
        diff.rows.resize(kept);
    }
    return diff;
}

std::vector<bool> StateDiff::changedCells(const std::vector<Cell>& a, const std::vector<Cell>& b)
{
    std::vector<bool> changed(std::max(a.size(), b.size()), true);
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        changed[i] = !(a[i] == b[i]);
    }
    return changed;
}

Result<void> StateDiff::forEach(const VersionLog& log, const TakeDiff& take,
                                const std::stop_token& stop) const
{
    for (std::size_t from = 0; from < rows.size(); from += kRowsCompared) {
        const std::size_t count = std::min(kRowsCompared, rows.size() - from);
        std::vector<Version> versions;
        std::vector<std::size_t> place; // 2 * row, + 1 for B
        for (std::size_t i = 0; i < count; ++i) {
            const RowDiff& row = rows[from + i];
            if (row.a != kNoVersion) {
                versions.push_back(row.a);
                place.push_back(2 * i);
            }
            if (row.b != kNoVersion) {
                versions.push_back(row.b);
                place.push_back(2 * i + 1);
            }
        }
        std::vector<std::optional<std::string>> states(2 * count);
        auto read = log.statesOf(
            versions,
            [&](std::size_t i, std::optional<std::string_view> state) {
                if (state) {
                    states[place[i]].emplace(*state);
                }
            },
            stop);
        if (!read) {
            return read;
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (!take(rows[from + i], states[2 * i], states[2 * i + 1])) {
                return {};
            }
        }
    }
    return {};
}

} // namespace hindcast
