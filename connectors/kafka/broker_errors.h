#pragma once

#include "model/record/result.h"

#include <cstdint>
#include <librdkafka/rdkafka.h>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace hindcast::kafka {

// The last cause of trouble per broker, as librdkafka reports it beside the calls that fail: a call
// says only "transport failure", the reason comes through callbacks. Thread-safe.
class BrokerErrors
{
public:
    struct Cause
    {
        rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
        std::string text; // "127.0.0.1:9092/bootstrap: Connect to ... failed: Connection refused"
    };

    // From error_cb (code) and log_cb (no code, warnings only).
    void note(rd_kafka_resp_err_t code, const std::string& text);
    void noteLog(const std::string& text);
    void clear();

    // The newest cause that says why, before "all brokers are down".
    std::optional<Cause> newest() const;
    // A login or a certificate was refused: waiting longer would not help.
    bool refused() const;
    // No broker could be reached, so far: a name with two addresses may have a better one.
    bool allDown() const;
    // How many causes were noted, to see whether there are new ones.
    std::uint64_t count() const;

private:
    mutable std::mutex m_mutex;
    std::map<std::string, Cause> m_byBroker;
    std::string m_newestBroker;
    std::string m_lastLog;
    bool m_allDown = false;
    std::uint64_t m_count = 0;
};

// What a failed call means, in a sentence that names the step and says what to do. `what` begins
// it: "The topics could not be listed".
Error explain(const std::string& what, rd_kafka_resp_err_t code, const std::string& text,
              const BrokerErrors* errors);

// The same for one partition or topic, as the clause behind its name.
std::string partitionProblem(rd_kafka_resp_err_t code, const std::string& text);

} // namespace hindcast::kafka
