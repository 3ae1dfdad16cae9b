#pragma once

#include "widgets/traces/trace_text.h"

#include <QWidget>

namespace hindcast {

// One line that answers what the view is opened for, in pieces of different colours. Painted, not
// marked up: its words come from payloads. What does not fit is elided, with all of it in the
// tooltip. GUI thread.
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

private:
    trace_text::Sentence m_sentence;
};

} // namespace hindcast
