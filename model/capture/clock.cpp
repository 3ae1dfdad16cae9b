#include "model/capture/clock.h"

#include <fmt/format.h>

namespace hindcast {

namespace {

constexpr std::string_view kEventTimeOf = "event-time:";

} // namespace

Result<Clock> Clock::parse(std::string_view text)
{
    if (text == "log") {
        return Clock{};
    }
    if (text == "robust") {
        return Clock{Kind::Robust, {}};
    }
    if (text == "event-time") {
        return Clock{Kind::EventTime, {}};
    }
    if (text == "commit") {
        return Clock{Kind::Commit, {}};
    }
    if (text.size() > kEventTimeOf.size() && text.starts_with(kEventTimeOf)) {
        return Clock{Kind::EventTime, std::string(text.substr(kEventTimeOf.size()))};
    }
    return fail(ErrorCode::InvalidArgument,
                fmt::format("There is no clock \"{}\"; it is one of log, robust, event-time, "
                            "event-time:PATH (as event-time:value.created_at) and commit.",
                            text));
}

std::string Clock::toString() const
{
    switch (kind) {
    case Kind::Log:
        return "log";
    case Kind::Robust:
        return "robust";
    case Kind::EventTime:
        return field.empty() ? "event-time" : std::string(kEventTimeOf) + field;
    case Kind::Commit:
        break;
    }
    return "commit";
}

} // namespace hindcast
