#include "model/capture/capture_snapshot.h"

namespace hindcast {

void CaptureSnapshot::rows(Row first, std::span<RowInfo> out) const
{
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = row(first + static_cast<Row>(i));
    }
}

RecordPlace CaptureSnapshot::placeOf(Row number) const
{
    const RowInfo info = row(number);
    return {topics()[info.topic], info.partition, info.offset};
}

} // namespace hindcast
