#include "tests/unit/replay/fold_ways.h"

#include "model/record/timestamp.h"
#include "model/replay/clock_order.h"
#include "model/replay/fold_estimate.h"
#include "model/replay/kept_logs.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

using namespace hindcast;
using namespace hindcast::test;

namespace {

KeptLogs::Options keptIn(const QTemporaryDir& folder, std::vector<std::string>* notes = nullptr)
{
    KeptLogs::Options options;
    options.folder = folder.filePath(QStringLiteral("folds")).toStdString();
    options.worth = std::chrono::milliseconds(0);
    if (notes) {
        options.note = [notes](const std::string& words) { notes->push_back(words); };
    }
    return options;
}

std::vector<Event> orders(std::mt19937& random, std::size_t count, unsigned keys)
{
    return randomEvents(random, {"orders", "payments"}, count, keys, [&](const Event&) {
        if (random() % 20 == 0) {
            return std::string("{broken");
        }
        nlohmann::json value;
        value["state"] = std::string(1, static_cast<char>('a' + random() % 4));
        value["amount"] = static_cast<int>(random() % 100);
        return value.dump();
    });
}

std::shared_ptr<Capture> captureFile(const QTemporaryDir& folder, const char* name,
                                     const std::vector<Event>& events)
{
    auto capture = Capture::create(folder.filePath(QString::fromLatin1(name)).toStdString());
    if (!capture) {
        std::fprintf(stderr, "create: %s\n", capture.error().message.c_str());
        std::abort();
    }
    append(**capture, events, 7 + events.size() / 100);
    return *capture;
}

// One of each reducer that reads such records.
const std::map<std::string, std::string>& definitions()
{
    static const std::map<std::string, std::string> all{
        {"latest", "topic = \"orders\"\nreduce = \"latest\"\n"},
        {"two sources", "topic = \"orders\"\nreduce = \"latest\"\n[[source]]\n"
                        "topic = \"payments\"\nreduce = \"latest\"\ninto = \"payment\"\n"},
        {"where", "topic = [\"orders\", \"payments\"]\nreduce = \"latest\"\n"
                  "where = \"value.amount > 30\"\n"},
        {"merge-patch", "topic = [\"orders\", \"payments\"]\nreduce = \"merge-patch\"\n"},
        {"aggregate", "topic = \"orders\"\nreduce = \"aggregate\"\ngroup = \"value.state\"\n"
                      "[source.compute]\nn = \"count\"\nspent = \"sum(value.amount)\"\n"},
        {"distinct", "topic = \"orders\"\nreduce = \"aggregate\"\ngroup = \"value.state\"\n"
                     "[source.compute]\nkinds = \"distinct(value.amount)\"\n"},
        {"machine", "topic = \"orders\"\nreduce = \"machine\"\nstate = \"value.state\"\n"
                    "initial = \"a\"\n[source.transitions]\na = [\"b\"]\nb = [\"c\", \"a\"]\n"
                    "c = [\"d\"]\nd = [\"a\"]\n"},
        {"script", "topic = \"orders\"\nreduce = \"script\"\nscript = \"\"\"\n"
                   "function init(key) { return { n: 0 }; }\n"
                   "function apply(state, event) { state.n += event.value.amount; return state; }\n"
                   "\"\"\"\n"},
    };
    return all;
}

ProjectionPtr defined(const std::string& name)
{
    return projection("name = \"p\"\n[[source]]\n" + definitions().at(name));
}

void compare(const VersionLogPtr& log, const VersionLogPtr& expected, std::mt19937& random)
{
    QVERIFY(log);
    QCOMPARE(log->size(), expected->size());
    QCOMPARE(log->keys().size(), expected->keys().size());
    QCOMPARE(log->report().sentence(), expected->report().sentence());
    QCOMPARE(log->report().firstSkipped.size(), expected->report().firstSkipped.size());
    QCOMPARE(log->report().firstFindings.size(), expected->report().firstFindings.size());
    for (std::size_t i = 0; i < log->report().firstSkipped.size(); ++i) {
        QCOMPARE(log->report().firstSkipped[i].rank, expected->report().firstSkipped[i].rank);
        QCOMPARE(log->report().firstSkipped[i].place.toString(),
                 expected->report().firstSkipped[i].place.toString());
        QCOMPARE(log->report().firstSkipped[i].reason, expected->report().firstSkipped[i].reason);
    }
    for (std::size_t i = 0; i < log->report().firstFindings.size(); ++i) {
        QCOMPARE(log->report().firstFindings[i].what, expected->report().firstFindings[i].what);
        QCOMPARE(log->report().firstFindings[i].key, expected->report().firstFindings[i].key);
    }
    const Rank end = expected->order()->size();
    for (int i = 0; i < 6; ++i) {
        const Rank prefix = i == 0 ? end : static_cast<Rank>(random() % (end + 1));
        const StatePtr state = State::at(log, prefix);
        QCOMPARE(state->hash().value(), State::at(expected, prefix)->hash().value());
        QVERIFY(table(log, prefix) == table(expected, prefix));
    }
    for (KeyNo key = 0; key < log->keys().size(); key += 1 + log->keys().size() / 40) {
        const KeyNo same = expected->keys().find(log->keys().text(key));
        QVERIFY(same != kNoKeyNo);
        QCOMPARE(log->chains().all(key), expected->chains().all(same));
    }
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

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
    void aDamagedFileIsNeverBelieved();
    void aTruncatedFileIsNeverBelieved();
    void aFileOfAnotherProgramIsLeftAside();
    void aCopyThatWentAnotherWayIsNotBelieved();
    void severalMayWriteAndReadAtOnce();
    void theOldestGoWhereThereIsNoRoom();
    void aFolderThatCannotBeWrittenToCostsNothing();
    void whatHasNoFileIsNotKept();
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

void tst_KeptLogs::aDamagedFileIsNeverBelieved()
{
    const QTemporaryDir folder;
    std::mt19937 random(11);
    const auto capture = captureFile(folder, "c.hindcast", orders(random, 400, 20));
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    std::vector<std::string> notes;
    KeptLogs kept(keptIn(folder, &notes));
    const ProjectionPtr shape = defined("merge-patch");
    const VersionLogPtr folded = kept.fold(shape, order, {}).value();
    kept.finish();
    const QString path = QString::fromStdString(kept.pathOf(*shape, *order));
    const QByteArray whole = contentOf(path);
    QVERIFY(whole.size() > 1000);
    int refused = 0;
    for (qsizetype at = 0; at < whole.size(); at += 1 + static_cast<qsizetype>(random() % 23)) {
        QByteArray damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
        put(path, damaged);
        const VersionLogPtr found = kept.find(shape, order);
        refused += found ? 0 : 1;
        QCOMPARE(QFile::exists(path),
                 found != nullptr || notes.back().find("damaged") == std::string::npos);
        if (found) { // a bit that means nothing
            compare(found, folded, random);
        }
    }
    QVERIFY(refused > 50);
    QCOMPARE(notes.size(), static_cast<std::size_t>(refused));
    // Folded again, it is whole again.
    QVERIFY(!kept.fold(shape, order, {}).value()->report().kept);
    kept.finish();
    compare(kept.find(shape, order), folded, random);
}

void tst_KeptLogs::aTruncatedFileIsNeverBelieved()
{
    const QTemporaryDir folder;
    std::mt19937 random(13);
    const auto capture = captureFile(folder, "c.hindcast", orders(random, 300, 20));
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    KeptLogs kept(keptIn(folder));
    const ProjectionPtr shape = defined("latest");
    QVERIFY(kept.fold(shape, order, {}));
    kept.finish();
    const QString path = QString::fromStdString(kept.pathOf(*shape, *order));
    const QByteArray whole = contentOf(path);
    for (qsizetype size = 0; size < whole.size(); size += size < 200 ? 1 : 37) {
        put(path, whole.left(size));
        QVERIFY(!kept.find(shape, order));
    }
    put(path, whole + "x");
    QVERIFY(!kept.find(shape, order));
    put(path, whole);
    QVERIFY(kept.find(shape, order));
}

void tst_KeptLogs::aFileOfAnotherProgramIsLeftAside()
{
    const QTemporaryDir folder;
    std::mt19937 random(15);
    const auto capture = captureFile(folder, "c.hindcast", orders(random, 300, 20));
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    std::vector<std::string> notes;
    KeptLogs kept(keptIn(folder, &notes));
    QVERIFY(kept.fold(defined("latest"), order, {}));
    QVERIFY(kept.fold(defined("merge-patch"), order, {}));
    kept.finish();
    // A file under the name of another: what stands in it decides.
    const QString latest = QString::fromStdString(kept.pathOf(*defined("latest"), *order));
    put(QString::fromStdString(kept.pathOf(*defined("merge-patch"), *order)), contentOf(latest));
    QVERIFY(!kept.find(defined("merge-patch"), order));
    QCOMPARE(notes.size(), std::size_t{1});
}

void tst_KeptLogs::aCopyThatWentAnotherWayIsNotBelieved()
{
    const QTemporaryDir folder;
    std::mt19937 random(17);
    const auto events = orders(random, 200, 10);
    const auto capture = captureFile(folder, "c.hindcast", events);
    const std::string copyPath = folder.filePath(QStringLiteral("copy")).toStdString();
    QVERIFY(capture->saveAs(copyPath));
    KeptLogs kept(keptIn(folder));
    append(*capture, {{"orders", 0, 9000, 5'000'000, "k1", R"({"n":1})"}});
    QVERIFY(kept.fold(defined("latest"), TimeOrder::build(capture->snapshot()), {}));
    kept.finish();
    const auto copy = Capture::open(copyPath, Capture::Mode::Append).value();
    QCOMPARE(copy->snapshot()->captureId(), capture->snapshot()->captureId());
    QVERIFY(!kept.find(defined("latest"), TimeOrder::build(copy->snapshot())));
    append(*copy, {{"orders", 0, 9001, 5'000'000, "k1", R"({"n":1})"}});
    QVERIFY(!kept.find(defined("latest"), TimeOrder::build(copy->snapshot())));
}

void tst_KeptLogs::severalMayWriteAndReadAtOnce()
{
    const QTemporaryDir folder;
    std::mt19937 random(19);
    const auto capture = captureFile(folder, "c.hindcast", orders(random, 3000, 100));
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    const ProjectionPtr shape = defined("merge-patch");
    const std::string expected =
        State::at(VersionLog::fold(shape, order, {}).value(), order->size())->hash().value();
    std::atomic<int> wrong{0};
    std::atomic<int> found{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                KeptLogs kept(keptIn(folder));
                for (int i = 0; i < 10; ++i) {
                    if (const VersionLogPtr log = kept.find(shape, order)) {
                        ++found;
                        const auto hash = State::at(log, order->size())->hash();
                        wrong += hash && *hash == expected ? 0 : 1;
                    }
                    kept.keep(VersionLog::fold(shape, order, {}).value());
                    kept.finish();
                }
            });
        }
    }
    QCOMPARE(wrong.load(), 0);
    QVERIFY(found > 0);
    const QDir folds(folder.filePath(QStringLiteral("folds")));
    QCOMPARE(folds.entryList(QDir::Files | QDir::Hidden).size(), 1);
}

void tst_KeptLogs::theOldestGoWhereThereIsNoRoom()
{
    const QTemporaryDir folder;
    std::mt19937 random(21);
    const auto capture = captureFile(folder, "c.hindcast", orders(random, 3000, 100));
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    std::vector<std::string> paths;
    {
        KeptLogs kept(keptIn(folder));
        for (const char* const name : {"latest", "merge-patch", "where"}) {
            QVERIFY(kept.fold(defined(name), order, {}));
            kept.finish();
            paths.push_back(kept.pathOf(*defined(name), *order));
        }
    }
    const auto age = [&](std::size_t i, qint64 seconds) {
        QFile file(QString::fromStdString(paths[i]));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(-seconds),
                                 QFileDevice::FileModificationTime));
    };
    age(0, 300);
    age(1, 200);
    age(2, 100);
    std::uint64_t all = 0;
    for (const std::string& path : paths) {
        all += static_cast<std::uint64_t>(QFile(QString::fromStdString(path)).size());
    }
    KeptLogs::Options options = keptIn(folder);
    options.mostBytes = std::max<std::uint64_t>(all, 4u << 20);
    KeptLogs kept(options);
    // Used again, it is no longer the oldest.
    QVERIFY(kept.find(defined("latest"), order));
    QFile filler(folder.filePath(QStringLiteral("folds/filler.fold")));
    QVERIFY(filler.open(QIODevice::WriteOnly));
    QVERIFY(filler.resize(static_cast<qint64>(options.mostBytes - all) + 1));
    filler.close();
    kept.keep(kept.find(defined("latest"), order));
    kept.finish();
    QVERIFY(QFile::exists(QString::fromStdString(paths[0])));
    QVERIFY(!QFile::exists(QString::fromStdString(paths[1])));
    QVERIFY(QFile::exists(QString::fromStdString(paths[2])));
    QVERIFY(filler.exists());
    // One that is larger than all may be is not kept at all, and said.
    std::vector<std::string> notes;
    options.mostBytes = 1000;
    options.note = [&notes](const std::string& words) { notes.push_back(words); };
    KeptLogs small(options);
    small.keep(VersionLog::fold(defined("where"), order, {}).value());
    small.finish();
    QCOMPARE(notes.size(), std::size_t{1});
}

void tst_KeptLogs::aFolderThatCannotBeWrittenToCostsNothing()
{
    const QTemporaryDir folder;
    std::mt19937 random(23);
    const auto capture = captureFile(folder, "c.hindcast", orders(random, 200, 10));
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    put(folder.filePath(QStringLiteral("folds")), "a file where the folder should be");
    std::vector<std::string> notes;
    KeptLogs kept(keptIn(folder, &notes));
    QVERIFY(kept.fold(defined("latest"), order, {}));
    kept.finish();
    QCOMPARE(notes.size(), std::size_t{1});
    QVERIFY(notes.front().find("is not kept") != std::string::npos);
}

void tst_KeptLogs::whatHasNoFileIsNotKept()
{
    const QTemporaryDir folder;
    std::mt19937 random(25);
    const auto capture = Capture::inMemory();
    append(*capture, orders(random, 200, 10));
    const TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    KeptLogs kept(keptIn(folder));
    QVERIFY(kept.fold(defined("latest"), order, {}));
    kept.finish();
    QVERIFY(kept.pathOf(*defined("latest"), *order).empty());
    QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("folds"))));
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
