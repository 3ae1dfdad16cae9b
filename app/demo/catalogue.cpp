#include "app/demo/catalogue.h"

#include "app/demo/shop.h"

#include <fmt/core.h>

namespace hindcast::demo {

namespace {

constexpr std::int64_t kRows = Shop::kSkus + 120; // some are added on the way

constexpr const char* kFirst[] = {"Ada",  "Ben",  "Chloe", "Deniz", "Elif", "Fritz", "Greta",
                                  "Hugo", "Iris", "Jonas", "Kaya",  "Lena", "Milo",  "Nina"};
constexpr const char* kLast[] = {"Aydin",  "Bauer",  "Costa",  "Dubois", "Eriksen", "Ferrari",
                                 "García", "Hansen", "Ivanov", "Jansen", "Kowalski"};

} // namespace

Catalogue::Catalogue(StoryBuilder& builder)
    : m_builder(builder)
    , m_random(builder.random())
    , m_rows(static_cast<std::size_t>(kRows) + 1)
{
}

void Catalogue::run(std::int64_t records)
{
    snapshot();
    const Story& story = m_builder.story();
    const std::int64_t changes = records * 14 / 100;
    const std::int64_t customers = records * 9 / 1000;
    const std::int64_t longMs = story.endMs - story.startMs - 4'000;
    for (std::int64_t i = 0; i < changes; ++i) {
        change(story.startMs + 3'000 + longMs * i / changes + m_random.between(0, 1));
    }
    for (std::int64_t i = 0; i < customers; ++i) {
        customer(story.startMs + longMs * i / customers + m_random.between(0, 400));
    }
}

std::string Catalogue::rowJson(std::int64_t sku, const Row* row) const
{
    if (row == nullptr) {
        return "null";
    }
    return fmt::format(R"({{"sku":"SKU-{:04}","warehouse":"{}","quantity":{},"reserved":{},)"
                       R"("price":{}}})",
                       sku, sku % 3 == 0 ? "HAM-1" : "MUC-2", row->quantity, row->reserved,
                       money(490 + sku * 7907 % 9000));
}

EventId Catalogue::report(std::int64_t ms, std::int64_t sku, char op, const Row* before,
                          const Row* after)
{
    const bool read = op == 'r';
    m_transaction += read ? 0 : 1;
    m_position += m_random.between(56, 480);
    const EventId id = m_builder.add(
        Topic::Stock, ms, fmt::format(R"({{"sku":"SKU-{:04}"}})", sku),
        fmt::format(
            R"({{"before":{},"after":{},"source":{{"version":"3.0.2.Final",)"
            R"("connector":"postgresql","name":"inventory","ts_ms":{},"snapshot":"{}","db":"shop",)"
            R"("schema":"public","table":"stock","txId":{},"lsn":{}}},"op":"{}","ts_ms":{}}})",
            rowJson(sku, before), rowJson(sku, after), ms - m_random.between(20, 300),
            read ? "true" : "false", m_transaction, m_position, op, ms));
    m_builder.event(id).headers.clear();
    return id;
}

void Catalogue::snapshot()
{
    for (std::int64_t sku = 1; sku <= Shop::kSkus; ++sku) {
        Row& row = m_rows[static_cast<std::size_t>(sku)];
        row = {m_random.between(5, 400), m_random.between(0, 5), true};
        report(m_builder.story().startMs + sku * 2, sku, 'r', nullptr, &row);
    }
}

void Catalogue::change(std::int64_t ms)
{
    const std::int64_t sku = m_random.between(1, m_random.oneIn(60) ? kRows : Shop::kSkus);
    Row& row = m_rows[static_cast<std::size_t>(sku)];
    const Row before = row;
    if (!row.alive) {
        row = {m_random.between(20, 200), 0, true};
        report(ms, sku, 'c', nullptr, &row);
        return;
    }
    if (m_random.oneIn(150)) {
        row = {};
        const EventId id = report(ms, sku, 'd', &before, nullptr);
        Event tombstone = m_builder.event(id);
        tombstone.value.reset();
        tombstone.appendMs += 1;
        m_builder.story().events.push_back(std::move(tombstone));
        return;
    }
    if (row.quantity < 10) {
        row.quantity += m_random.between(100, 300); // a delivery
    } else if (row.reserved > 0 && m_random.oneIn(2)) {
        --row.quantity;
        --row.reserved;
    } else {
        row.reserved += 1;
    }
    report(ms, sku, 'u', &before, &row);
}

void Catalogue::customer(std::int64_t ms)
{
    const std::int64_t id = m_random.between(1, Shop::kCustomers);
    const std::string key = fmt::format("customer-{}", id);
    if (m_random.oneIn(80)) { // asked to be forgotten
        m_builder.add(Topic::Customers, ms, key, std::nullopt);
        return;
    }
    const char* const first = kFirst[static_cast<std::size_t>(id % 14)];
    const char* const last = kLast[static_cast<std::size_t>(id * 31 % 11)];
    static constexpr const char* kTiers[] = {"basic", "basic", "basic", "plus", "gold"};
    m_builder.add(Topic::Customers, ms, key,
                  fmt::format(R"({{"id":{},"name":"{} {}","country":"{}","tier":"{}",)"
                              R"("newsletter":{},"updatedAt":"{}"}})",
                              id, first, last, countryOf(id),
                              kTiers[static_cast<std::size_t>(m_random.between(0, 4))],
                              m_random.oneIn(2) ? "true" : "false", isoTime(ms)));
}

} // namespace hindcast::demo
