#pragma once

#include "app/desktop/application.h"
#include "app/desktop/documents.h"
#include "app/desktop/main_window.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/text.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

namespace hindcast::test {

// The window at 1280x800 on a capture, with a projection of the test's own if it has one; takes its
// pictures. GUI thread; a base of the test that drives it.
class GalleryWindow
{
protected:
    void open(const QString& capture, const char* projection = nullptr)
    {
        allowPlatformWarnings();
        text::setZone(text::Zone::Utc);
        QDir().mkpath(QStringLiteral(HINDCAST_GALLERY));
        if (projection) {
            QVERIFY(QDir(m_folder.path()).mkdir(QStringLiteral("projections")));
            QFile toml(m_folder.filePath(QStringLiteral("projections/own.toml")));
            QVERIFY(toml.open(QIODevice::WriteOnly));
            toml.write(projection);
        }
        m_application = std::make_unique<Application>(
            Application::Options{m_folder.filePath(QStringLiteral("settings.ini")),
                                 m_folder.filePath(QStringLiteral("scratch"))});
        m_application->setScheme(theme::Scheme::Light);
        m_window = m_application->window();
        m_window->resize(1280, 800);
        m_window->show();
        QSignalSpy ready(m_application.get(), &Application::ready);
        m_application->openFile(capture);
        QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 60'000);
    }
    void close() { m_application.reset(); }

    // In both themes.
    void take(const char* name)
    {
        for (const auto scheme : {theme::Scheme::Light, theme::Scheme::Dark}) {
            m_application->setScheme(scheme);
            takeAsItIs(QLatin1String(name) + (scheme == theme::Scheme::Light
                                                  ? QStringLiteral("-light")
                                                  : QStringLiteral("-dark")));
        }
    }
    // When several looks, a moment apart, are the same.
    void takeAsItIs(const QString& name)
    {
        QImage last;
        int same = 0;
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                const QImage now = m_window->grab().toImage();
                const bool rests = now == last && m_application->jobs()->jobs().empty();
                same = rests ? same + 1 : 0;
                last = now;
                return same >= 8;
            }(),
            20'000);
        QVERIFY(last.save(
            QDir(QStringLiteral(HINDCAST_GALLERY)).filePath(name + QStringLiteral(".png"))));
    }

    const QTemporaryDir m_folder;
    std::unique_ptr<Application> m_application;
    MainWindow* m_window = nullptr;
};

} // namespace hindcast::test
