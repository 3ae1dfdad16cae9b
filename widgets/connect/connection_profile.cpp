#include "widgets/connect/connection_profile.h"

#include <QRegularExpression>
#include <QStringList>

namespace hindcast {

namespace {

QStringList extraLines(const QString& extra)
{
    QStringList lines;
    for (const QString& line : extra.split(QLatin1Char('\n'))) {
        const QString trimmed = line.trimmed();
        if (!trimmed.isEmpty() && !trimmed.startsWith(QLatin1Char('#'))) {
            lines << trimmed;
        }
    }
    return lines;
}

} // namespace

std::map<std::string, std::string> ConnectionProfile::properties() const
{
    std::map<std::string, std::string> all;
    const auto put = [&all](const char* key, const QString& value) {
        if (!value.isEmpty()) {
            all[key] = value.toStdString();
        }
    };
    put("bootstrap.servers", bootstrap.simplified().remove(QLatin1Char(' ')));
    put("security.protocol", securityProtocol);
    if (usesSasl()) {
        put("sasl.mechanism", saslMechanism);
        put("sasl.username", user);
        put("sasl.password", password);
    }
    if (usesTls()) {
        put("ssl.ca.location", caFile);
    }
    for (const QString& line : extraLines(extra)) {
        const qsizetype at = line.indexOf(QLatin1Char('='));
        if (at > 0) {
            all[line.left(at).trimmed().toStdString()] = line.mid(at + 1).trimmed().toStdString();
        }
    }
    return all;
}

QString ConnectionProfile::extraWithoutSecrets() const
{
    static const QRegularExpression secret(QStringLiteral("password|secret|token|key\\.pem|jaas"),
                                           QRegularExpression::CaseInsensitiveOption);
    QStringList kept;
    for (const QString& line : extra.split(QLatin1Char('\n'))) {
        if (!line.section(QLatin1Char('='), 0, 0).contains(secret)) {
            kept << line;
        }
    }
    return kept.join(QLatin1Char('\n'));
}

QString ConnectionProfile::mistake() const
{
    static const QRegularExpression broker(
        QStringLiteral("^(\\[[0-9a-fA-F:.%]+\\]|[^\\s:,\\[\\]]+)(:\\d{1,5})?$"));
    if (bootstrap.trimmed().isEmpty()) {
        return QStringLiteral("Bootstrap servers are missing: host:port of at least one broker.");
    }
    for (const QString& one : bootstrap.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        if (!broker.match(one.trimmed()).hasMatch()) {
            return QStringLiteral("\"%1\" is not host:port.").arg(one.trimmed());
        }
    }
    for (const QString& line : extraLines(extra)) {
        if (line.indexOf(QLatin1Char('=')) <= 0) {
            return QStringLiteral("\"%1\" is not key=value.").arg(line);
        }
    }
    return {};
}

} // namespace hindcast
