#pragma once

#include "connectors/kafka/rd_handles.h"
#include "model/record/moment.h"

#include <QString>
#include <map>
#include <set>
#include <string>

namespace hindcast::test {

// Makes topics, commits and deletions for tests and notes them, so that tst_nothing_left can tell
// what the tests made from what the program under test left behind. Failures throw.
class TestCluster
{
public:
    // `notes` empty: nothing is noted.
    explicit TestCluster(const QString& address, QString notes = {});

    // A topic with a name of its own, "prefix-1a2b3c", that keeps its records unless `configs` say
    // otherwise.
    std::string createTopic(const std::string& prefix, std::int32_t partitions,
                            const std::map<std::string, std::string>& configs = {});
    void deleteRecordsBefore(const TopicPartition& place, std::int64_t offset);
    void deleteTopic(const std::string& topic);
    // The group's committed offsets, by the admin call: the group is then Empty.
    void commit(const std::string& group, const OffsetVector& offsets);
    // For what a test makes by other means.
    void noteGroup(const std::string& group, const OffsetVector& offsets);

    // What the cluster holds, by calls that are not those under test.
    std::set<std::string> topicNames() const;
    std::set<std::string> groupNames() const;
    OffsetVector committed(const std::string& group) const;

    static std::string uniqueName(const std::string& prefix);

private:
    kafka::EventHandle await(rd_kafka_queue_t* queue) const;
    void note(const QString& line) const;

    rd_kafka_t* groups() const;

    const QString m_address;
    kafka::ClientHandle m_client;
    // Asks about groups; made when first needed, as it makes the broker keep offsets.
    mutable kafka::ClientHandle m_groups;
    const QString m_notes;
};

// A line of the notes: "topic NAME", "group NAME", "commit GROUP TOPIC PARTITION OFFSET".
struct MadeByTests
{
    std::set<std::string> topics;
    std::set<std::string> groups;
    std::map<std::string, OffsetVector> commits; // the last of each
};
MadeByTests readNotes(const QString& notes);

} // namespace hindcast::test
