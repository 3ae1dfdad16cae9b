#include "widgets/timestrip/moment_text.h"

#include "widgets/shared/text.h"

#include <QRegularExpression>

#include <algorithm>

namespace hindcast {

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
    if (what.contains(QLatin1Char('@'))) {
        const auto place = RecordPlace::parse(text::toUtf8(what));
        if (!place) {
            return tl::unexpected(place.error());
        }
        const auto row = order.snapshot()->find(*place);
        if (!row || *row >= order.size()) {
            return fail(ErrorCode::NotFound,
                        place->toString() + " is not in this capture; read that range first");
        }
        return order.momentOf(order.rankOf(*row) + 1);
    }
    if (what == QLatin1String("now")) {
        return order.momentOf(order.size());
    }
    const auto time = text::parseTime(what, base.time);
    if (!time) {
        return fail(ErrorCode::InvalidArgument,
                    "\"" + text::toUtf8(what) +
                        "\" is neither a time, nor topic-partition@offset, nor +5 or -5 events",
                    time.error().message);
    }
    return Moment{*time, std::nullopt};
}

} // namespace hindcast
