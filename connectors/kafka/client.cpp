#include "connectors/kafka/client.h"

#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace hindcast::kafka {

namespace {

using Property = std::pair<const char*, const char*>;

// Where a profile says nothing else.
constexpr std::array kDefaults = {
    Property{"client.id", "hindcast"},
    Property{"reconnect.backoff.ms", "50"},
    Property{"reconnect.backoff.max.ms", "1000"},
    Property{"socket.connection.setup.timeout.ms", "10000"},
    Property{"socket.nagle.disable", "true"},
    Property{"log.connection.close", "false"},
};

// Whatever a profile says: a reader joins, commits and creates nothing.
constexpr std::array kAlways = {
    Property{"enable.auto.commit", "false"},       Property{"auto.commit.enable", "false"},
    Property{"enable.auto.offset.store", "false"}, Property{"allow.auto.create.topics", "false"},
    Property{"enable.partition.eof", "true"},      Property{"auto.offset.reset", "error"},
};

// Properties that a profile may hold for other programs and that have no meaning here.
const std::set<std::string_view>& ignoredProperties()
{
    static const std::set<std::string_view> names = {
        "group.id",
        "group.instance.id",
        "group.protocol",
        "transactional.id",
        "isolation.level",
        "enable.auto.commit",
        "auto.offset.reset",
        "auto.commit.enable",
        "enable.auto.offset.store",
        "offset.store.method",
        "allow.auto.create.topics",
        "enable.partition.eof",
    };
    return names;
}

void onError(rd_kafka_t*, int code, const char* reason, void* opaque)
{
    static_cast<BrokerErrors*>(opaque)->note(static_cast<rd_kafka_resp_err_t>(code),
                                             reason != nullptr ? reason : "");
}

void onLog(const rd_kafka_t* handle, int level, const char* facility, const char* text)
{
    // Only what tells of a failure on the way to a broker: remarks on properties or features would
    // pass for the cause of one.
    static const std::set<std::string_view> failures = {"FAIL", "ERROR", "REQTMOUT", "APIVERSION"};
    if (level <= 4 && text != nullptr && failures.contains(facility)) {
        static_cast<BrokerErrors*>(rd_kafka_opaque(handle))->noteLog(text);
    }
}

Result<void> set(rd_kafka_conf_t* conf, const char* name, const char* value)
{
    std::array<char, 512> text{};
    if (rd_kafka_conf_set(conf, name, value, text.data(), text.size()) != RD_KAFKA_CONF_OK) {
        return fail(ErrorCode::InvalidArgument, std::string("The connection's property ") + name +
                                                    " is not accepted: " + text.data() + ".");
    }
    return {};
}

bool knows(const char* name)
{
    const ConfHandle conf(rd_kafka_conf_new());
    std::size_t size = 0;
    return rd_kafka_conf_get(conf.get(), name, nullptr, &size) == RD_KAFKA_CONF_OK;
}

Result<void> setRole(rd_kafka_conf_t* conf, ClientRole role, Isolation isolation)
{
    std::vector<Property> properties;
    // A long poll holds up every other question on its connection, so ranges go without (newest 100
    // of 4 partitions: 6 ms with 1 ms of it, 15 ms with 10); a tail, which has a client of its own,
    // may wait for news.
    properties.emplace_back("fetch.wait.max.ms", role == ClientRole::Follow ? "100" : "1");
    properties.emplace_back("isolation.level", isolation == Isolation::ReadCommitted
                                                   ? "read_committed"
                                                   : "read_uncommitted");
    if (role == ClientRole::Groups) {
        properties.emplace_back("group.id", "hindcast");
    }
    if (role == ClientRole::Probe) {
        properties.emplace_back("queued.min.messages", "1");
        properties.emplace_back("fetch.message.max.bytes", "16384");
    } else if (knows("fetch.queue.backoff.ms")) {
        properties.emplace_back("fetch.queue.backoff.ms", "10");
    } else {
        // Before 2.2 a full queue stops a partition for a whole second: let it seldom be full.
        properties.emplace_back("queued.min.messages", "1000000");
        properties.emplace_back("queued.max.messages.kbytes", "262144");
    }
    for (const auto& [name, value] : properties) {
        if (auto done = set(conf, name, value); !done) {
            return done;
        }
    }
    return {};
}

bool usesOauth(const ConnectionConfig& config)
{
    for (const char* name : {"sasl.mechanism", "sasl.mechanisms"}) {
        const auto it = config.properties.find(name);
        if (it != config.properties.end() && it->second == "OAUTHBEARER") {
            return true;
        }
    }
    return false;
}

} // namespace

Client::Client(ClientRole role, Isolation isolation)
    : m_role(role)
    , m_isolation(isolation)
    , m_errors(std::make_unique<BrokerErrors>())
{
}

Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::create(const ConnectionConfig& config, ClientRole role,
                                               Isolation isolation)
{
    const auto bootstrap = config.properties.find("bootstrap.servers");
    if (bootstrap == config.properties.end() || bootstrap->second.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "The connection names no broker: set bootstrap.servers to host:port.");
    }
    ConfHandle conf(rd_kafka_conf_new());
    for (const auto& [name, value] : kDefaults) {
        if (auto done = set(conf.get(), name, value); !done) {
            return tl::unexpected(done.error());
        }
    }
    if (auto done = setRole(conf.get(), role, isolation); !done) {
        return tl::unexpected(done.error());
    }
    for (const auto& [name, value] : config.properties) {
        if (name == "plugin.library.paths") {
            return fail(ErrorCode::InvalidArgument,
                        "The connection's property plugin.library.paths would run code of a "
                        "library it names and is refused: remove it.");
        }
        if (ignoredProperties().contains(name)) {
            continue;
        }
        if (auto done = set(conf.get(), name.c_str(), value.c_str()); !done) {
            return tl::unexpected(done.error());
        }
    }
    for (const auto& [name, value] : kAlways) {
        if (auto done = set(conf.get(), name, value); !done) {
            return tl::unexpected(done.error());
        }
    }

    std::unique_ptr<Client> client(new Client(role, isolation));
    rd_kafka_conf_set_opaque(conf.get(), client->m_errors.get());
    rd_kafka_conf_set_error_cb(conf.get(), onError);
    rd_kafka_conf_set_log_cb(conf.get(), onLog);
    const bool oauth = usesOauth(config);
    if (oauth) {
        rd_kafka_conf_enable_sasl_queue(conf.get(), 1);
    }
    std::array<char, 512> text{};
    client->m_handle.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), text.data(), text.size()));
    if (!client->m_handle) {
        return fail(ErrorCode::InvalidArgument,
                    std::string("The connection's properties do not fit together: ") + text.data() +
                        ".");
    }
    static_cast<void>(conf.release()); // the client's own now
    if (oauth) {
        // Tokens are fetched by callback; no thread of ours polls while a call waits for one.
        ErrorHandle failed(rd_kafka_sasl_background_callbacks_enable(client->m_handle.get()));
        if (failed) {
            return fail(ErrorCode::Denied, std::string("OAUTHBEARER tokens cannot be fetched: ") +
                                               rd_kafka_error_string(failed.get()) + ".");
        }
    }
    return client;
}

void Client::serveCallbacks() const
{
    while (rd_kafka_poll(m_handle.get(), 0) > 0) {
    }
}

Error Client::error(const std::string& what, rd_kafka_resp_err_t code,
                    const std::string& text) const
{
    serveCallbacks();
    return explain(what, code, text.empty() ? rd_kafka_err2str(code) : text, m_errors.get());
}

} // namespace hindcast::kafka
