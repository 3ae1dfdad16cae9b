#pragma once

#include "model/decode/field_reader.h"
#include "model/replay/json_members.h"
#include "model/replay/reducer_registry.h"
#include "model/replay/state_machine.h"

#include <array>
#include <string>

namespace hindcast {

// `machine`: follows each key through declared states; a transition that is not declared is a
// finding with its record. The state is {"state", "previous", "terminal", "steps", "violations",
// "violation"}; a null value deletes it, and the key begins anew.
//
// Settings: state = "value.status", where a record tells the state it is in, or event =
// "value.type", what happened; [source.transitions] with CREATED = ["PAID"] or, with event,
// CREATED = { pay = "PAID" }; initial and terminal states; violation = "move" (default: the record
// says what is) or "stay". Telling the same state again is no transition.
class MachineReducer final : public Reducer
{
public:
    static constexpr std::array<std::string_view, 6> kSettings{
        "state", "event", "initial", "terminal", "transitions", "violation"};
    static MadeReducer make(const ProjectionSource& source);

    void apply(const FoldEvent& event, FoldContext& context) override;
    std::optional<std::string_view> stateInRecord(const RecordView& record) override;

private:
    // What a key's state says of it.
    struct Place
    {
        std::optional<std::string> state;
        std::string previous; // as a JSON token
        std::string violation;
        std::uint64_t steps = 0;
        std::uint64_t violations = 0;
    };

    MachineReducer(const FieldPath& path, std::string pathText, StateMachine machine);
    Place placeOf(std::optional<std::string_view> state);
    void write(const Place& place);

    FieldReader m_field;
    const std::string m_path;
    const StateMachine m_machine;
    JsonMembers m_members;
    std::string m_text;
};

} // namespace hindcast
