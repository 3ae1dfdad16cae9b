#pragma once

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/cli/row_writer.h"
#include "model/query/filter_expression.h"
#include "model/record/receipt.h"
#include "model/record/result.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// What all commands share: the shell they write to, the interrupt, and the exit codes of the
// contract. Each command adds its options and sets `run`, which main() calls.
struct Program
{
    static constexpr int kComplete = 0;
    static constexpr int kFailed = 1;     // wrong usage or failure
    static constexpr int kIncomplete = 2; // answered, but not with all of it

    Interrupt interrupt; // first: its signal mask is for every thread
    Console console;
    std::function<int()> run;
    // What is wrong with the capture that answers rest on, in sentences; goes into every receipt,
    // and no answer counts as complete.
    std::vector<std::string> damage;

    // `run`, and what holds for every command: the exit code of an output that broke off, or of a
    // damaged capture.
    int runCommand();
    // With the damage in it.
    std::string receiptOf(std::string json) const;
    int failed(const Error& error);
    // With the expression and carets below the place of the mistake.
    int failed(const Error& error, std::string_view expression, const FilterMistake& mistake);
    // Says the receipt on stderr, writes it to `file` where one is asked for, and gives its exit
    // code.
    int finished(const Receipt& receipt, const std::string& file);
    // false: said why.
    bool writeReceipt(const std::string& file, std::string_view json);

private:
    bool m_damageSaid = false;
};

// --format and --receipt.
struct OutputOptions
{
    OutputFormat format = OutputFormat::Table;
    std::string receiptFile;
    std::string file; // where the format is a file of its own

    void add(CLI::App& command, OutputFormat defaultFormat = OutputFormat::Table);
    // With the format sqlite, and --output for its file.
    void addWithSqlite(CLI::App& command);
    // An Error says which of the two is missing.
    Result<void> checkFile() const;
};

std::string grouped(std::uint64_t n);                                              // "4,812,330"
std::string counted(std::uint64_t n, std::string_view one, std::string_view many); // "1 row"
std::string readableBytes(std::uint64_t n);                                        // "182 MB"

void addTopicsCommand(CLI::App& app, Program& program);
void addGroupsCommand(CLI::App& app, Program& program);
void addLagCommand(CLI::App& app, Program& program);
void addCaptureCommand(CLI::App& app, Program& program);
void addImportCommand(CLI::App& app, Program& program);
void addExportCommand(CLI::App& app, Program& program);
void addRecordsCommand(CLI::App& app, Program& program);
void addTracesCommand(CLI::App& app, Program& program);
void addStateCommand(CLI::App& app, Program& program);
void addSqlCommand(CLI::App& app, Program& program);

} // namespace hindcast
