#include "tests/widgets/shared/fake_workspace.h"

#include <QSignalSpy>
#include <QTest>

using namespace hindcast;

// The stand-in that every view is tested on must itself keep to Workspace's contract.
class tst_fake_workspace : public QObject
{
    Q_OBJECT

private slots:
    void refusesAReadWhileNotConnected()
    {
        test::FakeWorkspace workspace;
        QCOMPARE(workspace.read(ReadRequest{}, {}, false), quint64{0});
        QVERIFY(workspace.reads.empty());
    }

    void remembersWhatItIsAskedFor()
    {
        test::FakeWorkspace workspace;
        workspace.setConnected(true);
        ReadRequest request;
        request.topics.push_back({"orders", {2}, AtOffset{5}, AtOffset{6}});
        const quint64 id = workspace.read(request, QStringLiteral("value.a = 1"), true);
        QVERIFY(id != 0);
        QCOMPARE(workspace.reads.size(), std::size_t{1});
        QCOMPARE(workspace.reads[0].request.topics[0].topic, std::string("orders"));
        QVERIFY(workspace.readStatus(id)->running);

        QSignalSpy changed(&workspace, &Workspace::readChanged);
        ReadStatus done;
        done.id = id;
        done.complete = true;
        workspace.setReadStatus(done);
        QCOMPARE(changed.count(), 1);
        QVERIFY(workspace.readStatus(id)->complete);
        QVERIFY(!workspace.readStatus(id + 1));
    }

    void aNewSnapshotIsAnnounced()
    {
        test::FakeWorkspace workspace;
        QVERIFY(workspace.snapshot() != nullptr);
        QSignalSpy changed(&workspace, &Workspace::snapshotChanged);
        workspace.setSnapshot(std::make_shared<test::ClusterOnlySnapshot>());
        QCOMPARE(changed.count(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_fake_workspace)
#include "tst_fake_workspace.moc"
