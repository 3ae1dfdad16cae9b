#include "model/replay/field_times.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace hindcast {

namespace {

std::int64_t floorDivided(std::int64_t number, std::int64_t by)
{
    const std::int64_t quotient = number / by;
    return number % by < 0 ? quotient - 1 : quotient;
}

bool allDigits(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `fraction`: the digits behind the point, which count where the number is seconds.
std::optional<std::int64_t> timeOfNumber(std::string_view whole, std::string_view fraction)
{
    const bool negative = whole.starts_with('-');
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
    if (!allDigits(whole.substr(negative ? 1 : 0)) || error != std::errc() ||
        (!fraction.empty() && !allDigits(fraction))) {
        return std::nullopt;
    }
    const std::size_t digits = whole.size() - (negative ? 1 : 0);
    if (digits > 17) {
        return floorDivided(number, 1'000'000);
    }
    if (digits > 14) {
        return floorDivided(number, 1000);
    }
    if (digits > 11) {
        return number;
    }
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        ms = ms * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    }
    return number * 1000 + (negative ? -ms : ms);
}

std::optional<std::int64_t> timeOfNumber(std::string_view text)
{
    const std::size_t point = text.find('.');
    if (point == std::string_view::npos) {
        return timeOfNumber(text, {});
    }
    return point + 1 == text.size() ? std::nullopt
                                    : timeOfNumber(text.substr(0, point), text.substr(point + 1));
}

std::optional<std::int64_t> timeOfText(std::string_view text)
{
    // parseTimestamp() also reads what no record means: "now", "-1h".
    if (text.size() >= 10 && allDigits(text.substr(0, 4)) && text[4] == '-') {
        const auto time = parseTimestamp(text, kNoTimestamp);
        return time ? std::optional(toMs(*time)) : std::nullopt;
    }
    return timeOfNumber(text);
}

} // namespace

std::optional<std::int64_t> timeOfField(const FieldValue& value)
{
    switch (value.kind) {
    case FieldValue::Kind::Integer:
    case FieldValue::Kind::Number:
        return timeOfNumber(value.text);
    case FieldValue::Kind::String:
        return timeOfText(value.text);
    case FieldValue::Kind::Missing:
    case FieldValue::Kind::Null:
    case FieldValue::Kind::Bool:
    case FieldValue::Kind::Json:
    case FieldValue::Kind::Bytes:
        break;
    }
    return std::nullopt;
}

Result<FieldTimesPtr> readFieldTimes(const CaptureSnapshotPtr& snapshot, const std::string& field,
                                     const std::stop_token& stop, const FieldTimesPtr& older)
{
    const auto path = FieldPath::parse(field);
    if (!path) {
        return fail(path.error().code,
                    fmt::format("event-time:{}: {}", field, path.error().message));
    }
    FieldTimes times;
    if (older && older->field == field && older->generation == snapshot->generation() &&
        older->ms.size() <= snapshot->rowCount()) {
        times = *older;
    }
    times.field = field;
    times.generation = snapshot->generation();
    times.ms.reserve(snapshot->rowCount());
    FieldReader reader({*path});
    for (auto row = static_cast<Row>(times.ms.size()); row < snapshot->rowCount();) {
        if (stop.stop_requested()) {
            return fail(ErrorCode::Cancelled,
                        fmt::format("Reading {} was stopped at record {} of {}.", field, row,
                                    snapshot->rowCount()));
        }
        const std::size_t block = snapshot->blockOf(row);
        const auto batch = snapshot->loadBlock(block);
        if (!batch) {
            return tl::unexpected<Error>(batch.error());
        }
        const Row first = snapshot->block(block).firstRow;
        for (std::size_t i = row - first; i < (*batch)->size(); ++i, ++row) {
            const RecordView record = (*batch)->record(i);
            const auto time = timeOfField(reader.read(record).front());
            if (!time) {
                times.withoutField.push_back(row);
            }
            times.ms.push_back(time.value_or(toMs(record.timestamp)));
        }
    }
    return FieldTimesPtr(std::make_shared<const FieldTimes>(std::move(times)));
}

} // namespace hindcast
