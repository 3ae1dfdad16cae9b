#pragma once

#include "app/desktop/application.h"
#include "app/desktop/documents.h"
#include "app/desktop/main_window.h"
#include "tests/widgets/shared/shop_capture.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

namespace hindcast::test {

// The program with its settings in a folder of its own, and the shop's capture opened in it. GUI
// thread; a base of the test that drives it.
class WindowFixture
{
protected:
    void begin()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        start();
    }
    void start()
    {
        m_application.reset();
        m_application = std::make_unique<Application>(
            Application::Options{m_folder->filePath(QStringLiteral("settings.ini")),
                                 m_folder->filePath(QStringLiteral("scratch"))});
        m_window = m_application->window();
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window));
        m_documents = m_window->documents();
    }
    void openShop(const QStringList& traces = {})
    {
        const QString file = m_folder->filePath(QStringLiteral("shop.hindcast"));
        {
            const auto capture = Capture::create(file.toStdString());
            QVERIFY(capture);
            test::fillShop(**capture);
            RecordBatchBuilder calls("calls");
            for (const QString& trace : traces) {
                const auto offset = static_cast<std::int64_t>(calls.size());
                calls.add(0, offset, test::kShopStart + offset, TimestampType::CreateTime,
                          std::nullopt, "{}");
                calls.addHeader("traceparent",
                                "00-" + trace.toStdString() + "-00f067aa0ba902b7-01");
            }
            QVERIFY((*capture)->append(calls.take()));
            QVERIFY((*capture)->close());
        }
        reopenShop();
    }
    void reopenShop()
    {
        const QString file = m_folder->filePath(QStringLiteral("shop.hindcast"));
        QSignalSpy ready(m_application.get(), &Application::ready);
        m_application->openFile(file);
        QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 20'000);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Application> m_application;
    MainWindow* m_window = nullptr;
    Documents* m_documents = nullptr;
};

} // namespace hindcast::test
