#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/replay/json_members.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hindcast {

// How many changes of a table a transaction has by its end, and how many came: what is missing of
// unwrapped topics. One thread.
class TransactionCounts
{
public:
    explicit TransactionCounts(const std::vector<std::string>& topics);

    // `collections`: [{"data_collection": "app.orders", "event_count": 2}, ...]. An end that comes
    // again from a run that resumed inside the transaction counts less; the most holds.
    void told(std::uint32_t transaction, std::string_view source, std::string_view collections);
    void addUnwrapped(TopicId topic) { m_unwrapped.insert(topic); }
    void seen(std::uint32_t transaction, TopicId topic);

    // Transactions and topics of which fewer came than were told.
    std::vector<std::pair<std::uint32_t, TopicId>> missing() const;

private:
    std::map<std::string, TopicId, std::less<>> m_topics;
    std::set<TopicId> m_unwrapped;
    std::map<std::pair<std::uint32_t, TopicId>, std::int64_t> m_open;
    JsonMembers m_members;
    std::string m_name;
};

} // namespace hindcast
