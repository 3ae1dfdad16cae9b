#include "model/record/receipt.h"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <numeric>

namespace hindcast {

namespace {

template <typename F>
std::uint64_t sumOf(const std::vector<PartitionReceipt>& parts, F&& field)
{
    return std::accumulate(
        parts.begin(), parts.end(), std::uint64_t{0},
        [&](std::uint64_t sum, const PartitionReceipt& p) { return sum + field(p); });
}

std::string grouped(std::uint64_t n)
{
    std::string digits = std::to_string(n);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

} // namespace

std::uint64_t Receipt::records() const
{
    return sumOf(partitions, [](const auto& p) { return p.records; });
}

std::uint64_t Receipt::bytes() const
{
    return sumOf(partitions, [](const auto& p) { return p.bytes; });
}

std::uint64_t Receipt::holes() const
{
    return sumOf(partitions, [](const auto& p) { return p.holes; });
}

bool Receipt::complete() const
{
    return !cancelled && problems.empty() &&
           std::all_of(partitions.begin(), partitions.end(),
                       [](const PartitionReceipt& p) { return p.complete(); });
}

std::string Receipt::sentence() const
{
    const auto unfinished =
        std::count_if(partitions.begin(), partitions.end(), [](const PartitionReceipt& p) {
            return !p.problem.empty() || (p.to >= 0 && p.next < p.to);
        });
    std::string text = complete() ? "Complete: " : cancelled ? "Stopped: " : "Incomplete: ";
    text += fmt::format("{} records read in {}", grouped(records()), formatDuration(took));
    if (!where.empty()) {
        text += fmt::format(", {} match", grouped(matched));
    }
    if (undecodable > 0) {
        text += fmt::format(", {} undecodable", grouped(undecodable));
    }
    if (holes() > 0) {
        text += fmt::format(", {} offsets without a record", grouped(holes()));
    }
    if (isolation == Isolation::ReadUncommitted) {
        // librdkafka hands aborted records over like any other.
        text += ", aborted ones included and not told apart (read_uncommitted)";
    }
    if (unfinished > 0) {
        text +=
            fmt::format(", {} of {} partitions not read to the end", unfinished, partitions.size());
    }
    for (const auto& p : partitions) {
        if (!p.problem.empty()) {
            text += fmt::format("; {}: {}", p.place.toString(), p.problem);
            break;
        }
    }
    if (!problems.empty()) {
        text += "; " + problems.front();
    }
    return text;
}

std::string Receipt::toJson() const
{
    nlohmann::ordered_json json;
    json["complete"] = complete();
    json["records"] = records();
    json["bytes"] = bytes();
    json["holes"] = holes();
    json["isolation"] =
        isolation == Isolation::ReadCommitted ? "read_committed" : "read_uncommitted";
    if (isolation == Isolation::ReadUncommitted) {
        json["abortedRecords"] = "included, not told apart";
    }
    json["tookMs"] = took.count();
    if (!where.empty()) {
        json["where"] = where;
        json["matched"] = matched;
    }
    json["undecodable"] = undecodable;
    json["cancelled"] = cancelled;
    json["problems"] = problems;
    auto& parts = json["partitions"] = nlohmann::ordered_json::array();
    for (const auto& p : partitions) {
        parts.push_back({{"topic", p.place.topic},
                         {"partition", p.place.partition},
                         {"logStart", p.logStart},
                         {"logEnd", p.logEnd},
                         {"from", p.from},
                         {"to", p.to},
                         {"next", p.next},
                         {"records", p.records},
                         {"bytes", p.bytes},
                         {"holes", p.holes},
                         {"problem", p.problem}});
    }
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace hindcast
