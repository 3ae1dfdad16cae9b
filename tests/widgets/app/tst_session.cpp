#include "app/desktop/read_gaps.h"
#include "app/desktop/session.h"
#include "tests/widgets/app/fake_cluster.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hindcast;

namespace {

ReadRequest ordersFrom(ReadPosition from, ReadPosition to = AtEnd{}, bool follow = false)
{
    ReadRequest request;
    request.topics.push_back({"orders", {}, std::move(from), std::move(to)});
    request.follow = follow;
    return request;
}

const Clock kRobust{Clock::Kind::Robust, {}};

QString gapsText(const std::vector<OffsetRange>& gaps)
{
    QStringList all;
    for (const OffsetRange& gap : gaps) {
        all << QStringLiteral("%1-%2").arg(gap.from).arg(gap.to);
    }
    return all.join(QLatin1Char(' '));
}

} // namespace

class tst_Session : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_jobs = std::make_unique<JobTracker>();
        m_session =
            std::make_unique<Session>(m_jobs.get(), m_folder->filePath(QStringLiteral("scratch")));
        m_source = std::make_shared<test::FakeSource>();
    }
    void cleanup()
    {
        m_session.reset();
        m_jobs.reset();
    }

    void whatIsCoveredIsLeftOut_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::addColumn<QString>("gaps");
        QTest::newRow("nothing covered there") << 0 << 10 << QStringLiteral("0-10");
        QTest::newRow("all of it") << 25 << 35 << QString();
        QTest::newRow("the start") << 10 << 30 << QStringLiteral("10-20");
        QTest::newRow("the end") << 30 << 50 << QStringLiteral("40-50");
        QTest::newRow("both sides and between") << 15 << 70 << QStringLiteral("15-20 40-60 65-70");
        QTest::newRow("nothing asked") << 20 << 20 << QString();
    }
    void whatIsCoveredIsLeftOut()
    {
        QFETCH(int, from);
        QFETCH(int, to);
        QTEST(gapsText(gapsOf(from, to, {{20, 40}, {60, 65}})), "gaps");
    }

    void aReadLandsInTheCapture()
    {
        connectFake();
        const quint64 id = m_session->read(ordersFrom(LastN{10}), {}, false);
        QVERIFY(id > 0);
        QTRY_VERIFY(!m_session->readStatus(id)->running);
        QTRY_COMPARE(m_session->snapshot()->rowCount(), Row(20));
        QVERIFY(m_session->readStatus(id)->complete);
        QTRY_VERIFY(m_session->order() && m_session->order()->size() == 20);
        QVERIFY(m_session->unsaved());
    }

    void nothingIsFetchedTwice()
    {
        connectFake();
        const quint64 first = m_session->read(ordersFrom(LastN{10}), {}, false);
        QTRY_VERIFY(!m_session->readStatus(first)->running);
        QCOMPARE(m_source->fetched.load(), std::int64_t(20));
        QCOMPARE(m_source->plans.load(), 0); // a topic nobody has read: to plan would be to read
        const quint64 again = m_session->read(ordersFrom(LastN{10}), {}, false);
        QTRY_VERIFY(!m_session->readStatus(again)->running);
        QCOMPARE(m_source->fetched.load(), std::int64_t(20));
        QVERIFY(m_session->readStatus(again)->complete);
        const quint64 more = m_session->read(ordersFrom(AtBeginning{}), {}, false);
        QTRY_VERIFY(!m_session->readStatus(more)->running);
        QCOMPARE(m_source->fetched.load(), std::int64_t(200));
        QTRY_COMPARE(m_session->snapshot()->rowCount(), Row(200));
    }

    void whatAFollowingReadHasBroughtIsCoveredMeanwhile_data()
    {
        QTest::addColumn<bool>("markers");
        QTest::newRow("every offset holds a record") << false;
        QTest::newRow("with the markers of transactions") << true;
    }
    void whatAFollowingReadHasBroughtIsCoveredMeanwhile()
    {
        QFETCH(bool, markers);
        m_source->markers = markers;
        connectFake();
        const quint64 following = m_session->read(ordersFrom(LastN{20}, AtEnd{}, true), {}, false);
        const Row perTen = markers ? 18 : 20; // of both partitions
        QTRY_COMPARE(m_session->snapshot()->rowCount(), 2 * perTen);
        m_source->end = 135;
        QTRY_COMPARE(m_session->snapshot()->rowCount(), 5 * perTen + 10);
        QVERIFY(m_session->readStatus(following)->running);

        const std::int64_t fetched = m_source->fetched;
        const quint64 same = m_session->read(ordersFrom(AtOffset{85}), {}, false);
        QTRY_VERIFY(!m_session->readStatus(same)->running);
        QVERIFY(m_session->readStatus(same)->complete);
        QCOMPARE(m_source->fetched.load(), fetched);
        QCOMPARE(m_session->snapshot()->covered({"orders", 0}),
                 (std::vector<OffsetRange>{{80, 135}}));
    }

    void followingIsStoppedByItsReader()
    {
        connectFake();
        const quint64 id = m_session->read(ordersFrom(LastN{5}, AtEnd{}, true), {}, false);
        QTRY_COMPARE(m_session->snapshot()->rowCount(), Row(10));
        QVERIFY(m_session->readStatus(id)->running);
        m_session->stop(id);
        QTRY_VERIFY(!m_session->readStatus(id)->running);
    }

    void aRecordingTakesOverWhatIsThereAndLivesOnAReadThatRuns()
    {
        connectFake();
        const quint64 id = m_session->read(ordersFrom(LastN{5}, AtEnd{}, true), {}, false);
        QTRY_COMPARE(m_session->snapshot()->rowCount(), Row(10));
        const QString file = m_folder->filePath(QStringLiteral("kept.hindcast"));
        m_session->startRecording(file, {QStringLiteral("orders")});
        QTRY_VERIFY(m_session->recording());
        m_session->stop(id);
        QTest::qWait(50);
        QVERIFY(m_session->readStatus(id)->running); // the recording still needs it
        QTRY_COMPARE(m_session->recording()->file()->snapshot()->rowCount(), Row(10));
        m_session->stopRecording();
        QTRY_VERIFY(!m_session->readStatus(id)->running);
        QTRY_VERIFY(m_jobs->jobs().empty());
        const auto kept = Capture::open(file.toStdString(), Capture::Mode::ReadOnly);
        QVERIFY(kept);
        QCOMPARE((*kept)->snapshot()->rowCount(), Row(10));
    }

    void aRecordingReadsWhatNobodyFollowsAndKeepsGroupsAndReceipts()
    {
        m_source->markers = true;
        connectFake();
        QTRY_VERIFY(!m_session->snapshot()->groupSamples().empty());
        const QString file = m_folder->filePath(QStringLiteral("kept.hindcast"));
        QSignalSpy recorded(m_session.get(), &Session::recorded);
        m_session->startRecording(file, {QStringLiteral("orders")}, AtOffset{50});
        QTRY_VERIFY(m_session->recording());
        QTRY_COMPARE(m_session->recording()->records(), std::uint64_t(90));
        m_source->end = 125;
        QTRY_COMPARE(m_session->recording()->records(), std::uint64_t(136));
        QVERIFY(m_session->recording()->samples() > 0);
        m_session->stopRecording();
        QTRY_COMPARE(recorded.count(), 1);
        QCOMPARE(m_source->fetched.load(), std::int64_t(136));

        const auto kept = Capture::open(file.toStdString(), Capture::Mode::ReadOnly);
        QVERIFY(kept);
        const CaptureSnapshotPtr snapshot = (*kept)->snapshot();
        QCOMPARE(snapshot->rowCount(), Row(136));
        QVERIFY(snapshot->cluster());
        QCOMPARE(snapshot->covered({"orders", 1}), (std::vector<OffsetRange>{{50, 125}}));
        QVERIFY(!snapshot->receiptsJson().empty());
        QVERIFY(!snapshot->groupSamples().empty());
        QCOMPARE(snapshot->groupSamples().front()->group, std::string("billing"));
    }

    void aSearchThatFollowsDoesNotFeedARecordingAlone()
    {
        connectFake();
        m_session->read(ordersFrom(AtEnd{}, AtEnd{}, true), QStringLiteral("key = 'k1'"), true);
        const QString file = m_folder->filePath(QStringLiteral("kept.hindcast"));
        m_session->startRecording(file, {QStringLiteral("orders")});
        QTRY_VERIFY(m_session->recording());
        QTest::qWait(30);
        m_source->end = 110;
        QTRY_COMPARE(m_session->recording()->records(), std::uint64_t(20));
    }

    void aRecordingThatCannotBeMadeSaysSo()
    {
        connectFake();
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_session->startRecording(m_folder->filePath(QStringLiteral("no/such/folder.hindcast")),
                                  {QStringLiteral("orders")});
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(!m_session->recording());
    }

    void theCaptureStaysWhenTheBrokerIsLeft()
    {
        connectFake();
        const quint64 id = m_session->read(ordersFrom(LastN{10}), {}, false);
        QTRY_VERIFY(!m_session->readStatus(id)->running);
        QTRY_COMPARE(m_session->snapshot()->rowCount(), Row(20));
        m_session->disconnect();
        QVERIFY(!m_session->connected());
        QCOMPARE(m_session->snapshot()->rowCount(), Row(20));
        QVERIFY(m_session->snapshot()->record(3));
        QCOMPARE(m_session->read(ordersFrom(LastN{10}), {}, false), quint64(0));
    }

    void savingGivesItANameAndNothingIsLostAfter()
    {
        connectFake();
        m_session->read(ordersFrom(LastN{10}), {}, false);
        QTRY_COMPARE(m_session->snapshot()->rowCount(), Row(20));
        QSignalSpy saved(m_session.get(), &Session::saved);
        const QString file = m_folder->filePath(QStringLiteral("saved.hindcast"));
        m_session->saveAs(file);
        QTRY_COMPARE(saved.count(), 1);
        QVERIFY(!m_session->unsaved());
        QCOMPARE(m_session->captureName(), QStringLiteral("saved.hindcast"));
        const auto kept = Capture::open(file.toStdString(), Capture::Mode::ReadOnly);
        QVERIFY(kept);
        QCOMPARE((*kept)->snapshot()->rowCount(), Row(20));
    }

    void aFileThatIsNoCaptureIsRefusedInWords()
    {
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_session->openFile(m_folder->filePath(QStringLiteral("absent.hindcast")));
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(!failed[0][0].toString().isEmpty());
        QVERIFY(m_session->snapshot());
    }

    void anotherClockOrdersTheCaptureAndAnotherCaptureBeginsByLog()
    {
        m_session->setCapture(withStray(40), {});
        QTRY_VERIFY(m_session->order());
        QCOMPARE(m_session->order()->clock(), Clock{});
        QSignalSpy changed(m_session.get(), &Session::clockChanged);
        m_session->setClock(kRobust);
        QCOMPARE(m_session->clock(), kRobust);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(m_session->order()->clock(), Clock{}); // until the other one is there
        QTRY_COMPARE(m_session->order()->clock(), kRobust);
        QCOMPARE(m_session->order()->size(), Rank(40));
        QVERIFY(m_jobs->jobs().empty());
        m_session->setCapture(withStray(10), {});
        QCOMPARE(m_session->clock(), Clock{});
        QTRY_VERIFY(m_session->order() && m_session->order()->size() == 10);
        QCOMPARE(m_session->order()->clock(), Clock{});
    }

    void aClockFollowsACaptureThatGrows()
    {
        connectFake();
        const quint64 following = m_session->read(ordersFrom(LastN{20}, AtEnd{}, true), {}, false);
        m_session->setClock(kRobust);
        QTRY_COMPARE(m_session->snapshot()->rowCount(), Row(40));
        m_source->end = 135;
        QTRY_COMPARE(m_session->snapshot()->rowCount(), Row(110));
        QTRY_COMPARE(m_session->order()->size(), Rank(110));
        QCOMPARE(m_session->order()->clock(), kRobust);
        m_session->stop(following);
    }

    void aClockThatCannotOrderIsTakenBackInWords()
    {
        m_session->setCapture(withStray(40), {});
        QTRY_VERIFY(m_session->order());
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_session->setClock({Clock::Kind::EventTime, "value..at"});
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.front().front().toString().contains(QStringLiteral("value..at")));
        QCOMPARE(m_session->clock(), Clock{});
        QCOMPARE(m_session->order()->clock(), Clock{});
    }

    void robustIsProposedWhereAStrayTimestampDistorts()
    {
        m_session->setCapture(withStray(40), {});
        QTRY_VERIFY(m_session->clockProposal());
        QCOMPARE(m_session->clockProposal()->clock, kRobust);
        QVERIFY(QString::fromStdString(m_session->clockProposal()->reason)
                    .startsWith(QStringLiteral("orders-0@20 is stamped 2030-01-01")));
        connectFake(); // another capture
        QVERIFY(!m_session->clockProposal());
    }

private:
    // Orders a second apart, and the one in their middle stamped 2030.
    static std::shared_ptr<Capture> withStray(int count)
    {
        auto capture = Capture::inMemory();
        RecordBatchBuilder builder("orders");
        for (int i = 0; i < count; ++i) {
            const std::int64_t ms =
                i == count / 2 ? 1'893'456'000'000 : 1'763'647'389'000 + i * 1000;
            builder.add(0, i, ms, TimestampType::CreateTime, "k", "{}");
        }
        (void)capture->append(builder.take());
        return capture;
    }
    void connectFake()
    {
        QSignalSpy opened(m_session.get(), &Session::opened);
        m_session->connectTo(test::fakeConnection(m_source));
        QTRY_COMPARE(opened.count(), 1);
        QVERIFY(m_session->connected());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<JobTracker> m_jobs;
    std::unique_ptr<Session> m_session;
    std::shared_ptr<test::FakeSource> m_source;
};

QTEST_MAIN(tst_Session)
#include "tst_session.moc"
