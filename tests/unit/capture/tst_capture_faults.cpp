#include "model/capture/capture.h"

#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <set>
#include <sqlite3.h>

using namespace hindcast;

namespace {

constexpr std::int64_t kRows = 60'000;

void makeCapture(const std::string& path, bool close)
{
    auto capture = *Capture::create(path);
    QRandomGenerator random(7);
    for (std::int64_t from = 0; from < kRows; from += 2000) {
        RecordBatchBuilder builder("orders");
        for (std::int64_t offset = from; offset < from + 2000; ++offset) {
            std::string value = std::to_string(offset) + " ";
            for (int i = 0; i < 40; ++i) {
                value += static_cast<char>(random.bounded(256));
            }
            builder.add(0, offset, offset, TimestampType::CreateTime,
                        "key-" + std::to_string(offset % 50), value);
        }
        QVERIFY(capture->append(builder.take()));
        QVERIFY(capture->flush());
    }
    QVERIFY(!close || capture->close());
}

// Counts rows that come back as they were written; every other one must be an error that names the
// file and the block.
void readAll(const CaptureSnapshot& snapshot, const std::string& path, std::int64_t& whole)
{
    whole = 0;
    for (Row row = 0; row < snapshot.rowCount(); ++row) {
        const auto stored = snapshot.record(row);
        if (!stored) {
            QCOMPARE(stored.error().code, ErrorCode::Corrupt);
            QVERIFY(stored.error().message.find(path) != std::string::npos);
            QVERIFY(stored.error().message.find("block ") != std::string::npos);
            continue;
        }
        const RecordView view = stored->view();
        QVERIFY(view.value->starts_with(std::to_string(view.offset) + " "));
        QCOMPARE(snapshot.row(row).offset, view.offset);
        ++whole;
    }
}

void execute(const std::string& path, const char* sql)
{
    sqlite3* db = nullptr;
    QCOMPARE(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    QCOMPARE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
}

} // namespace

class tst_CaptureFaults : public QObject
{
    Q_OBJECT

private slots:
    void killedAtAnyMomentItKeepsWhatWasReported_data();
    void killedAtAnyMomentItKeepsWhatWasReported();
    void aFullDiskIsSaidAndWhatWasWrittenStays();
    void aCutFileGivesWhatIsThere_data();
    void aCutFileGivesWhatIsThere();
    void aDamagedBlockIsNamedAndTheRestIsRead_data();
    void aDamagedBlockIsNamedAndTheRestIsRead();
    void aDamagedIndexIsMadeAnew_data();
    void aDamagedIndexIsMadeAnew();
    void whatIsNoCaptureIsRefused_data();
    void whatIsNoCaptureIsRefused();
    void whatIsAddedToAnOlderFileMakesItANewerOne();
    void aRecordOfFiftyMegabytesComesBack();

private:
    std::string file(const QString& name) const { return m_folder.filePath(name).toStdString(); }
    QTemporaryDir m_folder;
};

void tst_CaptureFaults::killedAtAnyMomentItKeepsWhatWasReported_data()
{
    QTest::addColumn<int>("afterMs");
    QRandomGenerator random(1);
    for (int i = 0; i < 20; ++i) {
        QTest::addRow("kill %d", i + 1) << static_cast<int>(random.bounded(5, 500));
    }
}

void tst_CaptureFaults::killedAtAnyMomentItKeepsWhatWasReported()
{
    QFETCH(int, afterMs);
    const std::string path = file(QStringLiteral("killed-%1.hindcast").arg(afterMs));
    QProcess victim;
    victim.start(QStringLiteral(HINDCAST_CAPTURE_VICTIM),
                 {QStringLiteral("grow"), QString::fromStdString(path)});
    QVERIFY(victim.waitForReadyRead(30'000));
    QTest::qWait(afterMs);
    victim.kill();
    QVERIFY(victim.waitForFinished());
    QCOMPARE(victim.exitStatus(), QProcess::CrashExit);
    // A line may have been cut by the kill; what counts is the last whole one.
    QList<QByteArray> lines = victim.readAllStandardOutput().split('\n');
    lines.removeLast();
    QVERIFY(!lines.isEmpty());
    const QList<QByteArray> last = lines.last().split(' ');
    QCOMPARE(last.at(0), QByteArray("flushed"));
    const auto rows = static_cast<Row>(last.at(1).toUInt());
    for (const auto mode : {Capture::Mode::ReadOnly, Capture::Mode::Append}) {
        const auto opened = Capture::open(path, mode);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        const auto snapshot = (*opened)->snapshot();
        QVERIFY(snapshot->problems().empty());
        QVERIFY(snapshot->rowCount() >= rows);
        QVERIFY(snapshot->groupSamples().size() >= static_cast<std::size_t>(last.at(2).toUInt()));
        for (Row row = 0; row < snapshot->rowCount(); ++row) {
            QCOMPARE(snapshot->row(row).offset, static_cast<std::int64_t>(row));
        }
        for (std::size_t block = 0; block < snapshot->blockCount(); ++block) {
            QVERIFY(snapshot->loadBlock(block));
        }
        if (mode == Capture::Mode::Append) {
            RecordBatchBuilder builder("orders");
            builder.add(0, 1'000'000'000, 5, TimestampType::CreateTime, "k", "after");
            QVERIFY((*opened)->append(builder.take()));
            QVERIFY((*opened)->close());
            const auto again = *Capture::open(path, Capture::Mode::ReadOnly);
            QCOMPARE(again->snapshot()->rowCount(), snapshot->rowCount() + 1);
        }
    }
}

void tst_CaptureFaults::aFullDiskIsSaidAndWhatWasWrittenStays()
{
    const std::string path = file(QStringLiteral("full.hindcast"));
    QProcess victim;
    victim.start(QStringLiteral(HINDCAST_CAPTURE_VICTIM),
                 {QStringLiteral("fill"), QString::fromStdString(path), QStringLiteral("4000000")});
    QVERIFY(victim.waitForFinished(60'000));
    const QList<QByteArray> lines = victim.readAllStandardOutput().split('\n');
    QVERIFY2(lines.size() >= 4, lines.join("; "));
    const QByteArray noSpace = QByteArray::number(static_cast<int>(ErrorCode::NoSpace));
    QCOMPARE(lines[0].split(' ').at(1), noSpace);
    QVERIFY2(lines[0].contains(QByteArray::fromStdString(path)), lines[0]);
    QVERIFY2(lines[0].contains("no space"), lines[0]);
    QVERIFY(lines[1].startsWith("flushed "));
    QVERIFY(lines[1].split(' ').at(1).toInt() > 10'000);
    QVERIFY2(lines[2].startsWith("recovered "), lines.join("; "));
    const auto opened = Capture::open(path, Capture::Mode::ReadOnly);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const auto snapshot = (*opened)->snapshot();
    QCOMPARE(snapshot->rowCount(), static_cast<Row>(lines[2].split(' ').at(1).toUInt()));
    for (std::size_t block = 0; block < snapshot->blockCount(); ++block) {
        QVERIFY(snapshot->loadBlock(block));
    }
}

void tst_CaptureFaults::aCutFileGivesWhatIsThere_data()
{
    QTest::addColumn<bool>("indexed");
    QTest::addColumn<int>("percent");
    for (const bool indexed : {true, false}) {
        for (const int percent : {99, 80, 50, 20}) {
            QTest::addRow("%s, %d %% left", indexed ? "indexed" : "not indexed", percent)
                << indexed << percent;
        }
    }
}

void tst_CaptureFaults::aCutFileGivesWhatIsThere()
{
    QFETCH(bool, indexed);
    QFETCH(int, percent);
    const std::string path = file(QStringLiteral("cut-%1-%2.hindcast").arg(indexed).arg(percent));
    makeCapture(path, indexed);
    QFile cut(QString::fromStdString(path));
    if (!indexed) { // left behind without an index, but folded into one file by its last reader
        execute(path, "PRAGMA journal_mode = DELETE");
    }
    QVERIFY(cut.resize(cut.size() * percent / 100));
    const auto opened = Capture::open(path, Capture::Mode::ReadOnly);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const auto snapshot = (*opened)->snapshot();
    std::int64_t whole = 0;
    readAll(*snapshot, path, whole);
    const bool complete = whole == kRows;
    // The index lies at the end of the file: it goes first.
    QVERIFY2(whole >= kRows * (percent - 15) / 100, qPrintable(QString::number(whole)));
    QVERIFY2(!snapshot->problems().empty(), "the loss is not said");
    QVERIFY(snapshot->problems().front().find("is cut off") != std::string::npos);
    for (const std::string& problem : snapshot->problems()) {
        QVERIFY2(problem.find(path) != std::string::npos, problem.c_str());
    }
    if (!complete) {
        const auto append = Capture::open(path, Capture::Mode::Append);
        QVERIFY(!append);
        QVERIFY(append.error().message.find(path) != std::string::npos);
    }
}

void tst_CaptureFaults::aDamagedBlockIsNamedAndTheRestIsRead_data()
{
    QTest::addColumn<bool>("indexed");
    QTest::newRow("indexed") << true;
    QTest::newRow("not indexed") << false;
}

void tst_CaptureFaults::aDamagedBlockIsNamedAndTheRestIsRead()
{
    QFETCH(bool, indexed);
    const std::string path = file(QStringLiteral("damaged-%1.hindcast").arg(indexed));
    makeCapture(path, indexed);
    // Some bytes in the middle of block 11 change; SQLite does not notice, the checksum does.
    execute(path,
            "UPDATE block SET data = substr(data, 1, 5000) || x'0102030405' || substr(data, 5006) "
            "WHERE id = 11");
    const auto opened = Capture::open(path, Capture::Mode::ReadOnly);
    QVERIFY(opened);
    const auto snapshot = (*opened)->snapshot();
    std::int64_t whole = 0;
    readAll(*snapshot, path, whole);
    QCOMPARE(whole, kRows - 2000);
    QCOMPARE(snapshot->rowCount(), static_cast<Row>(indexed ? kRows : kRows - 2000));
    if (indexed) {
        const auto stored = snapshot->record(20'000);
        QVERIFY(!stored);
        QVERIFY2(stored.error().message.find("block 11") != std::string::npos,
                 stored.error().message.c_str());
    } else {
        QCOMPARE(snapshot->problems().size(), std::size_t{1});
        QVERIFY(snapshot->problems()[0].find("block 11") != std::string::npos);
    }
}

void tst_CaptureFaults::aDamagedIndexIsMadeAnew_data()
{
    QTest::addColumn<QByteArray>("damage");
    QTest::newRow("a chunk") << QByteArray("UPDATE index_chunk SET data = substr(data, 1, 100) || "
                                           "x'00' || substr(data, 102)");
    QTest::newRow("topics") << QByteArray("UPDATE topic SET name = ''");
}

void tst_CaptureFaults::aDamagedIndexIsMadeAnew()
{
    QFETCH(QByteArray, damage);
    const std::string path =
        file(QStringLiteral("index-%1.hindcast").arg(QLatin1String(QTest::currentDataTag())));
    makeCapture(path, true);
    execute(path, damage.constData());
    const auto opened = Capture::open(path, Capture::Mode::ReadOnly);
    QVERIFY(opened);
    std::int64_t whole = 0;
    readAll(*(*opened)->snapshot(), path, whole);
    QCOMPARE(whole, kRows);
    QCOMPARE((*opened)->snapshot()->keyCount(), KeyId{50});
}

void tst_CaptureFaults::whatIsNoCaptureIsRefused_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("missing") << QStringLiteral("missing") << static_cast<int>(ErrorCode::NotFound)
                             << QStringLiteral("no file");
    QTest::newRow("text") << QStringLiteral("text") << static_cast<int>(ErrorCode::Corrupt)
                          << QStringLiteral("not a Hindcast capture");
    QTest::newRow("empty") << QStringLiteral("empty") << static_cast<int>(ErrorCode::Corrupt)
                           << QStringLiteral("not a Hindcast capture");
    QTest::newRow("another database")
        << QStringLiteral("sqlite") << static_cast<int>(ErrorCode::Corrupt)
        << QStringLiteral("another program");
    QTest::newRow("a newer version")
        << QStringLiteral("newer") << static_cast<int>(ErrorCode::Unsupported)
        << QStringLiteral("newer Hindcast");
    QTest::newRow("a folder") << QStringLiteral("folder") << -1 << QString();
}

void tst_CaptureFaults::whatIsNoCaptureIsRefused()
{
    QFETCH(QString, what);
    QFETCH(int, code);
    QFETCH(QString, says);
    const std::string path =
        what == QLatin1String("folder") ? m_folder.path().toStdString() : file(what);
    if (what == QLatin1String("text") || what == QLatin1String("empty")) {
        QFile text(QString::fromStdString(path));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write(what == QLatin1String("text") ? QByteArray(20'000, 'x') : QByteArray());
    } else if (what == QLatin1String("sqlite")) {
        execute(path, "CREATE TABLE t(a)");
    } else if (what == QLatin1String("newer")) {
        makeCapture(path, true);
        execute(path, "PRAGMA user_version = 99");
    }
    for (const auto mode : {Capture::Mode::ReadOnly, Capture::Mode::Append}) {
        const auto opened = Capture::open(path, mode);
        QVERIFY(!opened);
        const QString message = QString::fromStdString(opened.error().message);
        QVERIFY2(message.contains(QString::fromStdString(path)), qPrintable(message));
        if (code >= 0) {
            QCOMPARE(static_cast<int>(opened.error().code), code);
            QVERIFY2(message.contains(says), qPrintable(message));
        }
    }
}

void tst_CaptureFaults::whatIsAddedToAnOlderFileMakesItANewerOne()
{
    const std::string path = file(QStringLiteral("older"));
    makeCapture(path, true);
    execute(path, "PRAGMA user_version = 1");
    const auto version = [&path] {
        QFile header(QString::fromStdString(path));
        // The big-endian number that SQLite has at byte 60 of a file.
        return header.open(QIODevice::ReadOnly) && header.seek(60) ? header.read(4).at(3) : 0;
    };
    QVERIFY(Capture::open(path, Capture::Mode::ReadOnly));
    QCOMPARE(version(), '\1');
    const auto opened = Capture::open(path, Capture::Mode::Append);
    QVERIFY(opened);
    QVERIFY((*opened)->close());
    QCOMPARE(version(), '\2');
}

void tst_CaptureFaults::aRecordOfFiftyMegabytesComesBack()
{
    const std::string path = file(QStringLiteral("large.hindcast"));
    std::string value(50 << 20, '\0');
    std::uint64_t state = 1;
    for (char& c : value) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        c = static_cast<char>(state >> 56);
    }
    auto capture = *Capture::create(path);
    RecordBatchBuilder builder("large");
    builder.add(0, 0, 1, TimestampType::CreateTime, "k", "before");
    builder.add(0, 1, 1, TimestampType::CreateTime, "k", value);
    QVERIFY(capture->append(builder.take()));
    builder.add(0, 2, 1, TimestampType::CreateTime, "k", value);
    QVERIFY(capture->append(builder.take()));
    builder.add(0, 3, 1, TimestampType::CreateTime, "k", "after");
    QVERIFY(capture->append(builder.take()));
    QVERIFY(capture->close());
    capture.reset();
    const auto opened = *Capture::open(path, Capture::Mode::ReadOnly);
    const auto snapshot = opened->snapshot();
    QCOMPARE(snapshot->rowCount(), Row{4});
    QVERIFY(*snapshot->record(1)->view().value == value);
    QVERIFY(*snapshot->record(2)->view().value == value);
    QCOMPARE(*snapshot->record(3)->view().value, std::string_view("after"));
}

QTEST_GUILESS_MAIN(tst_CaptureFaults)
#include "tst_capture_faults.moc"
