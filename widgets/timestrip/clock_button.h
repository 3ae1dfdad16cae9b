#pragma once

#include "model/capture/clock.h"

#include <QMetaType>
#include <QToolButton>

#include <optional>

class QAction;
class QMenu;

namespace hindcast {

// The clock of the window as a button of the time strip: its name where it is not `log`, a hint
// where another one is proposed, and a menu of all with what each means. GUI thread.
class ClockButton final : public QToolButton
{
    Q_OBJECT

public:
    explicit ClockButton(QWidget* parent = nullptr);
    ~ClockButton() override;

    // `shown`: by which the order in front was made; another than `clock` while that is built.
    // `withoutField`: how many of its records stand at their timestamp, as the field is no time.
    void setClocks(const Clock& clock, const Clock& shown,
                   const std::optional<ClockProposal>& proposal, quint64 withoutField = 0);
    void restyle();

signals:
    void chosen(const hindcast::Clock& clock);

private:
    QAction* addClock(const Clock& clock, const QString& meaning);
    void openMenu();
    void fillMenu();
    void askForField();
    void say();

    Clock m_clock;
    Clock m_shown;
    std::optional<ClockProposal> m_proposal;
    quint64 m_withoutField = 0;
    QMenu* const m_menu;
};

} // namespace hindcast

Q_DECLARE_METATYPE(hindcast::Clock)
