#include "connectors/kafka/broker_errors.h"

#include <algorithm>
#include <string_view>

namespace hindcast::kafka {

namespace {

struct Advice
{
    ErrorCode code;
    std::string sentence;
};

bool has(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

// "host:port" out of "[thrd:x]: PROTOCOL://host:port/7: text" or "host:port/bootstrap: text".
std::string brokerOf(std::string_view text)
{
    if (text.starts_with("[thrd:")) {
        const auto end = text.find("]: ");
        text.remove_prefix(end == std::string_view::npos ? 0 : end + 3);
    }
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos && scheme < 24) {
        text.remove_prefix(scheme + 3);
    }
    const auto end = text.find('/');
    const auto colon = text.find(':');
    if (end == std::string_view::npos || colon == std::string_view::npos || colon > end) {
        return {};
    }
    return std::string(text.substr(0, end));
}

std::string at(const std::string& broker)
{
    return broker.empty() ? std::string{} : " at " + broker;
}

Advice adviseOnTls(const std::string& text, const std::string& broker)
{
    if (has(text, "certificate verify failed")) {
        return {ErrorCode::Denied,
                "the certificate of the broker" + at(broker) +
                    " could not be verified: it is expired, for another host, or signed by an "
                    "authority that ssl.ca.location does not hold"};
    }
    if (has(text, "unexpected eof") || has(text, "wrong version number")) {
        return {ErrorCode::Unreachable,
                "the port" + at(broker) +
                    " does not speak TLS: check the port, or set security.protocol to PLAINTEXT or "
                    "SASL_PLAINTEXT"};
    }
    return {ErrorCode::Denied,
            "the TLS handshake failed" + at(broker) + ": check the ssl.* properties"};
}

Advice adviseOnTransport(const std::string& text, const std::string& broker)
{
    if (has(text, "Connection refused")) {
        return {ErrorCode::Unreachable, "nothing listens" + at(broker) +
                                            " (connection refused): check host and port, and that "
                                            "the broker runs"};
    }
    if (has(text, "alert number 42") || has(text, "bad certificate") ||
        has(text, "certificate required")) {
        return {ErrorCode::Denied, "the broker" + at(broker) +
                                       " wants a client certificate: set ssl.certificate.location "
                                       "and ssl.key.location, or ssl.keystore.location"};
    }
    if (has(text, "alert number 46") || has(text, "certificate unknown")) {
        return {ErrorCode::Denied,
                "the broker" + at(broker) +
                    " does not accept this client certificate: it is expired or signed by an "
                    "authority the broker does not know"};
    }
    if (has(text, "connecting to a SSL listener")) {
        return {ErrorCode::Unreachable,
                "the port" + at(broker) +
                    " hung up at the first question, as a TLS port does: set security.protocol to "
                    "SSL or SASL_SSL"};
    }
    if (has(text, "broker might require SASL")) {
        return {ErrorCode::Denied, "the broker" + at(broker) +
                                       " hung up, as one that wants a login does: set "
                                       "security.protocol to SASL_PLAINTEXT or SASL_SSL and the "
                                       "sasl.* properties"};
    }
    if (has(text, "ApiVersionRequest failed") || has(text, "timed out") || has(text, "Timed out")) {
        return {ErrorCode::TimedOut, "the broker" + at(broker) +
                                         " took the connection and does not answer: check that the "
                                         "port belongs to Kafka, and the network between"};
    }
    return {ErrorCode::Unreachable, "the connection" + at(broker) +
                                        " broke: check that the broker runs and the network to it"};
}

Advice advise(rd_kafka_resp_err_t code, const std::string& text)
{
    const auto broker = brokerOf(text);
    switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        if (has(text, "SCRAM") && rd_kafka_version() < 0x020601ff) {
            return {ErrorCode::Denied,
                    "the login failed" + at(broker) + ": check user and password; librdkafka " +
                        rd_kafka_version_str() +
                        " also fails so with right ones on Kafka 4 (mended in 2.6.1)"};
        }
        if (has(text, "not valid in current SASL state") || has(text, "supported mechanisms")) {
            return {ErrorCode::Denied, "the broker" + at(broker) +
                                           " does not take this login on this port: check the "
                                           "port, security.protocol and sasl.mechanism"};
        }
        return {ErrorCode::Denied,
                "the login failed" + at(broker) + ": check sasl.mechanism, user and password"};
    case RD_KAFKA_RESP_ERR__SSL:
        return adviseOnTls(text, broker);
    case RD_KAFKA_RESP_ERR__RESOLVE:
        return {ErrorCode::Unreachable, "the host name of " +
                                            (broker.empty() ? "the broker" : broker) +
                                            " is not known: check bootstrap.servers"};
    case RD_KAFKA_RESP_ERR__BAD_MSG:
        if (has(text, "1213486160")) { // the bytes "HTTP"
            return {ErrorCode::Unreachable,
                    "the port" + at(broker) + " answers in HTTP, it is no Kafka port"};
        }
        return {ErrorCode::Corrupt, "the answer" + at(broker) +
                                        " could not be read: check that the port belongs to Kafka"};
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
        return {ErrorCode::Unsupported,
                "the server" + at(broker) +
                    " does not know this question: it is an old broker, or a controller's port"};
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        return adviseOnTransport(text, broker);
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
        return {ErrorCode::TimedOut, "the cluster did not answer in time: check that its brokers "
                                     "run, or allow more time"};
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        return {ErrorCode::Denied, "the cluster does not allow it to this user: ask for the right "
                                   "to describe and read"};
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        return {ErrorCode::NotFound, "the cluster does not have it: check the name"};
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
        return {ErrorCode::Unreachable,
                "the group's coordinator is not ready: try again in a moment"};
    default:
        return {ErrorCode::Internal, std::string("librdkafka says: ") + rd_kafka_err2str(code)};
    }
}

// Codes that say only that something failed; the cause comes through the callbacks.
bool isVague(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
           code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
           code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE || code == RD_KAFKA_RESP_ERR__WAIT_COORD ||
           code == RD_KAFKA_RESP_ERR__DESTROY;
}

} // namespace

void BrokerErrors::note(rd_kafka_resp_err_t code, const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    ++m_count;
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        m_allDown = true;
        return; // says nothing more that the single causes do not say
    }
    m_newestBroker = brokerOf(text);
    m_byBroker[m_newestBroker] = {code, text};
}

void BrokerErrors::noteLog(const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    m_lastLog = text;
}

void BrokerErrors::clear()
{
    const std::lock_guard lock(m_mutex);
    m_byBroker.clear();
    m_newestBroker.clear();
    m_lastLog.clear();
    m_allDown = false;
}

std::optional<BrokerErrors::Cause> BrokerErrors::newest() const
{
    const std::lock_guard lock(m_mutex);
    if (const auto it = m_byBroker.find(m_newestBroker); it != m_byBroker.end()) {
        return it->second;
    }
    if (!m_lastLog.empty()) {
        return Cause{RD_KAFKA_RESP_ERR__TRANSPORT, m_lastLog};
    }
    return std::nullopt;
}

bool BrokerErrors::allDown() const
{
    const std::lock_guard lock(m_mutex);
    return m_allDown;
}

std::uint64_t BrokerErrors::count() const
{
    const std::lock_guard lock(m_mutex);
    return m_count;
}

bool BrokerErrors::refused() const
{
    const std::lock_guard lock(m_mutex);
    return std::any_of(m_byBroker.begin(), m_byBroker.end(), [](const auto& entry) {
        const auto code = entry.second.code;
        return code == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
               code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
               code == RD_KAFKA_RESP_ERR__SSL;
    });
}

Error explain(const std::string& what, rd_kafka_resp_err_t code, const std::string& text,
              const BrokerErrors* errors)
{
    auto advice = advise(code, text);
    std::string detail = std::string(rd_kafka_err2name(code)) + ": " + text;
    if (errors != nullptr && isVague(code)) {
        if (const auto cause = errors->newest()) {
            advice = advise(cause->code, cause->text);
            detail += "; " + std::string(rd_kafka_err2name(cause->code)) + ": " + cause->text;
        } else {
            // Nothing failed, nothing answered.
            advice = advise(RD_KAFKA_RESP_ERR__TIMED_OUT, {});
        }
    }
    return {advice.code, what + ": " + advice.sentence + ".", detail};
}

std::string partitionProblem(rd_kafka_resp_err_t code, const std::string& text)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        return "the cluster does not have it (any more)";
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        return "this user may not read it: ask for the right to read the topic";
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        return "it has no leader: nothing can be read until a broker that holds it is back";
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
        return "its leader did not answer in time";
    case RD_KAFKA_RESP_ERR__TRANSPORT:
        return "the connection to its leader broke";
    default:
        return text.empty() ? std::string(rd_kafka_err2str(code)) : text;
    }
}

} // namespace hindcast::kafka
