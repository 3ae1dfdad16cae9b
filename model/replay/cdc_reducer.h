#pragma once

#include "model/replay/json_members.h"
#include "model/replay/reducer.h"

#include <string>

namespace hindcast {

// `cdc`: change events in Debezium's envelope, with or without its schema. The state of a row is
// its `after` image as written; a delete and its tombstone remove it, a truncate removes every row
// of the topic. A column whose value was too large to be sent again (an unchanged TOAST value)
// keeps what it had. The key is the change event's own.
class CdcReducer final : public Reducer
{
public:
    void apply(const RecordView& record, std::optional<std::string_view> key,
               FoldContext& context) override;
    std::optional<std::string_view> stateInRecord(const RecordView& record) override;

private:
    bool readEnvelope(std::string_view value);
    bool readKey(std::string_view raw, std::string& key);
    void putAfter(const RecordView& record, FoldContext& context);
    bool replaceUnavailable(std::string_view after, std::optional<std::string_view> before,
                            FoldContext& context);

    JsonMembers m_outer;
    JsonMembers m_envelope; // the event's own members
    JsonMembers m_row;
    JsonMembers m_before;
    std::string m_key;
    std::string m_oldKey;
    std::string m_state;
};

} // namespace hindcast
