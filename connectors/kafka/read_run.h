#pragma once

#include "connectors/kafka/client_pool.h"
#include "connectors/kafka/delivery_queue.h"
#include "connectors/kafka/range_consumer.h"
#include "connectors/kafka/read_plan.h"
#include "model/record/record_source.h"

namespace hindcast::kafka {

// One read from plan to receipt, on the caller's thread: starts the consumer threads, feeds the
// sink from their queue, and counts in the receipts what the sink has taken, no more.
class ReadRun
{
public:
    ReadRun(ClientPool& pool, const ReadRequest& request, ReadPlan plan, RecordSink& sink,
            std::stop_token stop);

    // Everything up to the planned ends, then, if the request follows, what comes after them.
    // `ready` is what was read already, from the start of each of its parts.
    Receipt run(ClientPool::Lent first, std::vector<Delivery> ready = {});

private:
    // Reads `ranges` with the clients, one thread each.
    void runStage(const std::vector<const Client*>& clients,
                  std::vector<RangeConsumer::Range> ranges, bool follow);
    std::vector<RangeConsumer::Range> rangesLeft(bool follow) const;
    bool take(const Delivery& delivery);
    void report(bool always);

    ClientPool& m_pool;
    const ReadRequest& m_request;
    ReadPlan m_plan;
    RecordSink& m_sink;
    const std::stop_token m_stop;
    Receipt m_receipt;
    ReadProgress m_progress;
    std::chrono::steady_clock::time_point m_reported;
    bool m_ended = false; // by the sink
};

} // namespace hindcast::kafka
