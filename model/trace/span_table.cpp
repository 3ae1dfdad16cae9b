#include "model/trace/span_table.h"

#include <array>
#include <charconv>
#include <optional>

namespace hindcast {

namespace {

enum Field : std::size_t {
    kDestination,
    kPartition,
    kOffset,
    kGroup,
    kMessageId,
    kMessageKey,
    kOperationType,
    kOperationName,
    kSystem,
    kFieldCount
};

struct KnownKey
{
    std::string_view key;
    Field field;
};

// Messaging attributes of every generation in the wild, the newest of a field first: OpenTelemetry
// semantic conventions 1.44 back to 1.8, and Brave's tags. They are the first texts of every pool,
// so a key's id tells which one it is.
constexpr std::array kKnownKeys{
    KnownKey{"messaging.destination.name", kDestination},
    KnownKey{"messaging.destination", kDestination},
    KnownKey{"messaging.source.name", kDestination},
    KnownKey{"kafka.topic", kDestination},
    KnownKey{"messaging.destination.partition.id", kPartition},
    KnownKey{"messaging.kafka.destination.partition", kPartition},
    KnownKey{"messaging.kafka.source.partition", kPartition},
    KnownKey{"messaging.kafka.partition", kPartition},
    KnownKey{"kafka.partition", kPartition},
    KnownKey{"messaging.kafka.offset", kOffset},
    KnownKey{"messaging.kafka.message.offset", kOffset},
    KnownKey{"kafka.offset", kOffset},
    KnownKey{"messaging.consumer.group.name", kGroup},
    KnownKey{"messaging.kafka.consumer.group", kGroup},
    KnownKey{"messaging.kafka.consumer_group", kGroup},
    KnownKey{"messaging.message.id", kMessageId},
    KnownKey{"messaging.message_id", kMessageId},
    KnownKey{"messaging.kafka.message.key", kMessageKey},
    KnownKey{"messaging.kafka.message_key", kMessageKey},
    KnownKey{"kafka.key", kMessageKey},
    KnownKey{"messaging.operation.type", kOperationType},
    KnownKey{"messaging.operation", kOperationType},
    KnownKey{"messaging.operation.name", kOperationName},
    KnownKey{"messaging.system", kSystem},
};

template <typename T>
std::optional<T> numberOf(std::string_view text)
{
    T value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

MessagingRole roleOfOperation(std::string_view operation)
{
    if (operation == "publish" || operation == "send" || operation == "create") {
        return MessagingRole::Send;
    }
    if (operation == "receive" || operation == "poll") {
        return MessagingRole::Receive;
    }
    if (operation == "process" || operation == "deliver") {
        return MessagingRole::Process;
    }
    if (operation == "settle" || operation == "commit") {
        return MessagingRole::Settle;
    }
    return MessagingRole::None;
}

// For spans that say no operation: what their kind and name give away.
MessagingRole roleOfKind(SpanKind kind, std::string_view name)
{
    if (kind == SpanKind::Producer) {
        return MessagingRole::Send;
    }
    if (kind != SpanKind::Consumer) {
        return MessagingRole::None;
    }
    const bool receives = name == "poll" || name == "recv" || name.starts_with("poll ") ||
                          name.ends_with(" receive") || name.ends_with(" poll");
    return receives ? MessagingRole::Receive : MessagingRole::Process;
}

std::string_view cutAtCharacter(std::string_view text, std::size_t bytes)
{
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0U) == 0x80U) {
        --bytes;
    }
    return text.substr(0, bytes);
}

} // namespace

SpanTable::SpanTable()
    : m_pool(std::make_shared<StringPool>())
{
    for (const KnownKey& known : kKnownKeys) {
        m_pool->intern(known.key);
    }
}

StringId SpanTable::intern(std::string_view text)
{
    if (text.size() <= kMaxValueBytes) {
        return m_pool->intern(text);
    }
    return m_pool->intern(std::string(cutAtCharacter(text, kMaxValueBytes)) + "\u2026");
}

Span& SpanTable::begin()
{
    Span& span = m_spans.emplace_back();
    span.attributesAt = static_cast<std::uint32_t>(m_attributes.size());
    span.linksAt = static_cast<std::uint32_t>(m_links.size());
    return span;
}

void SpanTable::addAttribute(std::string_view key, std::string_view value)
{
    m_attributes.push_back({intern(key), intern(value)});
}

void SpanTable::addLink(const SpanLink& link)
{
    m_links.push_back(link);
}

void SpanTable::end()
{
    Span& span = m_spans.back();
    span.attributeCount = static_cast<std::uint32_t>(m_attributes.size()) - span.attributesAt;
    span.linkCount = static_cast<std::uint32_t>(m_links.size()) - span.linksAt;
    readMessaging(span);
}

void SpanTable::discard()
{
    m_attributes.resize(m_spans.back().attributesAt);
    m_links.resize(m_spans.back().linksAt);
    m_spans.pop_back();
}

void SpanTable::readMessaging(Span& span) const
{
    // Per field the value of the newest key present.
    std::array<StringId, kFieldCount> values{};
    std::array<std::size_t, kFieldCount> ranks;
    ranks.fill(kKnownKeys.size());
    for (std::size_t i = span.attributesAt; i < m_attributes.size(); ++i) {
        const StringId key = m_attributes[i].key;
        if (key == 0 || key > kKnownKeys.size()) {
            continue;
        }
        const std::size_t rank = key - 1;
        const Field field = kKnownKeys[rank].field;
        if (rank < ranks[field]) {
            ranks[field] = rank;
            values[field] = m_attributes[i].value;
        }
    }
    span.destination = values[kDestination];
    span.group = values[kGroup];
    span.messageId = values[kMessageId];
    span.messageKey = values[kMessageKey];
    const auto partition = numberOf<std::int32_t>(m_pool->at(values[kPartition]));
    const auto offset = numberOf<std::int64_t>(m_pool->at(values[kOffset]));
    // A failed send tells -1.
    span.partition = partition && *partition >= 0 ? *partition : -1;
    span.offset = offset && *offset >= 0 ? *offset : -1;

    span.role = roleOfOperation(m_pool->at(values[kOperationType]));
    if (span.role == MessagingRole::None) {
        span.role = roleOfOperation(m_pool->at(values[kOperationName]));
    }
    if (span.role == MessagingRole::None &&
        (span.destination != 0 || values[kSystem] != 0 || span.kind == SpanKind::Producer ||
         span.kind == SpanKind::Consumer)) {
        span.role = roleOfKind(span.kind, m_pool->at(span.name));
    }
}

} // namespace hindcast
