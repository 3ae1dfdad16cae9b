#include "tests/broker/support/broker.h"

#include <QCoreApplication>
#include <QFile>

namespace hindcast::test {

namespace {

QString firstLine(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readLine()).trimmed()
                                          : QString{};
}

QString folder()
{
    return qEnvironmentVariable("HINDCAST_BROKER_DIR");
}

} // namespace

QString SharedBroker::address()
{
    const auto given = qEnvironmentVariable("HINDCAST_BROKER");
    return given.isEmpty() ? firstLine(folder() + QStringLiteral("/bootstrap")) : given;
}

QString SharedBroker::version()
{
    return firstLine(folder() + QStringLiteral("/version"));
}

int SharedBroker::majorVersion()
{
    return version().section(QLatin1Char('.'), 0, 0).toInt();
}

QString SharedBroker::notesFile()
{
    return folder().isEmpty() ? QString{} : folder() + QStringLiteral("/made-by-tests");
}

OwnBroker::OwnBroker() = default;

OwnBroker::~OwnBroker()
{
    run({QStringLiteral("stop"), m_folder.filePath(QStringLiteral("kafka"))});
}

bool OwnBroker::run(const QStringList& arguments)
{
    // Into a file: a server that inherited a pipe would keep it open.
    const auto out = m_folder.filePath(QStringLiteral("out"));
    const auto err = m_folder.filePath(QStringLiteral("err"));
    QProcess process;
    process.setStandardOutputFile(out);
    process.setStandardErrorFile(err);
    if (m_secure) {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("HINDCAST_KAFKA_SECURE"), QStringLiteral("yes"));
        process.setProcessEnvironment(environment);
    }
    process.start(QStringLiteral(HINDCAST_KAFKA_SERVER), arguments);
    const bool done = process.waitForFinished(120'000) &&
                      process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
    QFile errors(err);
    m_error = errors.open(QIODevice::ReadOnly) ? QString::fromUtf8(errors.readAll()) : QString{};
    m_output = firstLine(out);
    return done;
}

bool OwnBroker::start(const QString& version, Ports ports)
{
    m_secure = ports == Ports::Secure;
    const bool done = run({QStringLiteral("start"), m_folder.filePath(QStringLiteral("kafka")),
                           version, QString::number(QCoreApplication::applicationPid())});
    m_address = m_output;
    return done;
}

bool OwnBroker::stopKeepingData()
{
    return run({QStringLiteral("stop"), m_folder.filePath(QStringLiteral("kafka")),
                QStringLiteral("keep")});
}

bool OwnBroker::startAgain()
{
    return run({QStringLiteral("again"), m_folder.filePath(QStringLiteral("kafka")),
                QString::number(QCoreApplication::applicationPid())});
}

QString OwnBroker::loginAddress() const
{
    return firstLine(m_folder.filePath(QStringLiteral("kafka/bootstrap-login")));
}

QString OwnBroker::tlsAddress() const
{
    return firstLine(m_folder.filePath(QStringLiteral("kafka/bootstrap-tls")));
}

std::string OwnBroker::tlsFile(const QString& name) const
{
    return m_folder.filePath(QStringLiteral("kafka/tls/") + name).toStdString();
}

ConnectionConfig configFor(const QString& address)
{
    return {{{"bootstrap.servers", address.toStdString()}}};
}

} // namespace hindcast::test
