#include "app/desktop/application.h"
#include "app/desktop/desktop_application.h"
#include "app/desktop/main_window.h"
#include "app/desktop/pictures.h"

#include <QTemporaryDir>
#include <QTimer>

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <iostream>

namespace {

struct Arguments
{
    std::string file;
    std::string broker;
    std::vector<std::string> topics;
    std::string render;
    int width = 1280;
    int height = 800;
};

hindcast::ConnectionProfile profileOf(const Arguments& arguments)
{
    hindcast::ConnectionProfile profile;
    profile.name = profile.bootstrap = QString::fromStdString(arguments.broker);
    return profile;
}

QStringList topicsOf(const Arguments& arguments)
{
    QStringList topics;
    for (const std::string& topic : arguments.topics) {
        topics << QString::fromStdString(topic);
    }
    return topics;
}

// Pictures rest on nothing of this machine's: no settings, no scratch captures.
int render(const Arguments& arguments)
{
    using namespace hindcast;
    const QTemporaryDir nothing;
    Application application(
        {nothing.filePath(QStringLiteral("settings.ini")), nothing.filePath(QStringLiteral("s"))});
    application.window()->resize(arguments.width, arguments.height);
    application.window()->show();
    Pictures pictures(&application, QString::fromStdString(arguments.render));
    QString problem;
    QObject::connect(&pictures, &Pictures::finished, &application, [&](const QString& sentence) {
        problem = sentence;
        DesktopApplication::exit(sentence.isEmpty() ? 0 : 1);
    });
    QTimer::singleShot(0, &pictures, [&] {
        arguments.broker.empty() ? pictures.start(QString::fromStdString(arguments.file))
                                 : pictures.startLive(profileOf(arguments), topicsOf(arguments));
    });
    const int code = DesktopApplication::exec();
    for (const QString& file : pictures.files()) {
        std::cout << file.toStdString() << '\n';
    }
    if (!problem.isEmpty()) {
        std::cerr << problem.toStdString() << '\n';
    }
    return code;
}

int run(int argc, char** argv, const Arguments& arguments)
{
    using namespace hindcast;
    DesktopApplication program(argc, argv);
    QObject::connect(&program, &DesktopApplication::firstPaint,
                     [](qint64 ms) { spdlog::info("First paint after {} ms", ms); });
    if (!arguments.render.empty()) {
        return render(arguments);
    }
    QElapsedTimer sinceStart;
    sinceStart.start();
    Application application({});
    QObject::connect(&application, &Application::ready, [&sinceStart] {
        spdlog::info("Views open after {} ms", sinceStart.elapsed());
    });
    application.window()->show();
    if (!arguments.broker.empty()) {
        application.connectTo(profileOf(arguments), topicsOf(arguments));
    } else if (!arguments.file.empty()) {
        application.openFile(QString::fromStdString(arguments.file));
    }
    const int code = DesktopApplication::exec();
    const TurnWatchdog& watchdog = *program.watchdog();
    spdlog::info("Worst turn of the event loop {} ms; {} took over {} ms",
                 watchdog.worst().took.count() / 1000, watchdog.turnsTooLong(),
                 TurnWatchdog::kTooLong.count());
    return code;
}

} // namespace

int main(int argc, char** argv)
{
    spdlog::set_default_logger(spdlog::stderr_color_mt("hindcast"));
    CLI::App cli("Browse Kafka, see lag, follow traces and rebuild state at a moment.", "hindcast");
    Arguments arguments;
    cli.add_option("file", arguments.file, "A capture (.hindcast) to open")
        ->check(CLI::ExistingFile);
    cli.add_option("-b,--bootstrap", arguments.broker, "Brokers to connect to, HOST:PORT");
    cli.add_option("-t,--topic", arguments.topics, "Topics to open at once, as one list");
    cli.add_option("--render", arguments.render,
                   "Write pictures of the window and its views into this folder, and end");
    cli.add_option("--width", arguments.width, "Of the pictures")->check(CLI::Range(640, 7680));
    cli.add_option("--height", arguments.height, "Of the pictures")->check(CLI::Range(480, 4320));
    CLI11_PARSE(cli, argc, argv);
    // Pictures need no display.
    if (!arguments.render.empty() && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    return run(argc, argv, arguments);
}
