#pragma once

#include "model/record/record_source.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <vector>

namespace hindcast::test {

// Keeps everything a source hands over. `onBatch` may fail, wait, or do something to the cluster.
class CollectingSink final : public RecordSink
{
public:
    Result<void> accept(RecordBatchPtr batch) override
    {
        if (onBatch) {
            if (auto done = onBatch(*batch); !done) {
                return done;
            }
        }
        count += batch->size();
        batches.push_back(std::move(batch));
        return {};
    }
    void progress(const ReadProgress& now) override
    {
        lastProgress = now;
        if (onProgress) {
            onProgress(now);
        }
    }

    // All records in the order they came; views into `batches`.
    std::vector<RecordView> records() const
    {
        std::vector<RecordView> all;
        for (const auto& batch : batches) {
            for (std::size_t i = 0; i < batch->size(); ++i) {
                all.push_back(batch->record(i));
            }
        }
        return all;
    }
    // Per partition, in the order they came.
    std::map<std::int32_t, std::vector<std::int64_t>> offsets() const
    {
        std::map<std::int32_t, std::vector<std::int64_t>> all;
        for (const auto& record : records()) {
            all[record.partition].push_back(record.offset);
        }
        return all;
    }

    std::function<Result<void>(const RecordBatch&)> onBatch;
    std::function<void(const ReadProgress&)> onProgress;
    std::atomic<std::size_t> count{0};
    std::vector<RecordBatchPtr> batches;
    ReadProgress lastProgress;
};

} // namespace hindcast::test
