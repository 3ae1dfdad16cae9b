#include "model/capture/state_codec.h"

#include "model/capture/byte_stream.h"

#include <utility>

namespace hindcast {

namespace {

// One description of each structure serves both directions: `with(archive, value)` visits the
// fields in their order in the file.
class Saver
{
public:
    explicit Saver(std::string& to)
        : m_to(to)
    {
    }

    void operator()(const std::string& value) { m_to.text(value); }
    void operator()(const bool& value) { m_to.number(static_cast<std::uint8_t>(value)); }
    void operator()(const std::int32_t& value) { m_to.number(value); }
    void operator()(const std::int64_t& value) { m_to.number(value); }
    void operator()(const Timestamp& value) { m_to.number(toMs(value)); }
    template <typename A, typename B>
    void operator()(const std::map<A, B>& values)
    {
        m_to.number(static_cast<std::uint32_t>(values.size()));
        for (const auto& [name, value] : values) {
            (*this)(name);
            (*this)(value);
        }
    }
    template <typename T>
    void operator()(const std::vector<T>& values)
    {
        m_to.number(static_cast<std::uint32_t>(values.size()));
        for (const T& value : values) {
            (*this)(value);
        }
    }
    void operator()(const GroupSamplePtr& value) { (*this)(*value); }
    template <typename T>
    void operator()(const T& value)
    {
        with(*this, value);
    }

private:
    ByteWriter m_to;
};

class Loader
{
public:
    explicit Loader(std::string_view from)
        : m_from(from)
    {
    }

    bool whole() const { return m_from.ok() && m_from.atEnd(); }

    void operator()(std::string& value) { value = m_from.text(); }
    void operator()(bool& value) { value = m_from.number<std::uint8_t>() != 0; }
    void operator()(std::int32_t& value) { value = m_from.number<std::int32_t>(); }
    void operator()(std::int64_t& value) { value = m_from.number<std::int64_t>(); }
    void operator()(Timestamp& value) { value = timestampFromMs(m_from.number<std::int64_t>()); }
    template <typename A, typename B>
    void operator()(std::map<A, B>& values)
    {
        for (auto n = m_from.number<std::uint32_t>(); n > 0 && m_from.ok(); --n) {
            A name;
            (*this)(name);
            (*this)(values[std::move(name)]);
        }
    }
    template <typename T>
    void operator()(std::vector<T>& values)
    {
        for (auto n = m_from.number<std::uint32_t>(); n > 0 && m_from.ok(); --n) {
            (*this)(values.emplace_back());
        }
    }
    void operator()(GroupSamplePtr& value)
    {
        auto sample = std::make_shared<GroupSample>();
        (*this)(*sample);
        value = std::move(sample);
    }
    template <typename T>
    void operator()(T& value)
    {
        with(*this, value);
    }

private:
    ByteReader m_from;
};

template <typename Archive, typename... Fields>
void visit(Archive& archive, Fields&... fields)
{
    (archive(fields), ...);
}

template <typename T, typename Like>
inline constexpr bool is = std::is_same_v<std::remove_const_t<T>, Like>;

template <typename Archive, typename T>
void with(Archive& archive, T& v)
{
    if constexpr (is<T, TopicPartition>) {
        visit(archive, v.topic, v.partition);
    } else if constexpr (is<T, PartitionState>) {
        visit(archive, v.partition, v.leader, v.replicas, v.inSync, v.logStart, v.logEnd,
              v.problem);
    } else if constexpr (is<T, TopicState>) {
        visit(archive, v.name, v.internal, v.partitions, v.configs, v.sizeBytes, v.problem);
    } else if constexpr (is<T, GroupMember>) {
        visit(archive, v.memberId, v.clientId, v.host, v.instanceId, v.assigned);
    } else if constexpr (is<T, GroupPartitionSample>) {
        visit(archive, v.place, v.committed, v.logStart, v.logEnd, v.committedRecordTime,
              v.memberId);
    } else if constexpr (is<T, GroupSample>) {
        visit(archive, v.time, v.group, v.state, v.protocol, v.membersVisible, v.members,
              v.partitions, v.problem);
    } else {
        static_assert(is<T, ClusterState>);
        visit(archive, v.time, v.clusterId, v.brokers, v.topics, v.groups, v.problem);
    }
}

template <typename T>
std::string encode(const T& value)
{
    std::string bytes;
    Saver save(bytes);
    save(value);
    return bytes;
}

template <typename T>
std::shared_ptr<const T> decode(std::string_view bytes)
{
    auto value = std::make_shared<T>();
    Loader load(bytes);
    load(*value);
    return load.whole() ? value : nullptr;
}

} // namespace

std::string encodeSample(const GroupSample& sample)
{
    return encode(sample);
}

GroupSamplePtr decodeSample(std::string_view bytes)
{
    return decode<GroupSample>(bytes);
}

std::string encodeCluster(const ClusterState& state)
{
    return encode(state);
}

ClusterStatePtr decodeCluster(std::string_view bytes)
{
    return decode<ClusterState>(bytes);
}

} // namespace hindcast
