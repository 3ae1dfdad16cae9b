#include "app/desktop/settings.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace hindcast {

namespace {

constexpr qsizetype kRecent = 8;
constexpr qsizetype kOwners = 24;

// A path or a name may hold what a settings file reads as structure.
QString tabsKey(const QString& owner)
{
    return QStringLiteral("tabs/") +
           QString::fromLatin1(
               QCryptographicHash::hash(owner.toUtf8(), QCryptographicHash::Sha1).toHex());
}

QJsonObject toJson(const ConnectionProfile& profile)
{
    return {{QStringLiteral("name"), profile.name},
            {QStringLiteral("bootstrap"), profile.bootstrap},
            {QStringLiteral("securityProtocol"), profile.securityProtocol},
            {QStringLiteral("saslMechanism"), profile.saslMechanism},
            {QStringLiteral("user"), profile.user},
            {QStringLiteral("caFile"), profile.caFile},
            {QStringLiteral("extra"), profile.extraWithoutSecrets()},
            {QStringLiteral("color"), profile.color},
            {QStringLiteral("production"), profile.production},
            {QStringLiteral("readOnly"), profile.readOnly}};
}

ConnectionProfile fromJson(const QJsonObject& json)
{
    ConnectionProfile profile;
    profile.name = json[QStringLiteral("name")].toString();
    profile.bootstrap = json[QStringLiteral("bootstrap")].toString();
    profile.securityProtocol =
        json[QStringLiteral("securityProtocol")].toString(profile.securityProtocol);
    profile.saslMechanism = json[QStringLiteral("saslMechanism")].toString(profile.saslMechanism);
    profile.user = json[QStringLiteral("user")].toString();
    profile.caFile = json[QStringLiteral("caFile")].toString();
    profile.extra = json[QStringLiteral("extra")].toString();
    profile.color = std::clamp(json[QStringLiteral("color")].toInt(), 0, 7);
    profile.production = json[QStringLiteral("production")].toBool();
    profile.readOnly = json[QStringLiteral("readOnly")].toBool(true);
    return profile;
}

} // namespace

Settings::Settings(const QString& file)
    : m_kept(file.isEmpty() ? std::make_unique<QSettings>(
                                  QSettings::IniFormat, QSettings::UserScope,
                                  QStringLiteral("hindcast"), QStringLiteral("hindcast"))
                            : std::make_unique<QSettings>(file, QSettings::IniFormat))
{
}

Settings::~Settings() = default;

std::optional<theme::Scheme> Settings::scheme() const
{
    const QString kept = m_kept->value(QStringLiteral("window/theme")).toString();
    if (kept.isEmpty()) {
        return std::nullopt;
    }
    return kept == QLatin1String("dark") ? theme::Scheme::Dark : theme::Scheme::Light;
}

void Settings::setScheme(theme::Scheme scheme)
{
    m_kept->setValue(QStringLiteral("window/theme"), scheme == theme::Scheme::Dark
                                                         ? QStringLiteral("dark")
                                                         : QStringLiteral("light"));
}

text::Zone Settings::zone() const
{
    return m_kept->value(QStringLiteral("window/utc")).toBool() ? text::Zone::Utc
                                                                : text::Zone::Local;
}

void Settings::setZone(text::Zone zone)
{
    m_kept->setValue(QStringLiteral("window/utc"), zone == text::Zone::Utc);
}

QByteArray Settings::layout() const
{
    return m_kept->value(QStringLiteral("window/layout")).toByteArray();
}

void Settings::setLayout(const QByteArray& state)
{
    m_kept->setValue(QStringLiteral("window/layout"), state);
}

QByteArray Settings::geometry() const
{
    return m_kept->value(QStringLiteral("window/geometry")).toByteArray();
}

void Settings::setGeometry(const QByteArray& geometry)
{
    m_kept->setValue(QStringLiteral("window/geometry"), geometry);
}

std::optional<std::uint64_t> Settings::foldMemory() const
{
    const qulonglong megabytes = m_kept->value(QStringLiteral("folds/megabytes")).toULongLong();
    return megabytes > 0 ? std::optional<std::uint64_t>(megabytes << 20) : std::nullopt;
}

QStringList Settings::recentCaptures() const
{
    QStringList files = m_kept->value(QStringLiteral("captures/recent")).toStringList();
    files.removeIf([](const QString& file) { return !QFileInfo::exists(file); });
    return files;
}

void Settings::addRecentCapture(const QString& path)
{
    QStringList files = recentCaptures();
    files.removeAll(path);
    files.prepend(path);
    m_kept->setValue(QStringLiteral("captures/recent"), files.mid(0, kRecent));
}

QByteArray Settings::tabs(const QString& owner) const
{
    return m_kept->value(tabsKey(owner)).toByteArray();
}

void Settings::setTabs(const QString& owner, const QByteArray& tabs)
{
    const QString key = tabsKey(owner);
    QStringList owners = m_kept->value(QStringLiteral("tabs/owners")).toStringList();
    owners.removeAll(key);
    owners.prepend(key);
    while (owners.size() > kOwners) {
        m_kept->remove(owners.takeLast());
    }
    m_kept->setValue(QStringLiteral("tabs/owners"), owners);
    m_kept->setValue(key, tabs);
}

std::vector<ConnectionProfile> Settings::profiles() const
{
    std::vector<ConnectionProfile> profiles;
    const auto json = QJsonDocument::fromJson(
        m_kept->value(QStringLiteral("connections/profiles")).toByteArray());
    for (const QJsonValue value : json.array()) {
        profiles.push_back(fromJson(value.toObject()));
    }
    return profiles;
}

void Settings::storeProfiles(const std::vector<ConnectionProfile>& profiles)
{
    QJsonArray array;
    for (const ConnectionProfile& profile : profiles) {
        array.append(toJson(profile));
    }
    m_kept->setValue(QStringLiteral("connections/profiles"),
                     QJsonDocument(array).toJson(QJsonDocument::Compact));
    m_kept->sync();
}

void Settings::keepProfile(const ConnectionProfile& profile)
{
    auto all = profiles();
    const auto same = std::find_if(all.begin(), all.end(), [&](const ConnectionProfile& one) {
        return one.name == profile.name;
    });
    same == all.end() ? all.push_back(profile) : void(*same = profile);
    storeProfiles(all);
}

void Settings::forgetProfile(const QString& name)
{
    auto all = profiles();
    std::erase_if(all, [&](const ConnectionProfile& one) { return one.name == name; });
    storeProfiles(all);
}

} // namespace hindcast
