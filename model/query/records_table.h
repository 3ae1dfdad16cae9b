#pragma once

#include "model/capture/capture_snapshot.h"

struct sqlite3;

namespace hindcast {

// The SQLite table-valued function `records('orders')`, or `records` for all topics, over a
// snapshot: topic, partition, offset, time (ISO 8601, UTC), timestamp (milliseconds), key, value
// (text where they are UTF-8, else blobs), headers (a JSON object; of doubled names the last, as
// Kafka's clients read them; bytes as {"base64":...}); rowid is the row in the capture. Records
// come in the order of arrival; partition, offset, time and topic in a WHERE spare the blocks they
// rule out. Where no payload is asked for, none is read.
void registerRecords(sqlite3* database, CaptureSnapshotPtr snapshot);

} // namespace hindcast
