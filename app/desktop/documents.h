#pragma once

#include "widgets/shared/view.h"

#include <QWidget>

#include <functional>
#include <vector>

class QSplitter;
class QStackedLayout;

namespace hindcast {

class TabGroup;

// The centre of the window: views in tabs, in one group or in two side by side; a page of its own
// where there is none. GUI thread; owns its views.
class Documents final : public QWidget
{
    Q_OBJECT

public:
    using Factory = std::function<View*(const Place& place)>;

    explicit Documents(QWidget* parent = nullptr);
    ~Documents() override;

    void setFactory(Factory factory) { m_factory = std::move(factory); }
    void setEmptyPage(QWidget* page); // shown while nothing is open; takes it over

    // Shows the view of that place, making one if there is none. False: no view shows such a place.
    bool open(const Place& place);
    void add(View* view); // and goes to it
    void goTo(View* view);
    void close(View* view);
    void closeAll();
    // Moves the tab in front to the other side, which is made if need be.
    void splitRight();
    void goToTab(int number); // 0-based, in the group that has the focus

    View* current() const;
    std::vector<View*> views() const;
    int groupCount() const;
    TabGroup* group(int index) const;
    void restyle();

signals:
    void currentChanged(View* view); // may be null

private:
    TabGroup* makeGroup();
    TabGroup* groupOf(View* view) const;
    void settle();
    void focusMoved(QWidget* now);

    Factory m_factory;
    QStackedLayout* m_pages;
    QSplitter* m_splitter;
    TabGroup* m_front = nullptr; // where the next view opens
    View* m_reported = nullptr;
};

} // namespace hindcast
