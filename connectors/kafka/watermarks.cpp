#include "connectors/kafka/watermarks.h"

namespace hindcast::kafka {

Result<void> fillWatermarks(const Client& client, std::vector<TopicState>& topics,
                            const Deadline& deadline)
{
    std::vector<PartitionState*> parts;
    std::vector<OffsetQuestion> questions;
    for (auto& topic : topics) {
        for (auto& part : topic.partitions) {
            if (part.leader >= 0 && topic.problem.empty()) {
                parts.push_back(&part);
                questions.push_back({{topic.name, part.partition}, OffsetQuestion::kBegin, -1, {}});
            }
        }
    }
    if (auto done = queryOffsets(client, questions, deadline); !done) {
        return done;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i]->logStart = questions[i].offset;
        parts[i]->problem = questions[i].problem;
        questions[i].ask = OffsetQuestion::kEnd;
        questions[i].offset = -1;
    }
    if (auto done = queryOffsets(client, questions, deadline); !done) {
        return done;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i]->logEnd = questions[i].offset;
        if (parts[i]->problem.empty()) {
            parts[i]->problem = questions[i].problem;
        }
    }
    return {};
}

} // namespace hindcast::kafka
