#pragma once

#include "connectors/kafka/broker_errors.h"
#include "connectors/kafka/connection_config.h"
#include "connectors/kafka/rd_handles.h"
#include "model/record/read_request.h"

#include <memory>

namespace hindcast::kafka {

// What a client is for; decides the properties that make it fast and harmless.
enum class ClientRole {
    Query,  // metadata, offsets, groups; sees up to the high watermark
    Read,   // ranges: answers quickly, never waits in a long poll
    Follow, // tails: waits a little longer for news, to leave the broker in peace
    Probe,  // single records at single offsets
    Groups, // committed offsets; see group_offsets.h
};

// One librdkafka client (a consumer that joins nothing) and the causes of its failures. Movable
// between threads, used by one at a time, except Query, whose calls librdkafka makes thread-safe.
class Client
{
public:
    static Result<std::unique_ptr<Client>> create(const ConnectionConfig& config, ClientRole role,
                                                  Isolation isolation);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    rd_kafka_t* handle() const { return m_handle.get(); }
    const BrokerErrors& errors() const { return *m_errors; }
    ClientRole role() const { return m_role; }
    Isolation isolation() const { return m_isolation; }

    // Runs the callbacks that wait, above all those with the causes of a failure.
    void serveCallbacks() const;
    // A failed call as an Error, with the cause that came through the callbacks.
    Error error(const std::string& what, rd_kafka_resp_err_t code,
                const std::string& text = {}) const;

private:
    Client(ClientRole role, Isolation isolation);

    const ClientRole m_role;
    const Isolation m_isolation;
    // Before the handle: its callbacks write here until it is gone.
    std::unique_ptr<BrokerErrors> m_errors;
    ClientHandle m_handle;
};

} // namespace hindcast::kafka
