#include "model/replay/fold_report.h"

#include <fmt/format.h>

namespace hindcast {

void FoldReport::skip(SkippedRecord record)
{
    ++skipped;
    if (firstSkipped.size() < kListed) {
        firstSkipped.push_back(std::move(record));
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
    also(unknownValues, "values not in the log");
    also(findings, findings == 1 ? "transition not allowed" : "transitions not allowed");
    return result + ".";
}

} // namespace hindcast
