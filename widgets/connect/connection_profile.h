#pragma once

#include <QString>

#include <map>
#include <string>

namespace hindcast {

// How to reach one cluster, as a person fills it in. A value.
struct ConnectionProfile
{
    QString name;
    QString bootstrap; // "host:port,host:port"
    QString securityProtocol =
        QStringLiteral("PLAINTEXT"); // PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL
    QString saslMechanism = QStringLiteral("PLAIN");
    QString user;
    QString password; // never part of what is kept in a file
    QString caFile;
    QString extra; // "key=value" a line: any other property of the client library
    int color = 0; // 0..7, of the series colours
    bool production = false;
    bool readOnly = true;

    bool usesSasl() const { return securityProtocol.startsWith(QLatin1String("SASL")); }
    bool usesTls() const { return securityProtocol.endsWith(QLatin1String("SSL")); }
    // The client library's properties, bootstrap servers included.
    std::map<std::string, std::string> properties() const;
    // `extra` without the lines that hold secrets (passwords, private keys): what a file may keep.
    QString extraWithoutSecrets() const;
    // One sentence about the first thing that is missing or cannot be read; empty: nothing.
    QString mistake() const;

    friend bool operator==(const ConnectionProfile&, const ConnectionProfile&) = default;
};

} // namespace hindcast
