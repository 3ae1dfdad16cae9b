#include "model/replay/state_diff.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

namespace hindcast {

namespace {

constexpr std::size_t kRowsCompared = std::size_t{1} << 16;
constexpr std::size_t kKeysToOneSorted = 128; // looked at in the time that sorting one takes

// Keys with versions between the two moments, in key order, and the last of those.
std::vector<std::pair<KeyNo, Version>> touchedKeys(const VersionLog& log, Version from, Version to)
{
    std::vector<KeyNo> keys;
    std::vector<Version> newest(log.keys().size(), kNoVersion);
    for (Version v = from; v < to; ++v) {
        Version& known = newest[log.keyOf(v)];
        if (known == kNoVersion) {
            keys.push_back(log.keyOf(v));
        }
        known = v;
    }
    // Comparing texts waits for each; going through all keys in their order does not.
    if (keys.size() > log.keys().size() / kKeysToOneSorted) {
        keys.clear();
        for (const KeyNo key : log.keys().sorted()) {
            if (newest[key] != kNoVersion) {
                keys.push_back(key);
            }
        }
    } else {
        std::sort(keys.begin(), keys.end(), [&log](KeyNo x, KeyNo y) {
            return keyLess(log.keys().text(x), log.keys().text(y));
        });
    }
    std::vector<std::pair<KeyNo, Version>> touched;
    touched.reserve(keys.size());
    for (const KeyNo key : keys) {
        touched.emplace_back(key, newest[key]);
    }
    return touched;
}

} // namespace

Result<StateDiff> StateDiff::between(const State& a, const State& b, const std::stop_token& stop)
{
    const VersionLog& log = *a.log();
    StateDiff diff;
    std::vector<std::size_t> unsure; // rows whose bytes must tell
    const bool forward = a.versionPrefix() <= b.versionPrefix();
    const State& first = forward ? a : b;
    const State& second = forward ? b : a;
    for (const auto& [key, newest] :
         touchedKeys(log, first.versionPrefix(), second.versionPrefix())) {
        RowDiff row;
        row.key = key;
        const Version before = first.alive(key) ? *first.versionOf(key) : kNoVersion;
        const Version after = log.deleted(newest) ? kNoVersion : newest;
        row.a = forward ? before : after;
        row.b = forward ? after : before;
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
