#include "model/replay/moment_finder.h"

#include "model/replay/clock_order.h"
#include "model/replay/clock_proposal.h"
#include "model/replay/commit_order.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace hindcast {

namespace {

constexpr std::string_view kLsn = "lsn:";
constexpr std::string_view kBinlog = "binlog:";
constexpr std::string_view kTransaction = "tx:";
constexpr std::string_view kGtid = "gtid:";
constexpr std::string_view kBefore = "before:";
constexpr std::string_view kAfter = "after:";

std::optional<std::uint64_t> unsignedOf(std::string_view text, int base = 10)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

// 55572568, or as PostgreSQL writes it: 0/34FF858.
std::optional<std::uint64_t> logPositionOf(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return unsignedOf(text);
    }
    const auto high = unsignedOf(text.substr(0, slash), 16);
    const auto low = unsignedOf(text.substr(slash + 1), 16);
    if (!high || !low || *high > 0xffffffff || *low > 0xffffffff) {
        return std::nullopt;
    }
    return *high << 32 | *low;
}

Error noBinlogPosition(std::string_view text, std::size_t at, std::string_view what)
{
    return {ErrorCode::InvalidArgument,
            fmt::format("\"{}\" is no moment: {} at character {}; write "
                        "binlog:mysql-bin.000003:1547, with several databases "
                        "binlog:NAME:mysql-bin.000003:1547.",
                        text, what, at + 1),
            {}};
}

// binlog:FILE:POS or binlog:SOURCE:FILE:POS
Result<FoundMoment> findInBinlog(const CommitOrder& order, std::string_view text)
{
    const std::string_view value = text.substr(kBinlog.size());
    const std::size_t byte = value.rfind(':');
    if (byte == std::string_view::npos) {
        return tl::unexpected(
            noBinlogPosition(text, text.size(), "the position in the file is missing"));
    }
    if (!unsignedOf(value.substr(byte + 1))) {
        return tl::unexpected(
            noBinlogPosition(text, kBinlog.size() + byte + 1, "no position in a file"));
    }
    const std::size_t colon = byte == 0 ? byte : value.rfind(':', byte - 1);
    const bool sourced = colon != std::string_view::npos && byte != 0;
    const std::string_view source = sourced ? value.substr(0, colon) : std::string_view();
    const std::size_t file = sourced ? colon + 1 : 0;
    const auto position = BinlogPosition::parse(value.substr(file));
    if (!position) {
        return tl::unexpected(
            noBinlogPosition(text, kBinlog.size() + file,
                             "no file of a binary log, whose name ends with a number,"));
    }
    const auto found = order.inBinlog(*position, source);
    if (!found) {
        return tl::unexpected<Error>(found.error());
    }
    FoundMoment moment{found->prefix, {}, true};
    if (found->beyond) {
        moment.complete = false;
        moment.note = fmt::format(
            "The capture's last change is at the log position {}; whether others "
            "followed up to {} cannot be told",
            order.lastBinlog(source).value_or(BinlogPosition()).toString(), position->toString());
    } else if (found->inside) {
        moment.note = fmt::format("The log position {} is inside a transaction; this is the state "
                                  "before it",
                                  position->toString());
    } else if (found->untold) {
        moment.note = "The changes do not say of which transaction they are, so this may be inside "
                      "one";
    }
    return moment;
}

Result<FoundMoment> findGtid(const CommitOrder& order, std::string_view text)
{
    const auto gtid = CommitOrder::Gtid::parse(text.substr(kGtid.size()));
    if (!gtid) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is no moment; write gtid:SERVER:N, as "
                                "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:23, of MariaDB "
                                "gtid:0-1-23.",
                                text));
    }
    const auto prefix = order.prefixOfGtid(*gtid);
    return prefix ? Result<FoundMoment>(FoundMoment{*prefix, {}, true})
                  : tl::unexpected<Error>(prefix.error());
}

Result<FoundMoment> findInLog(const CommitOrder& order, std::string_view text)
{
    if (text.starts_with(kBinlog)) {
        return findInBinlog(order, text);
    }
    if (text.starts_with(kGtid)) {
        return findGtid(order, text);
    }
    const bool byLsn = text.starts_with(kLsn);
    std::string_view value = text.substr(byLsn ? kLsn.size() : kTransaction.size());
    std::string_view source;
    if (const std::size_t colon = value.rfind(':'); colon != std::string_view::npos) {
        source = value.substr(0, colon);
        value.remove_prefix(colon + 1);
    }
    const auto number = byLsn ? logPositionOf(value) : unsignedOf(value);
    if (!number) {
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("\"{}\" is no moment; write lsn:55572568, lsn:0/34FF858 or tx:4119, "
                        "with several databases lsn:NAME:55572568.",
                        text));
    }
    const auto prefix = byLsn
                            ? order.prefixOfLsn(*number, source)
                            : order.prefixOfTransaction(static_cast<std::int64_t>(*number), source);
    if (!prefix) {
        return tl::unexpected<Error>(prefix.error());
    }
    FoundMoment moment{*prefix, {}, true};
    const auto last = order.lastLsn(source);
    if (byLsn && last && *last < *number) {
        moment.complete = false;
        moment.note = fmt::format("The capture's last transaction ended at the log position {}; "
                                  "whether others ended up to {} cannot be told",
                                  *last, *number);
    }
    return moment;
}

// Commit times have microseconds; a time with no more than milliseconds means all of its
// millisecond.
Rank prefixAt(const CommitOrder& order, const std::string& text, Timestamp time)
{
    const std::size_t point = text.find('.');
    const std::size_t end =
        point == std::string::npos ? point : text.find_first_not_of("0123456789", point + 1);
    const std::size_t digits =
        point == std::string::npos ? 0 : std::min(end, text.size()) - point - 1;
    if (digits <= 3) {
        return order.prefix({.time = time, .last = std::nullopt});
    }
    std::string us = text.substr(point + 4, std::min<std::size_t>(digits - 3, 3));
    us.resize(3, '0');
    return order.prefixOfTime(time + std::chrono::microseconds(*unsignedOf(us)));
}

// A moment so many events from another: "end -5", "orders-0@12 +3 events", "-5" from the end.
struct Steps
{
    std::string from;
    std::int64_t by = 0;
};

std::optional<Steps> stepsOf(std::string_view text)
{
    for (const std::string_view word : {" events", " event"}) {
        if (text.ends_with(word)) {
            text.remove_suffix(word.size());
        }
    }
    const std::size_t blank = text.rfind(' ');
    const std::string_view steps = blank == std::string_view::npos ? text : text.substr(blank + 1);
    if (steps.size() < 2 || (steps.front() != '+' && steps.front() != '-')) {
        return std::nullopt;
    }
    const auto number = unsignedOf(steps.substr(1));
    if (!number || *number > std::numeric_limits<Rank>::max()) {
        return std::nullopt;
    }
    const auto by = static_cast<std::int64_t>(*number);
    return Steps{std::string(blank == std::string_view::npos ? "" : text.substr(0, blank)),
                 steps.front() == '-' ? -by : by};
}

Result<FoundMoment> findSteps(const TimeOrder& order, const Steps& steps)
{
    auto moment = findMoment(order, steps.from);
    if (!moment) {
        return moment;
    }
    const std::int64_t target = static_cast<std::int64_t>(moment->prefix) + steps.by;
    moment->prefix = static_cast<Rank>(
        std::clamp<std::int64_t>(target, 0, static_cast<std::int64_t>(order.size())));
    const auto* const commits = dynamic_cast<const CommitOrder*>(&order);
    if (commits != nullptr) {
        const Rank whole = commits->wholeBefore(moment->prefix);
        if (whole != moment->prefix) {
            moment->prefix = whole;
            moment->note = "That is inside a transaction; this is the state before it";
        }
    }
    return moment;
}

Result<FoundMoment> findRecord(const TimeOrder& order, std::string_view text)
{
    const bool before = text.starts_with(kBefore);
    if (before || text.starts_with(kAfter)) {
        text.remove_prefix(before ? kBefore.size() : kAfter.size());
    }
    const auto place = RecordPlace::parse(text);
    if (!place) {
        return tl::unexpected<Error>(place.error());
    }
    const auto row = order.snapshot()->find(*place);
    if (!row || *row >= order.size()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The record {} is not in this capture.", place->toString()));
    }
    const Rank rank = order.rankOf(*row);
    const auto* const commits = dynamic_cast<const CommitOrder*>(&order);
    if (before) {
        return FoundMoment{commits != nullptr ? commits->wholeBefore(rank) : rank, {}, true};
    }
    FoundMoment moment{order.prefix({.time = kNoTimestamp, .last = *place}), {}, true};
    if (moment.prefix != rank + 1) {
        moment.note = fmt::format("The record {} is inside a transaction; this is the state "
                                  "before it",
                                  place->toString());
    }
    return moment;
}

} // namespace

bool needsCommit(const std::string& moment)
{
    return moment.starts_with(kLsn) || moment.starts_with(kBinlog) ||
           moment.starts_with(kTransaction) || moment.starts_with(kGtid);
}

Result<FoundMoment> findMoment(const TimeOrder& order, const std::string& text)
{
    const auto* const commits = dynamic_cast<const CommitOrder*>(&order);
    if (text.empty() || text == "end") {
        return FoundMoment{order.size(), {}, true};
    }
    if (const auto steps = stepsOf(text)) {
        return findSteps(order, *steps);
    }
    if (needsCommit(text)) {
        if (commits == nullptr) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("\"{}\" is a moment by the clock commit, not by the clock {}.",
                                    text, order.clock().toString()));
        }
        return findInLog(*commits, text);
    }
    if (text.find('@') != std::string::npos) {
        return findRecord(order, text);
    }
    const auto time = parseTimestamp(text, currentTimestamp());
    if (!time) {
        return fail(ErrorCode::InvalidArgument,
                    time.error().message +
                        " Other moments are a record (orders-4@12, before:orders-4@12), end, "
                        "\"end -5\", offsets:orders-0@12,orders-1@7, group:NAME, lsn:N and tx:N.");
    }
    return FoundMoment{commits != nullptr ? prefixAt(*commits, text, *time)
                                          : order.prefix({.time = *time, .last = std::nullopt}),
                       {},
                       true};
}

std::string momentText(const TimeOrder& order, Rank prefix)
{
    const Moment moment = order.momentOf(prefix);
    if (!moment.last) {
        return "before the first record";
    }
    const auto* const commits = dynamic_cast<const CommitOrder*>(&order);
    const auto lsn = commits == nullptr ? std::nullopt : commits->lsnOf(prefix);
    const std::string at =
        fmt::format("at {} ({})", formatUtc(moment.time), moment.last->toString());
    const auto binlog = commits == nullptr ? std::nullopt : commits->binlogOf(prefix);
    return lsn      ? fmt::format("{}, log position {}", at, *lsn)
           : binlog ? fmt::format("{}, log position {}", at, binlog->toString())
                    : at;
}

Result<TimeOrderPtr> orderFor(const Projection& projection, const CaptureSnapshotPtr& snapshot,
                              const std::string& clock, bool needsCommit,
                              const std::stop_token& stop)
{
    if (!clock.empty()) {
        const auto named = Clock::parse(clock);
        return named ? orderBy(*named, snapshot, stop) : tl::unexpected<Error>(named.error());
    }
    if (!needsCommit && !readsChanges(projection)) {
        return orderBy({}, snapshot, stop);
    }
    auto commits = CommitOrder::build(snapshot, stop);
    if (!commits) {
        return tl::unexpected<Error>(commits.error());
    }
    if (needsCommit || (*commits)->hasTransactions()) {
        return TimeOrderPtr(std::move(*commits));
    }
    return orderBy({}, snapshot, stop);
}

} // namespace hindcast
