#include "app/desktop/read_job.h"

#include "app/desktop/read_gaps.h"
#include "model/query/filter_sink.h"
#include "widgets/shared/text.h"

#include <algorithm>
#include <map>

namespace hindcast {

// Takes batches on the source's thread: into the capture, past the tap, and counted.
class ReadJob::Sink final : public RecordSink
{
public:
    explicit Sink(ReadJob& job)
        : m_job(job)
    {
    }

    Result<void> accept(RecordBatchPtr batch) override
    {
        const auto held =
            m_job.m_listener ? m_job.m_listener->hold() : std::shared_lock<std::shared_mutex>();
        if (auto kept = m_job.m_capture->append(batch); !kept) {
            return kept;
        }
        if (auto noted = coverHoles(*batch); !noted) {
            return noted;
        }
        if (m_job.m_listener) {
            m_job.m_listener->batchRead(batch);
        }
        return {};
    }

    void progress(const ReadProgress& now) override
    {
        m_job.m_records = m_before.records + now.records;
        m_job.m_bytes = m_before.bytes + now.bytes;
        if (m_planned > 0) {
            const auto done = static_cast<double>(m_before.offsetsDone + now.offsetsDone);
            m_job.m_share = std::min(done / static_cast<double>(m_planned), 1.0);
        } else if (now.offsetsPlanned > 0) {
            m_job.m_share = std::min(static_cast<double>(now.offsetsDone) /
                                         static_cast<double>(now.offsetsPlanned),
                                     1.0);
        }
        m_now = now;
        if (m_filter) {
            m_job.m_matched = m_filter->matched();
        }
    }

    // Where the next read begins in each partition.
    void begin(const ReadRequest& request)
    {
        m_stretches.clear();
        for (const TopicRead& read : request.topics) {
            const auto* from = std::get_if<AtOffset>(&read.from);
            for (const std::int32_t partition : read.partitions) {
                if (from != nullptr) {
                    m_stretches[read.topic][partition] = {from->offset, from->offset};
                }
            }
        }
    }
    void setFilter(const FilterSink* filter) { m_filter = filter; }
    void setPlanned(std::int64_t offsets) { m_planned = offsets; }
    // The counts of the next read come on top of those of the last one.
    void nextRead()
    {
        m_before.records += m_now.records;
        m_before.bytes += m_now.bytes;
        m_before.offsetsDone += m_now.offsetsDone;
        m_now = {};
    }

private:
    // A read that follows has no receipt before its end. What it brings counts as covered by being
    // there; what lies between (transaction markers) is told to the capture as it is passed.
    Result<void> coverHoles(const RecordBatch& batch)
    {
        if (m_job.m_order.keepMatchesOnly) {
            return {};
        }
        std::map<std::int32_t, OffsetRange>& stretches = m_stretches[batch.topic()];
        std::map<std::int32_t, const OffsetRange*> passed;
        OffsetRange* stretch = nullptr;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const std::int32_t partition = batch.partition(i);
            const std::int64_t offset = batch.offset(i);
            if (stretch == nullptr || partition != batch.partition(i - 1)) {
                stretch =
                    &stretches.try_emplace(partition, OffsetRange{offset, offset}).first->second;
            }
            if (offset > stretch->to) {
                passed[partition] = stretch;
            }
            stretch->to = std::max(stretch->to, offset + 1);
        }
        for (const auto& [partition, range] : passed) {
            if (auto put = m_job.m_capture->putCovered({batch.topic(), partition}, *range); !put) {
                return put;
            }
        }
        return {};
    }

    ReadJob& m_job;
    // Of the read under way, by topic and partition.
    std::map<std::string, std::map<std::int32_t, OffsetRange>> m_stretches;
    ReadProgress m_before;
    ReadProgress m_now;
    std::int64_t m_planned = 0;
    const FilterSink* m_filter = nullptr;
};

namespace {

void merge(Receipt& all, const Receipt& one)
{
    for (const PartitionReceipt& part : one.partitions) {
        const auto same =
            std::find_if(all.partitions.begin(), all.partitions.end(),
                         [&](const PartitionReceipt& p) { return p.place == part.place; });
        if (same == all.partitions.end()) {
            all.partitions.push_back(part);
            continue;
        }
        same->next = std::max(same->next, part.next);
        same->records += part.records;
        same->bytes += part.bytes;
        same->holes += part.holes;
        if (same->problem.empty()) {
            same->problem = part.problem;
        }
    }
    all.cancelled = all.cancelled || one.cancelled;
    all.matched += one.matched;
    all.undecodable += one.undecodable;
    all.problems.insert(all.problems.end(), one.problems.begin(), one.problems.end());
    all.took += one.took;
}

// A stretch behind the last one read may have been in the capture already.
void closeOverCovered(PartitionReceipt& part, const CaptureSnapshot& snapshot)
{
    for (const OffsetRange& range : snapshot.covered(part.place)) {
        if (range.from <= part.next && range.to > part.next && part.to >= 0) {
            part.next = std::min(range.to, part.to);
        }
    }
}

} // namespace

ReadJob::ReadJob(Order order, std::shared_ptr<RecordSource> source,
                 std::shared_ptr<Capture> capture, std::shared_ptr<Listener> listener)
    : m_order(std::move(order))
    , m_source(std::move(source))
    , m_capture(std::move(capture))
    , m_listener(std::move(listener))
{
}

bool ReadJob::reads(const std::string& topic) const
{
    const auto& topics = m_order.request.topics;
    return std::any_of(topics.begin(), topics.end(),
                       [&](const TopicRead& read) { return read.topic == topic; });
}

bool ReadJob::followsAllOf(const std::string& topic) const
{
    const auto& topics = m_order.request.topics;
    return follows() && !m_order.keepMatchesOnly &&
           std::any_of(topics.begin(), topics.end(), [&](const TopicRead& read) {
               return read.topic == topic && read.partitions.empty();
           });
}

void ReadJob::run()
{
    Sink sink(*this);
    finish(readAll(sink));
}

// A search filters what comes before it reaches the capture.
Result<Receipt> ReadJob::readAll(Sink& counter)
{
    if (m_order.where.empty()) {
        return readInto(counter, counter);
    }
    auto filter = Filter::compile(m_order.where);
    if (!filter) {
        return tl::unexpected(filter.error());
    }
    FilterSink filtering(std::move(*filter), counter,
                         m_order.keepMatchesOnly ? FilterSink::Keep::Matches
                                                 : FilterSink::Keep::All,
                         m_stop.get_token());
    counter.setFilter(&filtering);
    auto receipt = readInto(filtering, counter);
    counter.setFilter(nullptr);
    const auto flushed = filtering.flush();
    if (receipt) {
        filtering.describe(*receipt);
        if (!flushed) {
            receipt->problems.push_back(flushed.error().message);
        }
        if (!filtering.problem().empty()) {
            receipt->problems.push_back(filtering.problem());
        }
    }
    m_matched = filtering.matched();
    return receipt;
}

// Asks first where the positions lie, so that what the capture holds is not fetched again. Finding
// the last N means reading them, so a topic of which it holds nothing is read without asking.
Result<Receipt> ReadJob::readInto(RecordSink& sink, Sink& counter)
{
    const CaptureSnapshotPtr snapshot = m_capture->snapshot();
    const auto& topics = m_order.request.topics;
    if (std::none_of(topics.begin(), topics.end(), [&snapshot](const TopicRead& read) {
            return snapshot->topicId(read.topic).has_value();
        })) {
        return readUnseen(sink, counter);
    }
    Result<Receipt> plan = m_source->plan(m_order.request);
    if (!plan && plan.error().code == ErrorCode::Unsupported) {
        auto receipt = m_source->read(m_order.request, sink, m_stop.get_token());
        if (receipt) {
            store(*receipt);
        }
        return receipt;
    }
    if (!plan) {
        return plan;
    }
    return readGaps(*plan, sink, counter);
}

// What left out records that did not match covers nothing; the capture sees that by the filter.
void ReadJob::store(Receipt receipt)
{
    if (m_order.keepMatchesOnly) {
        receipt.where = m_order.where;
    }
    (void)m_capture->putReceipt(receipt);
    if (m_listener) {
        m_listener->receiptWritten(receipt);
    }
}

// Up to the end as it is now, with a receipt, and then what comes after it.
Result<Receipt> ReadJob::readUnseen(RecordSink& sink, Sink& counter)
{
    ReadRequest request = m_order.request;
    request.follow = false;
    if (follows()) {
        for (TopicRead& read : request.topics) {
            read.to = AtEnd{};
        }
    }
    counter.begin(request);
    Result<Receipt> all = m_source->read(request, sink, m_stop.get_token());
    counter.nextRead();
    if (!all) {
        return all;
    }
    store(*all);
    if (!follows() || all->cancelled) {
        return all;
    }
    request.follow = true;
    request.topics.clear();
    for (const PartitionReceipt& part : all->partitions) {
        if (part.problem.empty()) {
            request.topics.push_back(
                {part.place.topic, {part.place.partition}, AtOffset{part.to}, AtEnd{}});
        }
    }
    if (!request.topics.empty()) {
        readOne(request, sink, counter, *all);
    }
    return all;
}

// False: there is no going on after it.
bool ReadJob::readOne(const ReadRequest& request, RecordSink& sink, Sink& counter, Receipt& all)
{
    counter.begin(request);
    const Result<Receipt> one = m_source->read(request, sink, m_stop.get_token());
    counter.nextRead();
    if (!one) {
        all.problems.push_back(one.error().message);
        return false;
    }
    // What was read is the capture's from here on, also when the rest fails.
    store(*one);
    merge(all, *one);
    return !one->cancelled;
}

Receipt ReadJob::readGaps(const Receipt& plan, RecordSink& sink, Sink& counter)
{
    Receipt all = plan;
    const auto requests = requestsForGaps(m_order.request, plan, *m_capture->snapshot());
    std::int64_t planned = 0;
    for (const ReadRequest& request : requests) {
        for (const TopicRead& read : request.topics) {
            const auto* to = std::get_if<AtOffset>(&read.to);
            planned += to ? to->offset - std::get<AtOffset>(read.from).offset : 0;
        }
    }
    counter.setPlanned(planned);
    for (PartitionReceipt& part : all.partitions) {
        // What the capture covers needs no reading to be complete.
        const bool asked =
            std::any_of(requests.begin(), requests.end(), [&](const ReadRequest& request) {
                return std::any_of(request.topics.begin(), request.topics.end(),
                                   [&](const TopicRead& read) {
                                       return read.topic == part.place.topic &&
                                              read.partitions.contains(part.place.partition);
                                   });
            });
        if (!asked && part.problem.empty() && part.to >= 0) {
            part.next = std::max(part.next, part.to);
        }
    }
    for (const ReadRequest& request : requests) {
        if (m_stop.stop_requested()) {
            all.cancelled = true;
            break;
        }
        if (!readOne(request, sink, counter, all)) {
            break;
        }
    }
    for (PartitionReceipt& part : all.partitions) {
        closeOverCovered(part, *m_capture->snapshot());
    }
    return all;
}

void ReadJob::finish(const Result<Receipt>& receipt)
{
    const std::lock_guard lock(m_mutex);
    if (receipt) {
        m_sentence = text::fromUtf8(receipt->sentence());
        m_complete = receipt->complete();
        for (const PartitionReceipt& part : receipt->partitions) {
            if (m_problem.isEmpty()) {
                m_problem = text::fromUtf8(part.problem);
            }
        }
        if (!receipt->problems.empty()) {
            m_problem = text::fromUtf8(receipt->problems.front());
        }
    } else {
        m_sentence = m_problem = text::fromUtf8(receipt.error().message);
    }
    m_running = false;
}

std::chrono::milliseconds ReadJob::elapsed() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 m_began);
}

ReadStatus ReadJob::status() const
{
    ReadStatus status;
    status.id = m_order.id;
    status.running = m_running;
    status.records = m_records;
    status.matched = m_matched;
    status.share = m_share;
    const std::lock_guard lock(m_mutex);
    status.complete = m_complete;
    if (!status.running) {
        status.sentence = m_sentence;
        return status;
    }
    status.sentence =
        text::count(status.records, QStringLiteral("record"), QStringLiteral("records")) +
        QStringLiteral(", ") + text::bytes(m_bytes);
    if (status.share > 0.02 && status.share < 1) {
        const auto spent = static_cast<double>(elapsed().count());
        const auto left = spent / status.share - spent;
        status.sentence +=
            QStringLiteral(", %1 left")
                .arg(text::duration(std::chrono::milliseconds(static_cast<std::int64_t>(left))));
    }
    return status;
}

QString ReadJob::problem() const
{
    const std::lock_guard lock(m_mutex);
    return m_problem;
}

} // namespace hindcast
