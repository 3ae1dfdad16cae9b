#pragma once

#include "widgets/shared/view.h"

#include <QColor>
#include <QWidget>

class QLabel;
class QMenu;
class QToolButton;

namespace hindcast {

class ElidedLabel;
class GoToBox;

// What the window is connected to, as the header says it.
struct HeaderState
{
    QString name;   // of the connection, or of the file
    int color = -1; // series colour of the connection; -1: a file
    bool production = false;
    QString note;           // "read-only", "connecting…", "not reachable"
    bool connected = false; // records can be captured
    QString capturing;      // running time of a recording; empty: none

    friend bool operator==(const HeaderState&, const HeaderState&) = default;
};

// The top line of the window: what it looks at, capturing, opening, the go-to box, theme and
// settings. GUI thread; says what was asked for by signals.
class HeaderBar final : public QWidget
{
    Q_OBJECT

public:
    explicit HeaderBar(const ViewContext& context, QWidget* parent = nullptr);
    ~HeaderBar() override;

    void setState(const HeaderState& state);
    void setSettingsMenu(QMenu* menu);
    void setConnectionMenu(QMenu* menu);
    GoToBox* goTo() const { return m_goTo; }
    void restyle();

signals:
    void captureClicked();
    void openClicked();
    void sqlClicked();
    void themeClicked();

private:
    void setupLayout();

    HeaderState m_state;
    QWidget* m_dot;
    QToolButton* m_connection;
    QLabel* m_badge;
    ElidedLabel* m_note;
    QToolButton* m_capture;
    QToolButton* m_open;
    QToolButton* m_sql;
    GoToBox* m_goTo;
    QToolButton* m_theme;
    QToolButton* m_settings;
};

} // namespace hindcast
