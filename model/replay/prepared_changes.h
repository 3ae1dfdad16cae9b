#pragma once

#include "model/replay/change_event.h"
#include "model/replay/prepared_texts.h"
#include "model/replay/record_preparer.h"

#include <optional>
#include <string_view>
#include <vector>

namespace hindcast {

// The change events of a block as ChangeReader reads them, with their keys as ChangeKey does. Those
// of the streaming tools are not in it: they are several rows each.
class PreparedChanges final : public PreparedRecords
{
public:
    static std::unique_ptr<RecordPreparer> preparer();

    // Null: not prepared.
    const ChangeEvent* event(std::size_t record) const
    {
        return m_there[record] ? &m_events[record] : nullptr;
    }
    // As ChangeReader::columnsMark(), of an event that is there.
    std::uint64_t columnsMark(std::size_t record) const { return m_marks[record]; }
    std::optional<std::string_view> key(std::size_t record) const { return m_keys.at(record); }
    bool keyHasNull(std::size_t record) const { return !m_withNull.empty() && m_withNull[record]; }
    std::size_t bytes() const override;

private:
    class Preparer;

    std::vector<ChangeEvent> m_events;
    std::vector<bool> m_there;
    std::vector<std::uint64_t> m_marks;
    PreparedTexts m_keys;
    std::vector<bool> m_withNull; // keys that identify no row; empty: there are none
};

} // namespace hindcast
