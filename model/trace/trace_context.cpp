#include "model/trace/trace_context.h"

#include <algorithm>
#include <array>

namespace hindcast {

namespace {

constexpr std::size_t kMaxTraceStateMembers = 32;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool sameName(std::string_view name, std::string_view lowerCase)
{
    return name.size() == lowerCase.size() &&
           std::equal(name.begin(), name.end(), lowerCase.begin(),
                      [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text)
{
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

bool isLowerHex(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::uint8_t byteOf(std::string_view twoDigits)
{
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    return static_cast<std::uint8_t>(digit(twoDigits[0]) * 16 + digit(twoDigits[1]));
}

// B3 ids are 16 or 32 digits (a trace's) and 16 (a span's); the case varies in practice.
std::optional<TraceId> b3TraceId(std::string_view text)
{
    return text.size() == 16 || text.size() == 32 ? TraceId::parse(text) : std::nullopt;
}

std::optional<SpanId> b3SpanId(std::string_view text)
{
    return text.size() == 16 ? SpanId::parse(text) : std::nullopt;
}

bool validMember(std::string_view member)
{
    const auto equals = member.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals > 256) {
        return false;
    }
    const std::string_view key = member.substr(0, equals);
    const std::string_view value = member.substr(equals + 1);
    const auto alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (!alnum(key.front()) || !std::all_of(key.begin(), key.end(), [&](char c) {
            return alnum(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
        })) {
        return false;
    }
    return !value.empty() && value.size() <= 256 && value.back() != ' ' &&
           std::all_of(value.begin(), value.end(),
                       [](char c) { return c >= 0x20 && c <= 0x7e && c != ',' && c != '='; });
}

// The parts of B3 multi, each header's last value.
struct B3Parts
{
    std::optional<std::string_view> trace;
    std::optional<std::string_view> span;
    std::optional<std::string_view> parent;
    std::optional<std::string_view> sampled;
    std::optional<std::string_view> flags;

    std::optional<TraceContext> context() const
    {
        const auto traceId = trace ? b3TraceId(trimmed(*trace)) : std::nullopt;
        const auto spanId = span ? b3SpanId(trimmed(*span)) : std::nullopt;
        if (!traceId || !spanId) {
            return std::nullopt;
        }
        TraceContext context;
        context.format = TraceContext::Format::B3Multi;
        context.trace = *traceId;
        context.span = *spanId;
        if (parent) {
            context.parent = b3SpanId(trimmed(*parent)).value_or(SpanId{});
        }
        const std::string_view decision = sampled ? trimmed(*sampled) : std::string_view{};
        if (decision == "1" || sameName(decision, "true")) {
            context.sampled = true;
        } else if (decision == "0" || sameName(decision, "false")) {
            context.sampled = false;
        }
        if (flags && trimmed(*flags) == "1") {
            context.debug = true;
            context.sampled = true; // debug implies an accept decision
        }
        return context;
    }
};

// Whether a B3 part's header is worth keeping over an earlier one of its name.
bool validPart(std::string_view name, std::string_view value)
{
    if (sameName(name, "x-b3-traceid")) {
        return b3TraceId(trimmed(value)).has_value();
    }
    if (sameName(name, "x-b3-spanid") || sameName(name, "x-b3-parentspanid")) {
        return b3SpanId(trimmed(value)).has_value();
    }
    return true;
}

// Moves the newest of the found ones to the front of `out`, marks the others as older.
void appendNewestFirst(std::vector<TraceContext>& current, std::vector<TraceContext>& older,
                       std::vector<TraceContext>& found)
{
    if (found.empty()) {
        return;
    }
    current.push_back(found.back());
    found.pop_back();
    for (auto it = found.rbegin(); it != found.rend(); ++it) {
        it->current = false;
        older.push_back(*it);
    }
}

} // namespace

std::optional<TraceContext> parseTraceparent(std::string_view value)
{
    constexpr std::size_t kLength = 55; // 2 + 1 + 32 + 1 + 16 + 1 + 2
    const std::string_view text = trimmed(value);
    if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') {
        return std::nullopt;
    }
    const std::string_view version = text.substr(0, 2);
    const std::string_view traceId = text.substr(3, 32);
    const std::string_view spanId = text.substr(36, 16);
    const std::string_view flags = text.substr(53, 2);
    if (!isLowerHex(version) || !isLowerHex(traceId) || !isLowerHex(spanId) || !isLowerHex(flags) ||
        version == "ff") {
        return std::nullopt;
    }
    // Version 00 ends here; a later one may only go on after a dash.
    if (text.size() > kLength && (version == "00" || text[kLength] != '-')) {
        return std::nullopt;
    }
    const auto trace = TraceId::parse(traceId);
    const auto span = SpanId::parse(spanId);
    if (!trace || !span) {
        return std::nullopt;
    }
    TraceContext context;
    context.format = TraceContext::Format::W3c;
    context.trace = *trace;
    context.span = *span;
    context.flags = byteOf(flags);
    context.sampled = (context.flags & 1U) != 0;
    return context;
}

bool validTraceState(std::string_view value)
{
    std::size_t members = 0;
    while (true) {
        const auto comma = value.find(',');
        // Blanks around a member are optional white space; inside its value they count.
        const std::string_view member = trimmed(value.substr(0, comma));
        if (!member.empty() && (++members > kMaxTraceStateMembers || !validMember(member))) {
            return false;
        }
        if (comma == std::string_view::npos) {
            return true;
        }
        value.remove_prefix(comma + 1);
    }
}

std::optional<TraceContext> parseB3Single(std::string_view value)
{
    std::array<std::string_view, 4> parts;
    std::size_t count = 0;
    std::string_view rest = trimmed(value);
    while (true) {
        if (count == parts.size()) {
            return std::nullopt;
        }
        const auto dash = rest.find('-');
        parts[count++] = rest.substr(0, dash);
        if (dash == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(dash + 1);
    }
    if (count < 2) {
        return std::nullopt; // a sampling decision alone names no trace
    }
    const auto trace = b3TraceId(parts[0]);
    const auto span = b3SpanId(parts[1]);
    if (!trace || !span) {
        return std::nullopt;
    }
    TraceContext context;
    context.format = TraceContext::Format::B3Single;
    context.trace = *trace;
    context.span = *span;
    if (count > 2) {
        if (parts[2] != "0" && parts[2] != "1" && parts[2] != "d") {
            return std::nullopt;
        }
        context.sampled = parts[2] != "0";
        context.debug = parts[2] == "d";
    }
    if (count > 3) {
        const auto parent = b3SpanId(parts[3]);
        if (!parent) {
            return std::nullopt;
        }
        context.parent = *parent;
    }
    return context;
}

std::vector<TraceContext> traceContexts(const HeaderView& headers)
{
    if (headers.empty()) {
        return {};
    }
    std::vector<TraceContext> w3c;
    std::vector<TraceContext> single;
    B3Parts multi;
    std::optional<std::string_view> traceState;
    const auto keepPart = [&](std::optional<std::string_view>& part, const Header& header) {
        if (validPart(header.name, *header.value)) {
            part = header.value;
        }
    };
    for (const Header& header : headers.toVector()) {
        if (!header.value) {
            continue;
        }
        if (sameName(header.name, "traceparent")) {
            if (const auto context = parseTraceparent(*header.value)) {
                w3c.push_back(*context);
            }
        } else if (sameName(header.name, "tracestate")) {
            traceState = header.value;
        } else if (sameName(header.name, "b3")) {
            if (const auto context = parseB3Single(*header.value)) {
                single.push_back(*context);
            }
        } else if (sameName(header.name, "x-b3-traceid")) {
            keepPart(multi.trace, header);
        } else if (sameName(header.name, "x-b3-spanid")) {
            keepPart(multi.span, header);
        } else if (sameName(header.name, "x-b3-parentspanid")) {
            keepPart(multi.parent, header);
        } else if (sameName(header.name, "x-b3-sampled")) {
            multi.sampled = header.value;
        } else if (sameName(header.name, "x-b3-flags")) {
            multi.flags = header.value;
        }
    }
    if (!w3c.empty() && traceState && validTraceState(*traceState)) {
        w3c.back().traceState = *traceState;
    }
    std::vector<TraceContext> current;
    std::vector<TraceContext> older;
    appendNewestFirst(current, older, w3c);
    appendNewestFirst(current, older, single);
    if (const auto context = multi.context()) {
        current.push_back(*context);
    }
    current.insert(current.end(), older.begin(), older.end());
    return current;
}

} // namespace hindcast
