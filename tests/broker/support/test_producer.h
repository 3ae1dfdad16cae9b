#pragma once

#include "connectors/kafka/rd_handles.h"

#include <QString>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hindcast::test {

struct TestRecord
{
    std::int32_t partition = 0;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    std::int64_t timestampMs = 0; // 0: now
};

// Produces for tests; what fails throws std::runtime_error, which fails the test.
class TestProducer
{
public:
    explicit TestProducer(const QString& address,
                          const std::map<std::string, std::string>& properties = {});

    void send(const std::string& topic, const TestRecord& record);
    void flush();
    void sendAll(const std::string& topic, const std::vector<TestRecord>& records);

    // With the property transactional.id.
    void begin();
    void commit();
    void abort();

private:
    std::unique_ptr<std::string> m_failure; // before the producer, whose callbacks write it
    kafka::ClientHandle m_producer;
};

} // namespace hindcast::test
