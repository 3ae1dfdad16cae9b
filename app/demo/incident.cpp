#include "app/demo/incident.h"

#include <fmt/core.h>

namespace hindcast::demo {

Incident::Incident(StoryBuilder& builder)
    : m_builder(builder)
    , m_random(builder.random())
{
    m_order.id = fmt::format("order-{}", kOrderNumber);
    m_order.cents = 20'149;
    m_order.customer = 28'306;
    m_order.country = "NI";
    m_order.items = {{17, 1}, {233, 2}, {341, 1}, {402, 1}, {518, 3}, {660, 1}, {702, 1}, {811, 1}};
    m_order.prices = {1490, 2400, 999, 3275, 1250, 1890, 2155, 1790};
}

void Incident::run(std::int64_t records)
{
    tellOrder();
    tellStorm(records);
    tellDeadLetters();
}

// A payment's number that the partitioner puts on the partition of the incident.
std::string Incident::paymentKey()
{
    for (;;) {
        std::string key = fmt::format("pay-{}", m_random.between(900'000, 999'999));
        if (partitionOf(key, shapeOf(Topic::Payments).partitions) == kPartition) {
            return key;
        }
    }
}

void Incident::tellOrder()
{
    StoryBuilder& b = m_builder;
    Story& story = b.story();
    const auto at = [&story](std::int64_t after) { return story.startMs + after; };
    const auto us = [&story](std::int64_t after) { return (story.startMs + after) * 1000; };
    const std::string payment = paymentKey();
    const auto order = [&](std::string_view status, std::int64_t after) {
        const EventId id =
            b.add(Topic::Orders, at(after), m_order.id, m_order.json(status, at(after)));
        b.event(id).headers.emplace_back("source", "shop");
        b.event(id).appendMs = at(after) + 2;
        return id;
    };
    const auto pay = [&](std::string value, std::int64_t after) {
        const EventId id = b.add(Topic::Payments, at(after), payment, std::move(value));
        b.event(id).headers.emplace_back("order-id", m_order.id);
        b.event(id).appendMs = at(after) + 2;
        return id;
    };
    const auto root = [&](const char* service, const char* name, std::int64_t after,
                          std::int64_t durationUs, SpanId link) {
        const SpanId id = b.addSpan(-1, service, name, SpanKind::Server, us(after), durationUs);
        b.span(id).attributes = {{"order.id", m_order.id}};
        if (link >= 0) {
            b.span(id).links = {link};
        }
        return id;
    };

    const SpanId create = root("checkout", "POST /orders", kCreatedAt - 24, 121'000, -1);
    const SpanId created = b.send(create, "checkout", order("CREATED", kCreatedAt));
    b.process(created, "payment", "payment", us(kCreatedAt) + 41'000, 88'000);

    const SpanId webhook = root("payment", "POST /webhooks/psp", kPaidAt - 31, 74'000, created);
    const EventId capture =
        pay(paymentJson(payment, m_order, "CAPTURED", at(kPaidAt - 12)), kPaidAt - 12);
    const SpanId captured = b.send(webhook, "payment", capture);
    b.process(captured, "billing", "billing", us(kPaidAt) + 130'000, 24'000);
    const SpanId paid = b.send(webhook, "payment", order("PAID", kPaidAt));

    // The trace of the incident.
    const std::int64_t t0 = kFailedAt - 30;
    const SpanId retry = root("checkout", "POST /orders", t0, 182'000, paid);
    b.span(retry).traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const EventId failed = order("FAILED", kFailedAt);
    story.failedOrder = failed;
    const SpanId failedSent = b.send(retry, "checkout", failed);
    const SpanId charge = b.process(failedSent, "payment", "payment", us(t0 + 94), 540'000);
    const SpanId card =
        b.addSpan(charge, "payment", "charge card", SpanKind::Client, us(t0 + 104), 388'000);
    b.span(card).attributes = {{"server.address", "psp.example"}, {"order.id", m_order.id}};
    b.span(card).error = "chargeback: the issuer took the payment back";
    const std::string whole = paymentJson(payment, m_order, "CHARGEBACK", at(kMalformedAt));
    const EventId malformed = pay(whole.substr(0, whole.find("untry")), kMalformedAt);
    story.malformedPayment = malformed;
    b.send(charge, "payment", malformed);
    const SpanId release = b.process(failedSent, "shipping", "shipping", us(t0 + 97), 120'000);
    b.addSpan(release, "shipping", "release stock", SpanKind::Client, us(t0 + 110), 86'000);
    const std::int64_t cancelMs = t0 + 203;
    const EventId cancelled =
        b.add(Topic::Shipments, at(cancelMs), "ship-483710",
              fmt::format(R"({{"shipmentId":"ship-483710","orderId":"{}","status":"HELD",)"
                          R"("carrier":"GLS","country":"{}","at":"{}"}})",
                          m_order.id, m_order.country, isoTime(at(cancelMs))));
    const SpanId held = b.send(release, "shipping", cancelled);
    const SpanId notify = b.process(held, "notify", "notify", us(t0 + 220), 66'000);
    b.addSpan(notify, "notify", "send e-mail", SpanKind::Client, us(t0 + 228), 52'000);
    const SpanId settle =
        root("payment", "POST /admin/settle", kPaidAgainAt - 22, 66'000, failedSent);
    const SpanId paidAgain = b.send(settle, "payment", order("PAID", kPaidAgainAt));
    b.process(paidAgain, "shipping", "shipping", us(kPaidAgainAt) + 33'000, 92'000);
    const SpanId scan = root("shipping", "scan parcel", kShippedAt - 7, 41'000, paidAgain);
    b.send(scan, "shipping", order("SHIPPED", kShippedAt));
}

// 350 a second for two minutes, then the provider backs off: about 43,000 in all, none of them
// traced, from forty payments that it keeps sending.
void Incident::tellStorm(std::int64_t records)
{
    struct Sent
    {
        Order order;
        std::string payment;
    };
    std::vector<Sent> sent(40);
    for (Sent& s : sent) {
        s.payment = paymentKey();
        s.order.id = fmt::format("order-{}", m_random.between(470'000, 482'000));
        s.order.cents = m_random.between(900, 60'000);
        s.order.customer = m_random.between(1, Shop::kCustomers);
        s.order.country = countryOf(s.order.customer);
    }
    const Story& story = m_builder.story();
    const std::int64_t total = stormRecords(records);
    const std::int64_t from = (story.startMs + kMalformedAt) * 1000 + 40'000;
    const std::int64_t longUs = 118'000'000;
    const std::int64_t many = total * 95 / 100;
    for (std::int64_t i = 0; i < total; ++i) {
        // Evenly in the first two minutes, the rest up to the end.
        const std::int64_t us = i < many ? from + longUs * i / many
                                         : from + longUs +
                                               (story.endMs * 1000 - from - longUs - 1'000'000) *
                                                   (i - many) / (total - many);
        const std::int64_t ms = us / 1000 + m_random.between(0, 2);
        Sent& s = sent[static_cast<std::size_t>(m_random.between(0, 39))];
        const EventId id = m_builder.add(Topic::Payments, ms, s.payment,
                                         paymentJson(s.payment, s.order, "AUTHORIZED", ms));
        m_builder.event(id).headers.emplace_back("order-id", s.order.id);
        m_builder.event(id).headers.emplace_back("psp-retry", std::to_string(i / 40 + 1));
    }
}

// What other consumers gave up on; billing has no dead-letter topic, which is why it stands still.
void Incident::tellDeadLetters()
{
    const Story& story = m_builder.story();
    for (std::int64_t i = 0; i < 24; ++i) {
        const std::int64_t ms = story.startMs + 11'000 + i * 37'000 + m_random.between(0, 9'000);
        const std::int64_t number = m_random.between(470'000, 482'000);
        const std::string payment = fmt::format("pay-{}", number);
        const EventId id = m_builder.add(
            Topic::PaymentsDlt, ms, payment,
            fmt::format(R"({{"paymentId":"{}","orderId":"order-{}","type":"CAPTURED",)"
                        R"("amount":"{} EUR","at":"{}"}})",
                        payment, number, money(m_random.between(900, 60'000)), isoTime(ms)));
        auto& headers = m_builder.event(id).headers;
        headers.emplace_back("kafka_dlt-original-topic", "payments");
        headers.emplace_back(
            "kafka_dlt-original-partition",
            std::to_string(partitionOf(payment, shapeOf(Topic::Payments).partitions)));
        headers.emplace_back("kafka_dlt-exception-message", "amount is not a number at $.amount");
        headers.emplace_back("kafka_dlt-original-consumer-group", "fraud-check");
    }
}

} // namespace hindcast::demo
