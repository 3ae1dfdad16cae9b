// What StateView says about its rows: how many differ, how far they are believed, why there are
// none.
#include "widgets/shared/text.h"
#include "widgets/state/clock_hint.h"
#include "widgets/state/projection_store.h"
#include "widgets/state/state_bottom.h"
#include "widgets/state/state_findings.h"
#include "widgets/state/state_hash.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_totals.h"
#include "widgets/state/state_view.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>

namespace hindcast {

namespace {

constexpr int kRoomForWords = 640; // px of the view

}

void StateView::showDifferenceButton()
{
    // Where room is short the words give way, not the filter.
    const bool brief = width() < kRoomForWords;
    const QString words = brief ? tr("A \u2192 B") : tr("Rows that differ A \u2192 B");
    // A star: there is a draft, as its tooltip says.
    m_edit->setText((brief ? tr("Edit") : tr("Edit projection")) +
                    (m_edit->toolTip().isEmpty() ? QString() : QStringLiteral("*")));
    if (!m_b) {
        m_differ->setText(words);
        m_differ->setToolTip(tr("Set B to compare with it: Shift+click in the time strip, or "
                                "Ctrl+D for the newest record"));
        m_differ->setEnabled(false);
        return;
    }
    m_differ->setEnabled(true);
    if (!m_whole || !m_whole->diff) {
        m_differ->setText(tr("%1 (\u2026)").arg(words));
        m_differ->setToolTip(QString());
        return;
    }
    const StateDiff& diff = *m_whole->diff;
    const std::size_t differ = diff.added + diff.removed + diff.changed;
    m_differ->setText(tr("%1 (%2)").arg(words, text::number(static_cast<qint64>(differ))));
    m_differ->setToolTip(text::tip(tr("%1 added, %2 removed, %3 changed")
                                       .arg(text::number(static_cast<qint64>(diff.added)),
                                            text::number(static_cast<qint64>(diff.removed)),
                                            text::number(static_cast<qint64>(diff.changed))) +
                                   m_totals->changesInWords()));
}

void StateView::showBottom()
{
    StateBottom::Content content;
    if (m_log) {
        const StateFramePtr& frame = m_model->frame();
        content.note = text::fromUtf8(m_log->report().sentence());
        if (m_whole) {
            content.trust = m_whole->trust;
            content.trustKnown = m_whole->request.judge != nullptr;
            content.rows = m_whole->rows;
            content.current = frame && m_whole->request.log == m_log &&
                              m_whole->request.prefixA == frame->a->prefix();
        }
        if (frame && content.current) {
            content.rows = frame->a->size();
        }
        if (m_whole && m_whole->filtered && m_whole->request.onlyDifferent) {
            content.differing = m_whole->only->size();
        } else if (m_whole && m_whole->filtered) {
            content.shown = m_whole->shownA;
            if (m_whole->request.prefixB) {
                content.shownAtB = {m_whole->shownB, m_whole->rowsB};
            }
        }
        content.hash = m_hash->text();
        content.current = content.current && m_whole &&
                          m_hash->isOf(m_whole->request.log, m_whole->request.prefixA);
    }
    if (isOutdated()) {
        const ProjectionStore::Entry* const entry = m_store->find(m_name);
        content.instead =
            tr("These rows are of the definition before. ") +
            (entry->problem.isEmpty() ? tr("Folding %1\u2026").arg(m_name) : entry->problem);
    }
    m_clockHint->setLog(m_log);
    m_findings->setState(m_log, m_log ? prefixOf(m_a) : 0);
    m_bottom->setContent(content);
    m_bottom->setVisible(m_log != nullptr);
}

void StateView::showEmpty()
{
    const ProjectionStore::Entry* const entry = m_store->find(m_name);
    QString words;
    if (!entry) {
        words = tr("There is no projection named %1. Make one from a topic's menu: \"New "
                   "projection from this topic\".")
                    .arg(m_name);
    } else if (!entry->projection || (!entry->problem.isEmpty() && !m_log)) {
        words = entry->problem;
    } else if (!entry->inCapture) {
        QStringList topics;
        for (const std::string& topic : entry->projection->topics()) {
            topics << text::fromUtf8(topic);
        }
        words = tr("This table is folded from %1, of which the capture holds nothing yet. Open the "
                   "topic, or read more of it.")
                    .arg(topics.join(tr(", ")));
    } else if (!m_log) {
        words = tr("Folding %1\u2026").arg(m_name);
    } else if (m_model->frame() && m_model->rowCount() == 0) {
        if (m_whole && m_whole->filtered && !m_filter->text().trimmed().isEmpty()) {
            words = tr("No row matches the filter at A.");
        } else if (m_whole && m_whole->filtered) {
            words = tr("No row differs between A and B.");
        } else if (m_log->report().keys == 0) {
            words =
                tr("The records make no row: %1").arg(text::fromUtf8(m_log->report().sentence()));
        } else if (prefixOf(m_a) == m_log->order()->size()) {
            words = tr("No row is left at A: all were deleted before. Move A to the left.");
        } else {
            words = tr("No row exists at A. Move A to where the table has rows.");
        }
    }
    m_emptyText->setText(words);
    m_stack->setCurrentIndex(words.isEmpty() ? 0 : 1);
}

} // namespace hindcast
