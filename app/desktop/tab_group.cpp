#include "app/desktop/tab_group.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/view.h"

#include <QAbstractButton>
#include <QIcon>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QTabBar>

namespace hindcast {

namespace {

// A cross that shows on the tab in front and under the mouse only: a row of crosses is noise.
class CloseCross final : public QAbstractButton
{
public:
    explicit CloseCross(QTabBar* bar)
        : QAbstractButton(bar)
        , m_bar(bar)
    {
        setFixedSize(14, 14);
        setCursor(Qt::ArrowCursor);
        setToolTip(QStringLiteral("Close"));
        setObjectName(QStringLiteral("closeTab"));
        setFocusPolicy(Qt::NoFocus);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const int current = m_bar->currentIndex();
        const bool onCurrent =
            current >= 0 && m_bar->tabButton(current, QTabBar::RightSide) == this;
        if (!onCurrent && !underMouse()) {
            return;
        }
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(
            QPen(theme::color(underMouse() ? theme::Role::Text : theme::Role::Dim), 1.2));
        painter.drawLine(QPointF(4, 4), QPointF(10, 10));
        painter.drawLine(QPointF(10, 4), QPointF(4, 10));
    }
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }

private:
    QTabBar* const m_bar;
};

} // namespace

TabGroup::TabGroup(QWidget* parent)
    : QTabWidget(parent)
{
    setObjectName(QStringLiteral("tabGroup"));
    setDocumentMode(true);
    setMovable(true);
    setElideMode(Qt::ElideRight);
    setUsesScrollButtons(true);
    tabBar()->setObjectName(QStringLiteral("documentTabs"));
    tabBar()->setExpanding(false);
    tabBar()->setDrawBase(false);
    tabBar()->installEventFilter(this);
    tabBar()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(tabBar(), &QTabBar::customContextMenuRequested, this, &TabGroup::showMenu);
}

TabGroup::~TabGroup() = default;

View* TabGroup::view(int index) const
{
    return qobject_cast<View*>(widget(index));
}

void TabGroup::add(View* view)
{
    const int index = addTab(view, QString());
    describe(view);
    connect(view, &View::titleChanged, this, [this, view] { describe(view); });
    connect(view, &View::pinnedChanged, this, [this, view] { describe(view); });
    setCurrentIndex(index);
}

void TabGroup::describe(View* view)
{
    const int index = indexOf(view);
    if (index < 0) {
        return;
    }
    // An ampersand in a topic's name is no mnemonic.
    QString title = text::plain(view->title().toStdString());
    setTabToolTip(index, text::tip(title));
    constexpr qsizetype kLongest = 32;
    if (title.size() > kLongest) {
        title = title.left(kLongest - 1) + QChar(0x2026);
    }
    setTabText(index, title.replace(QLatin1Char('&'), QStringLiteral("&&")));
    setTabIcon(index, view->pinned() ? QIcon::fromTheme(QStringLiteral("window-pin")) : QIcon());
}

void TabGroup::tabInserted(int index)
{
    QTabWidget::tabInserted(index);
    auto* cross = new CloseCross(tabBar());
    connect(cross, &QAbstractButton::clicked, this, [this, cross] {
        for (int i = 0; i < count(); ++i) {
            if (tabBar()->tabButton(i, QTabBar::RightSide) == cross) {
                emit closeRequested(view(i));
                return;
            }
        }
    });
    tabBar()->setTabButton(index, QTabBar::RightSide, cross);
}

bool TabGroup::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == tabBar() && event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const int index = tabBar()->tabAt(mouse->position().toPoint());
        if (mouse->button() == Qt::MiddleButton && index >= 0) {
            emit closeRequested(view(index));
            return true;
        }
    }
    return QTabWidget::eventFilter(watched, event);
}

void TabGroup::showMenu(const QPoint& at)
{
    View* const shown = view(tabBar()->tabAt(at));
    if (!shown) {
        return;
    }
    QMenu menu(this);
    QAction* pin = menu.addAction(QStringLiteral("Keep its moment when A moves"), shown,
                                  [shown] { shown->setPinned(!shown->pinned()); });
    pin->setCheckable(true);
    pin->setChecked(shown->pinned());
    menu.addAction(QStringLiteral("Move to the other side"), this,
                   [this, shown] { emit splitRequested(shown); });
    menu.addSeparator();
    menu.addAction(QStringLiteral("Close"), this, [this, shown] { emit closeRequested(shown); });
    menu.addAction(QStringLiteral("Close the others"), this, [this, shown] {
        for (int i = count() - 1; i >= 0; --i) {
            if (view(i) != shown) {
                emit closeRequested(view(i));
            }
        }
    });
    menu.exec(tabBar()->mapToGlobal(at));
}

void TabGroup::restyle()
{
    for (int i = 0; i < count(); ++i) {
        describe(view(i));
        view(i)->restyle();
    }
}

} // namespace hindcast
