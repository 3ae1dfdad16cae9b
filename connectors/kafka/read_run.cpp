#include "connectors/kafka/read_run.h"

#include <algorithm>
#include <exception>
#include <thread>

namespace hindcast::kafka {

namespace {

using namespace std::chrono_literals;

// From that many offsets on a second client pays for itself: librdkafka unpacks on one thread a
// broker and client.
constexpr std::int64_t kWorthTwoClients = 200'000;
constexpr auto kReportEvery = 50ms;

} // namespace

ReadRun::ReadRun(ClientPool& pool, const ReadRequest& request, ReadPlan plan, RecordSink& sink,
                 std::stop_token stop)
    : m_pool(pool)
    , m_request(request)
    , m_plan(std::move(plan))
    , m_sink(sink)
    , m_stop(std::move(stop))
{
    m_receipt.isolation = request.isolation;
    m_receipt.problems = m_plan.problems;
    m_progress.offsetsPlanned = request.follow ? 0 : m_plan.offsetsPlanned();
}

Receipt ReadRun::run(ClientPool::Lent first, std::vector<Delivery> ready)
{
    for (const auto& delivery : ready) {
        m_ended = m_ended || !take(delivery);
    }
    ready.clear();
    std::vector<const Client*> clients{&*first};
    std::optional<ClientPool::Lent> second;
    auto ranges = rangesLeft(false);
    if (ranges.size() > 1 && m_plan.offsetsPlanned() >= kWorthTwoClients &&
        std::thread::hardware_concurrency() > 1) {
        if (auto lent = m_pool.lend(ClientRole::Read, m_request.isolation)) {
            second.emplace(std::move(*lent));
            clients.push_back(&**second);
        }
    }
    if (!ranges.empty() && !m_ended) {
        runStage(clients, std::move(ranges), false);
    }
    if (m_request.follow && !m_ended && !m_stop.stop_requested()) {
        ranges = rangesLeft(true);
        if (!ranges.empty()) {
            if (auto lent = m_pool.lend(ClientRole::Follow, m_request.isolation)) {
                runStage({&**lent}, std::move(ranges), true);
            } else {
                m_receipt.problems.push_back(lent.error().message);
            }
        }
    }
    report(true);
    m_receipt.cancelled = m_receipt.cancelled || m_stop.stop_requested();
    for (auto& part : m_plan.parts) {
        m_receipt.partitions.push_back(std::move(part.receipt));
    }
    return m_receipt;
}

std::vector<RangeConsumer::Range> ReadRun::rangesLeft(bool follow) const
{
    std::vector<RangeConsumer::Range> ranges;
    for (std::size_t i = 0; i < m_plan.parts.size(); ++i) {
        const auto& part = m_plan.parts[i];
        if (part.readable && (follow || part.receipt.next < part.end)) {
            ranges.push_back({i, part.receipt.place, part.receipt.next, part.end});
        }
    }
    return ranges;
}

void ReadRun::runStage(const std::vector<const Client*>& clients,
                       std::vector<RangeConsumer::Range> ranges, bool follow)
{
    // The longest first, dealt out in turn, so that the shares come out alike.
    std::sort(ranges.begin(), ranges.end(),
              [](const auto& a, const auto& b) { return a.end - a.start > b.end - b.start; });
    std::vector<std::vector<RangeConsumer::Range>> shares(clients.size());
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const auto round = i / clients.size();
        const auto turn = i % clients.size();
        shares[round % 2 == 0 ? turn : clients.size() - 1 - turn].push_back(std::move(ranges[i]));
    }

    DeliveryQueue queue(m_request.queueBytes, clients.size());
    std::stop_source ended;
    const std::stop_callback onStop(m_stop, [&] {
        ended.request_stop();
        queue.cancel();
    });
    std::vector<std::string> failures(clients.size());
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < clients.size(); ++i) {
        threads.emplace_back([&, i] {
            try {
                RangeConsumer consumer(*clients[i], std::move(shares[i]),
                                       {follow, m_request.deadline}, queue, ended.get_token());
                consumer.run();
            } catch (const std::exception& error) {
                failures[i] = std::string("A reading thread ended early: ") + error.what() + ".";
            }
            queue.producerDone();
        });
    }
    while (!queue.finished()) {
        const auto delivery = queue.pop(kReportEvery);
        if (delivery && !take(*delivery)) {
            m_ended = true;
            ended.request_stop();
            queue.cancel();
        }
        report(false);
    }
    threads.clear(); // joins
    for (const auto& failure : failures) {
        if (!failure.empty()) {
            m_receipt.problems.push_back(failure);
        }
    }
}

bool ReadRun::take(const Delivery& delivery)
{
    if (delivery.batch) {
        m_progress.records += delivery.batch->size();
        if (const auto taken = m_sink.accept(delivery.batch); !taken) {
            if (taken.error().code == ErrorCode::Cancelled) {
                m_receipt.cancelled = true;
            } else {
                m_receipt.problems.push_back(taken.error().message);
            }
            return false;
        }
    }
    if (delivery.trouble) {
        m_progress.problem = *delivery.trouble;
        report(true);
    }
    for (const auto& step : delivery.steps) {
        auto& receipt = m_plan.parts[step.part].receipt;
        m_progress.offsetsDone += step.next - receipt.next;
        m_progress.bytes += step.bytes;
        receipt.next = step.next;
        receipt.records += step.records;
        receipt.bytes += step.bytes;
        receipt.holes += step.holes;
        if (!step.problem.empty()) {
            receipt.problem += (receipt.problem.empty() ? "" : "; ") + step.problem;
        }
    }
    return true;
}

void ReadRun::report(bool always)
{
    const auto now = std::chrono::steady_clock::now();
    if (always || now - m_reported >= kReportEvery) {
        m_reported = now;
        m_sink.progress(m_progress);
    }
}

} // namespace hindcast::kafka
