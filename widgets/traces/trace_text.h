#pragma once

#include "model/trace/trace_story.h"

#include <QString>

#include <vector>

namespace hindcast {

// What the trace views say in words. Texts from payloads have their control characters made
// visible; nothing here is rich text but tooltip(), which escapes all it is given. GUI thread.
namespace trace_text {

// A piece of a sentence; what it means decides its colour.
struct Segment
{
    enum class Tone { Plain, Strong, Warning, Error };
    QString text;
    Tone tone = Tone::Plain;
};
// Parts of a sentence, each of segments; the parts are set apart by dots.
using Sentence = std::vector<std::vector<Segment>>;

// "order-483710 · 4 services · 3 linked traces"
QString headline(const TraceStory& story);
// "568 ms of the first 1 s spent waiting in topics · charge card is 39 % of the path · 1 record not
// consumed yet"
Sentence sentence(const TraceStory& story);
QString plain(const Sentence& sentence);

QString rowLabel(const TraceStory& story, const StoryRow& row); // "payment · charge card"
QString rowDuration(const StoryRow& row);                       // "61 ms"; empty for points
QString serviceOf(const TraceStory& story, const StoryRow& row);
QString recordLabel(const TraceSet& set, RecordIndex record); // "orders-4 @ 48,211,954"
// Everything about a row, to be read in a tooltip.
QString tooltip(const TraceStory& story, std::uint32_t row);
QString escaped(const QString& text); // for a tooltip of plain text

QString fromSet(const TraceSet& set, StringId id);
Timestamp timestampOf(std::int64_t ns);

} // namespace trace_text
} // namespace hindcast
