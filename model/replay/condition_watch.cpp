#include "model/replay/condition_watch.h"

#include <algorithm>
#include <future>
#include <numeric>
#include <thread>

namespace hindcast {

namespace {

// Enough to fill the filter's batches, few enough that an answer nearby comes at once.
constexpr Version kPiece = 1U << 14;
// So many are looked at in one go after a while: what lies in one block with others is unpacked
// with them, and an answer is not passed by too far.
constexpr std::size_t kMostAhead = 32;
// Of the versions before those that satisfy the condition, first a few are read, then so many, then
// a piece of them, for which all blocks are unpacked; where that gives no answer most rows satisfy
// the condition all the time, and everything is looked at.
constexpr std::size_t kReadSingly = 512;

} // namespace

ConditionWatch::ConditionWatch(VersionLogPtr log, StateFilter filter)
    : m_log(std::move(log))
    , m_filter(std::move(filter))
    , m_pieces((m_log->size() + kPiece - 1) / kPiece)
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
    return key == kNoKeyNo ? search(std::min(from, size), size, Way::Forwards, stop)
                           : searchKey(from, size, key, Way::Forwards, stop);
}

Result<std::optional<Version>> ConditionWatch::previous(Version before, KeyNo key,
                                                        const std::stop_token& stop)
{
    const Version end = std::min(before, m_log->size());
    return key == kNoKeyNo ? search(0, end, Way::Backwards, stop)
                           : searchKey(0, end, key, Way::Backwards, stop);
}

bool ConditionWatch::looked(Version version) const
{
    return m_pieces[version / kPiece].looked;
}

bool ConditionWatch::holds(Version version) const
{
    const Piece& piece = m_pieces[version / kPiece];
    return !piece.holds.empty() && piece.holds[version % kPiece];
}

ConditionWatch::Found ConditionWatch::search(Version first, Version end, Way way,
                                             const std::stop_token& stop)
{
    for (std::size_t ahead = 1; first < end; ahead = std::min(2 * ahead, kMostAhead)) {
        // The next pieces on the way.
        std::size_t from = first / kPiece;
        std::size_t to = (std::size_t{end} + kPiece - 1) / kPiece;
        if (way == Way::Forwards) {
            to = std::min(to, from + ahead);
        } else {
            from = std::max(from, to - std::min(to, ahead));
        }
        if (auto done = look(from, to, stop); !done) {
            return tl::unexpected<Error>(done.error());
        }
        const auto near = std::max(first, static_cast<Version>(from) * kPiece);
        const auto far = static_cast<Version>(std::min<std::size_t>(end, to * kPiece));
        auto found = outermost(near, far, way, stop);
        if (!found || *found) {
            return found;
        }
        (way == Way::Forwards ? first : end) = way == Way::Forwards ? far : near;
    }
    return std::optional<Version>();
}

// One key's versions are few: no need to look at all others.
ConditionWatch::Found ConditionWatch::searchKey(Version first, Version end, KeyNo key, Way way,
                                                const std::stop_token& stop)
{
    const std::vector<Version> versions = m_log->chains().all(key);
    const auto matches = versions.empty() ? std::vector<bool>() : satisfied(versions, stop);
    if (!matches) {
        return tl::unexpected<Error>(matches.error());
    }
    std::optional<Version> found;
    for (std::size_t i = 0; i < versions.size(); ++i) {
        if (versions[i] >= first && versions[i] < end && (*matches)[i] &&
            (i == 0 || !(*matches)[i - 1])) {
            found = versions[i];
            if (way == Way::Forwards) {
                break;
            }
        }
    }
    return found;
}

ConditionWatch::Found ConditionWatch::outermost(Version first, Version end, Way way,
                                                const std::stop_token& stop)
{
    std::vector<Candidate> candidates; // whose older versions are to be read
    std::size_t together = 1;
    for (Version done = 0; done < end - first; ++done) {
        const Version v = way == Way::Forwards ? first + done : end - 1 - done;
        if (m_pieces[v / kPiece].holds.empty()) {
            // To the piece's last version on the way.
            done += way == Way::Forwards ? kPiece - 1 - v % kPiece : v % kPiece;
            continue;
        }
        if (!holds(v)) {
            continue;
        }
        const auto older = m_log->chains().lastBefore(m_log->keyOf(v), v);
        if (older && looked(*older) && holds(*older)) {
            continue;
        }
        const bool became = !older || looked(*older);
        if (!became) {
            candidates.push_back({v, *older});
        }
        if (became || candidates.size() == together) {
            auto found = settle(candidates, stop);
            if (!found || *found) {
                return found;
            }
            if (became) {
                return std::optional(v);
            }
            candidates.clear();
            together = together < kReadSingly ? 8 * together : kPiece;
        }
    }
    return settle(candidates, stop);
}

ConditionWatch::Found ConditionWatch::settle(std::span<const Candidate> candidates,
                                             const std::stop_token& stop)
{
    if (candidates.empty()) {
        return std::optional<Version>();
    }
    std::vector<Version> older;
    older.reserve(candidates.size());
    for (const Candidate& candidate : candidates) {
        older.push_back(candidate.older);
    }
    const auto held = satisfied(older, stop);
    if (!held) {
        return tl::unexpected<Error>(held.error());
    }
    const auto found = std::find(held->begin(), held->end(), false);
    if (found != held->end()) {
        return std::optional(candidates[static_cast<std::size_t>(found - held->begin())].version);
    }
    if (candidates.size() > kReadSingly) {
        const Version last = std::max(candidates.front().version, candidates.back().version);
        if (auto done = look(0, last / kPiece + 1, stop); !done) {
            return tl::unexpected<Error>(done.error());
        }
    }
    return std::optional<Version>();
}

StateFilter& ConditionWatch::second()
{
    if (!m_second) {
        m_second = m_filter.clone();
    }
    return *m_second;
}

Result<std::vector<bool>> ConditionWatch::satisfied(const std::vector<Version>& versions,
                                                    const std::stop_token& stop)
{
    if (versions.size() <= kReadSingly || std::thread::hardware_concurrency() < 2) {
        return m_filter.match(*m_log, versions, stop);
    }
    // The earlier half, and the later one: they lie in different blocks.
    std::vector<std::size_t> places(versions.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    const auto half = places.begin() + static_cast<std::ptrdiff_t>(places.size() / 2);
    std::nth_element(places.begin(), half, places.end(),
                     [&](std::size_t a, std::size_t b) { return versions[a] < versions[b]; });
    std::vector<Version> earlier;
    std::vector<Version> later;
    for (auto place = places.begin(); place != places.end(); ++place) {
        (place < half ? earlier : later).push_back(versions[*place]);
    }
    auto other = std::async(std::launch::async,
                            [&, &filter = second()] { return filter.match(*m_log, later, stop); });
    auto mine = m_filter.match(*m_log, earlier, stop);
    auto others = other.get();
    if (!mine || !others) {
        return mine ? std::move(others) : std::move(mine);
    }
    std::vector<bool> matches(versions.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        matches[places[i]] = i < earlier.size() ? (*mine)[i] : (*others)[i - earlier.size()];
    }
    return matches;
}

Result<void> ConditionWatch::look(std::size_t first, std::size_t end, const std::stop_token& stop)
{
    std::vector<std::size_t> wanted;
    for (std::size_t i = first; i < end; ++i) {
        if (!m_pieces[i].looked) {
            wanted.push_back(i);
        }
    }
    const std::span<const std::size_t> pieces(wanted);
    if (pieces.size() < 2 || std::thread::hardware_concurrency() < 2) {
        return lookAt(pieces, m_filter, stop);
    }
    const std::size_t half = pieces.size() / 2;
    auto other = std::async(std::launch::async, [&, &filter = second()] {
        return lookAt(pieces.subspan(half), filter, stop);
    });
    auto mine = lookAt(pieces.first(half), m_filter, stop);
    auto others = other.get();
    return mine ? others : mine;
}

Result<void> ConditionWatch::lookAt(std::span<const std::size_t> pieces, StateFilter& filter,
                                    const std::stop_token& stop)
{
    std::vector<Version> versions;
    while (!pieces.empty()) {
        const auto together = pieces.first(std::min(pieces.size(), kMostAhead));
        pieces = pieces.subspan(together.size());
        versions.clear();
        for (const std::size_t piece : together) {
            const auto first = static_cast<Version>(piece) * kPiece;
            const Version end = first + std::min(kPiece, m_log->size() - first);
            for (Version v = first; v < end; ++v) {
                versions.push_back(v);
            }
        }
        const auto matches = filter.match(*m_log, versions, stop);
        if (!matches) {
            return tl::unexpected<Error>(matches.error());
        }
        auto match = matches->begin();
        for (const std::size_t index : together) {
            Piece& piece = m_pieces[index];
            const auto first = static_cast<Version>(index) * kPiece;
            const auto end = match + std::min(kPiece, m_log->size() - first);
            if (std::find(match, end, true) != end) {
                piece.holds.assign(match, end);
            }
            piece.looked = true;
            match = end;
        }
    }
    return {};
}

} // namespace hindcast
