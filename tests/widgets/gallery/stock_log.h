#pragma once

#include "model/record/receipt.h"
#include "tests/unit/replay/replay_fixture.h"

#include <fmt/format.h>

namespace hindcast::test {

// The change log of a table whose first records the broker has removed: changes for ten minutes, a
// whole snapshot at 14:10, changes for twenty minutes more.
class StockLog
{
public:
    static constexpr std::int64_t kBegin = 1'795'183'200'000; // 2026-11-20T14:00:00Z

    StockLog()
    {
        for (int i = 0; i < 300; ++i) {
            change(kBegin + i * 2'000, i * 7 % kItems, 100 - i % 60);
        }
        const std::int64_t at = kBegin + 600'000;
        const std::uint64_t lsn = m_lsn += 64;
        for (int item = 0; item < kItems; ++item) {
            const char* const mark = item == 0            ? "first_in_data_collection"
                                     : item + 1 == kItems ? "last_in_data_collection"
                                                          : "true";
            add(at + item, item, 200 + item, 'r', mark, lsn, "null");
        }
        m_previous = 0;
        for (int i = 0; i < 600; ++i) {
            change(at + 10'000 + i * 2'000, i * 11 % kItems, 150 - i % 90);
        }
    }

    void writeTo(Capture& capture) const
    {
        append(capture, m_events);
        Receipt receipt;
        PartitionReceipt part;
        part.place = {kTopic, 0};
        part.logStart = part.from = kFirstKept;
        part.logEnd = part.to = part.next = kFirstKept + static_cast<std::int64_t>(m_events.size());
        receipt.partitions.push_back(part);
        if (!capture.putReceipt(receipt)) {
            std::abort();
        }
    }

private:
    static constexpr const char* kTopic = "pg.shop.stock";
    static constexpr std::int64_t kFirstKept = 4'812;
    static constexpr int kItems = 40;

    void change(std::int64_t ms, int item, int count)
    {
        m_lsn += 64;
        const std::string previous =
            m_previous == 0 ? "null" : fmt::format(R"(\"{}\")", m_previous);
        add(ms, item, count, 'u', "false", m_lsn, previous);
        m_previous = m_lsn;
    }
    void add(std::int64_t ms, int item, int count, char op, const char* mark, std::uint64_t lsn,
             const std::string& previous)
    {
        const std::string sku = fmt::format("SKU-{:04}", 1000 + item * 37);
        m_events.push_back(
            {kTopic, 0, kFirstKept + static_cast<std::int64_t>(m_events.size()), ms,
             fmt::format(R"({{"sku":"{}"}})", sku),
             fmt::format(R"({{"before":null,"after":{{"sku":"{}","warehouse":"{}","count":{}}},)"
                         R"("source":{{"connector":"postgresql","name":"pg","ts_ms":{},)"
                         R"("snapshot":"{}","schema":"shop","table":"stock",)"
                         R"("sequence":"[{},\"{}\"]","txId":{},"lsn":{}}},"op":"{}","ts_ms":{}}})",
                         sku, item % 3 == 0 ? "Leipzig" : "Porto", count, ms, mark, previous, lsn,
                         lsn, lsn, op, ms)});
    }

    std::vector<Event> m_events;
    std::uint64_t m_lsn = 90'000;
    std::uint64_t m_previous = 89'936;
};

} // namespace hindcast::test
