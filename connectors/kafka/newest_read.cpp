#include "connectors/kafka/newest_read.h"

#include "connectors/kafka/newest_cut.h"
#include "connectors/kafka/read_run.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>

namespace hindcast::kafka {

namespace {

using Clock = std::chrono::steady_clock;

// The parts of one "last N", in the order that decides between records of one time.
class NewestReader final : public RecordSink
{
public:
    NewestReader(ClientPool& pool, const ReadRequest& request, ReadPlan& plan,
                 const std::stop_token& stop, std::int64_t wanted)
        : m_pool(pool)
        , m_request(request)
        , m_plan(plan)
        , m_stop(stop)
        , m_wanted(wanted)
        , m_parts(partsOf(plan, wanted))
        , m_cut(boundsOf(plan, m_parts), wanted)
    {
        m_request.follow = false;
        for (std::size_t i = 0; i < m_parts.size(); ++i) {
            const auto& place = plan.parts[m_parts[i]].receipt.place;
            m_partOf[place.topic][place.partition] = i;
        }
    }

    // Uses up `client`; later rounds lend their own.
    void settle(std::optional<ClientPool::Lent>& client);
    std::vector<Delivery> takeRecords();

    Result<void> accept(RecordBatchPtr batch) override;

private:
    static std::vector<std::size_t> partsOf(const ReadPlan& plan, std::int64_t wanted);
    static std::vector<NewestCut::Bounds> boundsOf(const ReadPlan& plan,
                                                   const std::vector<std::size_t>& parts);
    bool everythingIsWanted() const;
    Receipt look(const std::vector<NewestCut::Ask>& asks, ClientPool::Lent client);
    void judge(const std::vector<NewestCut::Ask>& asks, const Receipt& receipt);
    void stopWhereHoles(const std::vector<NewestCut::Ask>& asks, const Receipt& receipt,
                        Clock::time_point began);
    void problem(std::size_t part, const std::string& text);

    ClientPool& m_pool;
    ReadRequest m_request;
    ReadPlan& m_plan;
    const std::stop_token m_stop;
    const std::int64_t m_wanted;
    const std::vector<std::size_t> m_parts; // indices into the plan
    NewestCut m_cut;
    std::map<std::string, std::map<std::int32_t, std::size_t>, std::less<>> m_partOf;
    std::vector<RecordBatchPtr> m_batches;
    std::set<std::size_t> m_failed; // at their ends
    std::size_t m_bytes = 0;
    bool m_keeps = true; // the records fit, and no part failed
};

std::vector<std::size_t> NewestReader::partsOf(const ReadPlan& plan, std::int64_t wanted)
{
    std::vector<std::size_t> parts;
    for (std::size_t i = 0; i < plan.parts.size(); ++i) {
        if (plan.parts[i].readable && plan.parts[i].newest == wanted) {
            parts.push_back(i);
        }
    }
    std::sort(parts.begin(), parts.end(), [&](std::size_t a, std::size_t b) {
        return plan.parts[a].receipt.place < plan.parts[b].receipt.place;
    });
    return parts;
}

std::vector<NewestCut::Bounds> NewestReader::boundsOf(const ReadPlan& plan,
                                                      const std::vector<std::size_t>& parts)
{
    std::vector<NewestCut::Bounds> bounds;
    bounds.reserve(parts.size());
    for (const auto index : parts) {
        bounds.push_back({plan.parts[index].start, plan.parts[index].end});
    }
    return bounds;
}

bool NewestReader::everythingIsWanted() const
{
    const auto offsets = std::accumulate(
        m_parts.begin(), m_parts.end(), std::int64_t{0}, [&](std::int64_t sum, std::size_t i) {
            return sum + m_plan.parts[i].end - m_plan.parts[i].start;
        });
    return offsets <= m_wanted;
}

Result<void> NewestReader::accept(RecordBatchPtr batch)
{
    const auto topic = m_partOf.find(batch->topic());
    if (topic == m_partOf.end()) {
        return {};
    }
    for (std::size_t i = 0; i < batch->size(); ++i) {
        const auto part = topic->second.find(batch->partition(i));
        if (part != topic->second.end()) {
            m_cut.add(part->second, batch->offset(i), batch->timestampsMs()[i]);
        }
    }
    m_bytes += batch->arenaBytes();
    m_keeps = m_keeps && m_bytes <= m_request.queueBytes;
    if (m_keeps) {
        m_batches.push_back(std::move(batch));
    } else {
        m_batches.clear();
    }
    return {};
}

Receipt NewestReader::look(const std::vector<NewestCut::Ask>& asks, ClientPool::Lent client)
{
    ReadPlan plan;
    for (const auto& ask : asks) {
        ReadPlan::Part part;
        part.receipt.place = m_plan.parts[m_parts[ask.part]].receipt.place;
        part.receipt.from = part.receipt.next = part.start = ask.from;
        part.receipt.to = part.end = ask.to;
        plan.parts.push_back(std::move(part));
    }
    return ReadRun(m_pool, m_request, std::move(plan), *this, m_stop).run(std::move(client));
}

void NewestReader::problem(std::size_t part, const std::string& text)
{
    auto& all = m_plan.parts[m_parts[part]].receipt.problem;
    all += (all.empty() ? "" : "; ") + text;
}

// A part that fails at its end is read again, as any other read, which says what is wrong with it.
// One that fails further back keeps what it has.
void NewestReader::judge(const std::vector<NewestCut::Ask>& asks, const Receipt& receipt)
{
    for (std::size_t i = 0; i < asks.size(); ++i) {
        const auto& part = receipt.partitions[i];
        if (part.complete()) {
            continue;
        }
        const auto index = asks[i].part;
        if (m_cut.firstAsk(index)) {
            m_keeps = false;
            m_batches.clear();
            m_failed.insert(index);
        } else {
            m_cut.forget(index);
            problem(index, "what stands before offset " + std::to_string(asks[i].to) +
                               " was not looked at: " + part.problem);
        }
        m_cut.giveUp(index);
    }
}

void NewestReader::stopWhereHoles(const std::vector<NewestCut::Ask>& asks, const Receipt& receipt,
                                  Clock::time_point began)
{
    const auto offsets =
        std::accumulate(asks.begin(), asks.end(), std::int64_t{0},
                        [](std::int64_t sum, const auto& ask) { return sum + ask.to - ask.from; });
    const bool sparse = receipt.records() * 10 < static_cast<std::uint64_t>(offsets);
    if (!sparse || Clock::now() - began < m_request.deadline) {
        return;
    }
    for (const auto& ask : asks) {
        m_cut.giveUp(ask.part);
        problem(ask.part, "in " + formatDuration(m_request.deadline) +
                              " of reading back it was looked at down to offset " +
                              std::to_string(ask.from) +
                              ": hardly a record stands there (compacted or aborted); name an "
                              "offset or a time to read further back");
    }
}

void NewestReader::settle(std::optional<ClientPool::Lent>& client)
{
    if (everythingIsWanted()) {
        m_keeps = false;
        return;
    }
    const auto began = Clock::now();
    for (auto asks = m_cut.next(); !asks.empty() && !m_stop.stop_requested(); asks = m_cut.next()) {
        if (!client) {
            auto lent = m_pool.lend(ClientRole::Read, m_request.isolation);
            if (!lent) {
                m_plan.problems.push_back(lent.error().message);
                break;
            }
            client.emplace(std::move(*lent));
        }
        const auto receipt = look(asks, std::move(*client));
        client.reset();
        judge(asks, receipt);
        stopWhereHoles(asks, receipt, began);
    }
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        auto& part = m_plan.parts[m_parts[i]];
        const auto from = m_failed.contains(i) ? m_cut.lookedFrom(i) : m_cut.from(i);
        part.start = part.receipt.from = part.receipt.next = from;
    }
    m_keeps = m_keeps && !m_stop.stop_requested();
}

std::vector<Delivery> NewestReader::takeRecords()
{
    std::vector<Delivery> deliveries;
    if (!m_keeps) {
        return deliveries;
    }
    std::vector<std::vector<RecordView>> byPart(m_parts.size());
    for (const auto& batch : m_batches) {
        const auto& partOf = m_partOf.find(batch->topic())->second;
        for (std::size_t i = 0; i < batch->size(); ++i) {
            const auto part = partOf.find(batch->partition(i));
            if (part != partOf.end() && batch->offset(i) >= m_cut.from(part->second)) {
                byPart[part->second].push_back(batch->record(i));
            }
        }
    }
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        auto& records = byPart[i];
        std::sort(records.begin(), records.end(),
                  [](const auto& a, const auto& b) { return a.offset < b.offset; });
        const auto& part = m_plan.parts[m_parts[i]];
        RecordBatchBuilder builder(part.receipt.place.topic);
        PartStep step;
        step.part = m_parts[i];
        auto next = part.start;
        const auto flush = [&] {
            step.holes = static_cast<std::uint64_t>(step.next - next) - step.records;
            next = step.next;
            deliveries.push_back(
                {builder.size() > 0 ? builder.take() : nullptr, {step}, std::nullopt});
            step.records = step.bytes = 0;
        };
        for (const auto& record : records) {
            builder.add(record);
            step.next = record.offset + 1;
            ++step.records;
            step.bytes += record.bytes();
            if (builder.full()) {
                flush();
            }
        }
        if (next < part.end) {
            step.next = part.end;
            flush();
        }
    }
    return deliveries;
}

} // namespace

std::vector<Delivery> settleNewest(ClientPool& pool, ClientPool::Lent client,
                                   const ReadRequest& request, ReadPlan& plan,
                                   const std::stop_token& stop)
{
    std::set<std::int64_t> wanted;
    for (const auto& part : plan.parts) {
        if (part.readable && part.newest > 0) {
            wanted.insert(part.newest);
        }
    }
    std::vector<Delivery> deliveries;
    std::optional<ClientPool::Lent> lent(std::move(client));
    for (const auto newest : wanted) {
        NewestReader reader(pool, request, plan, stop, newest);
        reader.settle(lent);
        for (auto& delivery : reader.takeRecords()) {
            deliveries.push_back(std::move(delivery));
        }
    }
    return deliveries;
}

} // namespace hindcast::kafka
