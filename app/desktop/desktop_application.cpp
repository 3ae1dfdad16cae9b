#include "app/desktop/desktop_application.h"

#include <QThread>
#include <QWidget>

namespace hindcast {

DesktopApplication::DesktopApplication(int& argc, char** argv)
    : QApplication(argc, argv)
{
    m_sinceStart.start();
    m_watchdog = std::make_unique<TurnWatchdog>();
}

DesktopApplication::~DesktopApplication() = default;

bool DesktopApplication::notify(QObject* receiver, QEvent* event)
{
    // Other threads' event loops come through here too.
    if (!m_watchdog || m_depth > 0 || QThread::currentThread() != thread()) {
        const bool first = !m_painted && event->type() == QEvent::Paint &&
                           QThread::currentThread() == thread() && receiver->isWidgetType() &&
                           static_cast<QWidget*>(receiver)->isWindow();
        const bool accepted = QApplication::notify(receiver, event);
        if (first && !m_painted) {
            m_painted = true;
            emit firstPaint(m_sinceStart.elapsed());
        }
        return accepted;
    }
    // Before delivery: the receiver may be gone after it.
    const char* receiverClass = receiver->metaObject()->className();
    const QEvent::Type type = event->type();
    ++m_depth;
    m_watchdog->begin();
    const bool accepted = QApplication::notify(receiver, event);
    m_watchdog->end(receiverClass, type);
    --m_depth;
    return accepted;
}

} // namespace hindcast
