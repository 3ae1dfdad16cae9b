#include "model/replay/clock_order.h"
#include "tests/unit/replay/kept_logs_fixture.h"

#include <QDir>
#include <QFile>
#include <QTest>
#include <atomic>
#include <thread>

using namespace hindcast;
using namespace hindcast::test;

namespace {

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

// The files of kept folds: damage, room, several who write.
class tst_KeptFiles : public QObject
{
    Q_OBJECT

private slots:
    void aDamagedFileIsNeverBelieved();
    void aTruncatedFileIsNeverBelieved();
    void aFileOfAnotherProgramIsLeftAside();
    void aCopyThatWentAnotherWayIsNotBelieved();
    void severalMayWriteAndReadAtOnce();
    void theOldestGoWhereThereIsNoRoom();
    void aFolderThatCannotBeWrittenToCostsNothing();
    void whatHasNoFileIsNotKept();
};

void tst_KeptFiles::aDamagedFileIsNeverBelieved()
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

void tst_KeptFiles::aTruncatedFileIsNeverBelieved()
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

void tst_KeptFiles::aFileOfAnotherProgramIsLeftAside()
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

void tst_KeptFiles::aCopyThatWentAnotherWayIsNotBelieved()
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

void tst_KeptFiles::severalMayWriteAndReadAtOnce()
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

void tst_KeptFiles::theOldestGoWhereThereIsNoRoom()
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

void tst_KeptFiles::aFolderThatCannotBeWrittenToCostsNothing()
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

void tst_KeptFiles::whatHasNoFileIsNotKept()
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

QTEST_GUILESS_MAIN(tst_KeptFiles)
#include "tst_kept_files.moc"
