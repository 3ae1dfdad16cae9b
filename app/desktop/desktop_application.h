#pragma once

#include "app/desktop/turn_watchdog.h"

#include <QApplication>

#include <memory>

namespace hindcast {

// The program's QApplication: hands every event of the GUI thread past the watchdog.
class DesktopApplication final : public QApplication
{
    Q_OBJECT

public:
    DesktopApplication(int& argc, char** argv);
    ~DesktopApplication() override;

    bool notify(QObject* receiver, QEvent* event) override;
    TurnWatchdog* watchdog() const { return m_watchdog.get(); }

signals:
    // The first window has been painted, that many milliseconds after the program's start.
    void firstPaint(qint64 ms);

private:
    std::unique_ptr<TurnWatchdog> m_watchdog;
    QElapsedTimer m_sinceStart;
    int m_depth = 0;
    bool m_painted = false;
};

} // namespace hindcast
