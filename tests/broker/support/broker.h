#pragma once

#include "connectors/kafka/connection_config.h"

#include <QProcess>
#include <QString>
#include <QTemporaryDir>
#include <memory>
#include <string>

namespace hindcast::test {

// The Kafka that ctest starts once for all broker tests of a version (tests/broker/CMakeLists.txt).
// Started by hand, a test reads HINDCAST_BROKER_DIR, or HINDCAST_BROKER for an address alone.
class SharedBroker
{
public:
    // Empty where no broker was started: the test then fails, as it could check nothing.
    static QString address();
    static QString version(); // "3.9.1"
    static int majorVersion();
    // The file in which tests note what they made (TestCluster does), for tst_nothing_left.
    static QString notesFile();
};

// A Kafka of the test's own, for those that stop it. Ends with the object, and with the process.
class OwnBroker
{
public:
    OwnBroker();
    ~OwnBroker();
    OwnBroker(const OwnBroker&) = delete;
    OwnBroker& operator=(const OwnBroker&) = delete;

    enum class Ports { Open, Secure };

    // false: see error(). Secure: with further ports for logins and TLS, as kafka-server.sh says.
    bool start(const QString& version, Ports ports = Ports::Open);
    bool stopKeepingData();
    bool startAgain();
    QString address() const { return m_address; }
    QString loginAddress() const;
    QString tlsAddress() const;
    std::string tlsFile(const QString& name) const; // "ca.pem"
    QString error() const { return m_error; }

private:
    bool run(const QStringList& arguments);

    QTemporaryDir m_folder;
    bool m_secure = false;
    QString m_address;
    QString m_error;
    QString m_output;
};

ConnectionConfig configFor(const QString& address);

} // namespace hindcast::test
