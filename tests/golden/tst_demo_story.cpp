#include "app/demo/capture_stage.h"
#include "app/demo/incident.h"
#include "app/demo/scenario.h"
#include "model/capture/interchange_writer.h"

#include <QCryptographicHash>
#include <QTest>

#include <map>
#include <set>

using namespace hindcast;

namespace {

std::shared_ptr<Capture> play(const demo::ScenarioOptions& options)
{
    auto capture = Capture::inMemory();
    return demo::playToCapture(demo::makeScenario(options), *capture) ? capture : nullptr;
}

QByteArray hashOf(const CaptureSnapshot& snapshot)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    std::string line;
    for (std::size_t b = 0; b < snapshot.blockCount(); ++b) {
        const auto batch = snapshot.loadBlock(b);
        for (std::size_t i = 0; batch && i < (*batch)->size(); ++i) {
            line.clear();
            appendInterchangeLine((*batch)->record(i), line);
            hash.addData(QByteArrayView(line.data(), static_cast<qsizetype>(line.size())));
        }
    }
    return hash.result().toHex();
}

std::optional<std::string> header(const RecordView& record, std::string_view name)
{
    const auto found = record.headers.last(name);
    return found && found->value ? std::optional(std::string(*found->value)) : std::nullopt;
}

} // namespace

class tst_DemoStory : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void theSameSeedGivesTheSameBytes();
    void anotherSeedGivesAnotherStory();
    void offsetsFollowEachOther();
    void theOrderOfTheIncidentHasItsFiveStates();
    void billingStandsOnTheMalformedPayment();
    void theOtherGroupsGoOn();
    void someEventsAreLateAndSomeAreDoubled();
    void everyTracedRecordIsNamedByOneProducersSpan();

private:
    std::shared_ptr<Capture> m_capture;
    CaptureSnapshotPtr m_snapshot;
};

void tst_DemoStory::initTestCase()
{
    m_capture = play({});
    QVERIFY(m_capture);
    m_snapshot = m_capture->snapshot();
}

void tst_DemoStory::theSameSeedGivesTheSameBytes()
{
    // A change of the story changes these two on purpose; nothing else may.
    QCOMPARE(m_snapshot->rowCount(), Row{199'162});
    QCOMPARE(hashOf(*m_snapshot),
             QByteArray("79022a2e572d08d56ace39cf01fc9f4694f8c8edcf8ff379bf97131cb6a6b68a"));
}

void tst_DemoStory::anotherSeedGivesAnotherStory()
{
    demo::ScenarioOptions options;
    options.records = 20'000;
    const auto first = hashOf(*play(options)->snapshot());
    QCOMPARE(hashOf(*play(options)->snapshot()), first);
    options.seed = 2;
    QVERIFY(hashOf(*play(options)->snapshot()) != first);
}

void tst_DemoStory::offsetsFollowEachOther()
{
    std::map<std::pair<TopicId, std::int32_t>, std::int64_t> last;
    for (Row row = 0; row < m_snapshot->rowCount(); ++row) {
        const RowInfo info = m_snapshot->row(row);
        const auto [it, first] = last.try_emplace({info.topic, info.partition}, info.offset);
        QVERIFY(first || info.offset == it->second + 1);
        it->second = info.offset;
    }
    for (const TopicState& topic : m_snapshot->cluster()->topics) {
        for (const PartitionState& part : topic.partitions) {
            const auto covered = m_snapshot->covered({topic.name, part.partition});
            QCOMPARE(covered, (std::vector<OffsetRange>{{part.logStart, part.logEnd}}));
        }
    }
}

void tst_DemoStory::theOrderOfTheIncidentHasItsFiveStates()
{
    const auto key = m_snapshot->findKey(*m_snapshot->topicId("orders"), "order-483710");
    QVERIFY(key);
    std::string states;
    for (const Row row : m_snapshot->rowsOfKey(*key)) {
        const auto stored = m_snapshot->record(row);
        const std::string value(*stored->view().value);
        const auto at = value.find(R"("status":")") + 10;
        states += formatUtc(stored->view().timestamp).substr(11, 12) + " " +
                  value.substr(at, value.find('"', at) - at) + "\n";
    }
    QCOMPARE(states, std::string("13:58:02.114 CREATED\n14:01:40.508 PAID\n14:03:10.261 FAILED\n"
                                 "14:06:31.402 PAID\n14:09:02.077 SHIPPED\n"));
}

void tst_DemoStory::billingStandsOnTheMalformedPayment()
{
    const auto row = m_snapshot->find({"payments", 2, demo::Incident::kMalformedOffset});
    QVERIFY(row);
    const auto stored = m_snapshot->record(*row);
    QCOMPARE(header(stored->view(), "order-id"), std::optional<std::string>("order-483710"));
    QVERIFY(stored->view().value->back() != '}');
    std::int64_t lastLag = -1;
    int standing = 0;
    for (const auto& sample : m_snapshot->groupSamples()) {
        for (const auto& part : sample->partitions) {
            if (sample->group != "billing" || part.place.partition != 2) {
                continue;
            }
            const std::int64_t lag = part.logEnd - part.committed;
            QVERIFY(part.committed <= demo::Incident::kMalformedOffset);
            if (part.committed == demo::Incident::kMalformedOffset && lag > 0) {
                QVERIFY(lag > lastLag);
                QCOMPARE(part.committedRecordTime, stored->view().timestamp);
                ++standing;
            }
            QVERIFY(!part.memberId.empty());
            lastLag = lag;
        }
    }
    QVERIFY(standing > 80); // from 14:03:15 to 14:10
    QVERIFY(lastLag > 42'000 && lastLag < 48'000);
}

void tst_DemoStory::theOtherGroupsGoOn()
{
    std::map<std::string, std::int64_t> largest;
    for (const auto& sample : m_snapshot->groupSamples()) {
        for (const auto& part : sample->partitions) {
            if (part.place.toString() != "payments-2") {
                auto& lag = largest[sample->group];
                lag = std::max(lag, part.logEnd - part.committed);
            }
        }
        QCOMPARE(sample->state,
                 std::string(sample->group == "nightly-export" ? "Empty" : "Stable"));
    }
    QCOMPARE(largest.size(), std::size_t{5});
    QVERIFY(largest["billing"] < 40);
    QVERIFY(largest["shipping"] < 40);
    QVERIFY(largest["search-index"] > 50 && largest["search-index"] < 1'000);
    QVERIFY(largest["nightly-export"] > 5'000);
}

void tst_DemoStory::someEventsAreLateAndSomeAreDoubled()
{
    std::set<std::string> ids;
    int doubled = 0;
    int late = 0;
    std::map<std::int32_t, Timestamp> newest;
    for (Row row = 0; row < m_snapshot->rowCount(); ++row) {
        const auto stored = m_snapshot->record(row);
        const RecordView r = stored->view();
        if (r.topic != "orders") {
            continue;
        }
        doubled += ids.insert(*header(r, "event-id")).second ? 0 : 1;
        auto& time = newest[r.partition];
        late += r.timestamp + std::chrono::seconds(1) < time ? 1 : 0;
        time = std::max(time, r.timestamp);
    }
    QVERIFY(doubled > 50 && doubled < 500);
    QVERIFY(late > 50 && late < 1'000);
}

void tst_DemoStory::everyTracedRecordIsNamedByOneProducersSpan()
{
    const demo::Story story = demo::makeScenario({});
    std::map<std::string, int> spans;
    for (const demo::Span& span : story.spans) {
        if (span.kind == demo::SpanKind::Producer && span.event >= 0) {
            ++spans["00-" + span.traceId + "-" + span.spanId + "-01"];
        }
    }
    std::size_t traced = 0;
    for (Row row = 0; row < m_snapshot->rowCount(); ++row) {
        const auto stored = m_snapshot->record(row);
        if (const auto context = header(stored->view(), "traceparent")) {
            QCOMPARE(spans[*context], 1);
            ++traced;
        }
    }
    QCOMPARE(traced, spans.size());
    QVERIFY(traced > 10'000);
}

QTEST_GUILESS_MAIN(tst_DemoStory)
#include "tst_demo_story.moc"
