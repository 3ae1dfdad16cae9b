#include "app/desktop/secrets.h"

#include <qt6keychain/keychain.h>

namespace hindcast {

namespace {

const QString kService = QStringLiteral("hindcast");

} // namespace

Secrets::Secrets(QObject* parent)
    : QObject(parent)
{
}

Secrets::~Secrets() = default;

void Secrets::askForKeychain(std::function<void(bool)> done)
{
    if (m_available) {
        done(*m_available);
        return;
    }
    auto* job = new QKeychain::ReadPasswordJob(kService, this); // deletes itself
    job->setInsecureFallback(false);
    job->setKey(QStringLiteral("is a keychain here"));
    connect(job, &QKeychain::Job::finished, this, [this, job, done = std::move(done)] {
        // That key is never there; any other failure means that nobody keeps keys.
        m_available =
            job->error() == QKeychain::EntryNotFound || job->error() == QKeychain::NoError;
        done(*m_available);
    });
    job->start();
}

void Secrets::keep(const QString& profile, const QString& password)
{
    m_thisRun[profile] = password;
    if (password.isEmpty()) {
        return;
    }
    auto* job = new QKeychain::WritePasswordJob(kService, this);
    job->setInsecureFallback(false);
    job->setKey(profile);
    job->setTextData(password);
    job->start();
}

void Secrets::forget(const QString& profile)
{
    m_thisRun.erase(profile);
    auto* job = new QKeychain::DeletePasswordJob(kService, this);
    job->setInsecureFallback(false);
    job->setKey(profile);
    job->start();
}

void Secrets::find(const QString& profile, std::function<void(const QString&)> done)
{
    if (const auto known = m_thisRun.find(profile); known != m_thisRun.end()) {
        done(known->second);
        return;
    }
    auto* job = new QKeychain::ReadPasswordJob(kService, this);
    job->setInsecureFallback(false);
    job->setKey(profile);
    connect(job, &QKeychain::Job::finished, this,
            [job, done = std::move(done)] { done(job->error() ? QString() : job->textData()); });
    job->start();
}

} // namespace hindcast
