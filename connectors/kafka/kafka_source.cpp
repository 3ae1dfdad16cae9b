#include "connectors/kafka/kafka_source.h"

#include "connectors/kafka/newest_read.h"
#include "connectors/kafka/read_run.h"

namespace hindcast {

KafkaSource::KafkaSource(std::shared_ptr<kafka::ClientPool> pool,
                         std::shared_ptr<kafka::Client> query)
    : m_pool(std::move(pool))
    , m_query(std::move(query))
{
}

KafkaSource::~KafkaSource() = default;

Result<Receipt> KafkaSource::plan(const ReadRequest& request)
{
    auto client = m_pool->lend(kafka::ClientRole::Read, request.isolation);
    if (!client) {
        return tl::unexpected(client.error());
    }
    auto plan = kafka::planRead(**client, *m_query, *m_pool, request);
    if (!plan) {
        return tl::unexpected(plan.error());
    }
    if (plan->asksForNewest()) {
        kafka::settleNewest(*m_pool, std::move(*client), request, *plan, {});
    }
    Receipt receipt;
    receipt.isolation = request.isolation;
    receipt.problems = plan->problems;
    for (const kafka::ReadPlan::Part& part : plan->parts) {
        receipt.partitions.push_back(part.receipt);
    }
    return receipt;
}

Result<Receipt> KafkaSource::read(const ReadRequest& request, RecordSink& sink,
                                  std::stop_token stop)
{
    const auto began = std::chrono::steady_clock::now();
    auto client = m_pool->lend(kafka::ClientRole::Read, request.isolation);
    if (!client) {
        return tl::unexpected(client.error());
    }
    auto plan = kafka::planRead(**client, *m_query, *m_pool, request);
    if (!plan) {
        return tl::unexpected(plan.error());
    }
    std::vector<kafka::Delivery> newest;
    const bool asksForNewest = plan->asksForNewest();
    if (asksForNewest) {
        // Gives its client back to the pool.
        newest = kafka::settleNewest(*m_pool, std::move(*client), request, *plan, stop);
    }
    kafka::ReadRun run(*m_pool, request, std::move(*plan), sink, std::move(stop));
    auto reading = asksForNewest ? m_pool->lend(kafka::ClientRole::Read, request.isolation)
                                 : std::move(client);
    if (!reading) {
        return tl::unexpected(reading.error());
    }
    auto receipt = run.run(std::move(*reading), std::move(newest));
    receipt.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - began);
    return receipt;
}

} // namespace hindcast
