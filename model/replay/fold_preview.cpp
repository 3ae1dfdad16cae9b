#include "model/replay/fold_preview.h"

#include "model/capture/capture.h"
#include "model/capture/listed_order.h"

#include <algorithm>
#include <map>
#include <utility>

namespace hindcast {

namespace {

// Which rows an event belongs to is written in the event.
bool keyIsInTheEvent(const ProjectionSource& source)
{
    return !source.rows && source.reduce != "cdc";
}

} // namespace

bool FoldPreview::possible() const
{
    return foldsAll() || byRecordKeys() || byVersions();
}

bool FoldPreview::foldsAll() const
{
    return projection->foldsLike(older->projection()) || older->order()->size() <= wholeUpTo;
}

bool FoldPreview::byRecordKeys() const
{
    return std::all_of(projection->sources.begin(), projection->sources.end(),
                       [](const ProjectionSource& source) {
                           return keyIsInTheEvent(source) && source.keyIsRecordKey() &&
                                  source.reduce != "aggregate";
                       });
}

bool FoldPreview::byVersions() const
{
    const auto& before = older->projection().sources;
    const auto& now = projection->sources;
    const bool alike = std::equal(before.begin(), before.end(), now.begin(), now.end(),
                                  [](const ProjectionSource& a, const ProjectionSource& b) {
                                      return keyIsInTheEvent(a) && keyIsInTheEvent(b) &&
                                             a.topics == b.topics && a.where == b.where &&
                                             a.key == b.key;
                                  });
    std::size_t topics = 0;
    for (const ProjectionSource& source : now) {
        topics += source.topics.size();
    }
    // What made no version could make one by another reducer.
    const FoldReport& report = older->report();
    return alike && topics == projection->topics().size() &&
           report.versions == report.records - report.filtered - report.withoutKey;
}

std::vector<Row> FoldPreview::recordsOfVersions() const
{
    std::vector<Row> found;
    const Version end = older->prefixOf(prefix);
    for (const KeyNo key : rows) {
        for (const Version version : older->chains().all(key)) {
            if (version < end) {
                found.push_back(older->order()->rowAt(older->rankOf(version)));
            }
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<Row> FoldPreview::recordsOfKeys() const
{
    const TimeOrder& order = *older->order();
    const CaptureSnapshot& snapshot = *order.snapshot();
    std::vector<Row> found;
    for (const KeyNo key : rows) {
        const std::string name(older->keys().text(key));
        for (const std::string& topic : projection->topics()) {
            const auto id = snapshot.topicId(topic);
            const auto named = id ? snapshot.findKey(*id, name) : std::nullopt;
            if (named) {
                const std::vector<Row> all = snapshot.rowsOfKey(*named);
                found.insert(found.end(), all.begin(), all.end());
            }
        }
    }
    std::erase_if(found,
                  [&](Row row) { return row >= order.size() || order.rankOf(row) >= prefix; });
    std::sort(found.begin(), found.end());
    return found;
}

Result<VersionLogPtr> FoldPreview::fold(const std::stop_token& stop) const
{
    if (foldsAll()) {
        return VersionLog::fold(projection, older->order(), stop, {}, older);
    }
    return foldRecords(stop);
}

Result<VersionLogPtr> FoldPreview::foldRecords(const std::stop_token& stop) const
{
    const std::vector<Row> wanted = byRecordKeys() ? recordsOfKeys() : recordsOfVersions();
    if (wanted.size() > kMostRecords) {
        return VersionLogPtr();
    }
    // Topic by topic, as a batch holds records of one.
    struct Batch
    {
        RecordBatchBuilder builder;
        std::vector<Row> rows; // where the records were
    };
    std::map<std::string, Batch, std::less<>> batches;
    const auto read =
        older->order()->snapshot()->pick(wanted, [&](std::size_t index, const RecordView& record) {
            Batch& batch =
                batches
                    .try_emplace(std::string(record.topic),
                                 Batch{RecordBatchBuilder(std::string(record.topic)), {}})
                    .first->second;
            batch.builder.add(record);
            batch.rows.push_back(wanted[index]);
        });
    if (!read) {
        return tl::unexpected<Error>(read.error());
    }
    const auto capture = Capture::inMemory();
    std::vector<std::pair<Rank, Row>> places; // in the older order, and in the small capture
    for (auto& [topic, batch] : batches) {
        for (const Row row : batch.rows) {
            places.emplace_back(older->order()->rankOf(row), static_cast<Row>(places.size()));
        }
        if (auto added = capture->append(batch.builder.take()); !added) {
            return tl::unexpected<Error>(added.error());
        }
    }
    if (auto flushed = capture->flush(); !flushed) {
        return tl::unexpected<Error>(flushed.error());
    }
    std::sort(places.begin(), places.end());
    std::vector<Row> inOrder;
    std::vector<Timestamp> times;
    for (const auto& [rank, row] : places) {
        inOrder.push_back(row);
        times.push_back(older->order()->timeAt(rank));
    }
    const TimeOrderPtr order = ListedOrder::build(capture->snapshot(), older->order()->clock(),
                                                  std::move(inOrder), std::move(times));
    return VersionLog::fold(projection, order, stop);
}

} // namespace hindcast
