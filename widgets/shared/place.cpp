#include "widgets/shared/place.h"

#include "widgets/shared/text.h"

namespace hindcast {

Place Place::ofTopic(const QString& topic)
{
    return ofTopics({topic});
}

Place Place::ofTopics(const QStringList& topics)
{
    Place place;
    place.kind = Kind::Topics;
    place.topics = topics;
    return place;
}

Place Place::ofRecord(const RecordPlace& record)
{
    Place place;
    place.kind = Kind::Record;
    place.topics = QStringList{text::fromUtf8(record.topic)};
    place.record = record;
    return place;
}

Place Place::ofKey(const QString& topic, const QByteArray& key)
{
    Place place;
    place.kind = Kind::Key;
    place.topics = QStringList{topic};
    place.key = key;
    return place;
}

Place Place::ofGroup(const QString& group)
{
    Place place;
    place.kind = Kind::Group;
    place.name = group;
    return place;
}

Place Place::ofTrace(const QString& traceId, const QString& spanId)
{
    Place place;
    place.kind = Kind::Trace;
    place.name = traceId;
    place.span = spanId;
    return place;
}

Place Place::ofTraceList(const QString& filter)
{
    Place place;
    place.kind = Kind::TraceList;
    place.name = filter;
    return place;
}

Place Place::ofProjection(const QString& name, const QByteArray& key, const QString& field)
{
    Place place;
    place.kind = Kind::Projection;
    place.name = name;
    place.key = key;
    place.field = field;
    return place;
}

Place Place::ofTime(Timestamp t)
{
    Place place;
    place.kind = Kind::Time;
    place.time = t;
    return place;
}

Place Place::ofSql(const QString& query)
{
    Place place;
    place.kind = Kind::Sql;
    place.field = query;
    return place;
}

QString Place::title() const
{
    switch (kind) {
    case Kind::None:
        return {};
    case Kind::Topics:
        return topics.size() <= 2
                   ? topics.join(QStringLiteral(" + "))
                   : QStringLiteral("%1 + %2 more").arg(topics.first()).arg(topics.size() - 1);
    case Kind::Record:
        return text::place(*record);
    case Kind::Key:
        return text::plain(key.toStdString());
    case Kind::Group:
        return name + QStringLiteral(" \u00b7 lag");
    case Kind::Groups:
        return QStringLiteral("Consumer groups");
    case Kind::TraceList:
        return QStringLiteral("Traces");
    case Kind::Trace:
        return name.left(8) + QStringLiteral("\u2026 \u00b7 trace");
    case Kind::Projection:
        return name + QStringLiteral(" \u00b7 state");
    case Kind::Time:
        return text::dateTime(time);
    case Kind::Capture:
        return name.section(QLatin1Char('/'), -1);
    case Kind::Sql:
        return QStringLiteral("SQL");
    }
    return {};
}

bool Place::sameDocument(const Place& other) const
{
    const auto document = [](const Place& place) {
        // A record is seen in its topic's list.
        return place.kind == Kind::Record ? Kind::Topics : place.kind;
    };
    return document(*this) == document(other) && topics == other.topics && name == other.name &&
           (kind != Kind::Key || key == other.key);
}

} // namespace hindcast
