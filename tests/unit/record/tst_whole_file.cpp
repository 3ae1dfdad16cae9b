#include "model/record/whole_file.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace hindcast;

namespace {

const QByteArray kOld = "what was there before\n";

void put(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

QByteArray bytesOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("no such file");
}

// While it lives no file of this program grows beyond `bytes`, as on a full disk.
class FullDisk
{
public:
    explicit FullDisk(rlim_t bytes)
    {
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_old);
        rlimit small = m_old;
        small.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_old);
        std::signal(SIGXFSZ, m_handler);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit m_old = {};
    void (*m_handler)(int) = SIG_DFL;
};

} // namespace

// A file is replaced whole, or stays as it was.
class tst_WholeFile : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aFileComesUnderItsNameWhenItIsFinished();
    void whatWasNotFinishedLeavesNothing();
    void aFullDiskLeavesWhatWasThere_data();
    void aFullDiskLeavesWhatWasThere();
    void aFolderThatIsNotThereIsNamed();
    void aFolderIsNotReplaced();
    void anotherKindOfFileIsNotReplacedByJson();
    void aLinkStaysALinkAndAFileItsPermissions();
    void aDeviceIsWrittenToAsItIs();

private:
    QStringList names() const
    {
        return QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_WholeFile::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("a.csv"));
}

void tst_WholeFile::aFileComesUnderItsNameWhenItIsFinished()
{
    put(m_path, kOld);
    {
        WholeFile file(m_path.toStdString());
        file.out() << "new";
        file.out().flush();
        QCOMPARE(bytesOf(m_path), kOld);
        file.out() << " lines\n";
        const auto finished = file.finish();
        QVERIFY2(finished, finished ? "" : finished.error().message.c_str());
    }
    QCOMPARE(bytesOf(m_path), QByteArray("new lines\n"));
    QCOMPARE(names(), QStringList{QStringLiteral("a.csv")});
}

void tst_WholeFile::whatWasNotFinishedLeavesNothing()
{
    {
        WholeFile file(m_path.toStdString());
        file.out() << "half";
    }
    QVERIFY(names().isEmpty());
}

void tst_WholeFile::aFullDiskLeavesWhatWasThere_data()
{
    QTest::addColumn<int>("room");
    QTest::addColumn<int>("size");
    QTest::newRow("nothing fits") << 0 << 100;
    QTest::newRow("it ends within the stream's buffer") << 50 << 100;
    QTest::newRow("it ends while lines are written") << 20'000 << 200'000;
}

void tst_WholeFile::aFullDiskLeavesWhatWasThere()
{
    QFETCH(int, room);
    QFETCH(int, size);
    put(m_path, kOld);
    Result<void> written;
    {
        const FullDisk full(static_cast<rlim_t>(room));
        written = WholeFile::write(m_path.toStdString(), std::string(std::size_t(size), 'x'));
    }
    QVERIFY(!written);
    QVERIFY(written.error().code == ErrorCode::NoSpace);
    const QString said = QString::fromStdString(written.error().message);
    QVERIFY2(said.startsWith(m_path + QStringLiteral(" cannot be written")), qPrintable(said));
    QVERIFY2(said.endsWith(QStringLiteral("; check the folder and the space left.")),
             qPrintable(said));
    QCOMPARE(bytesOf(m_path), kOld);
    QCOMPARE(names(), QStringList{QStringLiteral("a.csv")});
    QVERIFY(WholeFile::write(m_path.toStdString(), "again"));
    QCOMPARE(bytesOf(m_path), QByteArray("again"));
}

void tst_WholeFile::aFolderThatIsNotThereIsNamed()
{
    const std::string path = m_folder->filePath(QStringLiteral("none/a.csv")).toStdString();
    const auto written = WholeFile::write(path, "x");
    QVERIFY(!written);
    QCOMPARE(written.error().message,
             path + " cannot be written (No such file or directory); check the folder and the "
                    "space left.");
}

void tst_WholeFile::aFolderIsNotReplaced()
{
    QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("a.csv")));
    QVERIFY(!WholeFile::write(m_path.toStdString(), "x"));
    QCOMPARE(names(), QStringList{QStringLiteral("a.csv")});
}

void tst_WholeFile::anotherKindOfFileIsNotReplacedByJson()
{
    const std::string path = m_path.toStdString();
    QVERIFY(WholeFile::writeJson(path, "{}"));
    QVERIFY(WholeFile::writeJson(path, "{\"a\":1}"));
    QCOMPARE(bytesOf(m_path), QByteArray("{\"a\":1}"));
    put(m_path, "SQLite format 3");
    QVERIFY(!WholeFile::writeJson(path, "{}"));
    QCOMPARE(bytesOf(m_path), QByteArray("SQLite format 3"));
    put(m_path, "");
    QVERIFY(WholeFile::writeJson(path, "{}"));
}

void tst_WholeFile::aLinkStaysALinkAndAFileItsPermissions()
{
    const QString real = m_folder->filePath(QStringLiteral("real.csv"));
    put(real, kOld);
    QVERIFY(QFile::setPermissions(real, QFile::ReadOwner | QFile::WriteOwner));
    QVERIFY(QFile::link(real, m_path));
    QVERIFY(WholeFile::write(m_path.toStdString(), "new"));
    QCOMPARE(bytesOf(real), QByteArray("new"));
    QVERIFY(QFileInfo(m_path).isSymLink());
    struct stat status = {};
    QCOMPARE(::stat(real.toUtf8().constData(), &status), 0);
    QCOMPARE(status.st_mode & 0777u, mode_t{0600});
}

void tst_WholeFile::aDeviceIsWrittenToAsItIs()
{
    QVERIFY(WholeFile::write("/dev/null", "x"));
    QVERIFY(!QFile::exists(QStringLiteral("/dev/null.part")));
    const auto full = WholeFile::write("/dev/full", "x");
    QVERIFY(!full);
    QCOMPARE(full.error().message, std::string("/dev/full cannot be written (No space left on "
                                               "device); check the folder and the space left."));
}

QTEST_GUILESS_MAIN(tst_WholeFile)
#include "tst_whole_file.moc"
