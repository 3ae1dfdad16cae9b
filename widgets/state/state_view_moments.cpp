// The view's ways through time: changes of a row, of a field, of a condition; the difference.
#include "widgets/state/state_view.h"

#include "model/replay/history.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_watch.h"

#include <QAction>
#include <QLabel>
#include <QTableView>

namespace hindcast {

void StateView::goToChange(bool next)
{
    if (!m_log) {
        return;
    }
    if (m_selected.isEmpty()) {
        say(tr("Select a row first."));
        return;
    }
    const std::string key = m_selected.toStdString();
    const Rank prefix = prefixOf(m_a);
    const auto version = next ? hindcast::nextChange(*m_log, key, prefix)
                              : hindcast::previousChange(*m_log, key, prefix);
    if (version) {
        context().moments->setA(m_log->order()->momentOf(m_log->rankOf(*version) + 1));
    } else {
        say(next ? tr("This row does not change after A.")
                 : tr("This row did not change before A."));
    }
}

// Until the next answer about the filter.
void StateView::say(const QString& why)
{
    m_filterProblem->setText(why);
    m_filterProblem->show();
}

void StateView::previousChange()
{
    goToChange(false);
}

void StateView::nextChange()
{
    goToChange(true);
}

void StateView::goToFieldChange(bool next)
{
    if (m_field.isEmpty()) {
        goToChange(next); // the key and what stands beside the values change with the row
        return;
    }
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

// The record that set the cell, or, beside the values, the one that made the row what it is.
void StateView::openRecordOf(const QModelIndex& cell)
{
    const QByteArray key = m_model->keyAt(cell.row());
    if (!m_log || key.isEmpty()) {
        return;
    }
    const int column = cell.column();
    const StateFramePtr& frame = m_model->frame();
    const StateFrame::Row* const row = frame->row(static_cast<std::size_t>(cell.row()));
    const bool isValue = !m_model->fieldAt(column).isEmpty();
    // The value in sight is B's where the two differ.
    const bool atB =
        row && frame->b && (!row->a || cell.data(StateTableModel::OldTextRole).isValid());
    const Rank prefix = (atB ? frame->b : frame->a)->prefix();
    m_origin.ask(
        [log = frame->log, name = key.toStdString(), prefix,
         of = isValue ? std::optional((*frame->columns)[static_cast<std::size_t>(column - 1)])
                      : std::nullopt](const std::stop_token&) -> std::optional<RecordPlace> {
            std::optional<Version> version;
            if (of) {
                version = provenanceOf(*log, name, *of, prefix).value_or(std::nullopt);
            } else {
                const KeyNo number = log->keys().find(name);
                version = number == kNoKeyNo
                              ? std::nullopt
                              : log->chains().lastBefore(number, log->prefixOf(prefix));
            }
            return version ? std::optional(log->placeOf(*version)) : std::nullopt;
        },
        [this](const std::optional<RecordPlace>& record) {
            if (record) {
                context().navigator->open(Place::ofRecord(*record));
            }
        });
}

} // namespace hindcast
