#pragma once

#include "widgets/shared/view.h"

#include <QHash>
#include <QMainWindow>

#include <functional>

class QDockWidget;

namespace hindcast {

class Documents;
class ExplorerPane;
class HeaderBar;
class RecordingBar;
class StartPage;
class StatusLine;
class TimeStrip;

// The window: header, explorer, documents, inspector, time strip and status line, and nothing that
// they mean. What happens in them is wired by the Application. GUI thread.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(const ViewContext& context, QWidget* parent = nullptr);
    ~MainWindow() override;

    HeaderBar* header() const { return m_header; }
    ExplorerPane* explorer() const { return m_explorer; }
    Documents* documents() const { return m_documents; }
    TimeStrip* strip() const { return m_strip; }
    StatusLine* status() const { return m_status; }
    RecordingBar* recordingBar() const { return m_recordingBar; }
    StartPage* startPage() const { return m_startPage; }
    QList<QDockWidget*> docks() const;

    void setInspector(QWidget* inspector);
    void resetLayout();
    void restyle();
    // Asked before the window closes; false keeps it open.
    void setCloseGuard(std::function<bool()> guard) { m_mayClose = std::move(guard); }

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QDockWidget* makeDock(const char* name, const QString& title, QWidget* content,
                          Qt::DockWidgetArea area);
    void setupHeader();
    void setupCentre();
    void setupDocks();

    HeaderBar* m_header;
    ExplorerPane* m_explorer;
    RecordingBar* m_recordingBar;
    Documents* m_documents;
    TimeStrip* m_strip;
    StatusLine* m_status;
    StartPage* m_startPage;
    QDockWidget* m_explorerDock;
    QDockWidget* m_inspectorDock;
    QDockWidget* m_stripDock;
    // What a side pane gave up when the window became narrower; it has it back with the room.
    QHash<const QObject*, int> m_squeezedFrom;
    int m_settledWidth = 0;
    std::function<bool()> m_mayClose;
};

} // namespace hindcast
