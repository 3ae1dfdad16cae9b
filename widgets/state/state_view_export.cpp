// What StateView writes into files.
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/text.h"
#include "widgets/state/projection_store.h"
#include "widgets/state/state_view.h"

#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>

namespace hindcast {

// All that is asked of the state, so that what is exported is what the filter says now.
StateWhole::Request StateView::question() const
{
    StateWhole::Request request;
    request.log = m_log;
    const ProjectionStore::Entry* const entry = m_store->find(m_name);
    request.judge = entry ? entry->trust : nullptr;
    request.columns = m_columns;
    request.prefixA = prefixOf(m_a);
    if (m_b) {
        request.prefixB = prefixOf(*m_b);
    }
    request.filter = m_filter->text().trimmed();
    request.onlyDifferent = m_differ->isChecked() && m_b;
    request.sort = m_sort;
    request.totalled = columnsToTotal();
    return request;
}

void StateView::chooseExport()
{
    if (!m_log) {
        return;
    }
    const bool filtered = m_whole && m_whole->filtered;
    if (!filtered && !m_b) {
        openExportDialog(StateExport::What::State);
        return;
    }
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("exportMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto offer = [this, menu](const QString& words, StateExport::What what) {
        menu->addAction(words, this, [this, what] { openExportDialog(what); });
    };
    if (filtered) {
        offer(tr("The rows shown, as they are at A (%1)\u2026")
                  .arg(text::number(static_cast<qint64>(m_whole->shownA))),
              StateExport::What::Shown);
    }
    offer(tr("All rows at A\u2026"), StateExport::What::State);
    if (m_b) {
        offer(filtered ? tr("What differs from A to B in the rows shown\u2026")
                       : tr("What differs from A to B\u2026"),
              StateExport::What::Difference);
    }
    menu->popup(m_export->mapToGlobal(QPoint(0, m_export->height())));
}

void StateView::openExportDialog(StateExport::What what)
{
    const bool difference = what == StateExport::What::Difference;
    auto* dialog = new QFileDialog(this, difference ? tr("Export what differs from A to B")
                                                    : tr("Export the state at A"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    QStringList formats{tr("CSV (*.csv)"), tr("JSON lines (*.jsonl)")};
    if (!difference) {
        formats << tr("SQLite (*.sqlite)")
                << tr("The moment, to be verified when it is opened (*.moment)");
    }
    dialog->setNameFilters(formats);
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(m_name +
                       (difference ? QStringLiteral("-difference.csv") : QStringLiteral(".csv")));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, what](const QString& path) { exportTo(path, what); });
    dialog->open();
}

void StateView::exportTo(const QString& path, StateExport::What what)
{
    if (!m_log) {
        return;
    }
    const StateExport order{what, question(), path};
    JobTracker* const jobs = context().jobs;
    const auto job = jobs->start(tr("Exporting %1").arg(m_name), [this] { m_exporter.cancel(); });
    m_exporter.ask([order](const std::stop_token& stop) { return order.write(stop); },
                   [jobs, job](const Result<QString>& done) {
                       jobs->finish(job, done ? *done : text::fromUtf8(done.error().message),
                                    !done);
                   });
}

} // namespace hindcast
