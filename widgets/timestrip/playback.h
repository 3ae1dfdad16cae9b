#pragma once

#include "model/record/timestamp.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace hindcast {

class MomentControl;

// Moves A forward at a speed, as long as it runs. A gap longer than two seconds with no event in it
// is skipped, so that nobody waits through a night. GUI thread; owned by the time strip.
class Playback final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds kIdle{2000};

    explicit Playback(MomentControl* moments, QObject* parent = nullptr);
    ~Playback() override;

    bool running() const { return m_timer.isActive(); }
    double speed() const { return m_speed; }
    void setSpeed(double speed); // data seconds a second, > 0
    void start();
    void stop();
    // One frame in which `elapsed` has passed on the person's clock.
    void advance(std::chrono::milliseconds elapsed);

signals:
    void changed();

private:
    MomentControl* const m_moments;
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_speed = 1;
    double m_at = 0; // ms; A's time is whole milliseconds, slow speeds need less
    bool m_moving = false;
};

} // namespace hindcast
