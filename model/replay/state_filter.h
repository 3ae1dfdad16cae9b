#pragma once

#include "model/query/filter.h"
#include "model/query/filter_guard.h"
#include "model/replay/state.h"

#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// An SQL expression over the rows of a state: `status = 'FAILED' and amount > 100`. Its names are
// the columns, `key`, and any path into the state (`value.payment.id`); everything else is as in
// Filter. One thread an object.
class StateFilter
{
public:
    // `mistake`, where given, receives the place of what is wrong.
    static Result<StateFilter> compile(std::string_view expression,
                                       const std::vector<ProjectionColumn>& columns,
                                       FilterMistake* mistake = nullptr);

    // For another thread.
    StateFilter clone() const;

    // The rows that match, in key order.
    Result<std::vector<KeyNo>> rows(const State& state, const std::stop_token& stop = {});
    // Which of the versions left a state that matches; a deleted row matches nothing.
    Result<std::vector<bool>> match(const VersionLog& log, std::span<const Version> versions,
                                    const std::stop_token& stop = {});

private:
    explicit StateFilter(Filter filter);

    Filter m_filter;
    FilterGuard m_guard; // most states that do not match are not even parsed
    bool m_namesKey = false;
};

} // namespace hindcast
