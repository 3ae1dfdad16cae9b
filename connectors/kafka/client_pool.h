#pragma once

#include "connectors/kafka/client.h"

#include <mutex>
#include <vector>

namespace hindcast::kafka {

// Keeps clients that have their connections open, so that the next read does not pay for
// connecting. Thread-safe; a client that is lent belongs to one thread until it comes back.
class ClientPool
{
public:
    explicit ClientPool(ConnectionConfig config)
        : m_config(std::move(config))
    {
    }

    // Gives a client back to its pool by going out of scope. The pool must outlive it.
    class Lent
    {
    public:
        Lent(ClientPool* pool, std::unique_ptr<Client> client)
            : m_pool(pool)
            , m_client(std::move(client))
        {
        }
        ~Lent();
        Lent(Lent&&) = default;
        Lent& operator=(Lent&&) = delete;

        const Client& operator*() const { return *m_client; }
        const Client* operator->() const { return m_client.get(); }
        // After trouble: a fresh one is better than this one.
        void discard() { m_client.reset(); }

    private:
        ClientPool* m_pool;
        std::unique_ptr<Client> m_client;
    };

    Result<Lent> lend(ClientRole role, Isolation isolation);

private:
    static constexpr std::size_t kKept = 4;

    const ConnectionConfig m_config;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Client>> m_idle; // by m_mutex
};

} // namespace hindcast::kafka
