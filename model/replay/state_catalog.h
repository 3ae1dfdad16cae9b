#pragma once

#include "model/query/virtual_table.h"
#include "model/record/moment.h"
#include "model/replay/columns.h"
#include "model/replay/key_numbers.h"
#include "model/replay/state.h"
#include "model/replay/state_diff.h"
#include "model/replay/state_rows.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// The projections that a query may name, and the states it asks for: each is taken once a query and
// moment. One thread at a time, that of the query.
class StateCatalog
{
public:
    using Fold = std::function<Result<VersionLogPtr>(const std::stop_token& stop)>;

    // Folded when a query first names it. `hint` (of the catalog) says how projections come here.
    explicit StateCatalog(std::string hint)
        : m_hint(std::move(hint))
    {
    }
    void add(const std::string& name, Fold fold);
    // What a moment's name stands for: A and B of the window.
    void setMoment(const std::string& name, const Moment& moment);
    void setMoment(const std::string& name, const std::string& text);
    bool hasMoment(std::string_view name) const { return m_moments.contains(name); }

    // A projection at hand.
    struct Entry
    {
        VersionLogPtr log;
        std::vector<ProjectionColumn> columns;
    };
    using EntryPtr = std::shared_ptr<const Entry>;
    Result<EntryPtr> open(const std::string& name);
    std::vector<std::string> names() const;
    // Those that queries have named.
    const std::map<std::string, EntryPtr, std::less<>>& entries() const { return m_entries; }

    // A state's log and the records in it. The log is the entry's, but for moments that are no
    // prefix of its order (what a consumer group had committed, an offset vector) or that go by
    // another clock (a link): these are folded by themselves.
    struct Rest
    {
        VersionLogPtr log;
        Rank prefix = 0;
    };
    // A moment's name or text, as resolveMoment() reads it.
    Result<Rest> at(const Entry& entry, const std::string& moment);
    Result<StatePtr> state(const Entry& entry, const std::string& moment);
    using DiffPtr = std::shared_ptr<const StateDiff>;
    Result<DiffPtr> difference(const StatePtr& a, const StatePtr& b);
    StateRowsPtr rows(const StatePtr& state, const std::vector<FieldPath>& paths);

    // The keys of a log that a comparison of `key` with '=' or a list may be true for, each once
    // and in key order. Texts are looked up; for numbers all keys are read once a query.
    std::vector<KeyNo> keysThatMayEqual(const VersionLogPtr& log,
                                        const TableConstraint& constraint);
    // Whether the state's rows stand as SQLite sorts their keys.
    bool standsByKeyText(const Entry& entry, const State& state);
    // Tells the moments of a query apart, from 0.
    std::int64_t numberOf(const std::string& moment);

    // What the query at hand, or the last one, rests on; in the order it was asked for.
    static constexpr std::size_t kMostRests = 20; // more are counted
    const std::vector<Rest>& rests() const { return m_rests; }
    std::size_t moreRests() const { return m_moreRests; }
    const std::vector<std::string>& notes() const { return m_notes; } // of its moments
    bool complete() const { return m_complete; } // false: one lies past the end

    void begin(const std::stop_token& stop);
    void end(); // forgets what only helps a query at hand
    const std::stop_token& stop() const { return m_stop; }

private:
    struct Named
    {
        std::optional<Moment> moment;
        std::string text;
    };
    struct TakenDiff
    {
        StatePtr a;
        StatePtr b;
        DiffPtr diff;
    };
    struct TakenRows
    {
        StatePtr state;
        std::vector<FieldPath> paths;
        StateRowsPtr rows;
    };
    struct TakenNumbers
    {
        VersionLogPtr log;
        std::shared_ptr<const KeyNumbers> numbers;
    };
    std::shared_ptr<const KeyNumbers> numbersOf(const VersionLogPtr& log);
    Result<Rest> find(const Entry& entry, const std::string& text);
    Result<Rest> findByItself(const Entry& entry, const std::string& text);
    void say(const std::string& note, bool complete);
    void restOn(const Rest& rest);

    const std::string m_hint;
    std::map<std::string, Fold, std::less<>> m_folds;
    std::map<std::string, EntryPtr, std::less<>> m_entries;
    std::map<const VersionLog*, bool> m_textOrders; // of entries, where it was asked for
    std::map<std::string, Named, std::less<>> m_moments;
    std::stop_token m_stop;
    // Of the query at hand. The oldest go where there are many.
    std::map<std::pair<const VersionLog*, std::string>, Rest> m_found;
    std::vector<StatePtr> m_states;
    std::vector<TakenDiff> m_diffs;
    std::vector<TakenRows> m_rows;
    std::vector<TakenNumbers> m_numbers;
    std::map<std::string, std::int64_t> m_momentNumbers;
    std::vector<Rest> m_rests;
    std::size_t m_moreRests = 0;
    std::vector<std::string> m_notes;
    bool m_complete = true;
};

using StateCatalogPtr = std::shared_ptr<StateCatalog>;

} // namespace hindcast
