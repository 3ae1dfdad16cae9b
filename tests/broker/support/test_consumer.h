#pragma once

#include "connectors/kafka/rd_handles.h"
#include "model/record/moment.h"

#include <QString>
#include <map>
#include <string>

namespace hindcast::test {

// A member of a group, as the services whose lag is looked at are: subscribes, polls when told to,
// commits when told to. Failures throw.
class TestConsumer
{
public:
    TestConsumer(const QString& address, const std::string& group, const std::string& topic,
                 const std::map<std::string, std::string>& properties = {});
    ~TestConsumer();
    TestConsumer(const TestConsumer&) = delete;
    TestConsumer& operator=(const TestConsumer&) = delete;

    // Polls until it has partitions; the group is then Stable. Records met are dropped.
    void join();
    void commit(const OffsetVector& offsets);
    // Leaves the group.
    void leave();

private:
    kafka::ClientHandle m_consumer;
};

} // namespace hindcast::test
