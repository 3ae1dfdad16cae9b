#include "model/replay/moment_link.h"

#include "model/capture/vector_order.h"

#include <algorithm>
#include <compare>
#include <fmt/format.h>
#include <set>

namespace hindcast {

namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

// RFC 3986's percent encoding of what would end a member, or a line.
std::string encoded(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte > 0x20 && byte < 0x7f && c != '&' && c != '%' && c != '#' &&
                           c != '+' && c != '"' && c != '\'' && c != '\\';
        if (plain) {
            result += c;
        } else {
            result += '%';
            result += kHex[byte >> 4];
            result += kHex[byte & 0xF];
        }
    }
    return result;
}

std::string decoded(std::string_view text)
{
    std::string result;
    const auto digit = [](char c) {
        const std::size_t at = kHex.find(c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c);
        return at == std::string_view::npos ? -1 : static_cast<int>(at);
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
            digit(text[i + 2]) >= 0) {
            result += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

tl::unexpected<Error> noLink(std::string_view text, std::string_view why)
{
    return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" is no link to a moment: {}; copy it whole, from {} on.", text,
                            why, MomentLink::kBegin));
}

} // namespace

Result<OffsetVector> parseOffsets(std::string_view text)
{
    OffsetVector offsets;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const auto place = RecordPlace::parse(text.substr(0, comma));
        if (!place) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("\"{}\" is no offset of a partition; write offsets as "
                                    "orders-0@12,orders-1@7.",
                                    text.substr(0, comma)));
        }
        if (!offsets.emplace(TopicPartition{place->topic, place->partition}, place->offset)
                 .second) {
            return fail(ErrorCode::InvalidArgument, fmt::format("The offsets name {}-{} twice.",
                                                                place->topic, place->partition));
        }
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    if (offsets.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "There are no offsets; write them as orders-0@12,orders-1@7.");
    }
    return offsets;
}

std::string offsetsText(const OffsetVector& offsets)
{
    std::string text;
    for (const auto& [place, offset] : offsets) {
        text += fmt::format("{}{}@{}", text.empty() ? "" : ",", place.toString(), offset);
    }
    return text;
}

MomentLink MomentLink::of(const TimeOrder& order, Rank prefix,
                          const std::vector<std::string>& topics)
{
    MomentLink link;
    link.clock = order.clock();
    const Moment moment = order.momentOf(prefix);
    link.time = moment.last ? moment.time : kNoTimestamp;
    const bool isVector = dynamic_cast<const VectorOrder*>(&order) != nullptr;
    const bool byOffsets =
        link.clock.kind == Clock::Kind::Log || link.clock.kind == Clock::Kind::Robust || isVector;
    if (!byOffsets) {
        link.after = moment.last;
        return link;
    }
    OffsetVector offsets = order.offsets(prefix);
    const auto told = [&](const std::string& topic) {
        return topics.empty() || std::find(topics.begin(), topics.end(), topic) != topics.end();
    };
    std::erase_if(offsets, [&](const auto& entry) { return !told(entry.first.topic); });
    // A record of the same time that the offsets do not tell of: neither says that it is not in.
    if (!isVector && prefix < order.size() && order.timeAt(prefix) == link.time &&
        !told(order.snapshot()->placeOf(order.rowAt(prefix)).topic)) {
        link.after = moment.last;
    }
    if (!offsets.empty()) {
        link.offsets = std::move(offsets);
    }
    return link;
}

std::optional<Rank> MomentLink::prefixIn(const TimeOrder& order) const
{
    if (clock != order.clock()) {
        return std::nullopt;
    }
    const auto row = after ? order.snapshot()->find(*after) : std::nullopt;
    const auto behind = row && *row < order.size()
                            ? std::optional(order.prefix({.time = kNoTimestamp, .last = *after}))
                            : std::nullopt;
    const auto byTime = time == kNoTimestamp
                            ? std::nullopt
                            : std::optional(order.lowerBound(time + std::chrono::milliseconds(1)));
    if (!offsets) {
        return after ? behind : byTime.value_or(Rank{0});
    }
    // Of a topic that is named, what is not named is not in.
    std::set<std::string> topics;
    for (const auto& [place, offset] : *offsets) {
        topics.insert(place.topic);
    }
    const auto compare = [&](Rank prefix) {
        const OffsetVector applied = order.offsets(prefix);
        for (const auto& [place, next] : applied) {
            const auto wanted = offsets->find(place);
            if (topics.contains(place.topic) &&
                next > (wanted == offsets->end() ? 0 : wanted->second)) {
                return std::strong_ordering::greater;
            }
        }
        const bool same = std::all_of(offsets->begin(), offsets->end(), [&](const auto& wanted) {
            const auto own = applied.find(wanted.first);
            return wanted.second == (own == applied.end() ? 0 : own->second);
        });
        return same ? std::strong_ordering::equal : std::strong_ordering::less;
    };
    // Offsets rise with the prefix, so the longest one that has none too many fits, or none does.
    Rank longest = 0;
    Rank high = order.size();
    while (longest < high) {
        const Rank middle = high - (high - longest) / 2;
        if (compare(middle) == std::strong_ordering::greater) {
            high = middle - 1;
        } else {
            longest = middle;
        }
    }
    if (compare(longest) != std::strong_ordering::equal) {
        return std::nullopt;
    }
    // Shorter ones fit too where the records between are of other topics: the link was made at one
    // of them.
    for (const auto& made : {behind, byTime}) {
        if (made && *made < longest && compare(*made) == std::strong_ordering::equal) {
            return made;
        }
    }
    return longest;
}

Result<MomentLink> MomentLink::parse(std::string_view text)
{
    if (!text.starts_with(kBegin)) {
        return noLink(text, "it begins otherwise");
    }
    MomentLink link;
    std::string_view rest = text.substr(kBegin.size());
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view member = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t equals = member.find('=');
        if (equals == std::string_view::npos) {
            return noLink(text, fmt::format("\"{}\" has no value", member));
        }
        const std::string_view name = member.substr(0, equals);
        const std::string value = decoded(member.substr(equals + 1));
        if (name == "clock") {
            const auto clock = Clock::parse(value);
            if (!clock) {
                return tl::unexpected<Error>(clock.error());
            }
            link.clock = *clock;
        } else if (name == "time") {
            const auto time = parseTimestamp(value, kNoTimestamp);
            if (!time) {
                return tl::unexpected<Error>(time.error());
            }
            link.time = *time;
        } else if (name == "offsets") {
            auto offsets = parseOffsets(value);
            if (!offsets) {
                return tl::unexpected<Error>(offsets.error());
            }
            link.offsets = std::move(*offsets);
        } else if (name == "after") {
            const auto place = RecordPlace::parse(value);
            if (!place) {
                return tl::unexpected<Error>(place.error());
            }
            link.after = *place;
        } else {
            return noLink(text, fmt::format("\"{}\" is not known", name));
        }
    }
    if (text.size() == kBegin.size()) {
        return noLink(text, "nothing stands behind the question mark");
    }
    return link;
}

std::string MomentLink::toString() const
{
    std::string text = fmt::format("{}clock={}", kBegin, encoded(clock.toString()));
    if (time != kNoTimestamp) {
        text += "&time=" + formatUtc(time);
    }
    if (offsets) {
        text += "&offsets=" + encoded(offsetsText(*offsets));
    }
    if (after) {
        text += "&after=" + encoded(after->toString());
    }
    return text;
}

} // namespace hindcast
