#include "connectors/kafka/group_offsets.h"

#include "connectors/kafka/admin_call.h"

#include <array>
#include <span>

namespace hindcast::kafka {

namespace {

void readAnswer(const Client& client, rd_kafka_event_t* event, GroupOffsets& answer)
{
    const std::string what =
        "The committed offsets of the group \"" + answer.group + "\" could not be read";
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        answer.problem =
            client.error(what, rd_kafka_event_error(event), rd_kafka_event_error_string(event))
                .message;
        return;
    }
    const auto* result = rd_kafka_event_ListConsumerGroupOffsets_result(event);
    std::size_t count = 0;
    const auto* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
    for (const auto* group : std::span(groups, count)) {
        if (const auto* error = rd_kafka_group_result_error(group)) {
            answer.problem =
                client.error(what, rd_kafka_error_code(error), rd_kafka_error_string(error))
                    .message;
            continue;
        }
        const auto* list = rd_kafka_group_result_partitions(group);
        if (list == nullptr) {
            continue;
        }
        for (const auto& part : std::span(list->elems, static_cast<std::size_t>(list->cnt))) {
            if (part.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
                answer.problem = what + ": " + partitionProblem(part.err, {}) + ".";
            } else if (part.offset >= 0) {
                answer.committed[{part.topic, part.partition}] = part.offset;
            }
        }
    }
}

} // namespace

Result<std::vector<GroupOffsets>> queryGroupOffsets(ClientPool& pool,
                                                    const std::vector<std::string>& groups,
                                                    const Deadline& deadline)
{
    const auto lent = pool.lend(ClientRole::Groups, Isolation::ReadUncommitted);
    if (!lent) {
        return tl::unexpected(lent.error());
    }
    const Client& client = **lent;
    std::vector<GroupOffsets> answers(groups.size());
    const QueueHandle queue(rd_kafka_queue_new(client.handle()));
    for (std::size_t i = 0; i < groups.size(); ++i) {
        answers[i].group = groups[i];
        answers[i].problem = "The committed offsets of the group \"" + groups[i] +
                             "\" were not told in time: try again, or allow more time.";
        const auto options =
            adminOptions(client, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, deadline, &answers[i]);
        const GroupOffsetsQueryHandle question(
            rd_kafka_ListConsumerGroupOffsets_new(groups[i].c_str(), nullptr));
        std::array<rd_kafka_ListConsumerGroupOffsets_t*, 1> questions{question.get()};
        rd_kafka_ListConsumerGroupOffsets(client.handle(), questions.data(), questions.size(),
                                          options.get(), queue.get());
    }
    for (std::size_t open = groups.size(); open > 0;) {
        const EventHandle event(rd_kafka_queue_poll(queue.get(), deadline.leftMs()));
        if (event) {
            auto& answer = *static_cast<GroupOffsets*>(rd_kafka_event_opaque(event.get()));
            answer.problem.clear();
            readAnswer(client, event.get(), answer);
            --open;
        } else if (deadline.passed()) {
            break;
        }
    }
    return answers;
}

} // namespace hindcast::kafka
