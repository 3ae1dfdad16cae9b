#pragma once

#include "widgets/shared/place.h"

#include <QWidget>

namespace hindcast {

class JobTracker;
class MomentControl;
class Navigator;
class Workspace;

// What every view is given; all outlive it.
struct ViewContext
{
    Workspace* workspace = nullptr;
    MomentControl* moments = nullptr;
    Navigator* navigator = nullptr;
    JobTracker* jobs = nullptr;
};

// A document of the window. GUI thread; owned by its tab.
class View : public QWidget
{
    Q_OBJECT

public:
    explicit View(const ViewContext& context, QWidget* parent = nullptr);
    ~View() override;

    virtual Place place() const = 0;
    virtual QString title() const;
    // The place lies in this view (place().sameDocument()): look at it.
    virtual void show(const Place& place);
    using QWidget::show;

    // What the inspector shows while this view is the one in front.
    const Place& lookedAt() const { return m_lookedAt; }
    void setLookedAt(const Place& place) { m_lookedAt = place; }

    // Keys that mean something in every view: Ctrl+F, F5, [ and ].
    virtual void focusFilter() {}
    virtual void readAgain() {}
    virtual void previousChange() {}
    virtual void nextChange() {}
    // Rows selected in it as tab-separated values and as JSON lines; empty where nothing is.
    virtual QString selectionAsTsv() const { return {}; }
    virtual QString selectionAsJson() const { return {}; }
    // The theme or the time zone is another one; paint with it.
    virtual void restyle();

    // An answer to what was last asked of it is still to come.
    virtual bool answering() const { return false; }

    // A pinned view keeps its moment when the window's clock moves.
    bool pinned() const { return m_pinned; }
    void setPinned(bool pinned);

signals:
    void titleChanged();
    void pinnedChanged(bool pinned);

protected:
    const ViewContext& context() const { return m_context; }
    // What was selected in it; out of sight the inspector shows it with the view.
    void lookAt(const Place& place);

private:
    const ViewContext m_context;
    Place m_lookedAt;
    bool m_pinned = false;
};

} // namespace hindcast
