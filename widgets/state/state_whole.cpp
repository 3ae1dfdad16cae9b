#include "widgets/state/state_whole.h"

#include "model/replay/state_filter.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

// The rows that a filter lets through at A or at B, in key order: one that comes into the filter's
// reach, or leaves it, is part of the difference.
Result<std::vector<KeyNo>> rowsOfFilter(const StateWhole::Request& request, const State& a,
                                        const State* b, const std::stop_token& stop)
{
    auto filter = StateFilter::compile(text::toUtf8(request.filter), *request.columns);
    if (!filter) {
        return tl::unexpected(filter.error());
    }
    auto rows = filter->rows(a, stop);
    if (!rows || !b) {
        return rows;
    }
    const auto more = filter->rows(*b, stop);
    if (!more) {
        return tl::unexpected(more.error());
    }
    const RowKeys& keys = request.log->keys();
    std::vector<KeyNo> both;
    std::set_union(
        rows->begin(), rows->end(), more->begin(), more->end(), std::back_inserter(both),
        [&keys](KeyNo x, KeyNo y) { return x != y && keyLess(keys.text(x), keys.text(y)); });
    return both;
}

std::vector<KeyNo> allKeys(const State& a, const State* b)
{
    const KeyBits bits = b ? State::rowsOfEither(a, *b) : a.rows();
    return bits.keysFrom(a.log()->keys(), 0, bits.size());
}

} // namespace

Result<void> StateWhole::countColumns(const State& a, const std::optional<std::vector<KeyNo>>& some,
                                      const std::stop_token& stop)
{
    if (!request.columns) {
        return {};
    }
    if (diff) {
        auto changed = changedByColumn(*request.log, *diff, *request.columns, stop);
        if (!changed) {
            return tl::unexpected(changed.error());
        }
        changedCells = std::move(*changed);
    }
    if (request.totalled.empty()) {
        return {};
    }
    std::vector<FieldPath> fields;
    for (const std::size_t column : request.totalled) {
        fields.push_back((*request.columns)[column].path);
    }
    auto added =
        some ? totalsOf(a, *some, fields, stop) : totalsOf(a, allKeys(a, nullptr), fields, stop);
    if (!added) {
        return tl::unexpected(added.error());
    }
    totals = std::move(*added);
    return {};
}

bool StateWhole::Request::sameAs(const Request& other) const
{
    return log == other.log && columns == other.columns && prefixA == other.prefixA &&
           prefixB == other.prefixB && filter == other.filter &&
           onlyDifferent == other.onlyDifferent && sort == other.sort && totalled == other.totalled;
}

StateWholePtr StateWhole::make(const Request& request, const std::stop_token& stop)
{
    auto whole = std::make_shared<StateWhole>();
    whole->request = request;
    const StatePtr a = State::at(request.log, request.prefixA);
    whole->rows = a->size();
    if (request.judge) {
        whole->trust = request.judge->at(request.prefixA);
    }
    const StatePtr b = request.prefixB ? State::at(request.log, *request.prefixB) : nullptr;
    if (b) {
        auto diff = StateDiff::between(*a, *b, stop);
        if (diff) {
            whole->diff = std::move(*diff);
        } else {
            whole->problem = text::fromUtf8(diff.error().message);
        }
    }
    std::optional<std::vector<KeyNo>> only;
    if (!request.filter.isEmpty() && request.columns) {
        auto rows = rowsOfFilter(request, *a, b.get(), stop);
        if (rows) {
            only = std::move(*rows);
        } else {
            whole->problem = text::fromUtf8(rows.error().message);
        }
    }
    if (request.onlyDifferent && whole->diff) {
        std::vector<bool> shown(request.log->keys().size(), !only);
        for (const KeyNo key : only.value_or(std::vector<KeyNo>())) {
            shown[key] = true;
        }
        std::vector<KeyNo> differing;
        for (const RowDiff& row : whole->diff->rows) {
            if (shown[row.key]) {
                differing.push_back(row.key);
            }
        }
        only = std::move(differing);
    }
    whole->filtered = only.has_value();
    if (const auto counted = whole->countColumns(*a, only, stop); !counted) {
        whole->problem = text::fromUtf8(counted.error().message);
    }
    if (request.sort != RowSort{}) {
        auto sorted = sortedKeys(*a, b.get(), only ? std::move(*only) : allKeys(*a, b.get()),
                                 request.sort, stop);
        if (sorted) {
            only = std::move(*sorted);
            whole->sorted = true;
        } else {
            whole->problem = text::fromUtf8(sorted.error().message);
            only.reset();
        }
    }
    if (only) {
        whole->only = std::make_shared<const std::vector<KeyNo>>(std::move(*only));
    }
    return whole;
}

} // namespace hindcast
