#pragma once

#include "model/replay/change_event.h"
#include "model/replay/reducer.h"

#include <string>

namespace hindcast {

// `cdc`: change events of Debezium, in their envelope with or without its schema, or unwrapped by
// ExtractNewRecordState. The state of a row is its image as written; a delete removes it, a
// truncate removes every row of the topic. A column whose value was too large to be sent again (an
// unchanged TOAST value) keeps what it had. The key is the change event's own, or the columns that
// the clock `commit` found to tell the rows apart. A table without a key is a bag of rows: each
// stands under its own text, equal ones are numbered.
class CdcReducer final : public Reducer
{
public:
    void apply(const RecordView& record, std::optional<std::string_view> key,
               FoldContext& context) override;
    std::optional<std::string_view> stateInRecord(const RecordView& record) override;

private:
    enum class RowKey { Key, None, Untold };

    RowKey findKey(const RecordView& record, std::string_view row, FoldContext& context);
    bool readKey(std::string_view raw, std::string& key);
    bool keyOf(const JsonMembers& row, const std::vector<std::string>& columns);
    void applyToBag(const ChangeEvent& event, FoldContext& context);
    void addToBag(std::string_view row, FoldContext& context);
    bool removeFromBag(std::string_view row, FoldContext& context);
    std::uint64_t copiesOf(std::string_view row, FoldContext& context);
    void put(const RecordView& record, const ChangeEvent& event, FoldContext& context);
    bool rebuild(const ChangeEvent& event, bool lacks, std::optional<std::string_view> before,
                 FoldContext& context);

    ChangeReader m_reader;
    JsonMembers m_outer;
    JsonMembers m_row;
    JsonMembers m_before;
    std::string m_key;
    std::string m_oldKey;
    std::string m_state;
};

} // namespace hindcast
