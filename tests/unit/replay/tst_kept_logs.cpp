#include "model/record/timestamp.h"
#include "model/replay/clock_order.h"
#include "model/replay/fold_estimate.h"
#include "tests/unit/replay/kept_logs_fixture.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

class tst_KeptLogs : public QObject
{
    Q_OBJECT

private slots:
    void aKeptLogIsTheOneThatWasFolded_data();
    void aKeptLogIsTheOneThatWasFolded();
    void itAnswersAfterTheCaptureIsOpenedAgain();
    void aLargeLogIsKeptWhole();
    void aCaptureThatGrewIsFoldedOn_data();
    void aCaptureThatGrewIsFoldedOn();
    void recordsThatComeBehindLaterOnesAreFoldedInTheirPlace();
    void otherCapturesProjectionsAndClocksHaveTheirOwn();
    void aFoldThatWouldOutgrowTheMemorySaysSoAndWhatWouldFit();
};

void tst_KeptLogs::aKeptLogIsTheOneThatWasFolded_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const auto& [name, toml] : definitions()) {
        QTest::newRow(name.c_str()) << QByteArray::fromStdString(name);
    }
}

void tst_KeptLogs::aKeptLogIsTheOneThatWasFolded()
{
    QFETCH(QByteArray, name);
    const QTemporaryDir folder;
    for (unsigned seed = 1; seed <= 5; ++seed) {
        std::mt19937 random(seed);
        const auto capture = captureFile(folder, QByteArray::number(seed).constData(),
                                         orders(random, 20 + random() % 600, 1 + seed * 3));
        const ProjectionPtr shape = defined(name.toStdString());
        std::vector<std::string> notes;
        KeptLogs kept(keptIn(folder, &notes));
        for (const Clock::Kind kind :
             {Clock::Kind::Log, Clock::Kind::Robust, Clock::Kind::EventTime}) {
            const TimeOrderPtr order = orderBy({kind, {}}, capture->snapshot()).value();
            const VersionLogPtr folded = kept.fold(shape, order, {}).value();
            QVERIFY(!folded->report().kept);
            kept.finish();
            const VersionLogPtr again = kept.fold(shape, order, {}).value();
            QVERIFY(again->report().kept);
            compare(again, folded, random);
        }
        QVERIFY2(notes.empty(), notes.empty() ? "" : notes.front().c_str());
    }
}

void tst_KeptLogs::itAnswersAfterTheCaptureIsOpenedAgain()
{
    const QTemporaryDir folder;
    std::mt19937 random(3);
    std::string path;
    std::string hash;
    Rank prefix = 0;
    const ProjectionPtr shape = defined("merge-patch");
    {
        const auto capture = captureFile(folder, "c.hindcast", orders(random, 900, 50));
        path = capture->path();
        KeptLogs kept(keptIn(folder));
        const VersionLogPtr log =
            kept.fold(shape, TimeOrder::build(capture->snapshot()), {}).value();
        prefix = log->order()->size() / 2;
        hash = State::at(log, prefix)->hash().value();
        kept.finish();
        QVERIFY(capture->close());
    }
    const auto capture = Capture::open(path, Capture::Mode::ReadOnly).value();
    KeptLogs kept(keptIn(folder));
    const VersionLogPtr log = kept.find(shape, TimeOrder::build(capture->snapshot()));
    QVERIFY(log);
    QCOMPARE(State::at(log, prefix)->hash().value(), hash);
    QVERIFY(log->keys().find("k1") != kNoKeyNo);
    QVERIFY(log->keys().find("nobody") == kNoKeyNo);
}

void tst_KeptLogs::aLargeLogIsKeptWhole()
{
    // Several chunks of each column, a checkpoint, and pages of states.
    const QTemporaryDir folder;
    std::mt19937 random(5);
    // Topic after topic for a while, as a reader takes them: a block a record would take minutes.
    std::vector<Event> events = orders(random, 280'000, 5'000);
    constexpr std::size_t kAtOnce = 7000;
    for (std::size_t from = 0; from < events.size(); from += kAtOnce) {
        const auto first = events.begin() + static_cast<std::ptrdiff_t>(from);
        std::stable_sort(
            first, first + static_cast<std::ptrdiff_t>(std::min(kAtOnce, events.size() - from)),
            [](const Event& a, const Event& b) { return a.topic < b.topic; });
    }
    const auto capture = captureFile(folder, "c.hindcast", events);
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    KeptLogs kept(keptIn(folder));
    for (const char* const name : {"latest", "merge-patch"}) {
        const VersionLogPtr folded = kept.fold(defined(name), order, {}).value();
        kept.finish();
        const VersionLogPtr again = kept.find(defined(name), order);
        compare(again, folded, random);
        QVERIFY(again->memoryBytes() <= folded->memoryBytes() + (1u << 20));
    }
}

void tst_KeptLogs::aCaptureThatGrewIsFoldedOn_data()
{
    aKeptLogIsTheOneThatWasFolded_data();
}

void tst_KeptLogs::aCaptureThatGrewIsFoldedOn()
{
    QFETCH(QByteArray, name);
    const QTemporaryDir folder;
    const ProjectionPtr shape = defined(name.toStdString());
    for (unsigned seed = 1; seed <= 3; ++seed) {
        std::mt19937 random(seed);
        const auto events = orders(random, 300 + random() % 600, 1 + seed * 5);
        const auto cut = static_cast<std::ptrdiff_t>(random() % events.size());
        const auto capture = captureFile(folder, QByteArray::number(seed).constData(),
                                         {events.begin(), events.begin() + cut});
        for (const Clock::Kind kind : {Clock::Kind::Log, Clock::Kind::EventTime}) {
            KeptLogs kept(keptIn(folder));
            const auto first = orderBy({kind, {}}, capture->snapshot()).value();
            QVERIFY(kept.fold(shape, first, {}));
            kept.finish();
        }
        append(*capture, {events.begin() + cut, events.end()});
        for (const Clock::Kind kind : {Clock::Kind::Log, Clock::Kind::EventTime}) {
            KeptLogs kept(keptIn(folder));
            const auto order = orderBy({kind, {}}, capture->snapshot()).value();
            const VersionLogPtr anew = VersionLog::fold(shape, order, {}).value();
            const VersionLogPtr begun = kept.find(shape, order);
            QVERIFY(begun);
            QCOMPARE(begun->rows(), static_cast<Row>(cut));
            const VersionLogPtr grown = kept.fold(shape, order, {}).value();
            QCOMPARE(grown->report().sentence(), anew->report().sentence());
            for (int i = 0; i < 5; ++i) {
                const auto prefix = static_cast<Rank>(random() % (order->size() + 1));
                QCOMPARE(State::at(grown, prefix)->hash().value(),
                         State::at(anew, prefix)->hash().value());
            }
            // What was folded on is kept in its place.
            kept.finish();
            QCOMPARE(kept.find(shape, order)->rows(), order->size());
        }
    }
}

void tst_KeptLogs::recordsThatComeBehindLaterOnesAreFoldedInTheirPlace()
{
    // A record that arrives later and lies before others of its partition moves those in time.
    const QTemporaryDir folder;
    // Enough of them for a place to go on from behind where they were.
    std::vector<Event> early{{"orders", 0, 5, 100, "k", R"({"n":1})"}};
    for (std::int64_t i = 0; i < 70'000; ++i) {
        early.push_back({"orders", 1, i, 101 + i / 1000, "l", R"({"n":2})"});
    }
    const auto capture = captureFile(folder, "c.hindcast", early);
    const ProjectionPtr shape = defined("latest");
    KeptLogs kept(keptIn(folder));
    const VersionLogPtr before =
        kept.fold(shape, TimeOrder::build(capture->snapshot()), {}).value();
    kept.finish();
    append(*capture, {{"orders", 0, 4, 1000, "m", R"({"n":4})"}});
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot(), before->order());
    const VersionLogPtr anew = VersionLog::fold(shape, order, {}).value();
    const VersionLogPtr grown = VersionLog::fold(shape, order, {}, {}, before).value();
    const VersionLogPtr fromFile = kept.fold(shape, order, {}).value();
    for (Rank prefix = 0; prefix <= order->size(); prefix += 2333) {
        QVERIFY(table(grown, prefix) == table(anew, prefix));
        QVERIFY(table(fromFile, prefix) == table(anew, prefix));
    }
}

void tst_KeptLogs::otherCapturesProjectionsAndClocksHaveTheirOwn()
{
    const QTemporaryDir folder;
    std::mt19937 random(9);
    const auto events = orders(random, 200, 10);
    const auto one = captureFile(folder, "one", events);
    const auto other = captureFile(folder, "other", events);
    const TimeOrderPtr order = TimeOrder::build(one->snapshot());
    KeptLogs kept(keptIn(folder));
    QVERIFY(kept.fold(defined("latest"), order, {}));
    kept.finish();
    QVERIFY(kept.find(defined("latest"), order));
    QVERIFY(!kept.find(defined("latest"), TimeOrder::build(other->snapshot())));
    QVERIFY(!kept.find(defined("where"), order));
    QVERIFY(!kept.find(defined("latest"),
                       orderBy({Clock::Kind::EventTime, {}}, one->snapshot()).value()));
    // Columns and comments do not change a fold.
    QVERIFY(kept.find(projection("# mine\nname = \"p\"\n[[source]]\n" + definitions().at("latest") +
                                 "[columns]\nn = \"amount\"\n"),
                      order));
}

void tst_KeptLogs::aFoldThatWouldOutgrowTheMemorySaysSoAndWhatWouldFit()
{
    std::mt19937 random(27);
    const auto capture = Capture::inMemory();
    append(*capture, orders(random, 40'000, 9'000), 500);
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    for (const char* const name : {"latest", "merge-patch", "two sources"}) {
        const ProjectionPtr shape = defined(name);
        const FoldEstimate estimate = FoldEstimate::of(*shape, *capture->snapshot());
        const VersionLogPtr log = VersionLog::fold(shape, order, {}).value();
        QCOMPARE(estimate.records, log->report().records);
        QVERIFY(estimate.keys >= log->keys().size());
        QVERIFY2(estimate.bytes >= log->memoryBytes() + log->stateBytes(), name);
        QVERIFY(mayFold(*shape, *order, estimate.bytes, ""));
        const auto refused = mayFold(*shape, *order, estimate.bytes / 3, "take {}.");
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::NoSpace);
        // What is offered is a part of the records, and it fits.
        const QString words = QString::fromStdString(refused.error().message);
        const qsizetype at = words.lastIndexOf(QStringLiteral("take "));
        const auto from = parseTimestamp(words.sliced(at + 5).chopped(1).toStdString(), {});
        QVERIFY2(from, refused.error().message.c_str());
        const Rank first = order->lowerBound(*from);
        QVERIFY(first > 0 && first < order->size());
        std::vector<Event> newest;
        for (Rank rank = first; rank < order->size(); ++rank) {
            const StoredRecord stored = order->snapshot()->record(order->rowAt(rank)).value();
            const RecordPlace place = order->snapshot()->placeOf(order->rowAt(rank));
            const RecordView record = stored.view();
            newest.push_back(
                {place.topic, place.partition, place.offset, toMs(record.timestamp),
                 record.key ? std::optional<std::string>(*record.key) : std::nullopt,
                 record.value ? std::optional<std::string>(*record.value) : std::nullopt});
        }
        const auto part = Capture::inMemory();
        append(*part, newest, 500);
        QVERIFY(mayFold(*shape, *TimeOrder::build(part->snapshot()), estimate.bytes / 3, ""));
    }
    QVERIFY(!mayFold(*defined("latest"), *order, 1, ""));
    QVERIFY(usualFoldMemory() > 0);
}

QTEST_GUILESS_MAIN(tst_KeptLogs)
#include "tst_kept_logs.moc"
