#pragma once

#include "model/replay/state_filter.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace hindcast {

// Finds where a condition became true: the versions that satisfy it where the version of their key
// before did not, or there was none. A question is answered from the moment it is asked at, piece
// by piece, and what was looked at is kept: one bit a version. One thread an object.
class ConditionWatch
{
public:
    // As StateFilter::compile().
    static Result<ConditionWatch> compile(VersionLogPtr log, std::string_view expression,
                                          const std::vector<ProjectionColumn>& columns,
                                          FilterMistake* mistake = nullptr);

    // The first such version at or behind `from`; of one key, or of any. nullopt: none.
    Result<std::optional<Version>> next(Version from, KeyNo key = kNoKeyNo,
                                        const std::stop_token& stop = {});
    // The last one before `before`.
    Result<std::optional<Version>> previous(Version before, KeyNo key = kNoKeyNo,
                                            const std::stop_token& stop = {});

    const VersionLogPtr& log() const { return m_log; }

private:
    ConditionWatch(VersionLogPtr log, StateFilter filter);

    // Where versions [first, end) became true, in order. `key` given: of its versions only.
    Result<std::vector<Version>> became(Version first, Version end, KeyNo key,
                                        const std::stop_token& stop);
    Result<void> look(Version first, Version end, const std::stop_token& stop);
    Result<std::vector<bool>> satisfied(const std::vector<Version>& versions,
                                        const std::stop_token& stop);

    VersionLogPtr m_log;
    StateFilter m_filter;
    std::vector<bool> m_looked; // by piece
    std::vector<bool> m_true;   // by version
};

} // namespace hindcast
