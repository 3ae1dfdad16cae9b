#pragma once

#include "model/record/cluster_state.h"

#include <string>
#include <string_view>

namespace hindcast {

// Cluster states and group samples as bytes in a capture file. Decoding gives nullptr where the
// bytes are not whole.
std::string encodeSample(const GroupSample& sample);
GroupSamplePtr decodeSample(std::string_view bytes);
std::string encodeCluster(const ClusterState& state);
ClusterStatePtr decodeCluster(std::string_view bytes);

} // namespace hindcast
