#pragma once

#include "model/record/moment.h"
#include "widgets/shared/place.h"

#include <QObject>

#include <vector>

namespace hindcast {

class MomentControl;

// Where the window is. Views ask it to go somewhere and to show something in the inspector; the
// main window obeys its signals. Keeps the way back. GUI thread; owned by the application.
class Navigator final : public QObject
{
    Q_OBJECT

public:
    explicit Navigator(MomentControl* moments, QObject* parent = nullptr);
    ~Navigator() override;

    // Opens a document for the place (or goes to the one that shows it).
    void open(const Place& place);
    // What the inspector shows. Selecting is not a step on the way back.
    void select(const Place& place);
    const Place& selected() const { return m_selected; }
    // The main window says which document is in front.
    void setCurrent(const Place& place);

    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < m_steps.size(); }
    void back();
    void forward();

signals:
    void openRequested(const hindcast::Place& place);
    void selectedChanged(const hindcast::Place& place);
    void historyChanged();

private:
    struct Step
    {
        Place place;
        Moment moment; // A when the place was left
    };
    void go(std::size_t step);
    void push(const Place& place);

    MomentControl* const m_moments;
    std::vector<Step> m_steps;
    std::size_t m_at = 0;
    Place m_selected;
    bool m_moving = false; // inside back() or forward(): no new step
};

} // namespace hindcast
