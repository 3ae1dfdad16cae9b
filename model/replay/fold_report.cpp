#include "model/replay/fold_report.h"

#include "model/capture/byte_stream.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

void FoldReport::skip(SkippedRecord record)
{
    ++skipped;
    if (!snapshots.empty()) {
        SnapshotCounts& since = snapshots.back();
        ++since.skipped;
        since.firstSkipped = std::min(since.firstSkipped, record.rank);
    }
    if (firstSkipped.size() < kListed) {
        firstSkipped.push_back(std::move(record));
    }
}

void FoldReport::countUnknownValue(Rank rank)
{
    ++unknownValues;
    firstUnknownValue = std::min(firstUnknownValue, rank);
    if (!snapshots.empty()) {
        SnapshotCounts& since = snapshots.back();
        ++since.unknownValues;
        since.firstUnknownValue = std::min(since.firstUnknownValue, rank);
    }
}

void FoldReport::tellUntold(Rank rank, std::string_view why)
{
    if (rank < firstUntold) {
        firstUntold = rank;
        untold = why;
    }
    if (!snapshots.empty() && rank < snapshots.back().firstUntold) {
        snapshots.back().firstUntold = rank;
        snapshots.back().untold = why;
    }
}

void FoldReport::find(FoldFinding finding)
{
    ++findings;
    if (firstFindings.size() < kListed) {
        firstFindings.push_back(std::move(finding));
    }
}

ChangeCounts FoldReport::allChanges() const
{
    ChangeCounts all;
    for (const ChangeCounts& source : changes) {
        for (std::size_t i = 0; i < all.records.size(); ++i) {
            all.records[i] += source.records[i];
        }
        for (const std::string& other : source.others) {
            all.leftOut(other);
        }
        all.withoutRows += source.withoutRows;
        all.table = source.table.empty() ? all.table : source.table;
        all.schema = source.table.empty() ? all.schema : source.schema;
    }
    all.otherTables = 0;
    for (const ChangeCounts& source : changes) {
        all.otherTables += source.otherTables;
    }
    return all;
}

void FoldReport::write(ByteWriter& to) const
{
    for (const std::uint64_t count : {records, filtered, redelivered, withoutKey, skipped,
                                      unknownValues, versions, keys, findings}) {
        to.number(count);
    }
    to.number(firstUnknownValue);
    to.number(firstUntold);
    to.text(untold);
    to.number(refoldedFrom);
    to.number(std::int64_t{took.count()});
    to.number(static_cast<std::uint32_t>(snapshots.size()));
    for (const SnapshotCounts& since : snapshots) {
        to.number(since.from);
        to.number(since.skipped);
        to.number(since.unknownValues);
        to.number(since.firstSkipped);
        to.number(since.firstUnknownValue);
        to.number(since.firstUntold);
        to.text(since.untold);
    }
    doubts.write(to);
    to.number(static_cast<std::uint32_t>(changes.size()));
    for (const ChangeCounts& source : changes) {
        for (const std::uint64_t count : source.records) {
            to.number(count);
        }
        to.number(source.withoutRows);
        to.number(source.otherTables);
        to.text(source.schema);
        to.text(source.table);
        to.number(static_cast<std::uint8_t>((source.anyRow ? 1 : 0) + (source.reading ? 2 : 0) +
                                            (source.readBefore ? 4 : 0) + (source.keyed ? 8 : 0)));
        to.number(source.lastChange);
        source.rowShape.write(to);
        to.number(static_cast<std::uint32_t>(source.others.size()));
        for (const std::string& other : source.others) {
            to.text(other);
        }
    }
}

void FoldReport::read(ByteReader& from)
{
    for (std::uint64_t* const count : {&records, &filtered, &redelivered, &withoutKey, &skipped,
                                       &unknownValues, &versions, &keys, &findings}) {
        *count = from.number<std::uint64_t>();
    }
    firstUnknownValue = from.number<Rank>();
    firstUntold = from.number<Rank>();
    untold = from.text();
    refoldedFrom = from.number<Rank>();
    took = std::chrono::milliseconds(from.number<std::int64_t>());
    const auto since = from.number<std::uint32_t>();
    snapshots.clear();
    for (std::uint32_t i = 0; i < since && from.ok(); ++i) {
        SnapshotCounts counts;
        counts.from = from.number<Rank>();
        counts.skipped = from.number<std::uint64_t>();
        counts.unknownValues = from.number<std::uint64_t>();
        counts.firstSkipped = from.number<Rank>();
        counts.firstUnknownValue = from.number<Rank>();
        counts.firstUntold = from.number<Rank>();
        counts.untold = from.text();
        snapshots.push_back(std::move(counts));
    }
    doubts.read(from);
    const auto sources = from.number<std::uint32_t>();
    changes.clear();
    for (std::uint32_t i = 0; i < sources && from.ok(); ++i) {
        ChangeCounts source;
        for (std::uint64_t& count : source.records) {
            count = from.number<std::uint64_t>();
        }
        source.withoutRows = from.number<std::uint64_t>();
        source.otherTables = from.number<std::uint64_t>();
        source.schema = from.text();
        source.table = from.text();
        const auto flags = from.number<std::uint8_t>();
        source.anyRow = (flags & 1) != 0;
        source.reading = (flags & 2) != 0;
        source.readBefore = (flags & 4) != 0;
        source.keyed = (flags & 8) != 0;
        source.lastChange = from.number<Rank>();
        source.rowShape.read(from);
        const auto others = from.number<std::uint32_t>();
        for (std::uint32_t o = 0; o < others && from.ok(); ++o) {
            source.others.emplace_back(from.text());
        }
        changes.push_back(std::move(source));
    }
}

namespace {

// A reason within a sentence; it may hold what a script has thrown.
std::string inShort(std::string_view reason)
{
    constexpr std::size_t kMost = 160;
    std::string words(reason.substr(0, std::min(reason.size(), kMost)));
    if (words.size() < reason.size()) {
        while (!words.empty() &&
               (static_cast<unsigned char>(reason[words.size()]) & 0xC0) == 0x80) {
            words.pop_back();
        }
        words += "\u2026";
    } else if (words.ends_with('.')) {
        words.pop_back();
    }
    std::ranges::replace_if(
        words, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }, ' ');
    return words;
}

} // namespace

std::string FoldReport::sentence() const
{
    const auto grouped = [](std::uint64_t n) {
        std::string digits = fmt::format("{}", n);
        for (std::size_t at = digits.size(); at > 3; at -= 3) {
            digits.insert(at - 3, ",");
        }
        return digits;
    };
    std::string result =
        fmt::format("{} {} folded into {} {}", grouped(records),
                    records == 1 ? "record" : "records", grouped(keys), keys == 1 ? "key" : "keys");
    const auto also = [&](std::uint64_t n, std::string_view words) {
        if (n > 0) {
            result += fmt::format(", {} {}", grouped(n), words);
        }
    };
    const ChangeCounts all = allChanges();
    if (const std::string words = all.words(); !words.empty()) {
        result += ", read as " + words;
    }
    also(all.withoutRows, "about schemas or the stream itself");
    if (all.otherTables > 0) {
        also(all.otherTables, all.otherTables == 1 ? "change of another table left out ("
                                                   : "changes of other tables left out (");
        result += fmt::format("{}; `table` says which are folded)", fmt::join(all.others, ", "));
    }
    also(filtered, "left out by the filter");
    also(redelivered, "that came again from a later run of the connector");
    also(withoutKey, "without a key");
    also(skipped, "that could not be read as what the reducer takes");
    if (skipped > 0 && !firstSkipped.empty()) {
        const SkippedRecord& first =
            *std::ranges::min_element(firstSkipped, {}, &SkippedRecord::rank);
        result +=
            fmt::format(" ({}{}: {})", skipped == 1 ? "" : "the first: ", first.place.toString(),
                        inShort(first.reason));
    }
    also(unknownValues, unknownValues == 1 ? "value not in the log" : "values not in the log");
    also(findings, findings == 1 ? "transition not allowed" : "transitions not allowed");
    return result + ".";
}

} // namespace hindcast
