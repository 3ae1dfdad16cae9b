// The view's ways through time: changes of a row, of a field, of a condition; the difference.
#include "widgets/state/state_view.h"

#include "model/replay/history.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/state/state_watch.h"

#include <QAction>

namespace hindcast {

void StateView::goToChange(bool next)
{
    if (!m_log || m_selected.isEmpty()) {
        return;
    }
    const std::string key = m_selected.toStdString();
    const Rank prefix = prefixOf(m_a);
    const auto version = next ? hindcast::nextChange(*m_log, key, prefix)
                              : hindcast::previousChange(*m_log, key, prefix);
    if (version) {
        context().moments->setA(m_log->order()->momentOf(m_log->rankOf(*version) + 1));
    }
}

void StateView::previousChange()
{
    goToChange(false);
}

void StateView::nextChange()
{
    goToChange(true);
}

void StateView::toggleDifference()
{
    MomentControl* const clock = context().moments;
    if (clock->b()) {
        clock->setB(std::nullopt);
    } else if (clock->order()) {
        clock->setRankB(clock->order()->size());
    }
}

void StateView::goToFieldChange(bool next)
{
    showWatch();
    m_watch->goToField(m_selected, m_field, next);
}

void StateView::goToWatched(Rank rank, const QByteArray& key)
{
    if (!m_log) {
        return;
    }
    context().moments->setA(m_log->order()->momentOf(rank + 1));
    m_selected = key;
    m_scrollToSelected = true;
    wantFrame(false);
    context().navigator->select(place());
}

void StateView::showWatch()
{
    m_watch->setState(m_log, m_columns, m_log ? prefixOf(m_a) : 0);
}

void StateView::addWatchKeys()
{
    const auto key = [this](QKeyCombination keys, const auto& go) {
        auto* const action = new QAction(this);
        action->setShortcut(QKeySequence(keys));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, go);
        addAction(action);
    };
    for (const bool next : {false, true}) {
        key(Qt::CTRL | (next ? Qt::Key_BracketRight : Qt::Key_BracketLeft), [this, next] {
            showWatch();
            m_watch->goToCondition(next);
        });
        key(Qt::ALT | (next ? Qt::Key_BracketRight : Qt::Key_BracketLeft),
            [this, next] { goToFieldChange(next); });
    }
}

} // namespace hindcast
