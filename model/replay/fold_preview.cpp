#include "model/replay/fold_preview.h"

#include "model/capture/capture.h"

#include <algorithm>
#include <map>

namespace hindcast {

bool FoldPreview::possible() const
{
    return projection->foldsLike(older->projection()) ||
           std::all_of(projection->sources.begin(), projection->sources.end(),
                       [](const ProjectionSource& source) {
                           return !source.rows && source.keyIsRecordKey() &&
                                  source.reduce != "cdc" && source.reduce != "aggregate";
                       });
}

std::vector<Row> FoldPreview::records() const
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
    if (projection->foldsLike(older->projection())) {
        return VersionLog::fold(projection, older->order(), stop, {}, older);
    }
    const std::vector<Row> wanted = records();
    if (wanted.size() > kMostRecords) {
        return VersionLogPtr();
    }
    std::map<std::string, RecordBatchBuilder, std::less<>> batches;
    const auto read =
        older->order()->snapshot()->pick(wanted, [&](std::size_t, const RecordView& record) {
            batches.try_emplace(std::string(record.topic), std::string(record.topic))
                .first->second.add(record);
        });
    if (!read) {
        return tl::unexpected<Error>(read.error());
    }
    const auto capture = Capture::inMemory();
    for (auto& [topic, batch] : batches) {
        if (auto added = capture->append(batch.take()); !added) {
            return tl::unexpected<Error>(added.error());
        }
    }
    if (auto flushed = capture->flush(); !flushed) {
        return tl::unexpected<Error>(flushed.error());
    }
    return VersionLog::fold(projection, TimeOrder::build(capture->snapshot()), stop);
}

} // namespace hindcast
