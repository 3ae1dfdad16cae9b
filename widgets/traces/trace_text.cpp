#include "widgets/traces/trace_text.h"

#include "widgets/shared/text.h"
#include "widgets/traces/waterfall_scale.h"

#include <algorithm>

namespace hindcast::trace_text {

namespace {

using Tone = Segment::Tone;

constexpr int kMaxTooltipAttributes = 14;
constexpr int kMaxTooltipValue = 120; // characters

const QString kDot = QStringLiteral(" \u00b7 ");

QString title(const TraceStory& story)
{
    return text::plain(story.name());
}

QString percent(std::int64_t part, std::int64_t whole)
{
    const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return QStringLiteral("%1 %").arg(share < 1 ? QStringLiteral("< 1") : text::number(share, 0));
}

QString groupsOf(const TraceStory& story, RecordIndex record)
{
    QStringList groups;
    for (const OpenWait& wait : story.openWaits) {
        if (wait.record == record) {
            for (const std::string& group : wait.groups) {
                groups << text::plain(group);
            }
        }
    }
    return groups.join(QStringLiteral(", "));
}

void add(QStringList& lines, const char* name, const QString& value)
{
    if (!value.isEmpty()) {
        lines << QStringLiteral("%1: %2").arg(QLatin1String(name), value);
    }
}

QString cut(const QString& value)
{
    const QString line = value.simplified();
    return line.size() <= kMaxTooltipValue ? line
                                           : line.left(kMaxTooltipValue) + QStringLiteral("\u2026");
}

void describeSpan(const TraceStory& story, const StoryRow& row, QStringList& lines)
{
    const TraceSet& set = *story.set;
    const Span& span = set.span(row.span);
    add(lines, "Kind", text::fromUtf8(toString(span.kind)));
    add(lines, "Start", text::full(timestampOf(span.startNs)));
    add(lines, "Took", spanDuration(span.durationNs));
    if (span.error) {
        const QString why = fromSet(set, span.statusText);
        add(lines, "Failed", why.isEmpty() ? QStringLiteral("no reason told") : cut(why));
    }
    if (row.record != kNoRecord) {
        const bool wrote = writesMessages(span);
        QString record = recordLabel(set, row.record);
        if (row.records > 1) {
            record += QStringLiteral(" and %1 more").arg(row.records - 1);
        }
        add(lines, wrote ? "Wrote" : "Read", record);
    }
    add(lines, "Group", fromSet(set, span.group));
    for (const Consumption& consumption : set.consumedBy(row.span)) {
        const std::int64_t waited = span.startNs - set.timeNs(consumption.record);
        if (waited > 0) {
            add(lines, "Waited in the topic", spanDuration(waited));
        }
        break;
    }
    add(lines, "Links",
        span.linkCount == 0 ? QString()
                            : text::count(span.linkCount, QStringLiteral("other span"),
                                          QStringLiteral("other spans")));
    if (set.cycleCut(row.span)) {
        lines << QStringLiteral("Its parents lead back to it; the ring is cut here.");
    }
    add(lines, "Trace", QString::fromStdString(span.trace.toString()));
    add(lines, "Span", QString::fromStdString(span.id.toString()));
    int shown = 0;
    for (const SpanAttribute& attribute : set.attributesOf(span)) {
        if (++shown > kMaxTooltipAttributes) {
            lines << QStringLiteral("and %1 more attributes")
                         .arg(span.attributeCount - kMaxTooltipAttributes);
            break;
        }
        lines << QStringLiteral("%1 = %2").arg(fromSet(set, attribute.key),
                                               cut(fromSet(set, attribute.value)));
    }
}

void describeWait(const TraceStory& story, const StoryRow& row, QStringList& lines)
{
    const TraceSet& set = *story.set;
    if (row.record != kNoRecord) {
        add(lines, row.records > 1 ? "First record" : "Record", recordLabel(set, row.record));
        add(lines, "Key", cut(fromSet(set, set.records()[row.record].key)));
        add(lines, "Written", text::full(timestampOf(set.timeNs(row.record))));
    } else {
        lines << QStringLiteral("The record is not in this capture; counted from the producer's "
                                "span.");
    }
    if (row.open) {
        const QString groups = groupsOf(story, row.record);
        lines << (groups.isEmpty() ? QStringLiteral("No span has read it.")
                                   : QStringLiteral("Not passed yet by %1.").arg(groups));
        return;
    }
    add(lines, "Read by", fromSet(set, set.span(row.span).service));
    if (row.skewNs > 0) {
        lines << QStringLiteral("The consumer's clock shows %1 less than the record's time: the "
                                "clocks differ by at least that. Times are shown as written.")
                     .arg(spanDuration(row.skewNs));
    } else {
        add(lines, "Waited", spanDuration(row.endNs - row.startNs));
    }
}

std::vector<Segment> waitSentence(const TraceStory& story)
{
    const std::int64_t axis = story.focusEndNs - story.startNs;
    if (story.waitedNs <= 0 || axis <= 0) {
        return {};
    }
    const bool cutOff = !story.openWaits.empty() || story.focusEndNs < story.endNs;
    const QString of =
        axis == 1'000'000'000 && cutOff ? QStringLiteral("second") : spanDuration(axis);
    return {{spanDuration(story.waitedNs), Tone::Warning},
            {(cutOff ? QStringLiteral(" of the first %1 spent waiting in topics")
                     : QStringLiteral(" of %1 spent waiting in topics"))
                 .arg(of),
             Tone::Plain}};
}

} // namespace

QString fromSet(const TraceSet& set, StringId id)
{
    return text::plain(set.text(id));
}

Timestamp timestampOf(std::int64_t ns)
{
    return timestampFromMs(ns / 1'000'000);
}

QString recordLabel(const TraceSet& set, RecordIndex record)
{
    return text::place(set.placeOf(record));
}

QString headline(const TraceStory& story)
{
    QStringList parts{title(story)};
    if (!story.services.empty()) {
        parts << text::count(story.services.size(), QStringLiteral("service"),
                             QStringLiteral("services"));
    }
    if (story.traces.size() > 1) {
        parts << text::count(story.traces.size(), QStringLiteral("linked trace"),
                             QStringLiteral("linked traces"));
    } else {
        parts << text::count(story.spans, QStringLiteral("span"), QStringLiteral("spans"));
    }
    return parts.join(kDot);
}

Sentence sentence(const TraceStory& story)
{
    Sentence parts;
    if (auto waits = waitSentence(story); !waits.empty()) {
        parts.push_back(std::move(waits));
    } else if (story.spans > 0) {
        parts.push_back(
            {{spanDuration(story.lastNs - story.startNs), Tone::Strong},
             {QStringLiteral(" from the first span to the end of the last"), Tone::Plain}});
    }
    const PathSection longest = story.longestOnPath();
    if (longest.row != kNoStoryRow && story.pathNs() > 0 && story.spans > 1) {
        const StoryRow& row = story.rows[longest.row];
        parts.push_back({{QStringLiteral("%1 is %2 of the path")
                              .arg(cut(fromSet(*story.set, story.set->span(row.span).name)),
                                   percent(longest.toNs, story.pathNs())),
                          Tone::Plain}});
    }
    if (!story.openWaits.empty()) {
        const QString count =
            text::count(story.openWaits.size(), QStringLiteral("record not consumed yet"),
                        QStringLiteral("records not consumed yet"));
        parts.push_back({{count, Tone::Error}});
    }
    if (story.errors > 0) {
        parts.push_back({{text::count(story.errors, QStringLiteral("span failed"),
                                      QStringLiteral("spans failed")),
                          Tone::Error}});
    }
    if (story.skewed > 0) {
        parts.push_back(
            {{QStringLiteral("clocks differ by %1 or more").arg(spanDuration(story.worstSkewNs)),
              Tone::Warning}});
    }
    if (story.missing > 0) {
        parts.push_back({{text::count(story.missing, QStringLiteral("span that others name is"),
                                      QStringLiteral("spans that others name are")) +
                              QStringLiteral(" not in this capture"),
                          Tone::Plain}});
    }
    if (story.cycles > 0) {
        parts.push_back(
            {{text::count(story.cycles, QStringLiteral("span"), QStringLiteral("spans")) +
                  QStringLiteral(" in a ring of parents"),
              Tone::Warning}});
    }
    if (story.spans == 0) {
        parts.push_back({{QStringLiteral("records that name this trace; none of its spans is in "
                                         "this capture"),
                          Tone::Plain}});
    }
    return parts;
}

QString plain(const Sentence& sentence)
{
    QStringList parts;
    for (const auto& segments : sentence) {
        QString part;
        for (const Segment& segment : segments) {
            part += segment.text;
        }
        parts << part;
    }
    return parts.join(kDot);
}

QString serviceOf(const TraceStory& story, const StoryRow& row)
{
    return row.kind == StoryRow::Kind::Span ? fromSet(*story.set, story.set->span(row.span).service)
                                            : QString();
}

QString rowLabel(const TraceStory& story, const StoryRow& row)
{
    const TraceSet& set = *story.set;
    switch (row.kind) {
    case StoryRow::Kind::Span: {
        const Span& span = set.span(row.span);
        const QString service = fromSet(set, span.service);
        const QString name = fromSet(set, span.name).simplified();
        return service.isEmpty() ? name : service + kDot + name;
    }
    case StoryRow::Kind::Wait: {
        if (row.records > 1) {
            return QStringLiteral("%1 records wait").arg(row.records);
        }
        if (row.record == kNoRecord) {
            const QString topic =
                row.span == kNoSpan ? QString() : fromSet(set, set.span(row.span).destination);
            return topic.isEmpty() ? QStringLiteral("wait") : topic + QStringLiteral(" wait");
        }
        const RecordPlace place = set.placeOf(row.record);
        return text::plain(TopicPartition{place.topic, place.partition}.toString()) +
               QStringLiteral(" wait");
    }
    case StoryRow::Kind::Record:
        return recordLabel(set, row.record);
    case StoryRow::Kind::Missing:
        return QStringLiteral("not captured") + kDot +
               QString::fromStdString(set.span(row.span).parent.toString());
    }
    return {};
}

QString rowDuration(const StoryRow& row)
{
    switch (row.kind) {
    case StoryRow::Kind::Span:
        return spanDuration(row.endNs - row.startNs);
    case StoryRow::Kind::Wait:
        if (row.open) {
            return QStringLiteral("still waiting");
        }
        return row.skewNs > 0
                   ? QStringLiteral("clocks differ by \u2265 %1").arg(spanDuration(row.skewNs))
                   : spanDuration(row.endNs - row.startNs);
    case StoryRow::Kind::Record:
    case StoryRow::Kind::Missing:
        return {};
    }
    return {};
}

QString escaped(const QString& text)
{
    QString html = text.toHtmlEscaped();
    html.replace(QLatin1Char('\n'), QLatin1String("<br>"));
    return QStringLiteral("<qt>%1</qt>").arg(html);
}

QString tooltip(const TraceStory& story, std::uint32_t index)
{
    const StoryRow& row = story.rows[index];
    QStringList lines{rowLabel(story, row)};
    switch (row.kind) {
    case StoryRow::Kind::Span:
        describeSpan(story, row, lines);
        break;
    case StoryRow::Kind::Wait:
        describeWait(story, row, lines);
        break;
    case StoryRow::Kind::Record:
        add(lines, "Written", text::full(timestampOf(row.startNs)));
        add(lines, "Key", cut(fromSet(*story.set, story.set->records()[row.record].key)));
        lines << QStringLiteral("Its headers name this trace; the span that wrote it is not in "
                                "this capture.");
        break;
    case StoryRow::Kind::Missing:
        lines << QStringLiteral("Spans below name it as their parent. It was not sent, not "
                                "sampled, or is not in this capture.");
        break;
    }
    return escaped(lines.join(QLatin1Char('\n')));
}

} // namespace hindcast::trace_text
