#include "model/replay/kept_logs.h"

#include "model/capture/byte_stream.h"
#include "model/capture/vector_order.h"
#include "model/replay/fold_sources.h"
#include "model/replay/frame_reader.h"

#include <QCryptographicHash>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <future>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hindcast {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".fold";
constexpr std::string_view kPart = ".part";
constexpr std::string_view kLastFrame = "end";
constexpr std::size_t kChecked = 24; // states that are looked up again in their records
constexpr auto kPartIsLeftBehind = std::chrono::hours(1);
constexpr std::uint64_t kRoomLeft = std::uint64_t{256} << 20; // on the disk, at least

// Who folds and how: another program's sources or libraries may fold otherwise. The hash of a
// word stands for the standard library's, which is in the files.
std::string foldedHow()
{
    return fmt::format("fold {} Qt {} SQLite {} hash {:x}\n", HINDCAST_FOLD_SOURCES, qVersion(),
                       sqlite3_libversion(), std::hash<std::string_view>{}("hindcast"));
}

std::string foldedWhat(std::uint64_t capture, const Projection& projection, const Clock& clock)
{
    return fmt::format("capture {:016x}\nprojection {}\nclock {}\n", capture,
                       projection.canonical(), clock.toString());
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15U;
    return hash ^ (hash >> 29);
}

// Of rows [first, last): where they come from, when, and which keys are alike.
std::uint64_t digestOf(const CaptureSnapshot& snapshot, Row first, Row last)
{
    constexpr Row kAtOnce = 4096;
    std::vector<RowInfo> infos;
    std::uint64_t hash = first;
    for (Row row = first; row < last; row += kAtOnce) {
        infos.resize(std::min(kAtOnce, last - row));
        snapshot.rows(row, infos);
        for (const RowInfo& info : infos) {
            const auto partition = static_cast<std::uint32_t>(info.partition);
            hash = mixed(hash, (std::uint64_t{info.topic} << 32) ^ partition ^
                                   (std::uint64_t{info.key} << 16));
            hash = mixed(hash, static_cast<std::uint64_t>(info.offset));
            hash =
                mixed(hash, static_cast<std::uint64_t>(info.timestamp.time_since_epoch().count()));
        }
    }
    return hash;
}

// A few states that lie in their records, spread over the log: they are still there. Of a capture
// that has grown, before its first new record.
bool statesAreThere(const VersionLog& log)
{
    Rank end = log.order()->size();
    for (Row row = log.rows(); row < log.order()->snapshot()->rowCount(); ++row) {
        end = std::min(end, log.order()->rankOf(row));
    }
    std::vector<Version> versions;
    const Version size = log.prefixOf(end);
    const std::size_t step = std::max<std::size_t>(size / kChecked, 1);
    for (std::size_t v = size % step; v < size; v += step) {
        if (isInRecord(log.refOf(static_cast<Version>(v)))) {
            versions.push_back(static_cast<Version>(v));
        }
    }
    bool same = true;
    const auto read = log.statesOf(versions, [&](std::size_t i, auto state) {
        const StateRef ref = log.refOf(versions[i]);
        same = same && state && stateHashBits(*state) == (ref & kStateHashMask);
    });
    return read && same;
}

// A descriptor that is closed with its object.
struct OpenFile
{
    explicit OpenFile(int opened)
        : file(opened)
    {
    }
    ~OpenFile()
    {
        if (file >= 0) {
            ::close(file);
        }
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    const int file;
};

} // namespace

KeptLogs::KeptLogs(Options options)
    : m_options(std::move(options))
{
}

KeptLogs::~KeptLogs()
{
    m_thread.request_stop();
    m_changed.notify_all();
}

void KeptLogs::note(const std::string& words) const
{
    if (m_options.note) {
        m_options.note(words);
    }
}

std::string KeptLogs::pathOf(const Projection& projection, const TimeOrder& order) const
{
    const std::uint64_t capture = order.snapshot()->captureId();
    if (m_options.folder.empty() || capture == 0 ||
        dynamic_cast<const VectorOrder*>(&order) != nullptr) {
        return {};
    }
    const std::string what = foldedWhat(capture, projection, order.clock());
    const QByteArray hash =
        QCryptographicHash::hash({what.data(), static_cast<qsizetype>(what.size())},
                                 QCryptographicHash::Sha256)
            .toHex();
    return (fs::path(m_options.folder) /
            fmt::format("{:016x}-{}{}", capture, hash.left(32).toStdString(), kEnding))
        .string();
}

Result<VersionLogPtr> KeptLogs::fold(const ProjectionPtr& projection, const TimeOrderPtr& order,
                                     const std::stop_token& stop,
                                     const VersionLog::Progress& progress,
                                     const VersionLogPtr& older)
{
    VersionLogPtr begun = older;
    if (!begun || begun->order()->snapshot()->generation() != order->snapshot()->generation() ||
        !begun->projection().foldsLike(*projection)) {
        begun = find(projection, order);
        if (begun && begun->rows() == order->size()) {
            if (progress) {
                progress(order->size(), order->size());
            }
            return begun;
        }
    }
    auto log = VersionLog::fold(projection, order, stop, progress, begun);
    if (log && (*log)->report().took >= m_options.worth) {
        keep(*log);
    }
    return log;
}

VersionLogPtr KeptLogs::find(const ProjectionPtr& projection, const TimeOrderPtr& order)
{
    const std::string path = pathOf(*projection, *order);
    const OpenFile opened(path.empty() ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (opened.file < 0) {
        return nullptr;
    }
    const auto leftAside = [&](std::string_view why) {
        note(fmt::format("The kept fold of {} {}; it is folded again ({}).", projection->name, why,
                         path));
        return nullptr;
    };
    const auto damaged = [&] {
        ::unlink(path.c_str()); // of no use to anybody
        return leftAside("is damaged");
    };
    FrameReader from(opened.file);
    const CaptureSnapshot& snapshot = *order->snapshot();
    const std::string what = from.bytes();
    if (!from.ok()) {
        return damaged();
    }
    if (what != foldedHow() + foldedWhat(snapshot.captureId(), *projection, order->clock())) {
        return leftAside("is from another version of the program");
    }
    const std::string about = from.bytes();
    ByteReader words(about);
    const Row rows = words.number<Row>();
    const auto kept = words.number<std::uint64_t>();
    if (!from.ok()) {
        return damaged();
    }
    const Clock::Kind clock = order->clock().kind;
    const bool mayGrow = clock == Clock::Kind::Log || clock == Clock::Kind::EventTime;
    if (rows > snapshot.rowCount() || (rows < snapshot.rowCount() && !mayGrow)) {
        return leftAside("is of other records than the capture holds");
    }
    if (digest(snapshot, rows) != kept) {
        return leftAside("is of other records than the capture holds");
    }
    VersionLogPtr log = VersionLog::read(from, projection, order);
    if (!log || from.bytes() != kLastFrame || !from.atEnd()) {
        return damaged();
    }
    if (!statesAreThere(*log)) {
        return leftAside("is of other records than the capture holds");
    }
    ::futimens(opened.file, nullptr); // used just now: others are older
    return log;
}

std::uint64_t KeptLogs::digest(const CaptureSnapshot& snapshot, Row rows)
{
    const std::pair key{snapshot.generation(), rows};
    {
        const std::lock_guard lock(m_mutex);
        if (const auto known = m_digests.find(key); known != m_digests.end()) {
            return known->second;
        }
    }
    std::uint64_t hash = rows;
    for (const std::string& topic : snapshot.topics()) {
        for (const char c : topic) {
            hash = mixed(hash, static_cast<unsigned char>(c));
        }
        hash = mixed(hash, topic.size());
    }
    const Row half = rows / 2;
    auto other = std::async(std::launch::async, digestOf, std::cref(snapshot), half, rows);
    hash = mixed(hash, digestOf(snapshot, 0, half));
    hash = mixed(hash, other.get());
    const std::lock_guard lock(m_mutex);
    m_digests.emplace(key, hash);
    return hash;
}

void KeptLogs::keep(const VersionLogPtr& log)
{
    if (pathOf(log->projection(), *log->order()).empty()) {
        return;
    }
    const std::lock_guard lock(m_mutex);
    m_queue.push_back(log);
    if (!m_thread.joinable()) {
        m_thread = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }
    m_changed.notify_all();
}

void KeptLogs::finish(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    if (!m_changed.wait(lock, stop, [this] { return m_queue.empty() && !m_busy; })) {
        m_thread.request_stop();
    }
}

void KeptLogs::work(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        VersionLogPtr log;
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [this] { return !m_queue.empty(); })) {
                return;
            }
            log = std::move(m_queue.front());
            m_queue.pop_front();
            m_busy = true;
        }
        if (write(*log, stop)) {
            trim();
        }
        log.reset();
        const std::lock_guard lock(m_mutex);
        m_busy = false;
        m_changed.notify_all();
    }
}

bool KeptLogs::write(const VersionLog& log, const std::stop_token& stop)
{
    static std::atomic<unsigned> number{0};
    const std::string name = log.projection().name;
    const std::string path = pathOf(log.projection(), *log.order());
    const std::uint64_t bytes = log.memoryBytes() + log.stateBytes();
    if (bytes > m_options.mostBytes) {
        note(fmt::format("The fold of {} is not kept: it takes {} MB of the {} MB that kept folds "
                         "may take together.",
                         name, bytes >> 20, m_options.mostBytes >> 20));
        return false;
    }
    std::error_code error;
    fs::create_directories(m_options.folder, error);
    const fs::space_info space = fs::space(m_options.folder, error);
    if (!error && space.available < bytes + kRoomLeft) {
        note(fmt::format("The fold of {} is not kept: the disk of {} has no room for it.", name,
                         m_options.folder));
        return false;
    }
    const std::string part = fmt::format("{}.{}-{}{}", path, ::getpid(), ++number, kPart);
    bool written = false;
    int problem = 0;
    {
        const OpenFile opened(
            ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
        problem = errno;
        if (opened.file >= 0) {
            const CaptureSnapshot& snapshot = *log.order()->snapshot();
            FrameWriter to(opened.file, stop);
            to.bytes(foldedHow() +
                     foldedWhat(snapshot.captureId(), log.projection(), log.order()->clock()));
            std::string about;
            ByteWriter words(about);
            words.number(log.rows());
            words.number(digest(snapshot, log.rows()));
            to.bytes(about);
            log.write(to);
            to.bytes(kLastFrame);
            written = to.finish();
            problem = errno;
        }
    }
    if (written && ::rename(part.c_str(), path.c_str()) == 0) {
        return true;
    }
    if (!stop.stop_requested()) {
        note(fmt::format("The fold of {} is not kept: {} cannot be written ({}).", name, path,
                         std::strerror(written ? errno : problem)));
    }
    ::unlink(part.c_str());
    return false;
}

// The oldest go until the others fit, and what a program that was killed left half written.
void KeptLogs::trim() const
{
    struct Kept
    {
        fs::file_time_type used;
        std::uint64_t bytes = 0;
        fs::path path;
    };
    std::vector<Kept> kept;
    std::uint64_t all = 0;
    std::error_code error;
    for (fs::directory_iterator file(m_options.folder, error), end; !error && file != end;
         file.increment(error)) {
        std::error_code ignored;
        const auto used = file->last_write_time(ignored);
        if (ignored) {
            continue; // gone by now
        }
        const std::string ending = file->path().extension().string();
        if (ending == kPart) {
            if (fs::file_time_type::clock::now() - used > kPartIsLeftBehind) {
                fs::remove(file->path(), ignored);
            }
        } else if (ending == kEnding) {
            kept.push_back({used, file->file_size(ignored), file->path()});
            all += kept.back().bytes;
        }
    }
    std::sort(kept.begin(), kept.end(),
              [](const Kept& a, const Kept& b) { return a.used < b.used; });
    for (std::size_t i = 0; all > m_options.mostBytes && i < kept.size(); ++i) {
        std::error_code ignored;
        fs::remove(kept[i].path, ignored);
        all -= kept[i].bytes;
    }
}

} // namespace hindcast
