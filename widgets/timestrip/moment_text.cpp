#include "widgets/timestrip/moment_text.h"

#include "model/replay/moment_finder.h"
#include "model/replay/moment_link.h"
#include "widgets/shared/text.h"

#include <QRegularExpression>

#include <algorithm>

namespace hindcast {

namespace {

Result<Moment> momentOfLink(const std::string& text, const TimeOrder& order)
{
    const auto link = MomentLink::parse(text);
    if (!link) {
        return tl::unexpected<Error>(link.error());
    }
    if (link->clock != order.clock()) {
        return fail(ErrorCode::InvalidArgument, "The link is a moment by the clock " +
                                                    link->clock.toString() +
                                                    "; choose that clock at the time strip first");
    }
    const auto prefix = link->prefixIn(order);
    if (!prefix) {
        return fail(ErrorCode::NotFound, "The link's records are not those before any moment of "
                                         "this capture; read their ranges first");
    }
    return order.momentOf(*prefix);
}

} // namespace

Result<Moment> parseMoment(const QString& typed, const Moment& base, const TimeOrder& order)
{
    const QString what = typed.trimmed();
    static const QRegularExpression events(QStringLiteral("^([+-])\\s*(\\d{1,9})$"));
    if (const auto match = events.match(what); match.hasMatch()) {
        const qint64 by =
            match.captured(2).toLongLong() * (match.captured(1) == QLatin1String("-") ? -1 : 1);
        const qint64 target = std::clamp<qint64>(static_cast<qint64>(order.prefix(base)) + by, 0,
                                                 static_cast<qint64>(order.size()));
        return order.momentOf(static_cast<Rank>(target));
    }
    const std::string text = text::toUtf8(what);
    if (text.starts_with(MomentLink::kBegin)) {
        return momentOfLink(text, order);
    }
    if (needsCommit(text) || what.contains(QLatin1Char('@'))) {
        const auto found = findMoment(order, text);
        return found ? Result<Moment>(order.momentOf(found->prefix))
                     : tl::unexpected<Error>(found.error());
    }
    if (what == QLatin1String("now")) {
        return order.momentOf(order.size());
    }
    const auto time = text::parseTime(what, base.time);
    if (!time) {
        return fail(
            ErrorCode::InvalidArgument,
            "\"" + text::toUtf8(what) +
                "\" is neither a time, nor topic-partition@offset, nor +5 or -5 events, nor a "
                "link",
            time.error().message);
    }
    return Moment{*time, std::nullopt};
}

} // namespace hindcast
