#pragma once

#include "model/capture/capture.h"
#include "model/capture/time_order.h"

#include <QtGlobal>

#include <fmt/core.h>

#include <array>
#include <optional>
#include <string>

namespace hindcast::test {

// A capture in memory that grows record by record, as a test needs it.
class Records
{
public:
    static constexpr std::int64_t kStart = 1'763'647'389'000; // 2025-11-20 14:03:09 UTC

    std::shared_ptr<Capture> capture = Capture::inMemory();

    // Header names and values alternate.
    void add(const std::string& topic, std::int32_t partition, std::int64_t offset,
             std::int64_t afterMs, std::optional<std::string> key, std::optional<std::string> value,
             const std::vector<std::string>& headers = {})
    {
        RecordBatchBuilder builder(topic);
        builder.add(partition, offset, kStart + afterMs, TimestampType::CreateTime,
                    key ? std::optional<std::string_view>(*key) : std::nullopt,
                    value ? std::optional<std::string_view>(*value) : std::nullopt);
        for (std::size_t i = 0; i + 1 < headers.size(); i += 2) {
            builder.addHeader(headers[i], headers[i + 1]);
        }
        const auto appended = capture->append(builder.take());
        Q_ASSERT(appended.has_value());
    }

    // `count` orders from an offset on, over three partitions, in one batch.
    void addOrders(int count, int from = 0, std::int64_t stepMs = 100,
                   const std::string& topic = "orders")
    {
        static constexpr std::array kStatus{"CREATED", "PAID", "PACKED", "SHIPPED", "FAILED"};
        RecordBatchBuilder builder(topic);
        for (int i = from; i < from + count; ++i) {
            const std::string key = fmt::format("order-{}", i % 7);
            const std::string value = fmt::format(
                R"({{"orderId":"{}","status":"{}","amount":{}.{:02},"customer":{{"id":{},"country":"NI"}},"items":[{{"sku":"a-{}","count":2}},{{"sku":"b"}}]}})",
                key, kStatus[static_cast<std::size_t>(i * 7 % 5)], i * 37 % 900, i * 13 % 100,
                20'000 + i, i);
            builder.add(i % 3, 48'211'000 + i / 3, kStart + i * stepMs, TimestampType::CreateTime,
                        key, value);
            builder.addHeader(
                "traceparent",
                fmt::format("00-4bf92f3577b34da6a3ce929d0e0e{:04x}-00f067aa0ba9{:04x}-01", i + 1,
                            i + 1));
            builder.addHeader("source", "checkout");
        }
        const auto appended = capture->append(builder.take());
        Q_ASSERT(appended.has_value());
    }

    CaptureSnapshotPtr snapshot() const { return capture->snapshot(); }
    TimeOrderPtr order(TimeOrderPtr older = nullptr) const
    {
        return TimeOrder::build(capture->snapshot(), std::move(older));
    }
};

} // namespace hindcast::test
