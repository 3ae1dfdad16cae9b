#include "model/replay/state_catalog.h"

#include "model/replay/moment_finder.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

namespace {

constexpr std::size_t kStatesLookedAtForColumns = 100'000;
constexpr std::size_t kMostColumns = 1000;
constexpr std::size_t kStatesAtHand = 16;
constexpr std::size_t kRowsAtHand = 4;

// The newest stays at the end.
template <typename T>
void keep(std::vector<T>& kept, T made, std::size_t most)
{
    if (kept.size() == most) {
        kept.erase(kept.begin());
    }
    kept.push_back(std::move(made));
}

// Where no row is left at the end, those of some moment before tell the columns.
Result<std::vector<ProjectionColumn>> columnsOfLog(const VersionLogPtr& log,
                                                   const std::stop_token& stop)
{
    Rank prefix = log->order()->size();
    StatePtr state = State::at(log, prefix);
    for (; state->size() == 0 && prefix > 0; prefix /= 2) {
        state = State::at(log, prefix);
    }
    return columnsOf(*state, kStatesLookedAtForColumns, stop);
}

} // namespace

void StateCatalog::add(const std::string& name, Fold fold)
{
    m_folds.insert_or_assign(name, std::move(fold));
}

void StateCatalog::setMoment(const std::string& name, const Moment& moment)
{
    m_moments.insert_or_assign(name, Named{moment, {}});
}

void StateCatalog::setMoment(const std::string& name, const std::string& text)
{
    m_moments.insert_or_assign(name, Named{std::nullopt, text});
}

std::vector<std::string> StateCatalog::names() const
{
    std::vector<std::string> names;
    names.reserve(m_folds.size());
    for (const auto& [name, fold] : m_folds) {
        names.push_back(name);
    }
    return names;
}

Result<StateCatalog::EntryPtr> StateCatalog::open(const std::string& name)
{
    if (const auto found = m_entries.find(name); found != m_entries.end()) {
        return found->second;
    }
    const auto found = m_folds.find(name);
    if (found == m_folds.end()) {
        return fail(ErrorCode::NotFound,
                    m_folds.empty() ? fmt::format("There is no projection \"{}\"; {}", name, m_hint)
                                    : fmt::format("There is no projection \"{}\"; known: {}.", name,
                                                  fmt::join(names(), ", ")));
    }
    auto log = found->second(m_stop);
    if (!log) {
        return tl::unexpected<Error>(log.error());
    }
    auto columns = columnsOfLog(*log, m_stop);
    if (!columns) {
        return tl::unexpected<Error>(columns.error());
    }
    // SQLite has an end to them; what is behind it is reached through `value`.
    columns->resize(std::min(columns->size(), kMostColumns));
    auto entry = std::make_shared<const Entry>(Entry{std::move(*log), std::move(*columns)});
    m_entries.emplace(name, entry);
    return entry;
}

Result<Rank> StateCatalog::prefix(const Entry& entry, const std::string& moment)
{
    const auto [taken, isNew] = m_prefixes.try_emplace({entry.log.get(), moment}, 0);
    if (!isNew) {
        return taken->second;
    }
    const TimeOrder& order = *entry.log->order();
    const auto named = m_moments.find(moment);
    if (named != m_moments.end() && named->second.moment) {
        taken->second = order.prefix(*named->second.moment);
    } else {
        auto found = findMoment(order, named == m_moments.end() ? moment : named->second.text);
        if (!found) {
            m_prefixes.erase(taken);
            return tl::unexpected<Error>(found.error());
        }
        taken->second = found->prefix;
        m_complete = m_complete && found->complete;
        if (!found->note.empty() &&
            std::find(m_notes.begin(), m_notes.end(), found->note) == m_notes.end() &&
            m_notes.size() < kMostRests) {
            m_notes.push_back(found->note);
        }
    }
    restOn(entry.log, taken->second);
    return taken->second;
}

void StateCatalog::restOn(const VersionLogPtr& log, Rank prefix)
{
    const bool known = std::any_of(m_rests.begin(), m_rests.end(), [&](const Rest& rest) {
        return rest.log == log && rest.prefix == prefix;
    });
    if (known) {
        return;
    }
    if (m_rests.size() < kMostRests) {
        m_rests.push_back({log, prefix});
    } else {
        ++m_moreRests;
    }
}

Result<StatePtr> StateCatalog::state(const Entry& entry, const std::string& moment)
{
    const auto at = prefix(entry, moment);
    if (!at) {
        return tl::unexpected<Error>(at.error());
    }
    const auto found = std::find_if(m_states.begin(), m_states.end(), [&](const StatePtr& state) {
        return state->log() == entry.log && state->prefix() == *at;
    });
    if (found != m_states.end()) {
        return *found;
    }
    StatePtr state = State::at(entry.log, *at);
    keep(m_states, state, kStatesAtHand);
    return state;
}

Result<StateCatalog::DiffPtr> StateCatalog::difference(const StatePtr& a, const StatePtr& b)
{
    const auto found = std::find_if(m_diffs.begin(), m_diffs.end(), [&](const TakenDiff& taken) {
        return taken.a == a && taken.b == b;
    });
    if (found != m_diffs.end()) {
        return found->diff;
    }
    auto diff = StateDiff::between(*a, *b, m_stop);
    if (!diff) {
        return tl::unexpected<Error>(diff.error());
    }
    auto made = std::make_shared<const StateDiff>(std::move(*diff));
    keep(m_diffs, {a, b, made}, kRowsAtHand);
    return made;
}

StateRowsPtr StateCatalog::rows(const StatePtr& state, const std::vector<FieldPath>& paths)
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const TakenRows& taken) {
        return taken.state == state && taken.paths == paths;
    });
    if (found != m_rows.end()) {
        return found->rows;
    }
    auto made = std::make_shared<StateRows>(state, paths);
    keep(m_rows, {state, paths, made}, kRowsAtHand);
    return made;
}

void StateCatalog::begin(const std::stop_token& stop)
{
    m_stop = stop;
    m_prefixes.clear();
    m_rests.clear();
    m_moreRests = 0;
    m_notes.clear();
    m_complete = true;
}

void StateCatalog::end()
{
    m_prefixes.clear();
    m_states.clear();
    m_diffs.clear();
    m_rows.clear();
}

} // namespace hindcast
