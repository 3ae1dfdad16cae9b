#include "tests/broker/support/broker.h"
#include "tests/broker/support/test_cluster.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

// Runs after all other broker tests: reading, following and looking must have left no trace on the
// cluster. What the tests made themselves stands in their notes.
class tst_NothingLeft : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void noTopicWasMade();
    void noGroupWasMade();
    void noCommitWasMade();

private:
    std::unique_ptr<TestCluster> m_cluster;
    MadeByTests m_made;
};

void tst_NothingLeft::initTestCase()
{
    const auto address = SharedBroker::address();
    QVERIFY2(!address.isEmpty(), "no broker: run this by ctest");
    if (SharedBroker::notesFile().isEmpty()) {
        QSKIP("the other tests' notes are kept by ctest's broker only");
    }
    m_cluster = std::make_unique<TestCluster>(address);
    m_made = readNotes(SharedBroker::notesFile());
}

void tst_NothingLeft::noTopicWasMade()
{
    for (const auto& topic : m_cluster->topicNames()) {
        // The broker's own, for the groups and transactions of the tests.
        if (topic != "__consumer_offsets" && topic != "__transaction_state") {
            QVERIFY2(m_made.topics.contains(topic), topic.c_str());
        }
    }
}

void tst_NothingLeft::noGroupWasMade()
{
    for (const auto& group : m_cluster->groupNames()) {
        QVERIFY2(m_made.groups.contains(group), group.c_str());
    }
}

void tst_NothingLeft::noCommitWasMade()
{
    for (const auto& group : m_cluster->groupNames()) {
        const auto committed = m_cluster->committed(group);
        const auto& noted = m_made.commits[group];
        for (const auto& [place, offset] : committed) {
            const auto it = noted.find(place);
            QVERIFY2(it != noted.end(), (group + " " + place.toString()).c_str());
            QCOMPARE(offset, it->second);
        }
    }
}

QTEST_GUILESS_MAIN(tst_NothingLeft)
#include "tst_nothing_left.moc"
