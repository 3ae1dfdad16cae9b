#include "model/replay/state_catalog.h"

#include "model/capture/vector_order.h"
#include "model/replay/asked_moment.h"
#include "model/replay/key_text_order.h"
#include "model/replay/moment_bookmark.h"
#include "model/replay/moment_link.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

namespace {

constexpr std::size_t kStatesLookedAtForColumns = 100'000;
constexpr std::size_t kMostSqlColumns = 1000;
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
    // A query may ask for any moment.
    auto columns =
        columnsOfAll(*State::at(*log, (*log)->order()->size()), kStatesLookedAtForColumns, m_stop);
    if (!columns) {
        return tl::unexpected<Error>(columns.error());
    }
    // SQLite has an end to them; what is behind it is reached through `value`.
    columns->resize(std::min(columns->size(), kMostSqlColumns));
    auto entry = std::make_shared<const Entry>(Entry{std::move(*log), std::move(*columns)});
    m_entries.emplace(name, entry);
    return entry;
}

Result<StateCatalog::Rest> StateCatalog::at(const Entry& entry, const std::string& moment)
{
    const std::pair key{entry.log.get(), moment};
    if (const auto found = m_found.find(key); found != m_found.end()) {
        return found->second;
    }
    const auto named = m_moments.find(moment);
    auto rest = named != m_moments.end() && named->second.moment
                    ? Rest{entry.log, entry.log->order()->prefix(*named->second.moment)}
                    : find(entry, named == m_moments.end() ? moment : named->second.text);
    if (rest) {
        m_found.emplace(key, *rest);
        restOn(*rest);
    }
    return rest;
}

Result<StateCatalog::Rest> StateCatalog::find(const Entry& entry, const std::string& text)
{
    if (text.ends_with(".moment")) {
        const auto bookmark = MomentBookmark::load(text);
        return bookmark ? findByItself(entry, bookmark->link.toString())
                        : tl::unexpected<Error>(bookmark.error());
    }
    if (bringsItsOrder(text)) {
        return findByItself(entry, text);
    }
    const auto found = findMoment(*entry.log->order(), text);
    if (!found) {
        return tl::unexpected<Error>(found.error());
    }
    say(found->note, found->complete);
    return Rest{entry.log, found->prefix};
}

Result<StateCatalog::Rest> StateCatalog::findByItself(const Entry& entry, const std::string& text)
{
    const TimeOrder& own = *entry.log->order();
    AskedMoment asked;
    asked.text = text;
    asked.groups = own.snapshot()->groupSamples();
    if (!text.starts_with(MomentLink::kBegin)) { // which has a clock of its own
        asked.clock = own.clock().toString();
    }
    auto resolved = resolveMoment(entry.log->projection(), own.snapshot(), asked, false, m_stop);
    if (!resolved) {
        return tl::unexpected<Error>(resolved.error());
    }
    say(resolved->found.note, resolved->found.complete);
    const bool isPrefix = dynamic_cast<const VectorOrder*>(resolved->order.get()) == nullptr &&
                          resolved->order->clock() == own.clock();
    if (isPrefix) {
        return Rest{entry.log, resolved->found.prefix};
    }
    auto log = VersionLog::fold(entry.log->projectionPtr(), resolved->order, m_stop);
    if (!log) {
        return tl::unexpected<Error>(log.error());
    }
    return Rest{std::move(*log), resolved->found.prefix};
}

void StateCatalog::say(const std::string& note, bool complete)
{
    m_complete = m_complete && complete;
    if (!note.empty() && m_notes.size() < kMostRests &&
        std::find(m_notes.begin(), m_notes.end(), note) == m_notes.end()) {
        m_notes.push_back(note);
    }
}

void StateCatalog::restOn(const Rest& rest)
{
    const bool known = std::any_of(m_rests.begin(), m_rests.end(), [&](const Rest& other) {
        return other.log == rest.log && other.prefix == rest.prefix;
    });
    if (known) {
        return;
    }
    if (m_rests.size() < kMostRests) {
        m_rests.push_back(rest);
    } else {
        ++m_moreRests;
    }
}

Result<StatePtr> StateCatalog::state(const Entry& entry, const std::string& moment)
{
    const auto rest = at(entry, moment);
    if (!rest) {
        return tl::unexpected<Error>(rest.error());
    }
    const auto found = std::find_if(m_states.begin(), m_states.end(), [&](const StatePtr& state) {
        return state->log() == rest->log && state->prefix() == rest->prefix;
    });
    if (found != m_states.end()) {
        return *found;
    }
    StatePtr state = State::at(rest->log, rest->prefix);
    keep(m_states, state, kStatesAtHand);
    return state;
}

Result<StateCatalog::DiffPtr> StateCatalog::difference(const StatePtr& a, const StatePtr& b)
{
    if (a->log() != b->log()) {
        return fail(ErrorCode::InvalidArgument,
                    "changes() goes from one moment to another of one order; join two state() to "
                    "compare with what a group had seen, an offset vector or another clock.");
    }
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

std::shared_ptr<const KeyNumbers> StateCatalog::numbersOf(const VersionLogPtr& log)
{
    const auto found = std::find_if(m_numbers.begin(), m_numbers.end(),
                                    [&](const TakenNumbers& taken) { return taken.log == log; });
    if (found != m_numbers.end()) {
        return found->numbers;
    }
    auto made = std::make_shared<const KeyNumbers>(log->keys());
    keep(m_numbers, {log, made}, kRowsAtHand);
    return made;
}

std::vector<KeyNo> StateCatalog::keysThatMayEqual(const VersionLogPtr& log,
                                                  const TableConstraint& constraint)
{
    const RowKeys& keys = log->keys();
    std::vector<KeyNo> found;
    const auto add = [&](const TableValue& value, bool literal) {
        if (value.isNull()) {
            return;
        }
        if (const KeyNo key = keys.find(value.bytes); key != kNoKeyNo) {
            found.push_back(key);
        }
        // A text of a column of numbers, as a UNION may have one, is converted too.
        const bool text = value.kind == TableValue::Kind::Text;
        const auto number = value.kind == TableValue::Kind::Integer
                                ? std::optional(static_cast<double>(value.integer))
                            : value.kind == TableValue::Kind::Real ? std::optional(value.real)
                            : text && !literal ? KeyNumbers::numberOf(value.bytes)
                                               : std::nullopt;
        if (number) {
            numbersOf(log)->find(*number, found);
        }
    };
    if (constraint.op != 'i') {
        add(constraint.value, constraint.literal);
    }
    for (const TableValue& value : constraint.list) {
        add(value, true); // a list's values have been converted as they are compared
    }
    if (found.size() > 1) {
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
        std::sort(found.begin(), found.end(),
                  [&keys](KeyNo a, KeyNo b) { return keyLess(keys.text(a), keys.text(b)); });
    }
    return found;
}

bool StateCatalog::standsByKeyText(const Entry& entry, const State& state)
{
    if (state.log() != entry.log) { // of one query alone
        return isTextOrder(state.log()->keys());
    }
    const auto [known, fresh] = m_textOrders.try_emplace(entry.log.get(), false);
    if (fresh) {
        known->second = isTextOrder(entry.log->keys());
    }
    return known->second;
}

std::int64_t StateCatalog::numberOf(const std::string& moment)
{
    return m_momentNumbers.try_emplace(moment, std::ssize(m_momentNumbers)).first->second;
}

void StateCatalog::begin(const std::stop_token& stop)
{
    m_stop = stop;
    m_found.clear();
    m_rests.clear();
    m_moreRests = 0;
    m_notes.clear();
    m_complete = true;
}

void StateCatalog::end()
{
    m_found.clear();
    m_states.clear();
    m_diffs.clear();
    m_rows.clear();
    m_numbers.clear();
    m_momentNumbers.clear();
}

} // namespace hindcast
