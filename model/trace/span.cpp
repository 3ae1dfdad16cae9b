#include "model/trace/span.h"

#include <algorithm>
#include <array>

namespace hindcast {

namespace {

constexpr std::array<std::string_view, 6> kKinds{"",       "internal", "server",
                                                 "client", "producer", "consumer"};

} // namespace

std::string_view toString(SpanKind kind)
{
    return kKinds[static_cast<std::size_t>(kind)];
}

SpanKind spanKindFromNumber(std::int64_t number)
{
    return number >= 0 && number < static_cast<std::int64_t>(kKinds.size())
               ? static_cast<SpanKind>(number)
               : SpanKind::Unspecified;
}

SpanKind spanKindFromName(std::string_view name)
{
    std::string lowered(name);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    constexpr std::string_view kPrefix = "span_kind_";
    if (lowered.starts_with(kPrefix)) {
        lowered.erase(0, kPrefix.size());
    }
    for (std::size_t i = 1; i < kKinds.size(); ++i) {
        if (kKinds[i] == lowered) {
            return static_cast<SpanKind>(i);
        }
    }
    return SpanKind::Unspecified;
}

} // namespace hindcast
