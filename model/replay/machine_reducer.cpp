#include "model/replay/machine_reducer.h"

#include "model/replay/key_reader.h"

#include <charconv>
#include <fmt/core.h>

namespace hindcast {

namespace {

std::uint64_t seenIn(std::string_view token)
{
    std::uint64_t count = 0;
    std::from_chars(token.data(), token.data() + token.size(), count);
    return count;
}

std::optional<std::string> nameIn(const FieldValue& value)
{
    switch (value.kind) {
    case FieldValue::Kind::String:
    case FieldValue::Kind::Integer:
    case FieldValue::Kind::Number:
        return std::string(value.text);
    case FieldValue::Kind::Bool:
        return std::string(value.boolean ? "true" : "false");
    case FieldValue::Kind::Missing:
    case FieldValue::Kind::Null:
    case FieldValue::Kind::Json:
    case FieldValue::Kind::Bytes:
        break;
    }
    return std::nullopt;
}

} // namespace

MadeReducer MachineReducer::make(const ProjectionSource& source)
{
    const Setting* const state = findSetting(source.settings, "state");
    const Setting* const event = findSetting(source.settings, "event");
    if ((state != nullptr) == (event != nullptr)) {
        return tl::unexpected(SettingMistake{
            event ? event->line : source.line,
            event
                ? "state and event exclude each other: a record tells where it is, or what "
                  "happened."
                : "This machine does not say what to look at; add state = \"value.status\", where "
                  "a record tells its state, or event = \"value.type\", what happened."});
    }
    const Setting& looksAt = state ? *state : *event;
    const auto path = settingPath(looksAt);
    if (!path) {
        return tl::unexpected(path.error());
    }
    auto machine = StateMachine::read(source, event != nullptr);
    if (!machine) {
        return tl::unexpected(machine.error());
    }
    return std::unique_ptr<Reducer>(new MachineReducer(*path, looksAt.text, std::move(*machine)));
}

MachineReducer::MachineReducer(const FieldPath& path, std::string pathText, StateMachine machine)
    : m_field({path})
    , m_path(std::move(pathText))
    , m_machine(std::move(machine))
{
}

MachineReducer::Place MachineReducer::placeOf(std::optional<std::string_view> state)
{
    Place place;
    if (!state || m_members.read(*state, false) != JsonMembers::Kind::Object) {
        return place;
    }
    if (const std::string_view token = m_members.value("state"); !token.empty()) {
        appendKeyToken(token, place.state.emplace());
    }
    place.previous = m_members.value("previous");
    place.violation = m_members.value("violation");
    place.steps = seenIn(m_members.value("steps"));
    place.violations = seenIn(m_members.value("violations"));
    return place;
}

void MachineReducer::write(const Place& place)
{
    m_text = "{\"state\":";
    appendJsonText(*place.state, m_text);
    m_text += ",\"previous\":" + (place.previous.empty() ? "null" : place.previous);
    m_text += fmt::format(",\"terminal\":{},\"steps\":{},\"violations\":{}",
                          m_machine.isTerminal(*place.state), place.steps, place.violations);
    if (!place.violation.empty()) {
        m_text += ",\"violation\":" + place.violation;
    }
    m_text += '}';
}

void MachineReducer::apply(const FoldEvent& event, FoldContext& context)
{
    const RecordView& record = event.record;
    const auto& key = event.key;
    if (!key) {
        context.skipWithoutKey();
        return;
    }
    if (!record.value) {
        context.remove(*key);
        return;
    }
    const auto name = nameIn(m_field.read(record).front());
    if (!name) {
        context.skip(
            fmt::format("There is no name of a state or event at {} of this record.", m_path));
        return;
    }
    Place place = placeOf(context.stateOf(*key));
    if (!place.state) {
        place.state = m_machine.beginning();
    }
    const StateMachine::Step step = m_machine.step(place.state, *name);
    if (step.moved) {
        // Being there for the first time is no step.
        if (place.state) {
            place.previous.clear();
            appendJsonText(*place.state, place.previous);
            ++place.steps;
        }
    }
    place.state = step.to;
    if (!step.what.empty()) {
        ++place.violations;
        place.violation.clear();
        appendJsonText(step.what, place.violation);
        context.finding(*key, step.what);
    }
    write(place);
    context.put(*key, m_text);
}

std::optional<std::string_view> MachineReducer::stateInRecord(const RecordView&)
{
    return std::nullopt;
}

} // namespace hindcast
