#include "widgets/state/state_whole.h"

#include "model/replay/state_filter.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

// The rows that a filter lets through at A or at B, in key order: one that comes into the filter's
// reach, or leaves it, is part of the difference.
Result<std::vector<KeyNo>> filtered(const StateWhole::Request& request, const State& a,
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

} // namespace

bool StateWhole::Request::sameAs(const Request& other) const
{
    return log == other.log && columns == other.columns && prefixA == other.prefixA &&
           prefixB == other.prefixB && filter == other.filter &&
           onlyDifferent == other.onlyDifferent;
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
        auto rows = filtered(request, *a, b.get(), stop);
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
    if (only) {
        whole->only = std::make_shared<const std::vector<KeyNo>>(std::move(*only));
    }
    return whole;
}

} // namespace hindcast
