#pragma once

#include "model/replay/block_cursor.h"
#include "model/replay/change_event.h"

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// Inside a transaction a deferred constraint lets two rows have one key for a while: keys that
// move up arrive as delete 1, create 2, delete 2, create 3, where "delete 2" means the row that
// was there before. Puts the changes of such a key in the order of the rows' lives, by the rows
// that updates and deletes name in `before`, so that a fold by key comes out right. One thread.
class RowLifetimes
{
public:
    // `wholeImages`: topics where `before` is the whole row, so that a blank in it is the value.
    RowLifetimes(CaptureSnapshotPtr snapshot, std::set<TopicId> wholeImages);

    void clear();
    // A change at `place` of its transaction, in order.
    void add(Row row, std::size_t place, char op);
    // Exchanges rows of the transaction where a key needs it.
    Result<void> order(std::span<Row> transaction);

private:
    struct Change
    {
        std::size_t place = 0;
        char op = '\0';
    };
    using Key = std::pair<TopicId, KeyId>;

    Result<void> orderKey(TopicId topic, const std::vector<Change>& changes,
                          std::span<Row> transaction);
    std::string rowText(std::string_view row, bool metadata);
    bool agrees(const std::string& before, const std::string& row);

    const CaptureSnapshotPtr m_snapshot;
    const std::set<TopicId> m_wholeImages;
    BlockCursor m_blocks;
    ChangeReader m_reader;
    JsonMembers m_a;
    JsonMembers m_b;
    bool m_creates = false;
    bool m_deletes = false;
    std::vector<std::pair<Key, Change>> m_changes;
};

} // namespace hindcast
