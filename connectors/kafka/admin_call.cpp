#include "connectors/kafka/admin_call.h"

#include <algorithm>
#include <array>

namespace hindcast::kafka {

AdminOptionsHandle adminOptions(const Client& client, rd_kafka_admin_op_t operation,
                                const Deadline& deadline, void* answer)
{
    AdminOptionsHandle options(rd_kafka_AdminOptions_new(client.handle(), operation));
    std::array<char, 256> text{};
    // Fails only outside the range of 0 to one hour; then the library's own limit holds, and the
    // wait for the answer keeps the deadline all the same.
    rd_kafka_AdminOptions_set_request_timeout(options.get(), std::min(deadline.leftMs(), 3'600'000),
                                              text.data(), text.size());
    rd_kafka_AdminOptions_set_opaque(options.get(), answer);
    return options;
}

Result<EventHandle> awaitAnswer(const Client& client, rd_kafka_queue_t* queue,
                                const std::string& what, const Deadline& deadline)
{
    EventHandle event(rd_kafka_queue_poll(queue, deadline.leftMs()));
    if (!event) {
        return tl::unexpected(client.error(what, RD_KAFKA_RESP_ERR__TIMED_OUT));
    }
    if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return tl::unexpected(client.error(what, code, rd_kafka_event_error_string(event.get())));
    }
    return event;
}

} // namespace hindcast::kafka
