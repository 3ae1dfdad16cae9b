#pragma once

#include "app/demo/shop.h"

namespace hindcast::demo {

// The incident: at 14:03:10 a payment whose JSON breaks off blocks billing on payments-2, in the
// course of one order that goes CREATED, PAID, FAILED, PAID, SHIPPED; the payment provider then
// sends its payments again and again, all on that partition.
class Incident
{
public:
    // Milliseconds after the start of the story, 13:55:00.
    static constexpr std::int64_t kCreatedAt = 182'114;   // 13:58:02.114
    static constexpr std::int64_t kPaidAt = 400'508;      // 14:01:40.508
    static constexpr std::int64_t kFailedAt = 490'261;    // 14:03:10.261
    static constexpr std::int64_t kMalformedAt = 490'738; // 14:03:10.738
    static constexpr std::int64_t kPaidAgainAt = 691'402; // 14:06:31.402
    static constexpr std::int64_t kShippedAt = 842'077;   // 14:09:02.077

    static constexpr std::int64_t kOrderNumber = 483'710;
    static constexpr std::int32_t kPartition = 2; // of payments
    // Where the two records lie that everybody will look at.
    static constexpr std::int64_t kMalformedOffset = 8'122'277;
    static constexpr std::int64_t kFailedOffset = 48'211'954;

    explicit Incident(StoryBuilder& builder);
    void run(std::int64_t records);

    // How many of the story's records are payments sent again.
    static std::int64_t stormRecords(std::int64_t records) { return records * 43 / 200; }

private:
    void tellOrder();
    void tellStorm(std::int64_t records);
    void tellDeadLetters();
    std::string paymentKey();

    StoryBuilder& m_builder;
    Random& m_random;
    Order m_order;
};

} // namespace hindcast::demo
