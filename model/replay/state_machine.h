#pragma once

#include "model/replay/setting.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

struct ProjectionSource;

// The states that a thing may be in and the ways between them, as a [[source]] declares them.
// Immutable once read.
class StateMachine
{
public:
    // `events`: transitions are named by events, else by the states they lead to. Refuses names
    // that lead nowhere, with the names there are.
    static Set<StateMachine> read(const ProjectionSource& source, bool events);

    struct Step
    {
        std::string to;   // where the machine is then; as it was where it may not move
        std::string what; // is wrong with it; empty: nothing
        bool moved = false;
    };
    // `from` is nullopt where it has not begun. `name`: the state that a record tells, or the
    // event.
    Step step(const std::optional<std::string>& from, const std::string& name) const;

    // Where everything is before its first event; nullopt: where its first record says.
    std::optional<std::string> beginning() const;
    bool isTerminal(const std::string& state) const { return m_terminal.contains(state); }

private:
    std::optional<SettingMistake> readTransitions(const Setting& setting);
    std::optional<SettingMistake> checkNames(const Setting& transitions,
                                             const std::vector<Setting>& settings) const;
    Step stepTo(const std::optional<std::string>& from, const std::string& state) const;
    Step stepBy(const std::string& from, const std::string& event) const;
    Step wrong(const std::optional<std::string>& from, const std::string& to,
               std::string what) const;

    bool m_events = false;
    bool m_stays = false; // where a record tells a state that it must not
    std::vector<std::string> m_initial;
    std::set<std::string, std::less<>> m_terminal;
    std::set<std::string, std::less<>> m_states;
    std::set<std::string, std::less<>> m_names; // of events
    // From a state, by the next state or the event: the next state.
    std::map<std::string, std::map<std::string, std::string>> m_ways;
};

} // namespace hindcast
