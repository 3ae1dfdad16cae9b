#include "widgets/state/state_whole.h"

#include "model/replay/state_filter.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

// The rows that a filter lets through, in key order.
struct Filtered
{
    std::vector<KeyNo> a;
    std::vector<KeyNo> b;

    // One that comes into the filter's reach, or leaves it, is part of the difference.
    std::vector<KeyNo> either(const RowKeys& keys) const
    {
        std::vector<KeyNo> both;
        std::set_union(
            a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both),
            [&keys](KeyNo x, KeyNo y) { return x != y && keyLess(keys.text(x), keys.text(y)); });
        return both;
    }
};

Result<Filtered> rowsOfFilter(const StateWhole::Request& request, const State& a, const State* b,
                              const std::stop_token& stop)
{
    auto filter = StateFilter::compile(text::toUtf8(request.filter), *request.columns);
    if (!filter) {
        return tl::unexpected(filter.error());
    }
    Filtered filtered;
    for (const auto& [state, rows] : {std::pair(&a, &filtered.a), std::pair(b, &filtered.b)}) {
        auto found = state ? filter->rows(*state, stop) : std::vector<KeyNo>();
        if (!found) {
            return tl::unexpected(found.error());
        }
        *rows = std::move(*found);
    }
    return filtered;
}

std::vector<bool> asBits(const std::vector<KeyNo>& some, std::size_t keys)
{
    std::vector<bool> bits(keys, false);
    for (const KeyNo key : some) {
        bits[key] = true;
    }
    return bits;
}

std::vector<KeyNo> allKeys(const State& a, const State* b)
{
    const KeyBits bits = b ? State::rowsOfEither(a, *b) : a.rows();
    return bits.keysFrom(a.log()->keys(), 0, bits.size());
}

} // namespace

Result<void> StateWhole::countColumns(const State& a, const std::vector<KeyNo>& inA,
                                      const std::optional<std::vector<bool>>& shown,
                                      const std::stop_token& stop)
{
    if (!request.columns) {
        return {};
    }
    if (diff) {
        StateDiff ofShown = *diff;
        if (shown) {
            std::erase_if(ofShown.rows,
                          [&shown](const RowDiff& row) { return !(*shown)[row.key]; });
        }
        auto changed = changedByColumn(*request.log, ofShown, *request.columns, stop);
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
    auto added = totalsOf(a, inA, fields, stop);
    if (!added) {
        return tl::unexpected(added.error());
    }
    totals = std::move(*added);
    return {};
}

bool StateWhole::Request::sameAs(const Request& other) const
{
    return sameButForMoment(other) && log == other.log && prefixA == other.prefixA &&
           prefixB == other.prefixB;
}

bool StateWhole::Request::sameButForMoment(const Request& other) const
{
    return log->projectionPtr() == other.log->projectionPtr() && columns == other.columns &&
           prefixB.has_value() == other.prefixB.has_value() && filter == other.filter &&
           onlyDifferent == other.onlyDifferent && sort == other.sort && totalled == other.totalled;
}

StateWholePtr StateWhole::make(const Request& request, const std::stop_token& stop)
{
    const auto started = std::chrono::steady_clock::now();
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
    const std::size_t keys = request.log->keys().size();
    std::optional<std::vector<KeyNo>> only;
    std::optional<Filtered> filtered;
    if (!request.filter.isEmpty() && request.columns) {
        auto rows = rowsOfFilter(request, *a, b.get(), stop);
        if (rows) {
            filtered = std::move(*rows);
            only = b ? filtered->either(request.log->keys()) : filtered->a;
        } else {
            whole->problem = text::fromUtf8(rows.error().message);
        }
    }
    if (request.onlyDifferent && whole->diff) {
        const auto let = only ? std::optional(asBits(*only, keys)) : std::nullopt;
        std::vector<KeyNo> differing;
        for (const RowDiff& row : whole->diff->rows) {
            if (!let || (*let)[row.key]) {
                differing.push_back(row.key);
            }
        }
        only = std::move(differing);
    }
    whole->filtered = only.has_value();
    const auto shown = only ? std::optional(asBits(*only, keys)) : std::nullopt;
    const auto shownOf = [&](const State& state, const std::vector<KeyNo>* let) {
        std::vector<KeyNo> keysOf = let ? *let : allKeys(state, nullptr);
        std::erase_if(keysOf, [&shown](KeyNo key) { return shown && !(*shown)[key]; });
        return keysOf;
    };
    std::vector<KeyNo> inA;
    if (shown || !request.totalled.empty()) {
        inA = shownOf(*a, filtered ? &filtered->a : nullptr);
    }
    whole->shownA = shown ? inA.size() : a->size();
    if (shown) {
        whole->shownAtA = std::make_shared<const std::vector<bool>>(asBits(inA, keys));
    }
    if (b) {
        whole->rowsB = b->size();
        whole->shownB = shown ? shownOf(*b, filtered ? &filtered->b : nullptr).size() : b->size();
    }
    if (const auto counted = whole->countColumns(*a, inA, shown, stop); !counted) {
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
    whole->took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    return whole;
}

} // namespace hindcast
