// hindcast-cli: what the window knows, in a shell. Results on stdout, progress and receipts on
// stderr; exit code 0 complete, 1 wrong usage or failure, 2 answered but incomplete.

#include "app/cli/program.h"

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace {

// As CLI11 takes them, the last first. An empty value goes with its option ("--trust="): behind one
// that can go without a value CLI11 (2.1) never ends reading it.
std::vector<std::string> argumentsOf(int argc, char** argv)
{
    std::vector<std::string> arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const bool value = argument.empty() && !arguments.empty() &&
                           arguments.back().starts_with("--") &&
                           arguments.back().find('=') == std::string::npos;
        if (value) {
            arguments.back() += '=';
        } else {
            arguments.push_back(argument);
        }
    }
    std::reverse(arguments.begin(), arguments.end());
    return arguments;
}

} // namespace

int main(int argc, char** argv)
{
    using hindcast::Program;
    Program program;
    CLI::App app{
        "Hindcast: browse Kafka topics, see lag, follow traces, rebuild state at a moment.\n"
        "Every command works on a capture file; those with -b also on a live cluster, which\n"
        "they only read: no group is joined, nothing is committed or created.",
        "hindcast-cli"};
    app.require_subcommand(1);
    app.set_version_flag("--version", HINDCAST_VERSION);
    app.get_formatter()->column_width(34);
    app.footer("Exit code: 0 complete, 1 wrong usage or failure, 2 answered but incomplete (the "
               "receipt says why).\nExamples of each command: hindcast-cli COMMAND --help");
    hindcast::addTopicsCommand(app, program);
    hindcast::addGroupsCommand(app, program);
    hindcast::addLagCommand(app, program);
    hindcast::addCaptureCommand(app, program);
    hindcast::addImportCommand(app, program);
    hindcast::addExportCommand(app, program);
    hindcast::addRecordsCommand(app, program);
    hindcast::addTracesCommand(app, program);
    hindcast::addStateCommand(app, program);
    hindcast::addSqlCommand(app, program);
    try {
        app.parse(argumentsOf(argc, argv));
        return program.runCommand();
    } catch (const CLI::ParseError& e) {
        // --help and --version come this way too, with the code 0.
        return app.exit(e) == 0 ? Program::kComplete : Program::kFailed;
    } catch (const std::exception& e) {
        program.console.say(std::string("The command broke off: ") + e.what());
        return Program::kFailed;
    }
}
