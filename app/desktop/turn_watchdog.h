#pragma once

#include <QElapsedTimer>
#include <QEvent>
#include <QObject>

#include <chrono>

namespace hindcast {

// Measures how long each turn of the GUI's event loop works, and logs the ones in which a person
// would feel it, with what ran longest in them. GUI thread; fed by the application's notify().
class TurnWatchdog final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds kTooLong{50};

    struct Turn
    {
        std::chrono::microseconds took{0};
        std::chrono::microseconds worked{0};  // of the processor; the rest went to other threads
        std::chrono::microseconds longest{0}; // the longest single event in it
        const char* receiver = "";            // its class
        QEvent::Type event = QEvent::None;
    };

    explicit TurnWatchdog(QObject* parent = nullptr);
    ~TurnWatchdog() override;

    // Around each event that the loop itself delivers (not those sent from inside another).
    void begin();
    void end(const char* receiver, QEvent::Type event);

    const Turn& worst() const { return m_worst; }
    quint64 turnsTooLong() const { return m_tooLong; }
    void reset();

private:
    void finishTurn();

    QElapsedTimer m_clock;
    std::chrono::microseconds m_workedBefore{0};
    Turn m_turn;
    Turn m_worst;
    quint64 m_tooLong = 0;
};

} // namespace hindcast
