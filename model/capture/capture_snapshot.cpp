#include "model/capture/capture_snapshot.h"

namespace hindcast {

void CaptureSnapshot::rows(Row first, std::span<RowInfo> out) const
{
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = row(first + static_cast<Row>(i));
    }
}

Result<void> CaptureSnapshot::pick(std::span<const Row> rows, const TakeRecord& take) const
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto stored = record(rows[i]);
        if (!stored) {
            return tl::unexpected(stored.error());
        }
        take(i, stored->view());
    }
    return {};
}

Result<RecordBatchPtr> CaptureSnapshot::loadBlockIf(std::size_t index, const MayHold& mayHold) const
{
    auto batch = loadBlock(index);
    return !batch || mayHold((*batch)->arena()) ? batch : nullptr;
}

RecordPlace CaptureSnapshot::placeOf(Row number) const
{
    const RowInfo info = row(number);
    return {topics()[info.topic], info.partition, info.offset};
}

} // namespace hindcast
