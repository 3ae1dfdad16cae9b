#include "app/desktop/documents.h"

#include "app/desktop/tab_group.h"

#include <QApplication>
#include <QSplitter>
#include <QStackedLayout>

namespace hindcast {

Documents::Documents(QWidget* parent)
    : QWidget(parent)
    , m_pages(new QStackedLayout(this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
{
    setObjectName(QStringLiteral("documents"));
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_pages->addWidget(m_splitter);
    m_front = makeGroup();
    connect(qApp, &QApplication::focusChanged, this,
            [this](QWidget*, QWidget* now) { focusMoved(now); });
}

Documents::~Documents()
{
    // Views go while those that watch them are whole.
    for (int i = 0; i < groupCount(); ++i) {
        group(i)->disconnect(this);
    }
}

void Documents::setEmptyPage(QWidget* page)
{
    m_pages->addWidget(page);
    settle();
}

TabGroup* Documents::makeGroup()
{
    auto* made = new TabGroup(m_splitter);
    m_splitter->addWidget(made);
    connect(made, &QTabWidget::currentChanged, this, [this, made] {
        m_front = made;
        settle();
    });
    connect(made, &QTabWidget::tabBarClicked, this, [this, made] {
        m_front = made;
        settle();
    });
    connect(made, &TabGroup::closeRequested, this, &Documents::close);
    connect(made, &TabGroup::splitRequested, this, [this](View* view) {
        goTo(view);
        splitRight();
    });
    return made;
}

int Documents::groupCount() const
{
    return m_splitter->count();
}

TabGroup* Documents::group(int index) const
{
    return qobject_cast<TabGroup*>(m_splitter->widget(index));
}

TabGroup* Documents::groupOf(View* view) const
{
    for (int i = 0; i < groupCount(); ++i) {
        if (group(i)->indexOf(view) >= 0) {
            return group(i);
        }
    }
    return nullptr;
}

std::vector<View*> Documents::views() const
{
    std::vector<View*> all;
    for (int i = 0; i < groupCount(); ++i) {
        for (int tab = 0; tab < group(i)->count(); ++tab) {
            all.push_back(group(i)->view(tab));
        }
    }
    return all;
}

View* Documents::current() const
{
    return m_front ? m_front->currentView() : nullptr;
}

bool Documents::open(const Place& place)
{
    for (View* view : views()) {
        if (view->place().sameDocument(place)) {
            goTo(view);
            view->show(place);
            return true;
        }
    }
    View* made = m_factory ? m_factory(place) : nullptr;
    if (!made) {
        return false;
    }
    add(made);
    made->show(place);
    return true;
}

void Documents::add(View* view)
{
    m_front->add(view);
    view->restyle(); // a style sheet takes hold with the parent, and drops fonts set before
    settle();
}

void Documents::goTo(View* view)
{
    if (TabGroup* const owner = groupOf(view)) {
        m_front = owner;
        owner->setCurrentWidget(view);
        settle();
    }
}

void Documents::close(View* view)
{
    TabGroup* const owner = groupOf(view);
    if (!owner) {
        return;
    }
    owner->removeTab(owner->indexOf(view));
    view->deleteLater();
    if (owner->count() == 0 && groupCount() > 1) {
        m_front = owner == group(0) ? group(1) : group(0);
        owner->disconnect(this);
        owner->setParent(nullptr);
        owner->deleteLater();
    }
    settle();
}

void Documents::closeAll()
{
    for (View* view : views()) {
        close(view);
    }
}

void Documents::splitRight()
{
    View* const moved = current();
    if (!moved || (groupCount() == 1 && m_front->count() < 2)) {
        return; // one alone has no other side to be compared with
    }
    TabGroup* const from = m_front;
    TabGroup* const to = groupCount() == 1 ? makeGroup() : (from == group(0) ? group(1) : group(0));
    from->removeTab(from->indexOf(moved));
    moved->disconnect(from);
    to->add(moved);
    m_front = to;
    if (from->count() == 0) {
        from->disconnect(this);
        from->setParent(nullptr);
        from->deleteLater();
    } else if (groupCount() == 2) {
        m_splitter->setSizes({width() / 2, width() / 2});
    }
    settle();
}

void Documents::goToTab(int number)
{
    if (number < m_front->count()) {
        m_front->setCurrentIndex(number);
    }
}

void Documents::focusMoved(QWidget* now)
{
    for (int i = 0; i < groupCount() && now; ++i) {
        if (group(i)->isAncestorOf(now) && m_front != group(i)) {
            m_front = group(i);
            settle();
        }
    }
}

void Documents::settle()
{
    if (m_pages->count() > 1) {
        m_pages->setCurrentIndex(views().empty() ? 1 : 0);
    }
    View* const now = current();
    if (now != m_reported) {
        m_reported = now;
        emit currentChanged(now);
    }
}

void Documents::restyle()
{
    for (int i = 0; i < groupCount(); ++i) {
        group(i)->restyle();
    }
}

} // namespace hindcast
