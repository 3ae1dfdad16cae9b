#include "connectors/kafka/connection_test.h"

#include "connectors/kafka/cluster_queries.h"
#include "connectors/kafka/tcp_probe.h"

#include <algorithm>
#include <cctype>

namespace hindcast {

namespace {

using State = ConnectionStep::State;
using Clock = std::chrono::steady_clock;

enum Step { Name, Port, Tls, Login, Cluster };

std::chrono::milliseconds since(Clock::time_point began)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
}

std::string count(std::size_t n, const std::string& noun)
{
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

std::string protocolOf(const ConnectionConfig& config)
{
    const auto it = config.properties.find("security.protocol");
    std::string protocol = it == config.properties.end() ? "PLAINTEXT" : it->second;
    std::transform(protocol.begin(), protocol.end(), protocol.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return protocol;
}

// Tries every server; one that answers is enough, as it names the others.
template <typename Probe>
bool tryAll(ConnectionStep& step, std::vector<kafka::HostPort>& servers, const std::string& verb,
            Probe&& probe)
{
    const auto began = Clock::now();
    std::vector<kafka::HostPort> good;
    std::vector<Error> errors;
    for (const auto& server : servers) {
        if (auto done = probe(server)) {
            good.push_back(server);
        } else {
            errors.push_back(std::move(done.error()));
        }
    }
    step.took = since(began);
    step.state = good.empty() ? State::Failed : State::Passed;
    if (good.empty()) {
        step.sentence = errors.front().message;
    } else {
        step.sentence = errors.empty() ? count(good.size(), "broker") + " " + verb + "."
                                       : std::to_string(good.size()) + " of " +
                                             count(servers.size(), "broker") + " " + verb + ". " +
                                             errors.front().message;
    }
    if (!errors.empty()) {
        step.detail = errors.front().detail;
    }
    servers = std::move(good);
    return !servers.empty();
}

// Which step a failed first question failed at.
Step failedStep(const Error& error, bool tls, bool login)
{
    const auto says = [&](const char* text) {
        return error.detail.find(text) != std::string::npos;
    };
    if (says("_AUTHENTICATION") || says("SASL_AUTHENTICATION_FAILED")) {
        return login ? Login : Cluster;
    }
    if (tls && (says("_SSL") || says("SSL alert") || says("SSL handshake"))) {
        return Tls;
    }
    if (login && says("SASL")) {
        return Login;
    }
    if (says("AUTHORIZATION_FAILED")) {
        return Cluster;
    }
    // Silence, or a connection dropped: the first step that nothing has proven.
    return tls ? Tls : login ? Login : Cluster;
}

} // namespace

std::vector<ConnectionStep> testConnection(const ConnectionConfig& config,
                                           std::chrono::milliseconds allowed)
{
    const kafka::Deadline deadline(allowed);
    std::vector<ConnectionStep> steps(5);
    steps[Name].name = "Name";
    steps[Port].name = "Port";
    steps[Tls].name = "TLS";
    steps[Login].name = "Login";
    steps[Cluster].name = "Cluster";
    const auto protocol = protocolOf(config);
    const bool tls = protocol.ends_with("SSL");
    const bool login = protocol.starts_with("SASL");
    for (const auto& [needed, step] : {std::pair{tls, Tls}, {login, Login}}) {
        if (!needed) {
            steps[step].state = State::NotNeeded;
            steps[step].sentence = "Not used with security.protocol " + protocol + ".";
        }
    }

    const auto bootstrap = config.properties.find("bootstrap.servers");
    auto servers = kafka::parseServers(bootstrap == config.properties.end() ? std::string{}
                                                                            : bootstrap->second);
    if (servers.empty()) {
        steps[Name].state = State::Failed;
        steps[Name].sentence = "The connection names no broker: enter host:port.";
        return steps;
    }
    // Made first, as it costs nothing: properties that do not fit are told before any waiting.
    const auto client =
        kafka::Client::create(config, kafka::ClientRole::Query, Isolation::ReadUncommitted);

    if (!tryAll(steps[Name], servers, "found by name",
                [&](const auto& server) { return kafka::probeName(server, deadline); }) ||
        !tryAll(steps[Port], servers, "reached",
                [&](const auto& server) { return kafka::probePort(server, deadline); })) {
        return steps;
    }

    const auto began = Clock::now();
    const auto failAt = [&](Step step, const Error& error) {
        steps[step].state = State::Failed;
        steps[step].sentence = error.message;
        steps[step].detail = error.detail;
        steps[step].took = since(began);
    };
    if (!client) {
        const bool aboutTls = client.error().message.find("ssl.") != std::string::npos;
        const bool aboutLogin = client.error().message.find("sasl.") != std::string::npos;
        failAt(tls && aboutTls ? Tls : login && aboutLogin ? Login : Cluster, client.error());
        return steps;
    }
    const auto state = kafka::queryFirstMetadata(**client, deadline);
    const auto failed = state ? Cluster : failedStep(state.error(), tls, login);
    for (const auto step : {Tls, Login}) {
        if (steps[step].state == State::NotReached && (state || step < failed)) {
            steps[step].state = State::Passed;
            steps[step].sentence =
                step == Tls ? "The broker's certificate is trusted." : "The broker took the login.";
        }
    }
    if (!state) {
        failAt(failed, state.error());
        return steps;
    }
    auto& cluster = steps[Cluster];
    cluster.state = State::Passed;
    cluster.took = since(began);
    cluster.sentence = count(state->brokers.size(), "broker") + ", " +
                       count(state->topics.size(), "topic") + " visible.";
    if (char* id = rd_kafka_clusterid((*client)->handle(), deadline.leftMs())) {
        cluster.detail = std::string("Cluster id ") + id;
        rd_kafka_mem_free((*client)->handle(), id);
    }
    return steps;
}

bool passed(const std::vector<ConnectionStep>& steps)
{
    return std::all_of(steps.begin(), steps.end(), [](const ConnectionStep& step) {
        return step.state == State::Passed || step.state == State::NotNeeded;
    });
}

} // namespace hindcast
