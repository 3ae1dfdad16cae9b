#include "app/demo/shop.h"

#include "app/demo/incident.h"

#include <algorithm>
#include <fmt/core.h>

namespace hindcast::demo {

namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kWarmUp = 8 * kMinute; // orders made before the story have their end in it

// Records that an order leaves in the story, doubled ones and its share of the spans included.
constexpr double kRecordsAnOrder = 8.4;

// A sale at 14:01:30 brings more orders for two minutes.
std::int64_t busy(std::int64_t sinceStartMs)
{
    const std::int64_t from = 6 * kMinute + 30 * kSecond;
    return sinceStartMs >= from && sinceStartMs < from + 110 * kSecond ? 160 : 95;
}

} // namespace

const char* countryOf(std::int64_t customer)
{
    static constexpr const char* kCountries[] = {"DE", "FR", "NI", "IT", "ES", "NL", "SE",
                                                 "PL", "GB", "US", "JP", "BR", "AT", "CH"};
    return kCountries[static_cast<std::size_t>(customer * 7919 % 14)];
}

std::string Order::json(std::string_view status, std::int64_t updatedMs) const
{
    std::string list;
    for (std::size_t i = 0; i < items.size(); ++i) {
        list += fmt::format(R"({}{{"sku":"SKU-{:04}","qty":{},"price":{}}})", i == 0 ? "" : ",",
                            items[i].first, items[i].second, money(prices[i]));
    }
    return fmt::format(R"({{"orderId":"{}","status":"{}","amount":{},"customer":{{"id":{},)"
                       R"("country":"{}"}},"items":[{}],"updatedAt":"{}"}})",
                       id, status, money(cents), customer, country, list, isoTime(updatedMs));
}

std::string paymentJson(std::string_view payment, const Order& order, std::string_view type,
                        std::int64_t ms)
{
    return fmt::format(R"({{"paymentId":"{}","orderId":"{}","type":"{}","amount":{},)"
                       R"("currency":"EUR","customer":{{"id":{},"country":"{}"}},"at":"{}"}})",
                       payment, order.id, type, money(order.cents), order.customer, order.country,
                       isoTime(ms));
}

Shop::Shop(StoryBuilder& builder)
    : m_builder(builder)
    , m_random(builder.random())
{
}

void Shop::run(std::int64_t records)
{
    const Story& story = m_builder.story();
    const double perSecond = static_cast<double>(records) / kRecordsAnOrder / 900.0;
    const auto gapUs = static_cast<std::int64_t>(1'000'000.0 / perSecond);
    std::vector<std::int64_t> created;
    for (std::int64_t us = (story.startMs - kWarmUp) * 1000; us < story.endMs * 1000;) {
        const std::int64_t ms = us / 1000;
        created.push_back(ms);
        us += m_random.between(0, 2 * gapUs) * 100 / busy(ms - story.startMs);
    }
    // Orders are numbered as they come, so that the one of the incident has its number in time.
    const std::int64_t special = story.startMs + Incident::kCreatedAt;
    const auto before = std::lower_bound(created.begin(), created.end(), special) - created.begin();
    for (std::size_t i = 0; i < created.size(); ++i) {
        const std::int64_t number = Incident::kOrderNumber + static_cast<std::int64_t>(i) - before;
        if (number != Incident::kOrderNumber) {
            live(makeOrder(number, created[i]));
        }
    }
}

Order Shop::makeOrder(std::int64_t number, std::int64_t createdMs)
{
    Order order;
    order.id = fmt::format("order-{}", number);
    order.createdMs = createdMs;
    order.customer = m_random.between(1, kCustomers);
    order.country = countryOf(order.customer);
    order.traced = m_random.oneIn(6);
    const std::int64_t kinds = m_random.oneIn(12) ? m_random.between(4, 9) : m_random.between(1, 3);
    for (std::int64_t i = 0; i < kinds; ++i) {
        const std::int64_t sku = m_random.between(1, kSkus);
        const std::int64_t quantity = m_random.oneIn(4) ? m_random.between(2, 5) : 1;
        const std::int64_t price = 490 + sku * 7907 % 9000;
        order.items.emplace_back(sku, quantity);
        order.prices.push_back(price);
        order.cents += quantity * price;
    }
    return order;
}

// One event in 200 reaches its log late, one in 300 is written twice. Events that are traced stay
// single, so that one span has one record.
void Shop::disturb(EventId id)
{
    Event& event = m_builder.event(id);
    if (m_random.oneIn(200)) {
        event.appendMs += m_random.between(2 * kSecond, 14 * kSecond);
    } else if (m_random.oneIn(300)) {
        Event again = event;
        again.appendMs += m_random.between(40, 900);
        m_builder.story().events.push_back(std::move(again));
    }
}

EventId Shop::orderEvent(const Order& order, std::string_view status, std::int64_t ms)
{
    const EventId id = m_builder.add(Topic::Orders, ms, order.id, order.json(status, ms));
    m_builder.event(id).headers.emplace_back("source", "shop");
    return id;
}

EventId Shop::paymentEvent(const Order& order, std::string_view type, std::int64_t ms)
{
    const std::string payment = "pay-" + order.id.substr(6);
    const EventId id =
        m_builder.add(Topic::Payments, ms, payment, paymentJson(payment, order, type, ms));
    m_builder.event(id).headers.emplace_back("order-id", order.id);
    return id;
}

EventId Shop::shipmentEvent(const Order& order, std::string_view status, std::int64_t ms)
{
    static constexpr const char* kCarriers[] = {"DHL", "UPS", "GLS", "Hermes"};
    const std::string shipment = "ship-" + order.id.substr(6);
    const auto carrier = static_cast<std::size_t>(order.customer % 4);
    return m_builder.add(
        Topic::Shipments, ms, shipment,
        fmt::format(R"({{"shipmentId":"{}","orderId":"{}","status":"{}","carrier":"{}",)"
                    R"("country":"{}","at":"{}"}})",
                    shipment, order.id, status, kCarriers[carrier], order.country, isoTime(ms)));
}

void Shop::live(const Order& order)
{
    if (order.traced && m_builder.inStory(order.createdMs)) {
        const std::int64_t startUs = (order.createdMs - m_random.between(15, 60)) * 1000;
        const SpanId root = m_builder.addSpan(-1, "checkout", "POST /orders", SpanKind::Server,
                                              startUs, m_random.between(80'000, 260'000));
        m_builder.span(root).attributes = {{"http.request.method", "POST"},
                                           {"http.route", "/orders"},
                                           {"http.response.status_code", "202"},
                                           {"order.id", order.id}};
        const EventId created = orderEvent(order, "CREATED", order.createdMs);
        payTraced(order, m_builder.send(root, "checkout", created));
        return;
    }
    disturb(orderEvent(order, "CREATED", order.createdMs));
    payPlain(order);
}

void Shop::payPlain(const Order& order)
{
    std::int64_t ms = order.createdMs + m_random.between(200, 4 * kSecond);
    disturb(paymentEvent(order, "AUTHORIZED", ms));
    const std::int64_t fate = m_random.between(1, 100);
    ms += m_random.between(100, 900);
    if (fate <= 2) {
        disturb(paymentEvent(order, "DECLINED", ms));
        disturb(orderEvent(order, "FAILED", ms + m_random.between(5, 40)));
        return;
    }
    if (fate <= 4) {
        disturb(orderEvent(order, "CANCELLED", ms + m_random.between(kSecond, 90 * kSecond)));
        return;
    }
    disturb(paymentEvent(order, "CAPTURED", ms));
    ms += m_random.between(5, 40);
    disturb(orderEvent(order, "PAID", ms));
    fulfil(order, -1, ms);
}

void Shop::payTraced(const Order& order, SpanId created)
{
    const std::int64_t readUs = order.createdMs * 1000 + m_random.between(12'000, 95'000);
    const std::int64_t chargeUs = m_random.between(150'000, 620'000);
    const SpanId process = m_builder.process(created, "payment", "payment", readUs,
                                             chargeUs + m_random.between(60'000, 150'000));
    const SpanId charge = m_builder.addSpan(process, "payment", "charge card", SpanKind::Client,
                                            readUs + m_random.between(5'000, 12'000), chargeUs);
    m_builder.span(charge).attributes = {{"server.address", "psp.example"}, {"order.id", order.id}};
    std::int64_t ms = (readUs + chargeUs) / 1000 + m_random.between(18, 30);
    if (m_random.oneIn(40)) {
        m_builder.span(charge).error = "card declined: insufficient funds";
        m_builder.span(process).error = "payment failed";
        const EventId declined = paymentEvent(order, "DECLINED", ms);
        m_builder.send(process, "payment", declined);
        m_builder.send(process, "payment", orderEvent(order, "FAILED", ms + 9));
        return;
    }
    const SpanId captured = m_builder.send(process, "payment", paymentEvent(order, "CAPTURED", ms));
    // Billing reads no payment behind the malformed one.
    const Event& payment = m_builder.event(m_builder.span(captured).event);
    const Story& story = m_builder.story();
    if (payment.partition != Incident::kPartition ||
        payment.appendMs < story.startMs + Incident::kMalformedAt) {
        m_builder.process(captured, "billing", "billing",
                          ms * 1000 + m_random.between(40'000, 300'000),
                          m_random.between(8'000, 60'000));
    }
    ms += m_random.between(6, 14);
    const SpanId paid = m_builder.send(process, "payment", orderEvent(order, "PAID", ms));
    const std::int64_t shippingUs = ms * 1000 + m_random.between(9'000, 80'000);
    const SpanId shipping = m_builder.process(paid, "shipping", "shipping", shippingUs,
                                              m_random.between(70'000, 160'000));
    m_builder.addSpan(shipping, "shipping", "reserve stock", SpanKind::Client, shippingUs + 9'000,
                      m_random.between(20'000, 50'000));
    const std::int64_t labelMs = shippingUs / 1000 + m_random.between(61, 66);
    const SpanId label =
        m_builder.send(shipping, "shipping", shipmentEvent(order, "LABELLED", labelMs));
    const std::int64_t notifyUs = labelMs * 1000 + m_random.between(8'000, 60'000);
    const SpanId notify =
        m_builder.process(label, "notify", "notify", notifyUs, m_random.between(30'000, 90'000));
    m_builder.addSpan(notify, "notify", "send e-mail", SpanKind::Client, notifyUs + 6'000,
                      m_random.between(15'000, 24'000));
    fulfil(order, paid, ms);
}

// Packing and handing over, minutes later: traces of their own, linked to what was paid.
void Shop::fulfil(const Order& order, SpanId paid, std::int64_t paidMs)
{
    const std::int64_t packedMs = paidMs + m_random.between(40 * kSecond, 150 * kSecond);
    const std::int64_t shippedMs = packedMs + m_random.between(30 * kSecond, 240 * kSecond);
    const auto scan = [&](std::string_view status, std::string_view shipment, std::int64_t ms) {
        const EventId order1 = orderEvent(order, status, ms);
        const EventId parcel = shipmentEvent(order, shipment, ms + 4);
        if (paid < 0 || !m_builder.inStory(ms)) {
            disturb(order1);
            disturb(parcel);
            return;
        }
        const SpanId root = m_builder.addSpan(-1, "shipping", "scan parcel", SpanKind::Server,
                                              ms * 1000 - m_random.between(4'000, 9'000),
                                              m_random.between(25'000, 60'000));
        m_builder.span(root).links = {paid};
        m_builder.span(root).attributes = {{"order.id", order.id}};
        m_builder.send(root, "shipping", order1);
        const SpanId sent = m_builder.send(root, "shipping", parcel);
        m_builder.process(sent, "notify", "notify", ms * 1000 + m_random.between(9'000, 90'000),
                          m_random.between(20'000, 70'000));
    };
    scan("PACKED", paid < 0 ? "LABELLED" : "PACKED", packedMs);
    scan("SHIPPED", "HANDED_OVER", shippedMs);
}

} // namespace hindcast::demo
