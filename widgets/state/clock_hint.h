#pragma once

#include "model/replay/version_log.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace hindcast {

class Workspace;

// The quiet line of a state that is folded from change data in the order of Kafka's timestamps: it
// says what that may get wrong, and has the button that orders by the database's commits. GUI
// thread.
class ClockHint final : public QWidget
{
    Q_OBJECT

public:
    explicit ClockHint(Workspace* workspace, QWidget* parent = nullptr);
    ~ClockHint() override;

    void setLog(const VersionLogPtr& log); // may be null
    void restyle();

private:
    void showIfNeeded();

    Workspace* const m_workspace;
    QLabel* const m_words;
    QPushButton* const m_change;
    bool m_changesByLog = false;
};

} // namespace hindcast
