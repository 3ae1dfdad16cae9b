#include "model/replay/transaction_counts.h"

#include "model/decode/json_text.h"

#include <algorithm>
#include <cctype>

namespace hindcast {

TransactionCounts::TransactionCounts(const std::vector<std::string>& topics)
{
    for (std::size_t i = 0; i < topics.size(); ++i) {
        m_topics.emplace(topics[i], static_cast<TopicId>(i));
    }
}

void TransactionCounts::told(std::uint32_t transaction, std::string_view source,
                             std::string_view collections)
{
    for (std::size_t at = collections.find('{'); at != std::string_view::npos;
         at = collections.find('{', at + 1)) {
        const std::size_t end = collections.find('}', at);
        if (end == std::string_view::npos || m_members.read(collections.substr(at, end + 1 - at),
                                                            false) != JsonMembers::Kind::Object) {
            return;
        }
        const std::string_view name = m_members.value("data_collection");
        const auto count = readJsonNumber(m_members.value("event_count"));
        if (name.size() < 2 || !count || !count->integer) {
            continue;
        }
        std::string table;
        unescapeJson(name.substr(1, name.size() - 2), table);
        m_name = source;
        m_name += '.';
        // A character that Kafka does not take in a topic's name became _.
        for (const char c : table) {
            const auto byte = static_cast<unsigned char>(c);
            if ((byte & 0xC0) != 0x80) {
                const bool plain = std::isalnum(byte) != 0 || c == '.' || c == '_' || c == '-';
                m_name += plain ? c : '_';
            }
        }
        if (const auto topic = m_topics.find(m_name); topic != m_topics.end()) {
            auto& open = m_open[{transaction, topic->second}];
            open = std::max(open, count->value);
        }
    }
}

void TransactionCounts::seen(std::uint32_t transaction, TopicId topic)
{
    const auto open = m_open.find({transaction, topic});
    if (open != m_open.end()) {
        --open->second;
    }
}

std::vector<std::pair<std::uint32_t, TopicId>> TransactionCounts::missing() const
{
    std::vector<std::pair<std::uint32_t, TopicId>> result;
    for (const auto& [place, open] : m_open) {
        if (open > 0 && m_unwrapped.contains(place.second)) {
            result.push_back(place);
        }
    }
    return result;
}

} // namespace hindcast
