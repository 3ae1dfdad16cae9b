#include "model/replay/state_machine.h"

#include "model/replay/projection.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace hindcast {

namespace {

constexpr std::array<std::string_view, 2> kOnViolation{"move", "stay"};

template <typename Map>
std::string keysOf(const Map& map)
{
    std::vector<std::string> keys;
    keys.reserve(map.size());
    for (const auto& [key, value] : map) {
        keys.push_back(key);
    }
    return keys.empty() ? "nothing" : fmt::format("{}", fmt::join(keys, ", "));
}

} // namespace

std::optional<SettingMistake> StateMachine::readTransitions(const Setting& setting)
{
    if (setting.kind != Setting::Kind::Table || setting.items.empty()) {
        return SettingMistake{setting.line, "transitions must be a table of states: "
                                            "[source.transitions] and lines below it."};
    }
    for (const Setting& from : setting.items) {
        auto& ways = m_ways[from.name];
        m_states.insert(from.name);
        if (m_events) {
            if (from.kind != Setting::Kind::Table) {
                return SettingMistake{
                    from.line,
                    fmt::format("With event, the transitions from {} must say where each "
                                "event leads: {} = {{ pay = \"PAID\" }}.",
                                from.name, from.name)};
            }
            for (const Setting& way : from.items) {
                const auto to = settingText(way);
                if (!to) {
                    return to.error();
                }
                m_names.insert(way.name);
                m_states.insert(*to);
                ways.emplace(way.name, *to);
            }
            continue;
        }
        if (from.kind == Setting::Kind::Table) {
            return SettingMistake{
                from.line, fmt::format("Without event, the transitions from {} must be a list "
                                       "of states: {} = [\"PAID\"].",
                                       from.name, from.name)};
        }
        const auto targets = settingTexts(from);
        if (!targets) {
            return targets.error();
        }
        for (const std::string& to : *targets) {
            m_states.insert(to);
            ways.emplace(to, to);
        }
    }
    return std::nullopt;
}

std::optional<SettingMistake> StateMachine::checkNames(const Setting& transitions,
                                                       const std::vector<Setting>& settings) const
{
    for (const std::string_view name : {"initial", "terminal"}) {
        const Setting* const setting = findSetting(settings, name);
        const auto states = setting ? settingTexts(*setting) : Set<std::vector<std::string>>{};
        if (!states) {
            return states.error();
        }
        for (const std::string& state : *states) {
            if (!m_states.contains(state)) {
                return SettingMistake{
                    setting->line, fmt::format("{} names {}, which no transition names; they name "
                                               "{}.",
                                               name, state, fmt::join(m_states, ", "))};
            }
        }
    }
    for (const Setting& from : transitions.items) {
        if (m_terminal.contains(from.name) && !m_ways.at(from.name).empty()) {
            return SettingMistake{from.line,
                                  fmt::format("{} is terminal and has transitions.", from.name)};
        }
        for (const auto& [name, to] : m_ways.at(from.name)) {
            if (!m_ways.contains(to) && !m_terminal.contains(to)) {
                return SettingMistake{
                    from.line,
                    fmt::format("{0} leads to {1}, which has no transitions and is not terminal. "
                                "Those that have are {2}; terminal {3}. Where {1} is an end, add "
                                "it: terminal = [\"{1}\"].",
                                from.name, to, keysOf(m_ways),
                                m_terminal.empty()
                                    ? "is none"
                                    : fmt::format("is {}", fmt::join(m_terminal, ", ")))};
            }
        }
    }
    return std::nullopt;
}

Set<StateMachine> StateMachine::read(const ProjectionSource& source, bool events)
{
    StateMachine machine;
    machine.m_events = events;
    const Setting* const transitions = findSetting(source.settings, "transitions");
    if (!transitions) {
        return tl::unexpected(SettingMistake{
            source.line, "This machine has no transitions; add [source.transitions] and, for each "
                         "state, where it leads: CREATED = [\"PAID\"]."});
    }
    if (auto mistake = machine.readTransitions(*transitions)) {
        return tl::unexpected(std::move(*mistake));
    }
    const Setting* const initial = findSetting(source.settings, "initial");
    if (initial) {
        machine.m_initial = settingTexts(*initial).value_or(std::vector<std::string>());
    }
    if (const Setting* const terminal = findSetting(source.settings, "terminal")) {
        const auto states = settingTexts(*terminal).value_or(std::vector<std::string>());
        machine.m_terminal.insert(states.begin(), states.end());
    }
    if (auto mistake = machine.checkNames(*transitions, source.settings)) {
        return tl::unexpected(std::move(*mistake));
    }
    if (events && machine.m_initial.size() != 1) {
        return tl::unexpected(SettingMistake{
            initial ? initial->line : source.line,
            "With event, initial must name the one state that everything begins in."});
    }
    if (const Setting* const policy = findSetting(source.settings, "violation")) {
        const auto word = settingWord(*policy, kOnViolation);
        if (!word) {
            return tl::unexpected(word.error());
        }
        if (events && *word == "move") {
            return tl::unexpected(SettingMistake{
                policy->line, "With event, a violation has nowhere to move to: leave it out."});
        }
        machine.m_stays = *word == "stay";
    }
    return machine;
}

std::optional<std::string> StateMachine::beginning() const
{
    return m_events ? std::optional(m_initial.front()) : std::nullopt;
}

StateMachine::Step StateMachine::wrong(const std::optional<std::string>& from,
                                       const std::string& to, std::string what) const
{
    const bool moves = !m_stays || !from;
    return {moves ? to : *from, std::move(what), moves};
}

StateMachine::Step StateMachine::step(const std::optional<std::string>& from,
                                      const std::string& name) const
{
    return m_events ? stepBy(from.value_or(m_initial.front()), name) : stepTo(from, name);
}

StateMachine::Step StateMachine::stepTo(const std::optional<std::string>& from,
                                        const std::string& state) const
{
    if (!m_states.contains(state)) {
        return wrong(
            from, state,
            fmt::format("{} is not one of its states: {}.", state, fmt::join(m_states, ", ")));
    }
    if (!from) {
        if (!m_initial.empty() &&
            std::find(m_initial.begin(), m_initial.end(), state) == m_initial.end()) {
            return wrong(from, state,
                         fmt::format("It begins in {}; it may begin in {}.", state,
                                     fmt::join(m_initial, ", ")));
        }
        return {state, {}, true};
    }
    if (*from == state) {
        const auto ways = m_ways.find(state);
        return {state, {}, ways != m_ways.end() && ways->second.contains(state)};
    }
    if (isTerminal(*from)) {
        return wrong(from, state,
                     fmt::format("{} came after {}, which is terminal.", state, *from));
    }
    const auto ways = m_ways.find(*from);
    // What was never one of its states says nothing about what may follow.
    if (ways == m_ways.end() || ways->second.contains(state)) {
        return {state, {}, true};
    }
    return wrong(from, state,
                 fmt::format("From {} to {} is not allowed; from {} it may go to {}.", *from, state,
                             *from, keysOf(ways->second)));
}

StateMachine::Step StateMachine::stepBy(const std::string& from, const std::string& event) const
{
    const auto ways = m_ways.find(from);
    if (ways != m_ways.end()) {
        const auto way = ways->second.find(event);
        if (way != ways->second.end()) {
            return {way->second, {}, true};
        }
    }
    if (!m_names.contains(event)) {
        return {from,
                fmt::format("{} is not one of its events: {}.", event, fmt::join(m_names, ", ")),
                false};
    }
    if (isTerminal(from)) {
        return {from, fmt::format("{} came in {}, which is terminal.", event, from), false};
    }
    return {from,
            fmt::format("{} is not allowed in {}; allowed there: {}.", event, from,
                        ways == m_ways.end() ? "nothing" : keysOf(ways->second)),
            false};
}

} // namespace hindcast
