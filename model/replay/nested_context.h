#pragma once

#include "model/replay/json_members.h"
#include "model/replay/reducer.h"

#include <string>

namespace hindcast {

// `into = "payment"`: what a reducer of this source sees as a key's whole state is one member of
// the row's state, so that several sources fill one row and none touches what another wrote. A
// removed state takes its member away; a row without members is gone. Stands between a reducer and
// the fold, one thread.
class NestedContext final : public FoldContext
{
public:
    NestedContext(FoldContext& row, const std::string& member);

    std::optional<std::string_view> stateOf(std::string_view key) override;
    bool exists(std::string_view key) override;
    void keyIsOfRecord(std::string_view key) override { m_row.keyIsOfRecord(key); }
    std::optional<std::string_view> lastStateOf(std::string_view key) override;
    std::optional<std::string_view> lastRemoved() override { return m_row.lastRemoved(); }
    void put(std::string_view key, std::string_view state) override;
    void putFromRecord(std::string_view key, std::string_view part) override;
    void remove(std::string_view key) override;
    const std::vector<std::string>* rowIdentity(std::string_view table) override;
    bool wholeOrder() const override { return m_row.wholeOrder(); }
    bool knowsSnapshots() const override { return m_row.knowsSnapshots(); }
    void removeAllOfTopic() override;
    void stop(std::string_view key) override;
    void goOn(std::string_view key) override;
    std::optional<std::string> stoppedAt(std::string_view key) override;
    ChangeCounts& changes() override { return m_row.changes(); }
    TableDoubts& doubts() override { return m_row.doubts(); }
    Rank eventRank() const override { return m_row.eventRank(); }
    std::uint64_t rowCount() const override { return m_row.rowCount(); }
    void changesRow(std::string_view key, const RecordView& record) override
    {
        m_row.changesRow(key, record);
    }
    void finding(std::string_view key, std::string_view what) override;
    void skip(std::string_view reason) override;
    void untold(std::string_view reason) override;
    void skipWithoutKey() override;
    void unknownValue() override;

private:
    std::optional<std::string_view> memberOf(std::optional<std::string_view> row);
    // The row's members but ours, as an object that is still open; false: the row is no object.
    bool readOthers(std::string_view key);

    FoldContext& m_row;
    const std::string m_name;   // as it was written
    const std::string m_member; // as JSON writes it, without quotes
    JsonMembers m_members;
    JsonMembers m_check;
    std::string m_padded;
    std::string m_text;
    bool m_present = false; // the row has our member
};

} // namespace hindcast
