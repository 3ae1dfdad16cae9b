#include "widgets/traces/sentence_line.h"

#include "widgets/shared/palette.h"

#include <QPainter>

namespace hindcast {

namespace {

constexpr int kMargin = 10;
constexpr int kLineHeight = 18;
constexpr int kPadding = 7; // above and below

const QString kSeparator = QStringLiteral("  \u00b7  ");

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
    fitHeight();
    update();
}

QString SentenceLine::text() const
{
    return trace_text::plain(m_sentence);
}

QFont SentenceLine::fontOf(const std::vector<trace_text::Segment>& part,
                           const trace_text::Segment& segment) const
{
    using Tone = trace_text::Segment::Tone;
    // A figure at the head of its part stands out.
    const bool bold =
        segment.tone == Tone::Strong || (segment.tone == Tone::Warning && part.size() > 1);
    QFont font = this->font();
    font.setWeight(bold ? QFont::DemiBold : QFont::Normal);
    return font;
}

int SentenceLine::widthOf(const std::vector<trace_text::Segment>& part) const
{
    int width = 0;
    for (const trace_text::Segment& segment : part) {
        width += QFontMetrics(fontOf(part, segment)).horizontalAdvance(segment.text);
    }
    return width;
}

int SentenceLine::separatorWidth() const
{
    return QFontMetrics(font()).horizontalAdvance(kSeparator);
}

std::size_t SentenceLine::breakAt() const
{
    int x = kMargin;
    for (std::size_t i = 0; i < m_sentence.size(); ++i) {
        x += (i > 0 ? separatorWidth() : 0) + widthOf(m_sentence[i]);
        if (i > 0 && x > width() - kMargin) {
            return i;
        }
    }
    return m_sentence.size();
}

void SentenceLine::fitHeight()
{
    const int lines = breakAt() < m_sentence.size() ? 2 : 1;
    const int wanted = lines * kLineHeight + 2 * kPadding;
    if (height() != wanted || minimumHeight() != wanted) {
        setFixedHeight(wanted);
    }
}

void SentenceLine::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitHeight();
}

QSize SentenceLine::sizeHint() const
{
    return {200, kLineHeight + 2 * kPadding};
}

QSize SentenceLine::minimumSizeHint() const
{
    return {80, kLineHeight + 2 * kPadding};
}

void SentenceLine::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(theme::Role::Base));
    int x = kMargin;
    int y = kPadding;
    const int right = width() - kMargin;
    const auto draw = [&](const QString& words, const QColor& color, const QFont& font) {
        if (x >= right) {
            return;
        }
        painter.setFont(font);
        painter.setPen(color);
        const QFontMetrics metrics(font);
        const QString shown = metrics.elidedText(words, Qt::ElideRight, right - x);
        painter.drawText(QRect(x, y, right - x, kLineHeight), Qt::AlignVCenter | Qt::AlignLeft,
                         shown);
        // Nothing follows an ellipsis.
        x = shown == words ? x + metrics.horizontalAdvance(words) : right;
    };
    const std::size_t second = breakAt();
    for (std::size_t i = 0; i < m_sentence.size(); ++i) {
        if (i == second) {
            x = kMargin;
            y += kLineHeight;
        } else if (i > 0) {
            draw(kSeparator, theme::color(theme::Role::Dim), font());
        }
        for (const trace_text::Segment& segment : m_sentence[i]) {
            draw(segment.text, colorOf(segment.tone), fontOf(m_sentence[i], segment));
        }
    }
}

} // namespace hindcast
