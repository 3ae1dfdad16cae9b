#pragma once

#include "app/demo/story_builder.h"

namespace hindcast::demo {

// One order's contents.
struct Order
{
    std::string id;
    std::int64_t createdMs = 0;
    std::int64_t cents = 0;
    std::int64_t customer = 0;
    const char* country = "";
    std::vector<std::pair<std::int64_t, std::int64_t>> items; // sku, quantity
    std::vector<std::int64_t> prices;                         // cents, one an item
    bool traced = false;

    std::string json(std::string_view status, std::int64_t updatedMs) const;
};

// The lives of orders: created, paid, packed, shipped, with their payments and shipments, some
// failed or cancelled, some events late, some written twice; one order in six is traced.
class Shop
{
public:
    explicit Shop(StoryBuilder& builder);

    // `records`: about how many they should leave.
    void run(std::int64_t records);

    static constexpr std::int64_t kCustomers = 40'000;
    static constexpr std::int64_t kSkus = 900;

private:
    Order makeOrder(std::int64_t number, std::int64_t createdMs);
    void live(const Order& order);
    void payTraced(const Order& order, SpanId created);
    void payPlain(const Order& order);
    void fulfil(const Order& order, SpanId paid, std::int64_t paidMs);
    EventId orderEvent(const Order& order, std::string_view status, std::int64_t ms);
    EventId paymentEvent(const Order& order, std::string_view type, std::int64_t ms);
    EventId shipmentEvent(const Order& order, std::string_view status, std::int64_t ms);
    void disturb(EventId id);

    StoryBuilder& m_builder;
    Random& m_random;
};

std::string paymentJson(std::string_view payment, const Order& order, std::string_view type,
                        std::int64_t ms);
const char* countryOf(std::int64_t customer);

} // namespace hindcast::demo
