#include "model/replay/condition_watch.h"

#include <algorithm>

namespace hindcast {

namespace {

// Versions that are looked at together: enough to fill the filter's batches, few enough that an
// answer nearby comes at once.
constexpr Version kPiece = 1U << 14;

} // namespace

ConditionWatch::ConditionWatch(VersionLogPtr log, StateFilter filter)
    : m_log(std::move(log))
    , m_filter(std::move(filter))
    , m_looked(m_log->size() / kPiece + 1)
    , m_true(m_log->size())
{
}

Result<ConditionWatch> ConditionWatch::compile(VersionLogPtr log, std::string_view expression,
                                               const std::vector<ProjectionColumn>& columns,
                                               FilterMistake* mistake)
{
    auto filter = StateFilter::compile(expression, columns, mistake);
    if (!filter) {
        return tl::unexpected<Error>(filter.error());
    }
    return ConditionWatch(std::move(log), std::move(*filter));
}

Result<std::optional<Version>> ConditionWatch::next(Version from, KeyNo key,
                                                    const std::stop_token& stop)
{
    const Version size = m_log->size();
    // One key's versions are few: no need to look at all others.
    const Version piece = key == kNoKeyNo ? kPiece : std::max<Version>(size, 1);
    for (Version first = from; first < size;) {
        const Version end = std::min(size, (first / piece + 1) * piece);
        const auto found = became(first, end, key, stop);
        if (!found) {
            return tl::unexpected<Error>(found.error());
        }
        if (!found->empty()) {
            return std::optional(found->front());
        }
        first = end;
    }
    return std::optional<Version>();
}

Result<std::optional<Version>> ConditionWatch::previous(Version before, KeyNo key,
                                                        const std::stop_token& stop)
{
    const Version size = m_log->size();
    const Version piece = key == kNoKeyNo ? kPiece : std::max<Version>(size, 1);
    for (Version end = std::min(before, size); end > 0;) {
        const Version first = (end - 1) / piece * piece;
        const auto found = became(first, end, key, stop);
        if (!found) {
            return tl::unexpected<Error>(found.error());
        }
        if (!found->empty()) {
            return std::optional(found->back());
        }
        end = first;
    }
    return std::optional<Version>();
}

Result<std::vector<Version>> ConditionWatch::became(Version first, Version end, KeyNo key,
                                                    const std::stop_token& stop)
{
    std::vector<Version> holding;
    if (key != kNoKeyNo) {
        std::vector<Version> versions = m_log->chains().all(key);
        std::erase_if(versions, [&](Version v) { return v < first || v >= end; });
        const auto holds = satisfied(versions, stop);
        if (!holds) {
            return tl::unexpected<Error>(holds.error());
        }
        for (std::size_t i = 0; i < versions.size(); ++i) {
            if ((*holds)[i]) {
                holding.push_back(versions[i]);
            }
        }
    } else {
        if (auto looked = look(first, end, stop); !looked) {
            return tl::unexpected<Error>(looked.error());
        }
        for (Version v = first; v < end; ++v) {
            if (m_true[v]) {
                holding.push_back(v);
            }
        }
    }
    // What was there before each: mostly not looked at yet, as it may lie far back.
    std::vector<std::optional<Version>> older(holding.size());
    std::vector<Version> unknown;
    for (std::size_t i = 0; i < holding.size(); ++i) {
        older[i] = m_log->chains().lastBefore(m_log->keyOf(holding[i]), holding[i]);
        if (older[i] && !m_looked[*older[i] / kPiece]) {
            unknown.push_back(*older[i]);
        }
    }
    const auto holds = satisfied(unknown, stop);
    if (!holds) {
        return tl::unexpected<Error>(holds.error());
    }
    std::vector<Version> result;
    std::size_t at = 0;
    for (std::size_t i = 0; i < holding.size(); ++i) {
        bool before = false;
        if (older[i] && m_looked[*older[i] / kPiece]) {
            before = m_true[*older[i]];
        } else if (older[i]) {
            before = (*holds)[at++];
        }
        if (!before) {
            result.push_back(holding[i]);
        }
    }
    return result;
}

Result<void> ConditionWatch::look(Version first, Version end, const std::stop_token& stop)
{
    for (Version piece = first / kPiece; piece * kPiece < end; ++piece) {
        if (m_looked[piece]) {
            continue;
        }
        std::vector<Version> versions;
        const Version last = std::min(m_log->size(), (piece + 1) * kPiece);
        versions.reserve(kPiece);
        for (Version v = piece * kPiece; v < last; ++v) {
            versions.push_back(v);
        }
        const auto holds = satisfied(versions, stop);
        if (!holds) {
            return tl::unexpected<Error>(holds.error());
        }
        for (std::size_t i = 0; i < versions.size(); ++i) {
            m_true[versions[i]] = (*holds)[i];
        }
        m_looked[piece] = true;
    }
    return {};
}

Result<std::vector<bool>> ConditionWatch::satisfied(const std::vector<Version>& versions,
                                                    const std::stop_token& stop)
{
    return versions.empty() ? Result<std::vector<bool>>(std::vector<bool>())
                            : m_filter.match(*m_log, versions, stop);
}

} // namespace hindcast
