#include "widgets/state/state_hash.h"

namespace hindcast {

namespace {

constexpr int kHashMs = 250;

}

StateHash::StateHash(QObject* parent)
    : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kHashMs);
    connect(&m_timer, &QTimer::timeout, this, &StateHash::ask);
}

StateHash::~StateHash() = default;

void StateHash::want(const VersionLogPtr& log, Rank prefix)
{
    m_log = log;
    m_prefix = prefix;
    m_timer.start();
}

void StateHash::ask()
{
    if (isOf(m_log, m_prefix) && (!m_text.isEmpty() || m_asker.busy())) {
        return;
    }
    m_of = {m_log.get(), m_prefix};
    m_text.clear();
    m_asker.ask([log = m_log, prefix = m_prefix](
                    const std::stop_token& stop) { return State::at(log, prefix)->hash(stop); },
                [this](const Result<std::string>& hash) {
                    m_text = hash ? QString::fromStdString(*hash) : QString();
                    emit found();
                });
}

} // namespace hindcast
