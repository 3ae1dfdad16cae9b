#pragma once

#include "connectors/kafka/client.h"
#include "connectors/kafka/deadline.h"

namespace hindcast::kafka {

// Options of one admin question: its own time limit and what identifies its answer.
AdminOptionsHandle adminOptions(const Client& client, rd_kafka_admin_op_t operation,
                                const Deadline& deadline, void* answer = nullptr);

// Waits for one answer; an Error where none came in time or the whole question failed.
Result<EventHandle> awaitAnswer(const Client& client, rd_kafka_queue_t* queue,
                                const std::string& what, const Deadline& deadline);

} // namespace hindcast::kafka
