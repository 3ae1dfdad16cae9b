#include "tests/broker/support/broker.h"
#include "tests/broker/support/test_cluster.h"
#include "tests/broker/support/test_producer.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

using namespace hindcast;
using namespace hindcast::test;

namespace {

struct Outcome
{
    int code = -1;
    QByteArray out;
    QByteArray words;
};

} // namespace

// hindcast-cli on a live cluster: the commands that take -b.
class tst_CliLive : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void topicsAreListed();
    void recordsAreFilteredAsTheyAreRead();
    void aCaptureHoldsWhatWasRead();
    void aCaptureKeepsMatchesOnly();
    void lagIsOneLineAPartition();
    void stateIsFoldedFromTheCluster();
    void anInterruptEndsACaptureCleanly();
    void whatIsNotThereIsSaid_data();
    void whatIsNotThereIsSaid();

private:
    Outcome run(const QStringList& arguments);
    QString file(const QString& name) const { return m_folder.filePath(name); }

    QString m_address;
    QTemporaryDir m_folder;
    std::unique_ptr<TestCluster> m_cluster;
    std::string m_topic;
    QString m_topicName;
    std::string m_group;
};

Outcome tst_CliLive::run(const QStringList& arguments)
{
    QProcess process;
    process.start(QStringLiteral(HINDCAST_CLI), arguments);
    if (!process.waitForFinished(60'000)) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void tst_CliLive::initTestCase()
{
    m_address = SharedBroker::address();
    QVERIFY2(!m_address.isEmpty(), "no broker was started");
    m_cluster = std::make_unique<TestCluster>(m_address, SharedBroker::notesFile());
    m_topic = m_cluster->createTopic("cli-orders", 2);
    m_topicName = QString::fromStdString(m_topic);
    TestProducer producer(m_address);
    for (int i = 0; i < 1000; ++i) {
        producer.send(m_topic, {.partition = i % 2,
                                .key = "order-" + std::to_string(i % 10),
                                .value = "{\"n\":" + std::to_string(i) + "}",
                                .headers = {},
                                .timestampMs = 0});
    }
    producer.flush();
    m_group = TestCluster::uniqueName("cli-billing");
    m_cluster->commit(m_group, {{{m_topic, 0}, 100}, {{m_topic, 1}, 500}});
}

void tst_CliLive::topicsAreListed()
{
    const Outcome all = run({u"topics"_qs, u"-b"_qs, m_address, u"--format"_qs, u"csv"_qs});
    QCOMPARE(all.code, 0);
    QVERIFY2(all.out.contains(QByteArray(m_topicName.toUtf8() + ",2,1000,false,")),
             all.out.constData());
    const Outcome one = run(
        {u"topics"_qs, u"-b"_qs, m_address, u"-t"_qs, m_topicName, u"--format"_qs, u"jsonl"_qs});
    QCOMPARE(one.code, 0);
    QCOMPARE(one.out.count('\n'), 2);
}

void tst_CliLive::recordsAreFilteredAsTheyAreRead()
{
    const Outcome found =
        run({u"records"_qs, u"-b"_qs, m_address, u"-t"_qs, m_topicName, u"--where"_qs,
             u"value.n >= 990 and partition = 1"_qs, u"--format"_qs, u"csv"_qs});
    QCOMPARE(found.code, 0);
    QCOMPARE(found.out.count('\n'), 6);
    QVERIFY2(found.words.contains("Complete: 1,000 records read"), found.words.constData());
    QVERIFY2(found.words.contains("5 match"), found.words.constData());
    const Outcome last = run({u"records"_qs, u"-b"_qs, m_address, u"-t"_qs, m_topicName,
                              u"--from"_qs, u"last:4"_qs, u"--format"_qs, u"jsonl"_qs});
    QCOMPARE(last.code, 0);
    QCOMPARE(last.out.count('\n'), 4);
    const Outcome piece =
        run({u"records"_qs, u"-b"_qs, m_address, u"-t"_qs, m_topicName, u"--from"_qs,
             u"offset:10"_qs, u"--to"_qs, u"offset:12"_qs, u"--format"_qs, u"jsonl"_qs});
    QCOMPARE(piece.out.count('\n'), 4);
    const Outcome behind =
        run({u"records"_qs, u"-b"_qs, m_address, u"-t"_qs, m_topicName, u"--from"_qs,
             u"group:"_qs + QString::fromStdString(m_group), u"--format"_qs, u"jsonl"_qs});
    QCOMPARE(behind.out.count('\n'), 400);
}

void tst_CliLive::aCaptureHoldsWhatWasRead()
{
    const Outcome captured =
        run({u"capture"_qs, u"-b"_qs, m_address, u"-t"_qs, m_topicName, u"--from"_qs, u"-1h"_qs,
             u"--to"_qs, u"now"_qs, u"-o"_qs, file(u"all.hindcast"_qs), u"--receipt"_qs,
             file(u"receipt.json"_qs)});
    QVERIFY2(captured.code == 0, captured.words.constData());
    QFile receipt(file(u"receipt.json"_qs));
    QVERIFY(receipt.open(QIODevice::ReadOnly));
    const QJsonObject json = QJsonDocument::fromJson(receipt.readAll()).object();
    QCOMPARE(json[u"complete"].toBool(), true);
    QCOMPARE(json[u"records"].toInt(), 1000);
    QCOMPARE(json[u"partitions"].toArray().size(), 2);
    const Outcome live = run({u"export"_qs, u"-b"_qs, m_address, u"-t"_qs, m_topicName});
    const Outcome kept = run({u"export"_qs, file(u"all.hindcast"_qs)});
    QList<QByteArray> left = live.out.split('\n');
    QList<QByteArray> right = kept.out.split('\n');
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    QCOMPARE(right.size(), 1001);
    QCOMPARE(left, right);
    // The group's first sample is part of it.
    const Outcome lag = run({u"lag"_qs, file(u"all.hindcast"_qs), u"-g"_qs,
                             QString::fromStdString(m_group), u"--format"_qs, u"csv"_qs});
    QCOMPARE(lag.code, 0);
    QCOMPARE(lag.out.count('\n'), 3);
}

void tst_CliLive::aCaptureKeepsMatchesOnly()
{
    const Outcome captured =
        run({u"capture"_qs, u"-b"_qs, m_address, u"-t"_qs, m_topicName, u"--where"_qs,
             u"value.n % 100 = 42"_qs, u"--no-groups"_qs, u"-o"_qs, file(u"few.hindcast"_qs)});
    QVERIFY2(captured.code == 0, captured.words.constData());
    QCOMPARE(run({u"export"_qs, file(u"few.hindcast"_qs)}).out.count('\n'), 10);
}

void tst_CliLive::lagIsOneLineAPartition()
{
    const Outcome lag = run({u"lag"_qs, u"-b"_qs, m_address, u"--group"_qs,
                             QString::fromStdString(m_group), u"--format"_qs, u"jsonl"_qs});
    QVERIFY2(lag.code == 0, lag.words.constData());
    const QList<QByteArray> lines = lag.out.trimmed().split('\n');
    QCOMPARE(lines.size(), 2);
    const QJsonObject first = QJsonDocument::fromJson(lines[0]).object();
    QCOMPARE(first[u"topic"].toString(), m_topicName);
    QCOMPARE(first[u"partition"].toInt(), 0);
    QCOMPARE(first[u"committed"].toInt(), 100);
    QCOMPARE(first[u"available"].toInt(), 400);
    QCOMPARE(first[u"missed"].toInt(), 0);
    QCOMPARE(QJsonDocument::fromJson(lines[1]).object()[u"available"].toInt(), 0);
    const Outcome groups = run({u"groups"_qs, u"-b"_qs, m_address, u"-g"_qs,
                                QString::fromStdString(m_group), u"--format"_qs, u"csv"_qs});
    QVERIFY2(groups.out.contains(QByteArray(QByteArray::fromStdString(m_group) + ",Empty,")),
             groups.out.constData());
}

void tst_CliLive::stateIsFoldedFromTheCluster()
{
    QFile projection(file(u"order.toml"_qs));
    QVERIFY(projection.open(QIODevice::WriteOnly));
    projection.write("name = \"order\"\n[[source]]\ntopic = \"" + m_topicName.toUtf8() +
                     "\"\nkey = \"key\"\nreduce = \"latest\"\n");
    projection.close();
    const Outcome state = run({u"state"_qs, u"-b"_qs, m_address, u"--projection"_qs,
                               projection.fileName(), u"--format"_qs, u"csv"_qs});
    QVERIFY2(state.code == 0, state.words.constData());
    QCOMPARE(state.out.split('\n')[1], QByteArray("order-0,990"));
    QCOMPARE(state.out.count('\n'), 11);
}

void tst_CliLive::anInterruptEndsACaptureCleanly()
{
    const std::string topic = m_cluster->createTopic("cli-live", 1);
    QProcess process;
    process.start(QStringLiteral(HINDCAST_CLI),
                  {u"capture"_qs, u"-b"_qs, m_address, u"-t"_qs, QString::fromStdString(topic),
                   u"--follow"_qs, u"--group-interval"_qs, u"1s"_qs, u"-o"_qs,
                   file(u"live.hindcast"_qs), u"--receipt"_qs, file(u"live.json"_qs)});
    QVERIFY(process.waitForStarted());
    TestProducer producer(m_address);
    // Until some have arrived: the file grows with the first commit of its writer.
    const auto recorded = [&] {
        producer.send(topic,
                      {.partition = 0, .key = "k", .value = "v", .headers = {}, .timestampMs = 0});
        producer.flush();
        const Outcome seen =
            run({u"topics"_qs, file(u"live.hindcast"_qs), u"--format"_qs, u"csv"_qs});
        return seen.out.count('\n') > 1;
    };
    QTRY_VERIFY_WITH_TIMEOUT(recorded(), 60'000);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(30'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 2);
    QFile receipt(file(u"live.json"_qs));
    QVERIFY(receipt.open(QIODevice::ReadOnly));
    const QJsonObject json = QJsonDocument::fromJson(receipt.readAll()).object();
    QCOMPARE(json[u"cancelled"].toBool(), true);
    QCOMPARE(run({u"export"_qs, file(u"live.hindcast"_qs)}).out.count('\n'),
             json[u"records"].toInt());
}

void tst_CliLive::whatIsNotThereIsSaid_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("topic of records")
        << QStringList{u"records"_qs, u"-t"_qs, u"no-such-topic"_qs} << QByteArray("no-such-topic");
    QTest::newRow("topic of a capture") << QStringList{u"capture"_qs, u"-t"_qs, u"no-such-topic"_qs,
                                                       u"-o"_qs, u"/tmp/none.hindcast"_qs}
                                        << QByteArray("no-such-topic");
    QTest::newRow("group") << QStringList{u"lag"_qs, u"-g"_qs, u"no-such-group"_qs}
                           << QByteArray("no-such-group");
    QTest::newRow("topic of topics")
        << QStringList{u"topics"_qs, u"-t"_qs, u"no-such-topic"_qs} << QByteArray("no-such-topic");
}

void tst_CliLive::whatIsNotThereIsSaid()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Outcome outcome = run(arguments + QStringList{u"-b"_qs, m_address});
    QVERIFY(outcome.code == 1 || outcome.code == 2);
    QVERIFY2(outcome.words.contains(says), outcome.words.constData());
    QVERIFY(!QFile::exists(u"/tmp/none.hindcast"_qs));
}

QTEST_GUILESS_MAIN(tst_CliLive)
#include "tst_cli_live.moc"
