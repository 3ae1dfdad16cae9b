#pragma once

#include "model/capture/capture.h"

#include <memory>
#include <string>

namespace hindcast::test {

// A small shop: `orders` and `payments` over ten minutes from kShopStart, 100 orders with three
// events each, and samples of a group that keeps up and of one that stops on payments-1.
inline constexpr std::int64_t kShopStart = 1'795'183'080'000; // 2026-11-20 13:58:00 UTC

inline void fillShop(Capture& capture)
{
    RecordBatchBuilder orders("orders");
    RecordBatchBuilder payments("payments");
    const char* const states[] = {"CREATED", "PAID", "SHIPPED"};
    std::int64_t orderOffset[3] = {100, 200, 300};
    std::int64_t paymentOffset[2] = {1000, 2000};
    for (int i = 0; i < 300; ++i) {
        const std::int64_t ms = kShopStart + i * 2'000;
        const int order = i % 100;
        const std::string key = "order-" + std::to_string(1000 + order);
        const auto partition = order % 3;
        const std::string value = "{\"orderId\":\"" + key + "\",\"status\":\"" + states[i / 100] +
                                  "\",\"amount\":" + std::to_string(10 + order) + ".5}";
        orders.add(partition, orderOffset[partition]++, ms, TimestampType::CreateTime, key, value);
        orders.addHeader("source", "shop");
        if (i % 2 == 0) {
            const auto to = order % 4 == 0 ? 0 : 1;
            payments.add(to, paymentOffset[to]++, ms + 500, TimestampType::CreateTime, key,
                         "{\"paymentId\":" + std::to_string(i) + "}");
        }
    }
    (void)capture.append(orders.take());
    (void)capture.append(payments.take());
    for (int minute = 0; minute <= 10; ++minute) {
        const Timestamp at = timestampFromMs(kShopStart + minute * 60'000);
        for (const char* name : {"billing", "shipping"}) {
            auto sample = std::make_shared<GroupSample>();
            sample->time = at;
            sample->group = name;
            sample->state = "Stable";
            sample->protocol = "classic";
            sample->members.push_back({"m-1", "client-1", "10.2.0.14", {}, {}});
            const std::int64_t end = 2000 + minute * 11;
            GroupPartitionSample partition;
            partition.place = {"payments", 1};
            partition.logStart = 2000;
            partition.logEnd = end;
            const bool stuck = std::string(name) == "billing" && minute > 4;
            partition.committed = stuck ? 2044 : end;
            partition.committedRecordTime =
                stuck ? timestampFromMs(kShopStart + 4 * 60'000) : kNoTimestamp;
            partition.memberId = "m-1";
            sample->partitions.push_back(partition);
            (void)capture.putGroupSample(std::move(sample));
        }
    }
}

inline std::shared_ptr<Capture> shopCapture()
{
    auto capture = Capture::inMemory();
    fillShop(*capture);
    return capture;
}

} // namespace hindcast::test
