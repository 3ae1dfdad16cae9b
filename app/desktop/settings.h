#pragma once

#include "widgets/connect/connection_profile.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QByteArray>
#include <QSettings>
#include <QStringList>

#include <memory>
#include <vector>

namespace hindcast {

// What the window remembers between runs. Only the application touches it; everybody else is given
// values. Passwords never come here: see Secrets.
class Settings
{
public:
    // In the user's own place, or in a file of its own (tests, pictures).
    explicit Settings(const QString& file = {});
    ~Settings();

    std::optional<theme::Scheme> scheme() const; // none: as the desktop has it
    void setScheme(theme::Scheme scheme);
    text::Zone zone() const;
    void setZone(text::Zone zone);
    QByteArray layout() const;
    void setLayout(const QByteArray& state);
    QByteArray geometry() const;
    void setGeometry(const QByteArray& geometry);

    // Bytes that a fold may take of the memory ("folds/megabytes"); none: the usual share.
    std::optional<std::uint64_t> foldMemory() const;

    QStringList recentCaptures() const; // newest first, those that are still there
    void addRecentCapture(const QString& path);

    // The tabs that were open last, as KeptTabs writes them; of the captures and connections that
    // were in front last.
    QByteArray tabs(const QString& owner) const;
    void setTabs(const QString& owner, const QByteArray& tabs);

    std::vector<ConnectionProfile> profiles() const;
    void keepProfile(const ConnectionProfile& profile); // in the place of one of the same name
    void forgetProfile(const QString& name);

private:
    void storeProfiles(const std::vector<ConnectionProfile>& profiles);

    std::unique_ptr<QSettings> m_kept;
};

} // namespace hindcast
