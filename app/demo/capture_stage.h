#pragma once

#include "app/demo/story.h"
#include "model/capture/capture.h"

namespace hindcast::demo {

// Writes a story to a capture, as a live capture of its cluster would have: records in the order in
// which they reached their logs, a sample of each group every five seconds, the cluster as it was
// at the end, and what was read.
Result<void> playToCapture(const Story& story, Capture& capture);

} // namespace hindcast::demo
