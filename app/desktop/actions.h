#pragma once

#include "widgets/shared/view.h"

#include <QObject>

#include <functional>

class QAction;
class QKeyEvent;
class QMenu;

namespace hindcast {

class MainWindow;

// Everything the keyboard and the settings menu can do. What needs more than the window and its
// clock is said by signals. GUI thread; owned by the application.
class Actions final : public QObject
{
    Q_OBJECT

public:
    Actions(const ViewContext& context, MainWindow* window, QObject* parent = nullptr);
    ~Actions() override;

    QMenu* settingsMenu() const { return m_settings; }
    // By the name of its object, for tests and menus; null: no such action.
    QAction* action(const char* name) const;

signals:
    void openRequested();
    void saveRequested();
    void captureRequested();
    void connectRequested();
    void themeRequested();
    void keysRequested();
    void stepRequested(int events);
    void zoneChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QAction* add(const char* name, const QString& text, const QList<QKeySequence>& keys,
                 std::function<void()> does);
    void setupMoments();
    void setupViews();
    void setupWindow();
    void setupSettings();
    void copy(bool asJson);
    void showDifference();
    bool isWindowKey(const QKeyEvent& key) const;

    const ViewContext m_context;
    MainWindow* const m_window;
    QMenu* m_settings;
};

} // namespace hindcast
