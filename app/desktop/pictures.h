#pragma once

#include "widgets/connect/connection_profile.h"
#include "widgets/shared/palette.h"

#include <QElapsedTimer>
#include <QImage>
#include <QObject>
#include <QTimer>

#include <functional>
#include <vector>

namespace hindcast {

class Application;

// Takes the window's pictures without a display: each view in both themes, as PNG files in a
// folder. A picture is taken when two looks at the window, a moment apart, are the same: nothing is
// being worked out any more. GUI thread.
class Pictures final : public QObject
{
    Q_OBJECT

public:
    Pictures(Application* application, QString folder, QObject* parent = nullptr);
    ~Pictures() override;

    // With a capture: its views; without one: the window as it is first seen.
    void start(const QString& capture);
    // Of a live cluster: what it first shows, and these topics as they come in.
    void startLive(const ConnectionProfile& profile, const QStringList& topics);
    const QStringList& files() const { return m_files; }

signals:
    void taken(const QString& name);
    // `problem`: one sentence; empty when all pictures are there.
    void finished(const QString& problem);

private:
    struct Shot
    {
        QString name;
        std::function<void()> prepare;
    };

    void watch();
    void queueCapture();
    void queueSql();
    void queueBoth(const QString& name, const std::function<void()>& prepare);
    void next();
    void look();
    void save(const QImage& picture);

    Application* const m_application;
    const QString m_folder;
    QTimer m_timer;
    QElapsedTimer m_waiting;
    std::vector<Shot> m_shots;
    std::size_t m_at = 0;
    QImage m_last;
    int m_same = 0;
    QStringList m_files;
};

} // namespace hindcast
