#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/record/result.h"

#include <string>
#include <string_view>

namespace hindcast {

// A projection for a topic as its records suggest it, as TOML text with a comment that says what
// was seen: `cdc` where they are change events, whatever their shape (of several tables the one
// told most), else `latest` by the record's key (or, where most have none, a field that is named
// like an id) with the top-level fields of its JSON values as columns, but for the key itself.
// Looks at the topic's newest and oldest records, some hundred of them; for a worker thread. Fails
// where the capture holds none.
Result<std::string> proposeProjection(const CaptureSnapshot& snapshot, const std::string& topic);

} // namespace hindcast
