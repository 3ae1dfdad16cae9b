#pragma once

#include "model/record/cluster_view.h"
#include "model/record/record_source.h"
#include "widgets/connect/connect_form.h"

#include <memory>

namespace hindcast {

// The two ports of one cluster, with the profile that led there. Shared by the threads that read;
// the last one to let go closes it.
struct Connection
{
    ConnectionProfile profile;
    std::shared_ptr<RecordSource> source;
    std::shared_ptr<ClusterView> cluster;
};

// Makes the ports; asks the broker nothing yet. Not on the GUI thread: the client library loads
// certificates.
Result<std::shared_ptr<const Connection>> makeConnection(const ConnectionProfile& profile);

// The steps of connecting, tried one after the other, as the form shows them. Blocks.
std::vector<ConnectStep> tryConnection(const ConnectionProfile& profile,
                                       const std::stop_token& stop);

} // namespace hindcast
