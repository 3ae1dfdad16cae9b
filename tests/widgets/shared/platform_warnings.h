#pragma once

#include <QByteArray>
#include <QString>
#include <QtGlobal>

#include <cstdlib>

namespace hindcast::test {

// The offscreen platform warns that it cannot raise a popup, and warnings are fatal in tests. Read
// before the first warning, so that a test that opens popups lives; any other warning still ends
// it.
inline const bool kWarningsAreOurs = qunsetenv("QT_FATAL_WARNINGS");

inline void allowPlatformWarnings()
{
    static QtMessageHandler before = nullptr;
    before = qInstallMessageHandler(
        [](QtMsgType type, const QMessageLogContext& where, const QString& message) {
            if (message.startsWith(QLatin1String("This plugin does not support"))) {
                return;
            }
            if (before != nullptr) {
                before(type, where, message);
            }
            if (type == QtWarningMsg && kWarningsAreOurs) {
                std::abort();
            }
        });
}

} // namespace hindcast::test
