#pragma once

#include "model/replay/state_filter.h"

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace hindcast {

// Finds where a condition became true: the versions that satisfy it where the version of their key
// before did not, or there was none. A question is answered from the moment it is asked at, piece
// by piece, and what was looked at is kept: one bit a version. One thread an object, which takes a
// second one for a while where there is much to look at.
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
    using Found = Result<std::optional<Version>>;
    enum class Way { Forwards, Backwards };
    // Versions that are looked at together.
    struct Piece
    {
        bool looked = false;
        std::vector<bool> holds; // by version; empty where none does
    };
    // A version that satisfies the condition, and the one of its key before it.
    struct Candidate
    {
        Version version = kNoVersion;
        Version older = kNoVersion;
    };

    ConditionWatch(VersionLogPtr log, StateFilter filter);

    // The outermost of versions [first, end) on that way that became true.
    Found search(Version first, Version end, Way way, const std::stop_token& stop);
    Found searchKey(Version first, Version end, KeyNo key, Way way, const std::stop_token& stop);
    Found outermost(Version first, Version end, Way way, const std::stop_token& stop);
    Found settle(std::span<const Candidate> candidates, const std::stop_token& stop);
    // Which of the versions satisfy the condition; of many by both threads.
    Result<std::vector<bool>> satisfied(const std::vector<Version>& versions,
                                        const std::stop_token& stop);
    StateFilter& second();
    // Looks at those of pieces [first, end) that were not yet.
    Result<void> look(std::size_t first, std::size_t end, const std::stop_token& stop);
    Result<void> lookAt(std::span<const std::size_t> pieces, StateFilter& filter,
                        const std::stop_token& stop);
    bool looked(Version version) const;
    bool holds(Version version) const; // looked(version)

    VersionLogPtr m_log;
    StateFilter m_filter;
    std::optional<StateFilter> m_second; // of the second thread
    std::vector<Piece> m_pieces;
};

} // namespace hindcast
