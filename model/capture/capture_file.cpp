#include "model/capture/capture_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <fstream>
#include <random>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hindcast {

namespace {

constexpr const char* kSchema = R"(
    CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE block(id INTEGER PRIMARY KEY, first_row INTEGER NOT NULL,
                       records INTEGER NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL);
    CREATE TABLE topic(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE index_chunk(id INTEGER PRIMARY KEY, last_block INTEGER NOT NULL,
                             data BLOB NOT NULL);
    CREATE TABLE cluster(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
    CREATE TABLE group_sample(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, data BLOB NOT NULL);
    CREATE TABLE receipt(id INTEGER PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE covered(id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
                         first INTEGER NOT NULL, next INTEGER NOT NULL);
)";

std::uint64_t fileSize(const std::string& path)
{
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

std::uint64_t randomSeed()
{
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

} // namespace

CaptureFile::CaptureFile(std::string path, bool writable)
    : m_path(std::move(path))
    , m_writable(writable)
{
}

CaptureFile::~CaptureFile()
{
    dropReaders();
    for (Statement* statement : {&m_addBlock, &m_addSample, &m_putCluster, &m_addReceipt,
                                 &m_addCovered, &m_dropCovered, &m_addTopic, &m_addIndexChunk}) {
        *statement = {};
    }
    m_database.reset();
    if (m_lock >= 0) {
        ::close(m_lock);
    }
}

Result<std::unique_ptr<CaptureFile>> CaptureFile::create(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0644);
    if (fd < 0) {
        if (errno == EEXIST) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("{} is there already; choose another name.", path));
        }
        const int code = errno;
        return fail(code == ENOSPC ? ErrorCode::NoSpace : ErrorCode::Denied,
                    fmt::format("{} cannot be made: {}.", path, std::strerror(code)));
    }
    ::close(fd);
    std::unique_ptr<CaptureFile> file(new CaptureFile(path, true));
    file->m_seed = randomSeed();
    Result<void> done = file->lock();
    if (done) {
        done = file->start(Database::Mode::Create);
    }
    const auto set = [&](const std::string& sql) {
        if (done) {
            done = file->m_database->exec(sql);
        }
    };
    // The page size was measured: 16 KiB writes blocks of 200 KiB as fast as larger ones, and a
    // trickle of small commits costs a quarter of what 64 KiB pages would.
    set("PRAGMA page_size = 16384");
    set(fmt::format("PRAGMA application_id = {}", kApplicationId));
    set(fmt::format("PRAGMA user_version = {}", kVersion));
    set("PRAGMA journal_mode = WAL");
    set("BEGIN");
    set(kSchema);
    set(fmt::format("INSERT INTO meta VALUES('seed', {})",
                    static_cast<std::int64_t>(file->m_seed)));
    set("COMMIT");
    if (!done) {
        file.reset();
        ::unlink(path.c_str());
        return tl::unexpected(done.error());
    }
    return file;
}

Result<std::unique_ptr<CaptureFile>> CaptureFile::open(const std::string& path, Capture::Mode mode)
{
    const bool append = mode == Capture::Mode::Append;
    if (::access(path.c_str(), F_OK) != 0) {
        return fail(ErrorCode::NotFound, fmt::format("There is no file {}.", path));
    }
    std::unique_ptr<CaptureFile> file(new CaptureFile(path, append));
    Result<void> done;
    if (append) {
        done = file->lock();
    }
    if (done) {
        done = file->start(append ? Database::Mode::ReadWrite : Database::Mode::ReadOnly);
    }
    if (done) {
        done = file->checkHeader();
    }
    if (done && append) {
        done = file->m_database->exec("PRAGMA journal_mode = WAL");
    }
    if (done && append) { // what is added, older programs cannot read
        done = file->m_database->exec(fmt::format("PRAGMA user_version = {}", kVersion));
    }
    if (!done) {
        return tl::unexpected(done.error());
    }
    return file;
}

// One program appends to a capture at a time: row numbers must stay dense.
Result<void> CaptureFile::lock()
{
    m_lock = ::open(m_path.c_str(), O_RDWR | O_CLOEXEC);
    if (m_lock < 0) {
        return fail(ErrorCode::Denied, fmt::format("{} cannot be opened for writing: {}.", m_path,
                                                   std::strerror(errno)));
    }
    if (::flock(m_lock, LOCK_EX | LOCK_NB) != 0) {
        return fail(ErrorCode::Denied,
                    fmt::format("{} is being captured into by another program; stop it there, or "
                                "open the file for reading.",
                                m_path));
    }
    return {};
}

Result<void> CaptureFile::start(Database::Mode mode)
{
    auto database = Database::open(m_path, mode);
    if (!database) {
        return tl::unexpected(database.error());
    }
    m_database = std::move(*database);
    if (mode == Database::Mode::ReadOnly) {
        // Lets a file be read whose end is cut off: pages past the end fail one by one.
        return m_database->exec("PRAGMA writable_schema = ON");
    }
    // A commit survives kill -9 without being forced to the disk; flush() forces it.
    Result<void> done = m_database->exec("PRAGMA synchronous = NORMAL");
    return done ? m_database->exec("PRAGMA wal_autocheckpoint = 4000") : done;
}

Result<void> CaptureFile::checkHeader()
{
    auto application = m_database->integer("PRAGMA application_id");
    if (!application) {
        return tl::unexpected(application.error());
    }
    if (*application != kApplicationId) {
        return fail(ErrorCode::Corrupt, fmt::format("Failed opening {}: it is not a Hindcast "
                                                    "capture but another program's database.",
                                                    m_path));
    }
    auto version = m_database->integer("PRAGMA user_version");
    if (!version) {
        return tl::unexpected(version.error());
    }
    if (*version > kVersion) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("{} was written by a newer Hindcast (file version {}, this program "
                                "reads up to {}); update Hindcast to open it.",
                                m_path, *version, kVersion));
    }
    auto seed = m_database->integer("SELECT value FROM meta WHERE name = 'seed'");
    if (!seed) {
        const std::string cut = cutOff();
        return cut.empty() ? tl::unexpected(seed.error()) : fail(ErrorCode::Corrupt, cut);
    }
    m_seed = static_cast<std::uint64_t>(*seed);
    return {};
}

std::uint64_t CaptureFile::sizeOnDisk() const
{
    return fileSize(m_path) + fileSize(m_path + "-wal");
}

std::string CaptureFile::cutOff() const
{
    // "The Database Header" of SQLite's file format; with a journal beside it the file may be
    // shorter than it says.
    std::array<unsigned char, 100> header{};
    std::ifstream file(m_path, std::ios::binary);
    file.read(reinterpret_cast<char*>(header.data()), header.size());
    if (!file || fileSize(m_path + "-wal") > 0 || fileSize(m_path + "-journal") > 0) {
        return {};
    }
    const auto number = [&header](std::size_t at, std::size_t bytes) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i) {
            value = value << 8 | header.at(at + i);
        }
        return value;
    };
    const std::uint64_t pageSize = number(16, 2) == 1 ? 65536 : number(16, 2);
    const bool pagesCounted = number(24, 4) == number(92, 4);
    const std::uint64_t whole = pageSize * number(28, 4);
    const std::uint64_t size = fileSize(m_path);
    return pagesCounted && size < whole
               ? fmt::format("{} is cut off: {} of {} bytes are there. What stood behind is "
                             "missing; copy it again from where it came.",
                             m_path, size, whole)
               : std::string();
}

Result<CaptureFile::Reader> CaptureFile::takeReader()
{
    {
        const std::lock_guard lock(m_readersMutex);
        if (!m_readers.empty()) {
            Reader reader = std::move(m_readers.back());
            m_readers.pop_back();
            return reader;
        }
    }
    auto database = Database::open(m_path, Database::Mode::ReadOnly);
    if (!database) {
        return tl::unexpected(database.error());
    }
    Reader reader;
    reader.database = std::move(*database);
    if (auto done = reader.database->exec("PRAGMA writable_schema = ON"); !done) {
        return tl::unexpected(done.error());
    }
    auto statement = reader.database->prepare("SELECT data FROM block WHERE id = ?");
    if (!statement) {
        return tl::unexpected(statement.error());
    }
    reader.block = std::move(*statement);
    return reader;
}

void CaptureFile::dropReaders()
{
    const std::lock_guard lock(m_readersMutex);
    for (Reader& reader : m_readers) {
        reader.block = {};
    }
    m_readers.clear();
    ++m_readersEra;
}

Result<std::string> CaptureFile::readBlock(std::int64_t id)
{
    std::uint64_t era = 0;
    {
        const std::lock_guard lock(m_readersMutex);
        era = m_readersEra;
    }
    auto reader = takeReader();
    if (!reader) {
        return tl::unexpected(reader.error());
    }
    reader->block.bind(1, id);
    const int code = reader->block.step();
    Result<std::string> data =
        fail(ErrorCode::Corrupt, fmt::format("{} is damaged: block {} is missing.", m_path, id));
    if (code == SQLITE_ROW) {
        data = std::string(reader->block.bytes(0));
    } else if (code != SQLITE_DONE) {
        Error failure = reader->database->error("reading");
        data = fail(failure.code,
                    fmt::format("{} is damaged or cut off: block {} cannot be read.", m_path, id),
                    failure.message);
    }
    reader->block.reset();
    const std::lock_guard lock(m_readersMutex);
    if (era == m_readersEra) {
        m_readers.push_back(std::move(*reader));
    } else {
        reader->block = {};
    }
    return data;
}

std::vector<CaptureFile::BlockRow> CaptureFile::blocks(std::int64_t after, std::string& damage)
{
    std::vector<BlockRow> rows;
    const Result<void> read = each(
        fmt::format("SELECT id, first_row, records FROM block WHERE id > {} ORDER BY id", after),
        [&rows](Statement& row) {
            rows.push_back({row.integer(0), static_cast<Row>(row.integer(1)),
                            static_cast<std::uint32_t>(row.integer(2))});
        });
    if (!read) {
        damage = read.error().message;
    }
    return rows;
}

Result<std::int64_t> CaptureFile::lastBlock()
{
    return m_database->integer("SELECT coalesce(max(id), 0) FROM block");
}

Result<void> CaptureFile::each(std::string_view sql, const std::function<void(Statement&)>& row)
{
    auto statement = m_database->prepare(sql);
    if (!statement) {
        return tl::unexpected(statement.error());
    }
    for (;;) {
        const int code = statement->step();
        if (code == SQLITE_DONE) {
            return {};
        }
        if (code != SQLITE_ROW) {
            return tl::unexpected(m_database->error("reading"));
        }
        row(*statement);
    }
}

Result<void> CaptureFile::begin()
{
    return m_database->exec("BEGIN IMMEDIATE");
}

Result<void> CaptureFile::commit()
{
    return m_database->exec("COMMIT");
}

void CaptureFile::rollback()
{
    // Fails where SQLite has rolled back by itself, which is as good.
    static_cast<void>(m_database->exec("ROLLBACK"));
}

Result<void> CaptureFile::run(Statement CaptureFile::*statement, const char* sql,
                              const std::function<void(Statement&)>& bind)
{
    Statement& prepared = this->*statement;
    if (!prepared) {
        auto made = m_database->prepare(sql);
        if (!made) {
            return tl::unexpected(made.error());
        }
        prepared = std::move(*made);
    }
    bind(prepared);
    return m_database->run(prepared);
}

Result<void> CaptureFile::addBlock(const BlockRow& block, std::uint64_t bytes,
                                   std::string_view data)
{
    return run(&CaptureFile::m_addBlock, "INSERT INTO block VALUES(?, ?, ?, ?, ?)",
               [&](Statement& s) {
                   s.bind(1, block.id).bind(2, block.firstRow).bind(3, block.records);
                   s.bind(4, static_cast<std::int64_t>(bytes)).bindBlob(5, data);
               });
}

Result<void> CaptureFile::addSample(Timestamp time, std::string_view data)
{
    return run(&CaptureFile::m_addSample, "INSERT INTO group_sample VALUES(NULL, ?, ?)",
               [&](Statement& s) { s.bind(1, toMs(time)).bindBlob(2, data); });
}

Result<void> CaptureFile::putCluster(std::string_view data)
{
    return run(&CaptureFile::m_putCluster, "INSERT OR REPLACE INTO cluster VALUES(1, ?)",
               [&](Statement& s) { s.bindBlob(1, data); });
}

Result<void> CaptureFile::addReceipt(std::string_view json)
{
    return run(&CaptureFile::m_addReceipt, "INSERT INTO receipt VALUES(NULL, ?)",
               [&](Statement& s) { s.bindText(1, json); });
}

Result<void> CaptureFile::addCovered(const TopicPartition& place, OffsetRange range)
{
    return run(&CaptureFile::m_addCovered, "INSERT INTO covered VALUES(NULL, ?, ?, ?, ?)",
               [&](Statement& s) {
                   s.bindText(1, place.topic).bind(2, place.partition);
                   s.bind(3, range.from).bind(4, range.to);
               });
}

Result<void> CaptureFile::extendCovered(const TopicPartition& place, OffsetRange range)
{
    const auto dropped =
        run(&CaptureFile::m_dropCovered,
            "DELETE FROM covered WHERE topic = ? AND partition = ? AND first = ? AND next <= ?",
            [&](Statement& s) {
                s.bindText(1, place.topic).bind(2, place.partition);
                s.bind(3, range.from).bind(4, range.to);
            });
    return dropped ? addCovered(place, range) : dropped;
}

Result<void> CaptureFile::addTopic(std::int64_t id, std::string_view name)
{
    return run(&CaptureFile::m_addTopic, "INSERT OR REPLACE INTO topic VALUES(?, ?)",
               [&](Statement& s) { s.bind(1, id).bindText(2, name); });
}

Result<void> CaptureFile::addIndexChunk(std::int64_t lastBlock, std::string_view data)
{
    return run(&CaptureFile::m_addIndexChunk, "INSERT INTO index_chunk VALUES(NULL, ?, ?)",
               [&](Statement& s) { s.bind(1, lastBlock).bindBlob(2, data); });
}

Result<void> CaptureFile::sync()
{
    for (const std::string& path : {m_path + "-wal", m_path + "-journal"}) {
        const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            continue;
        }
        const int code = ::fdatasync(fd) == 0 ? 0 : errno;
        ::close(fd);
        if (code != 0) {
            return fail(code == ENOSPC || code == EDQUOT ? ErrorCode::NoSpace : ErrorCode::Internal,
                        fmt::format("{} could not be forced to the disk: {}.", m_path,
                                    std::strerror(code)));
        }
    }
    return {};
}

Result<void> CaptureFile::finish()
{
    dropReaders();
    // Another program that reads the file keeps the journal; the capture is whole all the same.
    Result<void> done = m_database->exec("PRAGMA journal_mode = DELETE");
    if (!done && done.error().code == ErrorCode::Denied) {
        return {};
    }
    return done;
}

Result<void> CaptureFile::copyTo(const std::string& path)
{
    auto source = Database::open(m_path, Database::Mode::ReadOnly);
    if (!source) {
        return tl::unexpected(source.error());
    }
    auto copy = (*source)->prepare("VACUUM INTO ?");
    if (!copy) {
        return tl::unexpected(copy.error());
    }
    copy->bindText(1, path);
    return (*source)->run(*copy);
}

} // namespace hindcast
