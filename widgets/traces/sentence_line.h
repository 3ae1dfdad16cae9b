#pragma once

#include "widgets/traces/trace_text.h"

#include <QWidget>

namespace hindcast {

// The sentence that answers what the view is opened for, in pieces of different colours. Painted,
// not marked up: its words come from payloads. Parts that do not fit go on in a second line; past
// that it is elided, with all of it in the tooltip. GUI thread.
class SentenceLine final : public QWidget
{
    Q_OBJECT

public:
    explicit SentenceLine(QWidget* parent = nullptr);
    ~SentenceLine() override;

    void setSentence(trace_text::Sentence sentence);
    QString text() const; // as plain text

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QFont fontOf(const std::vector<trace_text::Segment>& part,
                 const trace_text::Segment& segment) const;
    int widthOf(const std::vector<trace_text::Segment>& part) const;
    int separatorWidth() const;
    // Where the second line begins: an index into the parts; their count where one line holds all.
    std::size_t breakAt() const;
    void fitHeight();

    trace_text::Sentence m_sentence;
};

} // namespace hindcast
