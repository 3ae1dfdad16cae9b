#include "app/cli/program.h"

#include "model/query/filter.h"
#include "model/record/whole_file.h"

#include <fmt/core.h>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

// Of damage to a capture so many sentences are said; the receipt has all.
constexpr std::size_t kSaid = 3;

} // namespace

int Program::runCommand()
{
    const int code = run();
    console.flush();
    std::cout.flush();
    if (code != kFailed && (console.outFailed() || !std::cout)) {
        console.say("The output could not be written to its end.");
        return kFailed;
    }
    for (std::size_t i = m_damageSaid ? damage.size() : 0; i < damage.size() && code != kFailed;
         ++i) {
        if (i == kSaid) {
            console.say(fmt::format("And {} more.", damage.size() - kSaid));
            break;
        }
        console.say(damage[i]);
    }
    return code == kComplete && !damage.empty() ? kIncomplete : code;
}

std::string Program::receiptOf(std::string json) const
{
    auto receipt = nlohmann::ordered_json::parse(json, nullptr, false);
    if (damage.empty() || !receipt.is_object()) {
        return json;
    }
    receipt["complete"] = false;
    receipt["damage"] = damage;
    return receipt.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

int Program::failed(const Error& error)
{
    console.flush();
    console.say(error.message);
    return error.code == ErrorCode::Cancelled ? kIncomplete : kFailed;
}

int Program::failed(const Error& error, std::string_view expression, const FilterMistake& mistake)
{
    const int code = failed(error);
    console.say(underlined(expression, mistake));
    return code;
}

int Program::finished(const Receipt& whole, const std::string& file)
{
    console.flush();
    Receipt receipt = whole;
    receipt.problems.insert(receipt.problems.end(), damage.begin(), damage.end());
    console.say(receipt.sentence());
    m_damageSaid = true;
    if (!writeReceipt(file, receipt.toJson())) {
        return kFailed;
    }
    return receipt.complete() ? kComplete : kIncomplete;
}

bool Program::writeReceipt(const std::string& file, std::string_view json)
{
    if (file.empty()) {
        return true;
    }
    const auto written = WholeFile::writeJson(file, receiptOf(std::string(json)) + '\n');
    if (!written) {
        console.say("The receipt " + written.error().message);
    }
    return written.has_value();
}

namespace {

const std::map<std::string, OutputFormat> kFormats{{"table", OutputFormat::Table},
                                                   {"jsonl", OutputFormat::JsonLines},
                                                   {"csv", OutputFormat::Csv},
                                                   {"sqlite", OutputFormat::Sqlite}};

void addFormats(CLI::App& command, OutputOptions& options, const std::vector<std::string>& names,
                const std::string& description)
{
    command
        .add_option_function<std::string>(
            "--format", [&options](const std::string& name) { options.format = kFormats.at(name); },
            description)
        ->check(CLI::IsMember(names));
    command.add_option("--receipt", options.receiptFile,
                       "Write what the answer rests on to this file, as JSON");
}

} // namespace

void OutputOptions::add(CLI::App& command, OutputFormat defaultFormat)
{
    format = defaultFormat;
    addFormats(command, *this, {"table", "jsonl", "csv"},
               "table, jsonl or csv (RFC 4180, lines end in LF)");
}

void OutputOptions::addWithSqlite(CLI::App& command)
{
    addFormats(command, *this, {"table", "jsonl", "csv", "sqlite"},
               "table, jsonl, csv (RFC 4180, lines end in LF), or sqlite (a file of its own: -o)");
    command.add_option("-o,--output", file, "The file that --format sqlite makes");
}

Result<void> OutputOptions::checkFile() const
{
    if (format == OutputFormat::Sqlite && file.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "--format sqlite makes a file; say which with -o FILE.");
    }
    if (format != OutputFormat::Sqlite && !file.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "-o goes with --format sqlite; every other format is written to stdout.");
    }
    return {};
}

std::string grouped(std::uint64_t n)
{
    std::string digits = std::to_string(n);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

std::string counted(std::uint64_t n, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", grouped(n), n == 1 ? one : many);
}

std::string readableBytes(std::uint64_t n)
{
    constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
    double size = static_cast<double>(n);
    std::size_t unit = 0;
    while (size >= 1000 && unit + 1 < std::size(kUnits)) {
        size /= 1000;
        ++unit;
    }
    return unit == 0 ? fmt::format("{} B", n) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

} // namespace hindcast
