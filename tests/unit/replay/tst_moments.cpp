#include "model/capture/vector_order.h"
#include "model/replay/asked_moment.h"
#include "model/replay/columns.h"
#include "model/replay/condition_watch.h"
#include "model/replay/moment_bookmark.h"
#include "model/replay/moment_link.h"
#include "tests/unit/replay/replay_fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <random>
#include <set>

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Table = std::map<std::string, std::string>;

constexpr std::int64_t kBegin = 1'795'000'000'000;

// A random log of two topics: late timestamps, ties, deletes, keys in several partitions.
std::vector<Event> randomEvents(std::mt19937& random, std::size_t count)
{
    const auto upTo = [&](int most) {
        return static_cast<int>(random() % (static_cast<unsigned>(most) + 1));
    };
    std::map<std::pair<std::string, int>, std::int64_t> next;
    std::vector<Event> events;
    std::int64_t now = kBegin;
    while (events.size() < count) {
        now += upTo(3);
        Event event;
        event.topic = upTo(2) == 0 ? "payments" : "orders";
        event.partition = upTo(2);
        event.offset = next[{event.topic, event.partition}];
        next[{event.topic, event.partition}] += 1 + (upTo(5) == 0 ? 1 : 0);
        event.ms = now - (upTo(4) == 0 ? upTo(50) : 0);
        event.key = "k" + std::to_string(upTo(9));
        if (upTo(6) != 0) {
            event.value = R"({"n":)" + std::to_string(upTo(5)) + R"(,"s":")" + event.topic + "\"}";
        }
        events.push_back(std::move(event));
    }
    return events;
}

std::shared_ptr<Capture> captureWith(const std::vector<Event>& events)
{
    auto capture = Capture::inMemory();
    append(*capture, events);
    return capture;
}

ProjectionPtr orders()
{
    return projection("name = \"p\"\n[[source]]\ntopic = [\"orders\", \"payments\"]\n"
                      "reduce = \"merge-patch\"\n");
}

std::string message(const Error& error)
{
    return error.message;
}

MomentInOrder resolve(const Capture& capture, const AskedMoment& asked)
{
    auto found = resolveMoment(*orders(), capture.snapshot(), asked, false, {});
    if (!found) {
        qFatal("%s", found.error().message.c_str());
    }
    return *found;
}

Table tableAt(const MomentInOrder& moment)
{
    const auto log = VersionLog::fold(orders(), moment.order, {});
    return table(*log, moment.found.prefix);
}

GroupSamplePtr sampleOf(const std::string& group, std::int64_t ms, const OffsetVector& committed)
{
    auto sample = std::make_shared<GroupSample>();
    sample->group = group;
    sample->time = timestampFromMs(ms);
    for (const auto& [place, offset] : committed) {
        GroupPartitionSample partition;
        partition.place = place;
        partition.committed = offset;
        sample->partitions.push_back(partition);
    }
    return sample;
}

} // namespace

// How a moment is asked for, kept and given to others.
class tst_Moments : public QObject
{
    Q_OBJECT

private slots:
    void aLinkReadsAsItWasWritten();
    void aBrokenLinkIsRefused_data();
    void aBrokenLinkIsRefused();
    void everyMomentsLinkGivesTheSameBytesInACopy();
    void aLinkOfSomeTopicsIsTheMomentItWasMadeAt();
    void aLinkOfSomeTopicsIsTheSameStateWhereTheOthersAreNot();
    void offsetsAreTheStateOfThoseWhoReadUpToThem();
    void aGroupsMomentIsWhatItHadCommitted();
    void aGroupThatIsNotKnownIsNamed();
    void stepsCountEvents();
    void beforeARecordIsWithoutIt();
    void aBookmarkSaysWhatDiffers();
    void aConditionIsFoundWhereItBecameTrue();
};

void tst_Moments::aLinkReadsAsItWasWritten()
{
    MomentLink link;
    link.clock = Clock::parse("event-time:value.\"odd & name\"").value();
    link.time = timestampFromMs(kBegin);
    link.after = RecordPlace{"orders", 3, 48'211'954};
    const std::string text = link.toString();
    QVERIFY2(text.find(' ') == std::string::npos, text.c_str());
    QVERIFY(MomentLink::parse(text).value() == link);

    link = {};
    link.offsets = OffsetVector{{{"orders", 0}, 12}, {{"orders", 11}, 7}};
    QCOMPARE(link.toString(),
             std::string("hindcast:moment?clock=log&offsets=orders-0@12,orders-11@7"));
    QVERIFY(MomentLink::parse(link.toString()).value() == link);
}

void tst_Moments::aBrokenLinkIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("another scheme") << QByteArray("http://example.org");
    QTest::newRow("no such member") << QByteArray("hindcast:moment?clock=log&at=5");
    QTest::newRow("no such clock") << QByteArray("hindcast:moment?clock=wall");
    QTest::newRow("cut in an offset") << QByteArray("hindcast:moment?clock=log&offsets=orders-0@");
    QTest::newRow("cut in a name") << QByteArray("hindcast:moment?clock=log&off");
    QTest::newRow("no time") << QByteArray("hindcast:moment?clock=log&time=soon");
    QTest::newRow("no offsets") << QByteArray("hindcast:moment?clock=log&offsets=");
}

void tst_Moments::aBrokenLinkIsRefused()
{
    QFETCH(QByteArray, text);
    QVERIFY(!MomentLink::parse(text.toStdString()));
}

void tst_Moments::everyMomentsLinkGivesTheSameBytesInACopy()
{
    std::mt19937 random(7);
    for (int round = 0; round < 12; ++round) {
        auto events = randomEvents(random, 60);
        const auto capture = captureWith(events);
        // The colleague read the same records in another order.
        std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
            return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
        });
        const auto copy = captureWith(events);
        for (const char* const clock : {"log", "robust", "event-time", "event-time:value.n"}) {
            AskedMoment end;
            end.clock = clock;
            const MomentInOrder whole = resolve(*capture, end);
            const auto log = VersionLog::fold(orders(), whole.order, {});
            for (Rank prefix = 0; prefix <= whole.order->size(); prefix += 7) {
                AskedMoment asked;
                asked.text = MomentLink::of(*whole.order, prefix).toString();
                QCOMPARE(tableAt(resolve(*copy, asked)), table(*log, prefix));
            }
        }
    }
}

// Records of other topics lie between those that the link tells of.
void tst_Moments::aLinkOfSomeTopicsIsTheMomentItWasMadeAt()
{
    std::mt19937 random(13);
    const ProjectionPtr some = projection("orders", "latest");
    for (int round = 0; round < 6; ++round) {
        const auto capture = captureWith(randomEvents(random, 60));
        for (const char* const clock : {"log", "robust", "event-time"}) {
            AskedMoment end;
            end.clock = clock;
            const MomentInOrder whole = resolve(*capture, end);
            for (Rank prefix = 0; prefix <= whole.order->size(); ++prefix) {
                const MomentLink made = MomentLink::of(*whole.order, prefix, some->topics());
                const std::string text = made.toString();
                const auto link = MomentLink::parse(text);
                QVERIFY2(link && *link == made, text.c_str());
                QCOMPARE(link->prefixIn(*whole.order), std::optional(prefix));
                AskedMoment asked;
                asked.text = text;
                const auto found =
                    resolveMoment(*some, capture->snapshot(), asked, false, {}).value();
                QCOMPARE(found.found.prefix, prefix);
                QCOMPARE(found.order->clock(), whole.order->clock());
            }
        }
    }
}

void tst_Moments::aLinkOfSomeTopicsIsTheSameStateWhereTheOthersAreNot()
{
    std::mt19937 random(17);
    for (int round = 0; round < 20; ++round) {
        auto events = randomEvents(random, 60);
        const auto capture = captureWith(events);
        std::erase_if(events, [](const Event& event) { return event.topic != "orders"; });
        const auto copy = captureWith(events);
        const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
        const auto log = VersionLog::fold(projection("orders", "latest"), order, {});
        const auto theirs = fold(*copy, projection("orders", "latest"));
        for (Rank prefix = 0; prefix <= order->size(); ++prefix) {
            const MomentLink link = MomentLink::of(*order, prefix, {"orders"});
            const auto there = link.prefixIn(*theirs->order());
            if (link.offsets) {
                QVERIFY(there);
                QCOMPARE(table(theirs, *there), table(*log, prefix));
            }
        }
    }
}

void tst_Moments::offsetsAreTheStateOfThoseWhoReadUpToThem()
{
    std::mt19937 random(11);
    for (int round = 0; round < 200; ++round) {
        const auto events = randomEvents(random, 50);
        const auto capture = captureWith(events);
        OffsetVector vector;
        for (const char* const topic : {"orders", "payments"}) {
            for (int partition = 0; partition < 3; ++partition) {
                if (random() % 4 != 0) {
                    vector[{topic, partition}] = static_cast<std::int64_t>(random() % 12);
                }
            }
        }
        if (vector.empty()) {
            continue;
        }
        // Somebody whose log ends there.
        std::vector<Event> seen;
        for (const Event& event : events) {
            const auto end = vector.find({event.topic, event.partition});
            if (end != vector.end() && event.offset < end->second) {
                seen.push_back(event);
            }
        }
        AskedMoment asked;
        asked.text = "offsets:" + offsetsText(vector);
        const MomentInOrder moment = resolve(*capture, asked);
        const auto theirs = captureWith(seen);
        const auto log = fold(*theirs, orders());
        QCOMPARE(tableAt(moment), table(log, static_cast<Rank>(seen.size())));
        // Every rank is there once, and times never fall.
        std::set<Row> rows;
        for (Rank rank = 0; rank < moment.order->size(); ++rank) {
            rows.insert(moment.order->rowAt(rank));
            QCOMPARE(moment.order->rankOf(moment.order->rowAt(rank)), rank);
            QVERIFY(rank == 0 || moment.order->timeAt(rank - 1) <= moment.order->timeAt(rank));
        }
        QCOMPARE(rows.size(), events.size());
    }
}

void tst_Moments::aGroupsMomentIsWhatItHadCommitted()
{
    std::mt19937 random(3);
    const auto capture = captureWith(randomEvents(random, 80));
    const OffsetVector early{{{"orders", 0}, 2}, {{"orders", 1}, 3}};
    const OffsetVector late{{{"orders", 0}, 5}, {{"orders", 1}, 6}, {{"payments", 0}, 1}};
    AskedMoment asked;
    asked.groups = {sampleOf("billing", kBegin + 10, early), sampleOf("other", kBegin + 20, {}),
                    sampleOf("billing", kBegin + 30, late)};
    AskedMoment same;

    asked.text = "group:billing";
    same.text = "offsets:" + offsetsText(late);
    QCOMPARE(tableAt(resolve(*capture, asked)), tableAt(resolve(*capture, same)));

    asked.text = formatUtc(timestampFromMs(kBegin + 29));
    asked.seenBy = "billing";
    same.text = "offsets:" + offsetsText(early);
    const MomentInOrder moment = resolve(*capture, asked);
    QCOMPARE(tableAt(moment), tableAt(resolve(*capture, same)));
    QVERIFY2(moment.found.note.find("committed nothing on payments") != std::string::npos,
             moment.found.note.c_str());
}

void tst_Moments::aGroupThatIsNotKnownIsNamed()
{
    const auto capture = captureWith({{"orders", 0, 0, kBegin, "a", "{}"}});
    AskedMoment asked;
    asked.text = "group:biling";
    asked.groups = {sampleOf("billing", kBegin, {})};
    const auto found = resolveMoment(*orders(), capture->snapshot(), asked, false, {});
    QVERIFY(!found);
    QVERIFY2(message(found.error()).find("known: billing") != std::string::npos,
             message(found.error()).c_str());
    asked.text = "group:billing";
    asked.clock = "commit";
    QVERIFY(!resolveMoment(*orders(), capture->snapshot(), asked, false, {}));
}

void tst_Moments::stepsCountEvents()
{
    std::mt19937 random(5);
    const auto capture = captureWith(randomEvents(random, 40));
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    QCOMPARE(findMoment(*order, "end -5")->prefix, Rank{35});
    QCOMPARE(findMoment(*order, "-5")->prefix, Rank{35});
    QCOMPARE(findMoment(*order, "-5 events")->prefix, Rank{35});
    QCOMPARE(findMoment(*order, "end +5")->prefix, Rank{40});
    QCOMPARE(findMoment(*order, "-500")->prefix, Rank{0});
    const std::string place = capture->snapshot()->placeOf(order->rowAt(9)).toString();
    QCOMPARE(findMoment(*order, place)->prefix, Rank{10});
    QCOMPARE(findMoment(*order, place + " -3 events")->prefix, Rank{7});
    QCOMPARE(findMoment(*order, place + " +1 event")->prefix, Rank{11});
    QVERIFY(!findMoment(*order, "nonsense -3"));
}

void tst_Moments::beforeARecordIsWithoutIt()
{
    std::mt19937 random(6);
    const auto capture = captureWith(randomEvents(random, 20));
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    const std::string place = capture->snapshot()->placeOf(order->rowAt(9)).toString();
    QCOMPARE(findMoment(*order, "before:" + place)->prefix, Rank{9});
    QCOMPARE(findMoment(*order, "after:" + place)->prefix, Rank{10});
    QVERIFY(!findMoment(*order, "before:orders-0@99999"));
}

void tst_Moments::aBookmarkSaysWhatDiffers()
{
    std::mt19937 random(8);
    const auto events = randomEvents(random, 40);
    const auto capture = captureWith(events);
    const auto log = fold(*capture, orders());
    const auto was = MomentBookmark::of(*State::at(log, 30));
    QVERIFY(was);
    QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("a.moment")).toStdString();
    QVERIFY(was->save(path));
    const auto read = MomentBookmark::load(path);
    QVERIFY(read);
    QVERIFY(read->link == was->link);
    QVERIFY(MomentBookmark::differences(*was, *read).empty());
    QVERIFY(was->save(path)); // over itself
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{QStringLiteral("a.moment")});
    const std::string nowhere = folder.filePath(QStringLiteral("no/a.moment")).toStdString();
    const auto refusedToSave = was->save(nowhere);
    QVERIFY(!refusedToSave);
    QCOMPARE(message(refusedToSave.error()),
             "The bookmark " + nowhere +
                 " cannot be written (No such file or directory); check the folder and the space "
                 "left.");

    const auto later = MomentBookmark::of(*State::at(log, 40));
    QCOMPARE(MomentBookmark::differences(*was, *later).size(), std::size_t{1});
    const auto other = fold(*capture, projection("orders", "latest"));
    const auto otherwise = MomentBookmark::of(*State::at(other, 30));
    QCOMPARE(MomentBookmark::differences(*was, *otherwise).size(), std::size_t{2});

    QVERIFY(!MomentBookmark::load(folder.filePath(QStringLiteral("none.moment")).toStdString()));
    for (
        const char* const broken :
        {"", "{", "{}", R"({"hindcast":"moment 1"})",
         R"({"hindcast":"moment 1","link":"x","projection":"p","projectionSha256":"","stateSha256":""})"}) {
        QFile file(folder.filePath(QStringLiteral("broken.moment")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(broken);
        file.close();
        const auto refused = MomentBookmark::load(file.fileName().toStdString());
        QVERIFY(!refused);
        QVERIFY(message(refused.error()).find("broken.moment") != std::string::npos);
    }
}

void tst_Moments::aConditionIsFoundWhereItBecameTrue()
{
    std::mt19937 random(9);
    for (int round = 0; round < 40; ++round) {
        const auto capture = captureWith(randomEvents(random, 120));
        const auto log = fold(*capture, orders());
        const StatePtr end = State::at(log, log->order()->size());
        auto watch = ConditionWatch::compile(log, "n >= 3", columnsOf(*end, 1000).value());
        QVERIFY(watch);
        // By the book: each version against the one of its key before it.
        std::vector<Version> expected;
        std::map<KeyNo, bool> held;
        for (Version v = 0; v < log->size(); ++v) {
            const auto state = log->stateOf(v).value();
            const bool holds = state && (state->find("\"n\":3") != std::string::npos ||
                                         state->find("\"n\":4") != std::string::npos ||
                                         state->find("\"n\":5") != std::string::npos);
            bool& before = held[log->keyOf(v)];
            if (holds && !before) {
                expected.push_back(v);
            }
            before = holds;
        }
        std::vector<Version> found;
        for (Version from = 0;;) {
            const auto next = watch->next(from).value();
            if (!next) {
                break;
            }
            found.push_back(*next);
            from = *next + 1;
        }
        QCOMPARE(found, expected);
        const Version at = static_cast<Version>(random() % (log->size() + 1));
        const auto behind = std::lower_bound(expected.begin(), expected.end(), at);
        QCOMPARE(watch->previous(at).value(),
                 behind == expected.begin() ? std::nullopt : std::optional(*std::prev(behind)));
        // Of one key, whether or not the others were looked at.
        const KeyNo key = log->keyOf(at == log->size() ? 0 : at);
        std::optional<Version> ofKey;
        for (const Version v : expected) {
            if (!ofKey && v >= at && log->keyOf(v) == key) {
                ofKey = v;
            }
        }
        auto fresh = ConditionWatch::compile(log, "n >= 3", columnsOf(*end, 1000).value());
        QCOMPARE(fresh->next(at, key).value(), ofKey);
        QCOMPARE(watch->next(at, key).value(), ofKey);
    }
    const auto capture = captureWith(randomEvents(random, 20));
    const auto log = fold(*capture, orders());
    FilterMistake mistake;
    QVERIFY(!ConditionWatch::compile(log, "nn = 3", {{"n", {}}}, &mistake));
}

QTEST_GUILESS_MAIN(tst_Moments)
#include "tst_moments.moc"
