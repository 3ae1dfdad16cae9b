#include "connectors/kafka/client_pool.h"

#include <algorithm>

namespace hindcast::kafka {

ClientPool::Lent::~Lent()
{
    if (!m_client) {
        return;
    }
    std::unique_ptr<Client> surplus; // ends its threads outside the lock
    const std::lock_guard lock(m_pool->m_mutex);
    m_pool->m_idle.push_back(std::move(m_client));
    if (m_pool->m_idle.size() > kKept) {
        surplus = std::move(m_pool->m_idle.front());
        m_pool->m_idle.erase(m_pool->m_idle.begin());
    }
}

Result<ClientPool::Lent> ClientPool::lend(ClientRole role, Isolation isolation)
{
    {
        const std::lock_guard lock(m_mutex);
        const auto it = std::find_if(m_idle.rbegin(), m_idle.rend(), [&](const auto& client) {
            return client->role() == role && client->isolation() == isolation;
        });
        if (it != m_idle.rend()) {
            auto client = std::move(*it);
            m_idle.erase(std::next(it).base());
            return Lent(this, std::move(client));
        }
    }
    auto client = Client::create(m_config, role, isolation);
    if (!client) {
        return tl::unexpected(client.error());
    }
    return Lent(this, std::move(*client));
}

} // namespace hindcast::kafka
