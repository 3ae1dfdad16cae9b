#include "connectors/kafka/tcp_probe.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <memory>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace hindcast::kafka {

namespace {

struct AddressDestroyer
{
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressDestroyer>;

class Socket
{
public:
    explicit Socket(const addrinfo& address)
        : m_fd(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                        address.ai_protocol))
    {
    }
    ~Socket()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int fd() const { return m_fd; }

private:
    const int m_fd;
};

struct Answer
{
    int code = 0;
    Addresses addresses;
};

Result<Addresses> resolve(const HostPort& server, const Deadline& deadline)
{
    // The resolver knows no time-out of ours: it runs by itself and may come too late.
    auto promise = std::make_shared<std::promise<Answer>>();
    auto future = promise->get_future();
    std::thread([promise, server] {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* list = nullptr;
        Answer answer;
        answer.code = getaddrinfo(server.host.c_str(), server.port.c_str(), &hints, &list);
        answer.addresses.reset(list);
        promise->set_value(std::move(answer));
    }).detach();
    if (future.wait_for(deadline.left()) != std::future_status::ready) {
        return fail(ErrorCode::TimedOut, "The name " + server.host +
                                             " was not resolved in time: check the network's name "
                                             "server.");
    }
    auto answer = future.get();
    if (answer.code != 0) {
        return fail(ErrorCode::Unreachable,
                    "The host name " + server.host +
                        " is not known here: check its spelling, or the network (VPN) it belongs "
                        "to.",
                    gai_strerror(answer.code));
    }
    return std::move(answer.addresses);
}

// 0, or the errno of the failure.
int tryConnect(const addrinfo& address, const Deadline& deadline)
{
    const Socket socket(address);
    if (socket.fd() < 0) {
        return errno;
    }
    if (::connect(socket.fd(), address.ai_addr, address.ai_addrlen) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return errno;
    }
    pollfd waiting{socket.fd(), POLLOUT, 0};
    if (::poll(&waiting, 1, deadline.leftMs()) <= 0) {
        return ETIMEDOUT;
    }
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        return errno;
    }
    return error;
}

} // namespace

std::vector<HostPort> parseServers(const std::string& servers)
{
    std::vector<HostPort> all;
    for (std::size_t at = 0; at <= servers.size();) {
        const auto comma = std::min(servers.find(',', at), servers.size());
        std::string one = servers.substr(at, comma - at);
        at = comma + 1;
        one.erase(0, one.find_first_not_of(" \t"));
        one.erase(one.find_last_not_of(" \t") + 1);
        if (const auto scheme = one.find("://"); scheme != std::string::npos) {
            one.erase(0, scheme + 3);
        }
        if (one.empty()) {
            continue;
        }
        HostPort server{one, "9092"};
        if (one.front() == '[' && one.find(']') != std::string::npos) { // an IPv6 address
            const auto end = one.find(']');
            server.host = one.substr(1, end - 1);
            if (end + 1 < one.size() && one[end + 1] == ':') {
                server.port = one.substr(end + 2);
            }
        } else if (const auto colon = one.rfind(':');
                   colon != std::string::npos && one.find(':') == colon) {
            server.host = one.substr(0, colon);
            server.port = one.substr(colon + 1);
        }
        all.push_back(std::move(server));
    }
    return all;
}

Result<void> probeName(const HostPort& server, const Deadline& deadline)
{
    const auto addresses = resolve(server, deadline);
    if (!addresses) {
        return tl::unexpected(addresses.error());
    }
    return {};
}

Result<void> probePort(const HostPort& server, const Deadline& deadline)
{
    const auto addresses = resolve(server, deadline);
    if (!addresses) {
        return tl::unexpected(addresses.error());
    }
    int error = 0;
    for (const auto* address = addresses->get(); address != nullptr; address = address->ai_next) {
        error = tryConnect(*address, deadline);
        if (error == 0) {
            return {};
        }
    }
    const std::string text = std::strerror(error);
    if (error == ECONNREFUSED) {
        return fail(ErrorCode::Unreachable,
                    "Nothing listens at " + server.toString() +
                        " (connection refused): check the port, and that the broker runs.",
                    text);
    }
    if (error == ETIMEDOUT) {
        return fail(ErrorCode::TimedOut,
                    "No answer from " + server.toString() +
                        ": a firewall may drop the packets, or the host is down.",
                    text);
    }
    return fail(ErrorCode::Unreachable,
                "No connection to " + server.toString() + " (" + text + "): check the network.",
                text);
}

} // namespace hindcast::kafka
