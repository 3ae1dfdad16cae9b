#include "app/desktop/place_json.h"

#include "widgets/shared/text.h"

#include <QJsonArray>

#include <array>

namespace hindcast {

namespace {

struct KindName
{
    Place::Kind kind;
    const char* name;
};

// Words and not numbers: the enum may grow in its middle. What no tab shows is not among them.
constexpr std::array kKinds{
    KindName{Place::Kind::Topics, "topics"},         KindName{Place::Kind::Key, "key"},
    KindName{Place::Kind::Group, "group"},           KindName{Place::Kind::Groups, "groups"},
    KindName{Place::Kind::TraceList, "traces"},      KindName{Place::Kind::Trace, "trace"},
    KindName{Place::Kind::Projection, "projection"}, KindName{Place::Kind::Sql, "sql"},
};

// Offsets and times as text: a JSON number would lose digits past 2^53.
QJsonObject recordJson(const RecordPlace& record)
{
    return {{QStringLiteral("topic"), text::fromUtf8(record.topic)},
            {QStringLiteral("partition"), record.partition},
            {QStringLiteral("offset"), QString::number(record.offset)}};
}

} // namespace

QJsonObject toJson(const Place& place)
{
    QJsonObject json;
    for (const KindName& one : kKinds) {
        if (one.kind == place.kind) {
            json[QStringLiteral("kind")] = QLatin1String(one.name);
        }
    }
    const auto put = [&json](const char* key, const QString& value) {
        if (!value.isEmpty()) {
            json[QLatin1String(key)] = value;
        }
    };
    if (!place.topics.isEmpty()) {
        json[QStringLiteral("topics")] = QJsonArray::fromStringList(place.topics);
    }
    put("key", QString::fromLatin1(place.key.toBase64()));
    put("name", place.name);
    put("span", place.span);
    if (place.kind == Place::Kind::Sql) {
        put("query", place.field);
    }
    return json;
}

std::optional<Place> placeFromJson(const QJsonObject& json)
{
    const QString kind = json[QStringLiteral("kind")].toString();
    for (const KindName& one : kKinds) {
        if (kind != QLatin1String(one.name)) {
            continue;
        }
        Place place;
        place.kind = one.kind;
        for (const QJsonValue topic : json[QStringLiteral("topics")].toArray()) {
            place.topics << topic.toString();
        }
        place.key = QByteArray::fromBase64(json[QStringLiteral("key")].toString().toLatin1());
        place.name = json[QStringLiteral("name")].toString();
        place.span = json[QStringLiteral("span")].toString();
        place.field = json[QStringLiteral("query")].toString();
        return place;
    }
    return std::nullopt;
}

QJsonObject toJson(const Moment& moment)
{
    QJsonObject json{{QStringLiteral("ms"), QString::number(toMs(moment.time))}};
    if (moment.last) {
        json[QStringLiteral("last")] = recordJson(*moment.last);
    }
    return json;
}

std::optional<Moment> momentFromJson(const QJsonObject& json)
{
    bool whole = false;
    Moment moment;
    moment.time = timestampFromMs(json[QStringLiteral("ms")].toString().toLongLong(&whole));
    if (!whole) {
        return std::nullopt;
    }
    const QJsonObject last = json[QStringLiteral("last")].toObject();
    if (!last.isEmpty()) {
        const auto offset = last[QStringLiteral("offset")].toString().toLongLong(&whole);
        if (!whole) {
            return std::nullopt;
        }
        moment.last = RecordPlace{text::toUtf8(last[QStringLiteral("topic")].toString()),
                                  last[QStringLiteral("partition")].toInt(), offset};
    }
    return moment;
}

} // namespace hindcast
