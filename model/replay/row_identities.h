#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/replay/change_event.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hindcast {

// Finds tables whose rows are told apart by other columns than the key of their events: with
// REPLICA IDENTITY USING INDEX a `before` names those columns (in a delete, and in an update that
// changes them), and its key is made up of blanks; with FULL it names all. One thread.
class RowIdentities
{
public:
    // To be given every change of a row.
    void look(TopicId topic, const RecordView& record, const ChangeEvent& event);
    // The same of wal2json, which tells the key's columns and those of the identity, of one table
    // or of several in a topic.
    void look(TopicId topic, const RowChanges& changes);
    // A table of wal2json as it is told, "shop.orders"; else the topic's only one: "".
    using Table = std::pair<TopicId, std::string>;
    // The columns, as JSON writes their names, of the tables where the key does not do.
    std::map<Table, std::vector<std::string>> find() const;
    // The topics of Debezium where `before` is the whole row, blank columns and all.
    std::set<TopicId> wholeImages() const;

    // Whether a column of a row image says nothing: null, or what stands for null in a NOT NULL
    // column of an image that has only the identity's columns ('', 0, false).
    static bool isBlank(std::string_view token);

private:
    struct Evidence
    {
        std::set<std::string> keyColumns;
        std::vector<std::string> told; // columns that a `before` has a value of, in their order

        bool tellsKey() const;
    };

    std::map<Table, Evidence> m_evidence;
    JsonMembers m_members;
};

} // namespace hindcast
