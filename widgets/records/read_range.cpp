#include "widgets/records/read_range.h"

#include "widgets/shared/text.h"

namespace hindcast {

namespace {

QString timeText(Timestamp t)
{
    const bool whole = toMs(t) % 1000 == 0;
    const QString today = text::dateTime(currentTimestamp()).left(10);
    const QString time = whole ? text::shortTime(t) : text::time(t);
    const QString day = text::dateTime(t).left(10);
    return day == today ? time : QString(day.mid(5) + QLatin1Char(' ') + time);
}

QString endText(const RangeEnd& end)
{
    switch (end.kind) {
    case RangeEnd::Kind::AsCaptured:
        break;
    case RangeEnd::Kind::Beginning:
        return QStringLiteral("beginning");
    case RangeEnd::Kind::LastN:
        return QStringLiteral("newest ") + text::number(end.number);
    case RangeEnd::Kind::Time:
        return timeText(end.time);
    case RangeEnd::Kind::Offset:
        return QStringLiteral("offset ") + text::number(end.number);
    case RangeEnd::Kind::Group:
        return end.group;
    case RangeEnd::Kind::End:
        return QStringLiteral("end");
    case RangeEnd::Kind::Live:
        return QStringLiteral("live");
    }
    return {};
}

OffsetVector committedOffsets(const GroupSamplePtr& sample, const QStringList& topics)
{
    OffsetVector offsets;
    if (sample) {
        for (const GroupPartitionSample& partition : sample->partitions) {
            if (partition.committed >= 0 &&
                topics.contains(text::fromUtf8(partition.place.topic))) {
                offsets[partition.place] = partition.committed;
            }
        }
    }
    return offsets;
}

ReadPosition position(const RangeEnd& end)
{
    switch (end.kind) {
    case RangeEnd::Kind::LastN:
        return LastN{end.number};
    case RangeEnd::Kind::Time:
        return AtTime{end.time};
    case RangeEnd::Kind::Offset:
        return AtOffset{end.number};
    case RangeEnd::Kind::Group:
        return AtGroup{text::toUtf8(end.group)};
    case RangeEnd::Kind::End:
    case RangeEnd::Kind::Live:
        return AtEnd{};
    case RangeEnd::Kind::AsCaptured:
    case RangeEnd::Kind::Beginning:
        break;
    }
    return AtBeginning{};
}

} // namespace

QString ReadRange::fromText() const
{
    return from.kind == RangeEnd::Kind::AsCaptured
               ? QStringLiteral("From start")
               : QString(QStringLiteral("From ") + endText(from));
}

QString ReadRange::toText() const
{
    return to.kind == RangeEnd::Kind::AsCaptured ? QStringLiteral("To end")
                                                 : QString(QStringLiteral("To ") + endText(to));
}

RowScope ReadRange::scope(const QStringList& topics, const FindGroup& group) const
{
    RowScope scope;
    for (const QString& topic : topics) {
        scope.topics.push_back(text::toUtf8(topic));
    }
    scope.partitions = partitions;
    switch (from.kind) {
    case RangeEnd::Kind::Time:
        scope.from = from.time;
        break;
    case RangeEnd::Kind::Offset:
        scope.fromOffset = from.number;
        break;
    case RangeEnd::Kind::Group:
        scope.fromOffsets = committedOffsets(group(from.group), topics);
        break;
    default:
        break;
    }
    switch (to.kind) {
    case RangeEnd::Kind::Time:
        scope.to = to.time;
        break;
    case RangeEnd::Kind::Offset:
        scope.toOffset = to.number;
        break;
    case RangeEnd::Kind::Group:
        scope.toOffsets = committedOffsets(group(to.group), topics);
        break;
    default:
        break;
    }
    return scope;
}

std::optional<ReadRequest> ReadRange::request(const QStringList& topics) const
{
    if (from.kind == RangeEnd::Kind::AsCaptured && to.kind != RangeEnd::Kind::Live) {
        return std::nullopt;
    }
    ReadRequest request;
    request.follow = to.kind == RangeEnd::Kind::Live;
    for (const QString& topic : topics) {
        TopicRead read;
        read.topic = text::toUtf8(topic);
        read.partitions = partitions;
        // As captured and live: what comes from now on.
        read.from =
            from.kind == RangeEnd::Kind::AsCaptured ? ReadPosition(AtEnd{}) : position(from);
        read.to = position(to);
        request.topics.push_back(std::move(read));
    }
    return request;
}

} // namespace hindcast
