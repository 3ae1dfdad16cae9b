#include "model/replay/fold_estimate.h"

#include "model/record/timestamp.h"
#include "model/replay/reducer_registry.h"
#include "model/replay/trust_words.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

namespace hindcast {

namespace {

// Text of a key, as far as it can be told without reading records.
constexpr std::uint64_t kUsualKeyText = 24;
// A state kept at hand, beside its bytes.
constexpr std::uint64_t kBytesOfStateAtHand = 64;
// States are packed in pages: 5 to 8 times for JSON of a table.
constexpr std::uint64_t kPacked = 5;
constexpr double kMargin = 0.9; // of what is offered

std::string gigabytes(std::uint64_t bytes)
{
    const double size = static_cast<double>(bytes);
    return bytes < 1'000'000'000 ? fmt::format("{:.0f} MB", size / 1e6)
                                 : fmt::format("{:.1f} GB", size / 1e9);
}

// Keys of the records of these topics: each is one key's bytes in one topic.
std::uint64_t recordKeysOf(const CaptureSnapshot& snapshot, const std::vector<bool>& wanted)
{
    if (std::all_of(wanted.begin(), wanted.end(), [](bool w) { return w; })) {
        return snapshot.keyCount();
    }
    std::vector<bool> met(snapshot.keyCount(), false);
    std::uint64_t keys = 0;
    std::vector<RowInfo> rows;
    for (std::size_t i = 0; i < snapshot.blockCount(); ++i) {
        const BlockInfo block = snapshot.block(i);
        if (!wanted[block.topic]) {
            continue;
        }
        rows.resize(block.count);
        snapshot.rows(block.firstRow, rows);
        for (const RowInfo& row : rows) {
            if (row.key != kNoKey && row.key < met.size() && !met[row.key]) {
                met[row.key] = true;
                ++keys;
            }
        }
    }
    return keys;
}

std::vector<bool> topicsOf(const Projection& projection, const CaptureSnapshot& snapshot)
{
    std::vector<bool> wanted(snapshot.topics().size(), false);
    for (const std::string& topic : projection.topics()) {
        if (const auto id = snapshot.topicId(topic)) {
            wanted[*id] = true;
        }
    }
    return wanted;
}

} // namespace

FoldEstimate FoldEstimate::of(const Projection& projection, const CaptureSnapshot& snapshot)
{
    const std::vector<bool> wanted = topicsOf(projection, snapshot);
    FoldEstimate estimate;
    std::uint64_t payload = 0;
    for (std::size_t i = 0; i < snapshot.blockCount(); ++i) {
        const BlockInfo block = snapshot.block(i);
        if (wanted[block.topic]) {
            estimate.records += block.count;
            payload += block.bytes;
        }
    }
    estimate.keys = std::min(estimate.records, recordKeysOf(snapshot, wanted));
    std::uint64_t ofRecord = kBytesOfVersion;
    std::uint64_t ofKey = kBytesOfKey + kUsualKeyText;
    const bool ownStates = std::any_of(
        projection.sources.begin(), projection.sources.end(), [](const ProjectionSource& source) {
            const ReducerKind* const kind = findReducer(source.reduce);
            return (kind != nullptr && kind->readsState) || !source.into.empty();
        });
    if (ownStates && estimate.records > 0) {
        ofRecord += payload / estimate.records / kPacked;
        ofKey += payload / estimate.records + kBytesOfStateAtHand;
    }
    for (const ProjectionSource& source : projection.sources) {
        if (source.rows) { // which are folded beside
            const FoldEstimate rows = of(*source.rows, snapshot);
            ofRecord += rows.bytesOfRecord;
            ofKey += rows.bytesOfKey;
        }
    }
    estimate.bytesOfRecord = ofRecord;
    estimate.bytesOfKey = ofKey;
    estimate.bytes = ofRecord * estimate.records + ofKey * estimate.keys;
    return estimate;
}

Result<void> mayFold(const Projection& projection, const TimeOrder& order, std::uint64_t mostBytes,
                     const std::string& advice)
{
    const CaptureSnapshot& snapshot = *order.snapshot();
    const FoldEstimate estimate = FoldEstimate::of(projection, snapshot);
    if (estimate.bytes <= mostBytes) {
        return {};
    }
    const std::string problem = fmt::format(
        "Folding {} would take about {} of memory ({}, {}), more than the {} it may take",
        projection.name, gigabytes(estimate.bytes),
        trust_words::counted(estimate.records, "record", "records"),
        trust_words::counted(estimate.keys, "key", "keys"), gigabytes(mostBytes));
    // From the end on, with the keys that are met there.
    const auto most = static_cast<std::uint64_t>(kMargin * static_cast<double>(mostBytes));
    const std::vector<bool> wanted = topicsOf(projection, snapshot);
    std::vector<bool> met(snapshot.keyCount(), false);
    std::uint64_t fitting = 0;
    std::uint64_t bytes = 0;
    Rank from = order.size();
    for (; from > 0; --from) {
        const RowInfo row = snapshot.row(order.rowAt(from - 1));
        if (!wanted[row.topic]) {
            continue;
        }
        const bool keyIsNew = row.key < met.size() && !met[row.key];
        bytes += estimate.bytesOfRecord + (keyIsNew ? estimate.bytesOfKey : 0);
        if (bytes > most) {
            break;
        }
        if (keyIsNew) {
            met[row.key] = true;
        }
        ++fitting;
    }
    if (fitting == 0 || from == order.size()) {
        return fail(ErrorCode::NoSpace, problem + ".");
    }
    const std::string moment = formatUtc(order.timeAt(from));
    return fail(ErrorCode::NoSpace,
                fmt::format("{}. The newest {}, from {} on, would fit: {}", problem,
                            trust_words::counted(fitting, "record", "records"), moment,
                            fmt::format(fmt::runtime(advice), moment)));
}

std::uint64_t usualFoldMemory()
{
    const long pages = ::sysconf(_SC_PHYS_PAGES);
    const long size = ::sysconf(_SC_PAGESIZE);
    constexpr std::uint64_t kWhereUnknown = std::uint64_t{4} << 30;
    return pages > 0 && size > 0
               ? static_cast<std::uint64_t>(pages) / 2 * static_cast<std::uint64_t>(size)
               : kWhereUnknown;
}

} // namespace hindcast
