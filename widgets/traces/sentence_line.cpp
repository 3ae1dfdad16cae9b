#include "widgets/traces/sentence_line.h"

#include "widgets/shared/palette.h"

#include <QPainter>

namespace hindcast {

namespace {

constexpr int kMargin = 10;
constexpr int kHeight = 32;

QColor colorOf(trace_text::Segment::Tone tone)
{
    using Tone = trace_text::Segment::Tone;
    switch (tone) {
    case Tone::Plain:
        return theme::color(theme::Role::Dim);
    case Tone::Strong:
        return theme::color(theme::Role::Text);
    case Tone::Warning:
        return theme::color(theme::Role::Warning);
    case Tone::Error:
        return theme::color(theme::Role::Error);
    }
    return {};
}

} // namespace

SentenceLine::SentenceLine(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

SentenceLine::~SentenceLine() = default;

void SentenceLine::setSentence(trace_text::Sentence sentence)
{
    m_sentence = std::move(sentence);
    setToolTip(m_sentence.empty() ? QString() : trace_text::escaped(text()));
    setAccessibleName(text());
    update();
}

QString SentenceLine::text() const
{
    return trace_text::plain(m_sentence);
}

QSize SentenceLine::sizeHint() const
{
    return {200, kHeight};
}

QSize SentenceLine::minimumSizeHint() const
{
    return {80, kHeight};
}

void SentenceLine::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(theme::Role::Base));
    int x = kMargin;
    const int right = width() - kMargin;
    const auto draw = [&](const QString& words, const QColor& color, bool bold) {
        if (x >= right) {
            return;
        }
        QFont font = this->font();
        font.setWeight(bold ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(color);
        const QFontMetrics metrics(font);
        const int wanted = metrics.horizontalAdvance(words);
        const QString shown = metrics.elidedText(words, Qt::ElideRight, right - x);
        painter.drawText(QRect(x, 0, right - x, height()), Qt::AlignVCenter | Qt::AlignLeft, shown);
        x = shown == words ? x + wanted : right; // nothing after an ellipsis
    };
    bool first = true;
    for (const auto& part : m_sentence) {
        if (!first) {
            draw(QStringLiteral("  \u00b7  "), theme::color(theme::Role::Dim), false);
        }
        first = false;
        for (const trace_text::Segment& segment : part) {
            const bool bold =
                segment.tone == trace_text::Segment::Tone::Strong ||
                (segment.tone == trace_text::Segment::Tone::Warning && part.size() > 1);
            draw(segment.text, colorOf(segment.tone), bold);
        }
    }
}

} // namespace hindcast
