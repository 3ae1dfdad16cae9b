#pragma once

#include "tests/unit/trace/trace_builder.h"

namespace hindcast::test {

// The shop of the pictures: an order that is paid and shipped, over three linked traces.
inline TraceBuilder orderStory(const char* shippingFailure = nullptr)
{
    TraceBuilder b;
    b.span(SpanText("t1", "1").service("checkout").named("POST /orders").kind("server").at(1, 182));
    b.span(SpanText("t1", "2", "1")
               .service("checkout")
               .named("orders send")
               .kind("producer")
               .topic("orders")
               .at(25, 9));
    b.record("orders", 4, 17, 34, "order-483710", {{"traceparent", traceparent("t1", "2")}});
    b.span(SpanText("t2", "3")
               .service("payment")
               .named("orders process")
               .kind("consumer")
               .topic("orders")
               .place(4, 17)
               .link("t1", "2")
               .at(95, 540));
    b.span(SpanText("t2", "4", "3")
               .service("payment")
               .named("charge card")
               .kind("client")
               .at(105, 388));
    b.span(SpanText("t2", "5", "3")
               .service("payment")
               .named("payments send")
               .kind("producer")
               .topic("payments")
               .at(501, 7));
    b.record("payments", 2, 9, 508, "order-483710", {{"traceparent", traceparent("t2", "5")}});
    SpanText shipping = SpanText("t3", "6")
                            .service("shipping")
                            .named("orders process")
                            .kind("consumer")
                            .topic("orders")
                            .place(4, 17)
                            .link("t1", "2")
                            .at(97, 120);
    if (shippingFailure) {
        shipping.error(shippingFailure);
    }
    b.span(shipping);
    return b;
}

// Where billing stands on the story's payment, which is payments-2@9.
inline GroupSamplePtr billingAt(std::int64_t committed)
{
    auto sample = std::make_shared<GroupSample>();
    sample->group = "billing";
    sample->time = timestampFromMs(ns(5000) / 1'000'000);
    GroupPartitionSample partition;
    partition.place = {"payments", 2};
    partition.committed = committed;
    sample->partitions = {partition};
    return sample;
}

} // namespace hindcast::test
