#include "model/query/filter_sink.h"

namespace hindcast {

namespace {

constexpr std::chrono::milliseconds kLongestWait{500};

} // namespace

FilterSink::FilterSink(Filter filter, RecordSink& next, Keep keep, std::stop_token stop)
    : m_filter(std::move(filter))
    , m_next(next)
    , m_keep(keep)
    , m_stop(std::move(stop))
    , m_lastFlush(std::chrono::steady_clock::now())
{
}

Result<void> FilterSink::accept(RecordBatchPtr batch)
{
    m_indexes.clear();
    m_filter.match(*batch, m_indexes, m_stop);
    m_matched += m_indexes.size();
    if (m_keep == Keep::All || m_indexes.size() == batch->size()) {
        return m_next.accept(std::move(batch));
    }
    if (!m_indexes.empty()) {
        auto held = m_held.find(batch->topic());
        if (held == m_held.end()) {
            held = m_held.emplace(batch->topic(), RecordBatchBuilder(batch->topic())).first;
        }
        for (const std::uint32_t index : m_indexes) {
            held->second.add(batch->record(index));
            if (held->second.full()) {
                if (auto handed = hand(held->second); !handed) {
                    return handed;
                }
            }
        }
    }
    if (std::chrono::steady_clock::now() - m_lastFlush >= kLongestWait) {
        return flush();
    }
    return {};
}

Result<void> FilterSink::hand(RecordBatchBuilder& builder)
{
    return builder.size() == 0 ? Result<void>{} : m_next.accept(builder.take());
}

Result<void> FilterSink::flush()
{
    m_lastFlush = std::chrono::steady_clock::now();
    for (auto& [topic, builder] : m_held) {
        if (auto handed = hand(builder); !handed) {
            return handed;
        }
    }
    return {};
}

void FilterSink::progress(const ReadProgress& progress)
{
    m_next.progress(progress);
}

void FilterSink::describe(Receipt& receipt) const
{
    receipt.where = m_filter.expression();
    receipt.matched = m_matched;
    receipt.undecodable = m_filter.undecodable();
}

} // namespace hindcast
