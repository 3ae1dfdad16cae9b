#include "app/desktop/application.h"
#include "app/desktop/connection.h"
#include "app/desktop/desktop_application.h"
#include "app/desktop/main_window.h"
#include "app/desktop/session.h"
#include "widgets/items/record_table.h"
#include "widgets/items/record_table_model.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"

#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QProcess>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <condition_variable>
#include <fmt/core.h>
#include <fstream>
#include <mutex>
#include <random>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

// The real window without a display: how soon it is painted, and the longest turn of its event loop
// while a topic streams in at full speed and while large captures are opened and walked through.

using namespace hindcast;

namespace {

constexpr std::int64_t kStart = 1'795'183'000'000;
constexpr int kPatienceMs = 180'000;

// Orders of about 160 bytes on four partitions, in the runs and with the disorder that a broker
// hands them over with.
class Orders
{
public:
    RecordBatchPtr next(std::uint64_t records)
    {
        static constexpr const char* kStates[] = {"CREATED", "PAID", "PACKED", "SHIPPED",
                                                  "CANCELLED"};
        RecordBatchBuilder builder("orders");
        builder.reserve(records, records * 200);
        for (std::uint64_t i = 0; i < records && !builder.full(); ++i, ++m_made) {
            const auto partition = static_cast<std::int32_t>(m_made / 700 % 4);
            const std::uint64_t bits = m_random();
            const std::uint64_t key = bits % 200'000;
            builder.add(
                partition, m_offsets[partition]++,
                kStart + static_cast<std::int64_t>(m_made / 20 + (bits & 31)),
                TimestampType::CreateTime, fmt::format("order-{}", key),
                fmt::format(
                    R"({{"orderId":"order-{}","status":"{}","amount":{}.{:02},"customer":{{"id":{},"country":"DE"}},"items":[{{"sku":"SKU-{}","qty":{}}}]}})",
                    key, kStates[bits % 5], bits / 5 % 1000, bits / 5000 % 100,
                    bits / 500'000 % 50'000, bits >> 40 & 0xfff, 1 + (bits >> 52 & 3)));
        }
        return builder.take();
    }
    std::uint64_t made() const { return m_made; }

private:
    std::mt19937_64 m_random{1};
    std::uint64_t m_made = 0;
    std::int64_t m_offsets[4] = {};
};

// A broker's place: a first page of 500 at once, and the rest as fast as it is taken when opened.
class Fountain final : public RecordSource
{
public:
    explicit Fountain(std::uint64_t records)
    {
        Orders orders;
        m_page = orders.next(500);
        while (orders.made() < records) {
            m_batches.push_back(orders.next(
                std::min<std::uint64_t>(RecordBatch::kTargetRecords, records - orders.made())));
        }
    }
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_isOpen = true;
        m_opened.notify_all();
    }
    Result<Receipt> read(const ReadRequest&, RecordSink& sink, std::stop_token stop) override
    {
        ReadProgress progress;
        const auto give = [&](const RecordBatchPtr& batch) {
            const auto taken = sink.accept(batch);
            progress.records += batch->size();
            progress.bytes += batch->arenaBytes();
            sink.progress(progress);
            return taken.has_value();
        };
        give(m_page);
        std::unique_lock lock(m_mutex);
        m_opened.wait(lock, stop, [this] { return m_isOpen; });
        lock.unlock();
        for (std::size_t i = 0; i < m_batches.size() && !stop.stop_requested(); ++i) {
            if (!give(m_batches[i])) {
                break;
            }
        }
        lock.lock();
        m_opened.wait(lock, stop, [] { return false; }); // follows until it is stopped
        Receipt receipt;
        receipt.cancelled = true;
        return receipt;
    }

private:
    RecordBatchPtr m_page;
    std::vector<RecordBatchPtr> m_batches;
    std::mutex m_mutex;
    std::condition_variable_any m_opened;
    bool m_isOpen = false;
};

class OneTopic final : public ClusterView
{
public:
    Result<ClusterState> topics(Deadline) override
    {
        ClusterState state;
        state.time = currentTimestamp();
        state.brokers = {"1@localhost:9092"};
        TopicState topic;
        topic.name = "orders";
        for (std::int32_t p = 0; p < 4; ++p) {
            topic.partitions.push_back({p, 1, {}, {}, 0, 2'000'000, {}});
        }
        state.topics.push_back(topic);
        return state;
    }
    Result<TopicState> topic(const std::string&, Deadline deadline) override
    {
        return topics(deadline)->topics.front();
    }
    Result<std::vector<GroupSample>> groups(Deadline) override { return {}; }
    Result<std::vector<GroupSample>> sample(const std::vector<std::string>&, bool,
                                            Deadline) override
    {
        return {};
    }
};

double load()
{
    std::ifstream file("/proc/loadavg");
    double one = 0;
    file >> one;
    return one;
}

void row(const QString& what, const std::string& figure, const std::string& promise = {},
         const std::string& note = {})
{
    fmt::print("{:<58} {:>10} {:>10}   {}\n", what.toStdString(), figure, promise, note);
    std::fflush(stdout);
}

// One window with settings and scratch captures of its own, and what is done in it as events.
class Bench
{
public:
    explicit Bench(DesktopApplication& program)
        : m_program(program)
        , m_application(std::make_unique<Application>(
              Application::Options{m_folder.filePath(QStringLiteral("settings.ini")),
                                   m_folder.filePath(QStringLiteral("scratch"))}))
    {
        m_application->window()->resize(1280, 800);
        m_application->window()->show();
        idle();
    }
    ~Bench()
    {
        m_application->session()->discard();
        m_application.reset();
    }

    Application& application() { return *m_application; }
    RecordTableModel* model() const
    {
        auto* const found = table();
        return found ? qobject_cast<RecordTableModel*>(found->model()) : nullptr;
    }
    // The list in front, not a history in the inspector.
    RecordTable* table() const
    {
        return m_application->window()->findChild<RecordTable*>(QStringLiteral("records"));
    }
    bool recordsInSight() const
    {
        const RecordTableModel* const rows = model();
        if (!rows || rows->rowCount() == 0) {
            return false;
        }
        const auto [first, last] = table()->rowsShown();
        return last >= first && rows->textAt(first) && rows->textAt(last);
    }

    // False: it did not come true in minutes.
    bool until(const std::function<bool()>& holds)
    {
        QEventLoop loop;
        QTimer look;
        QElapsedTimer since;
        since.start();
        QObject::connect(&look, &QTimer::timeout, &loop, [&] {
            if (holds() || since.elapsed() > kPatienceMs) {
                loop.quit();
            }
        });
        look.start(2);
        loop.exec();
        return since.elapsed() <= kPatienceMs;
    }
    // Nothing is being worked out any more.
    void idle()
    {
        QElapsedTimer quiet;
        quiet.start();
        until([&] {
            if (!m_application->jobs()->jobs().empty() && !m_application->session()->connected()) {
                quiet.restart();
            }
            return quiet.elapsed() > 400;
        });
    }
    void act(const std::function<void()>& what, int settleMs = 40)
    {
        QTimer::singleShot(0, m_application.get(), what);
        QElapsedTimer since;
        since.start();
        until([&] { return since.elapsed() >= settleMs; });
    }

    void begin() { m_program.watchdog()->reset(); }
    void report(const QString& what, const std::string& promise = "50 ms")
    {
        const TurnWatchdog::Turn& worst = m_program.watchdog()->worst();
        const quint64 tooLong = m_program.watchdog()->turnsTooLong();
        row(what, fmt::format("{} ms", worst.took.count() / 1000), promise,
            fmt::format("{} ms of it at work; {}", worst.worked.count() / 1000,
                        tooLong == 0 ? std::string("none over 50 ms")
                                     : fmt::format("{} over 50 ms", tooLong)));
    }

private:
    DesktopApplication& m_program;
    QTemporaryDir m_folder;
    std::unique_ptr<Application> m_application;
};

// From the start of the process, shared libraries and all.
void measureStart(const QString& program, const QString& sample)
{
    std::vector<qint64> painted;
    std::vector<qint64> opened;
    for (int run = 0; run < 5; ++run) {
        const QTemporaryDir home;
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.path());
        environment.insert(QStringLiteral("XDG_CACHE_HOME"), home.path());
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::MergedChannels);
        QElapsedTimer since;
        since.start();
        process.start(program, {sample});
        QByteArray said;
        qint64 first = -1;
        while (since.elapsed() < 20'000 && !said.contains("Views open")) {
            if (process.waitForReadyRead(100)) {
                said += process.readAll();
                if (first < 0 && said.contains("First paint")) {
                    first = since.elapsed();
                }
            }
        }
        if (first >= 0) {
            painted.push_back(first);
            opened.push_back(since.elapsed());
        }
        process.kill();
        process.waitForFinished();
    }
    if (painted.empty()) {
        row(QStringLiteral("start on the sample to first paint"), "failed", "500 ms");
        return;
    }
    row(QStringLiteral("start on the sample to first paint"),
        fmt::format("{} ms", *std::min_element(painted.begin(), painted.end())), "500 ms",
        fmt::format("all its views open after {} ms; best of {}",
                    *std::min_element(opened.begin(), opened.end()), painted.size()));
}

void measureSample(DesktopApplication& program, const QString& sample)
{
    Bench bench(program);
    bool ready = false;
    QObject::connect(&bench.application(), &Application::ready, [&ready] { ready = true; });
    bench.begin();
    bench.act([&] { bench.application().openFile(sample); });
    bench.until([&] { return ready; });
    bench.idle();
    bench.report(QStringLiteral("worst turn while the sample is opened"));
}

void measureStream(DesktopApplication& program, std::uint64_t records)
{
    const auto source = std::make_shared<Fountain>(records);
    auto connection = std::make_shared<Connection>();
    connection->profile.name = QStringLiteral("bench");
    connection->source = source;
    connection->cluster = std::make_shared<OneTopic>();
    Bench bench(program);
    bench.begin();
    bench.act([&] { bench.application().session()->connectTo(connection); });
    bench.until([&] { return bench.application().session()->connected(); });
    bench.idle();
    bench.report(QStringLiteral("worst turn on connecting"));

    bench.begin();
    QElapsedTimer since;
    since.start();
    QTimer::singleShot(0, &bench.application(), [&] {
        bench.application().navigator()->open(Place::ofTopic(QStringLiteral("orders")));
    });
    bench.until([&] { return bench.recordsInSight(); });
    row(QStringLiteral("first records on screen, the broker's answer aside"),
        fmt::format("{} ms", since.elapsed()), "100 ms");
    bench.idle();
    bench.report(QStringLiteral("worst turn on opening a live topic"));

    bench.begin();
    since.restart();
    source->open();
    const bool came = bench.until(
        [&] { return bench.model() && bench.model()->rowCount() == static_cast<int>(records); });
    const double seconds = static_cast<double>(since.elapsed()) / 1000;
    bench.report(QStringLiteral("worst turn while %1 records stream in").arg(records));
    row(QStringLiteral("all of them in the list"),
        came ? fmt::format("{:.1f} s", seconds) : "failed", {},
        fmt::format("{:.2f} M records/s", static_cast<double>(records) / seconds / 1e6));
    bench.idle();
}

bool write(const QString& path, std::uint64_t records)
{
    const auto made = Capture::create(path.toStdString());
    if (!made) {
        fmt::print(stderr, "bench_window: {}\n", made.error().message);
        return false;
    }
    Orders orders;
    while (orders.made() < records) {
        const auto kept = (*made)->append(orders.next(
            std::min<std::uint64_t>(RecordBatch::kTargetRecords, records - orders.made())));
        if (!kept) {
            fmt::print(stderr, "bench_window: {}\n", kept.error().message);
            return false;
        }
    }
    return (*made)->close().has_value();
}

void measureFile(DesktopApplication& program, std::uint64_t records)
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("orders.hindcast"));
    if (!write(path, records)) {
        return;
    }
    const QString size = QStringLiteral("%1 M rows: ").arg(records / 1'000'000);
    Bench bench(program);
    bench.begin();
    QElapsedTimer since;
    since.start();
    QTimer::singleShot(0, &bench.application(), [&] { bench.application().openFile(path); });
    bench.until([&] {
        return bench.recordsInSight() && bench.model()->rowCount() == static_cast<int>(records);
    });
    row(size + QStringLiteral("file opened, newest records on screen"),
        fmt::format("{} ms", since.elapsed()));
    bench.idle();
    bench.report(size + QStringLiteral("worst turn while it is opened"));

    bench.begin();
    for (int i = 0; i < 40; ++i) {
        bench.act([&] {
            QScrollBar* const bar = bench.table()->verticalScrollBar();
            bar->setValue(static_cast<int>(static_cast<qint64>(bar->maximum()) * i / 40));
        });
    }
    bench.report(size + QStringLiteral("worst turn, 40 jumps of the scroll bar"));

    bench.begin();
    for (int i = 0; i < 40; ++i) {
        bench.act([&] {
            bench.application().moments()->setRankA(static_cast<Rank>(records * (40 - i) / 41));
        });
    }
    bench.report(size + QStringLiteral("worst turn, 40 jumps of A"));

    bench.begin();
    bench.act([&] { bench.table()->selectAll(); }, 1500);
    bench.report(size + QStringLiteral("worst turn, all rows selected"));
    bench.act([&] { bench.table()->clearSelection(); });
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App cli("Measures the window: its first paint and the longest turns of its event loop.");
    std::uint64_t records = 1'000'000;
    std::vector<std::uint64_t> files{1'000'000, 5'000'000};
    std::string sample;
    bool verbose = false;
    cli.add_option("--records", records, "How many stream in")->capture_default_str();
    cli.add_option("--files", files, "Rows of the captures that are opened; 0: none");
    cli.add_option("--sample", sample, "The sample (default: the one built beside this program)");
    cli.add_flag("-v,--verbose", verbose, "Say what each long turn did");
    CLI11_PARSE(cli, argc, argv);
    spdlog::set_default_logger(spdlog::stderr_color_mt("hindcast"));
    spdlog::set_level(verbose ? spdlog::level::info : spdlog::level::off);
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    DesktopApplication program(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    const QDir beside(QCoreApplication::applicationDirPath());
    const QString path =
        sample.empty()
            ? beside.absoluteFilePath(QStringLiteral("../share/hindcast/sample.hindcast"))
            : QString::fromStdString(sample);
    row(QStringLiteral("window"), "Hindcast", "promise", fmt::format("load {:.1f}", load()));
    if (QFileInfo::exists(path)) {
        measureStart(beside.absoluteFilePath(QStringLiteral("hindcast")), path);
        measureSample(program, path);
    } else {
        fmt::print(stderr, "bench_window: there is no sample at {}; build hindcast_sample.\n",
                   path.toStdString());
    }
    measureStream(program, records);
    for (const std::uint64_t rows : files) {
        if (rows > 0) {
            measureFile(program, rows);
        }
    }
    return 0;
}
