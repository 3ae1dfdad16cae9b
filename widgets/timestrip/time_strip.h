#pragma once

#include "widgets/shared/palette.h"
#include "widgets/timestrip/time_strip_canvas.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace hindcast {

class ClockButton;
class ElidedLabel;
class MomentControl;
class Playback;

// How far what is seen at A can be believed, in words.
struct TrustSentence
{
    theme::Role role = theme::Role::Dim;
    QString word; // "Exact"; empty: no claim is made
    QString rest; // "at or before A, 6 partitions"
    QString all;  // the whole of it, for the tooltip
};

// The window's clock as a person handles it: transport buttons, A and B as text that can be typed
// into, what lies between them, and the painted strip. GUI thread.
class TimeStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit TimeStrip(MomentControl* moments, QWidget* parent = nullptr);
    ~TimeStrip() override;

    void setTrust(const TrustSentence& trust);
    void setBands(std::vector<TimeBand> bands) { m_canvas->setBands(std::move(bands)); }
    // The exact moment of A or B as a text that can be pasted into a strip again.
    void copyLink(bool ofA);
    ClockButton* clock() const { return m_clock; }
    Playback* playback() const { return m_playback; }
    TimeStripCanvas* canvas() const { return m_canvas; }
    void restyle();

signals:
    // Alt-drag on the strip: read this range.
    void rangeSelected(const hindcast::TimeRange& range);
    // The buttons; the application knows whether "event" means any or one of the selected key.
    void stepRequested(int events);
    // A moment was typed and taken: the keyboard belongs to the views again.
    void momentEntered();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setupButtons();
    void setupEdits();
    void setupLayout();
    void showA();
    void showB();
    void showBetween();
    void showPlayback();
    void clockMoved();
    bool typed(QLineEdit* edit);
    void refuse(QLineEdit* edit, const QString& why);
    void restore(QLineEdit* edit);
    void showRefusal();
    void colourEdits();
    void openMomentMenu(QLineEdit* edit, const QPoint& at);

    MomentControl* const m_moments;
    Playback* const m_playback;
    QToolButton* m_previous;
    QToolButton* m_play;
    QToolButton* m_next;
    QToolButton* m_live;
    ClockButton* m_clock;
    QLabel* m_nameA;
    QLabel* m_nameB;
    QLineEdit* m_editA;
    QLineEdit* m_editB;
    ElidedLabel* m_between;
    ElidedLabel* m_refusal;         // why the text that was typed is no moment
    QLineEdit* m_refused = nullptr; // the field of that text
    ElidedLabel* m_trustWord;
    ElidedLabel* m_trustRest;
    TimeStripCanvas* m_canvas;
    theme::Role m_trustRole = theme::Role::Dim;
};

} // namespace hindcast
