// What a RecordsView says about its answer: the receipt line and the empty list.

#include "widgets/items/record_table.h"
#include "widgets/records/filter_edit.h"
#include "widgets/records/receipt_line.h"
#include "widgets/records/record_list.h"
#include "widgets/records/records_view.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>

namespace hindcast {

namespace {

const QString kDot = QStringLiteral(" \u00b7 ");

constexpr qint64 kJobAfter = 300; // ms; shorter work would only flicker in the status bar

QString records(quint64 n)
{
    return text::count(n, QStringLiteral("record"), QStringLiteral("records"));
}

// How much of the topics' logs the capture holds; -1 where the logs' ends are not known.
struct Coverage
{
    std::int64_t missing = -1;
    std::int64_t all = 0;
    std::size_t partitions = 0;
};

Coverage coverage(const CaptureSnapshot& snapshot, const ClusterState* cluster,
                  const QStringList& topics, const std::set<std::int32_t>& partitions)
{
    Coverage found;
    if (cluster == nullptr) {
        return found;
    }
    for (const TopicState& topic : cluster->topics) {
        if (!topics.contains(text::fromUtf8(topic.name))) {
            continue;
        }
        for (const PartitionState& partition : topic.partitions) {
            if (!partitions.empty() && !partitions.contains(partition.partition)) {
                continue;
            }
            if (partition.logStart < 0 || partition.logEnd < 0) {
                return {};
            }
            std::int64_t missing = partition.logEnd - partition.logStart;
            found.all += missing;
            for (const OffsetRange& range : snapshot.covered({topic.name, partition.partition})) {
                const auto from = std::max(range.from, partition.logStart);
                const auto to = std::min(range.to, partition.logEnd);
                missing -= std::max<std::int64_t>(to - from, 0);
            }
            found.missing = std::max<std::int64_t>(found.missing, 0) + missing;
            ++found.partitions;
        }
    }
    return found;
}

// "Complete: 4,812 records" -> its word and its figures.
std::pair<QString, QString> split(const QString& sentence)
{
    const qsizetype colon = sentence.indexOf(QStringLiteral(": "));
    if (colon < 0 || colon > 12) {
        return {QString(), sentence};
    }
    return {sentence.left(colon), sentence.mid(colon + 2)};
}

} // namespace

void RecordsView::updateReceipt()
{
    using Verdict = ReceiptLine::Verdict;
    const bool busy = m_list->busy();
    const auto status =
        m_readId != 0 ? context().workspace->readStatus(m_readId) : std::optional<ReadStatus>();
    const bool searching = busy && m_search && !m_list->ready();
    if (!searching && m_searchMs == 0) {
        m_searchMs = std::max<qint64>(m_searchClock.elapsed(), 1);
    }

    JobTracker* const jobs = context().jobs;
    if (searching && m_job == 0 && m_searchClock.elapsed() > kJobAfter) {
        m_job = jobs->start(QStringLiteral("Searching ") + place().title(),
                            [search = m_search] { search->stop(); });
    }
    if (searching && m_job != 0) {
        const double share = m_search->planned() == 0
                                 ? -1
                                 : static_cast<double>(m_search->records()) /
                                       static_cast<double>(m_search->planned());
        jobs->progress(m_job, share, records(m_search->records()));
    }
    if (!searching && m_job != 0) {
        jobs->finish(m_job);
        m_job = 0;
    }
    const bool reading = status && status->running;
    if (!busy && !reading) {
        m_progress.stop();
    }

    const CaptureSnapshotPtr snapshot = context().workspace->snapshot();
    const bool damaged = snapshot && !snapshot->problems().empty();
    QString undecodable;
    QString action;
    if (m_list->problem() && m_list->problem()->code != ErrorCode::Cancelled) {
        m_receipt->setText(Verdict::Failed, QStringLiteral("Failed"),
                           text::fromUtf8(m_list->problem()->message));
    } else if (searching) {
        m_receipt->setText(Verdict::Running, QStringLiteral("Searching"),
                           text::number(static_cast<qint64>(m_search->records())) +
                               QStringLiteral(" of ") + records(m_search->planned()) + kDot +
                               text::number(static_cast<qint64>(m_search->matched())) +
                               QStringLiteral(" match"));
        action = QStringLiteral("Stop");
    } else if (m_pending && m_list->ready() && context().workspace->snapshot()->find(*m_pending)) {
        m_receipt->setText(Verdict::Partial, QStringLiteral("Not in this list"),
                           Place::ofRecord(*m_pending).title() +
                               QStringLiteral(" lies outside the filter or the range"));
        action = QStringLiteral("Show all");
    } else if (m_search) {
        QString figures =
            records(m_search->records()) + QStringLiteral(" searched in ") +
            text::duration(std::chrono::milliseconds(m_searchMs)) + kDot +
            text::number(static_cast<qint64>(m_list->rows()->size())) +
            (m_showsUndecodable ? QStringLiteral(" undecodable") : QStringLiteral(" match"));
        const auto failed = text::fromUtf8(m_search->problem());
        const bool whole = !m_search->stopped() && failed.isEmpty() && !damaged &&
                           !(status && !status->running && !status->complete);
        if (status) {
            figures += kDot + split(status->sentence).second;
        }
        if (!failed.isEmpty()) {
            figures += kDot + failed;
        }
        if (damaged) {
            figures += kDot + QStringLiteral("the capture is damaged");
        }
        m_receipt->setText(whole ? Verdict::Complete : Verdict::Partial,
                           m_search->stopped() ? QStringLiteral("Stopped")
                           : whole             ? QStringLiteral("Complete")
                                               : QStringLiteral("Incomplete"),
                           figures);
        if (m_showsUndecodable) {
            undecodable = QStringLiteral("Back to the matches");
        } else if (m_search->undecodable() > 0) {
            undecodable = text::number(static_cast<qint64>(m_search->undecodable())) +
                          QStringLiteral(" undecodable (show)");
        }
        action = reading ? QStringLiteral("Stop reading") : QString();
    } else if (reading) {
        const bool live = m_range.to.kind == RangeEnd::Kind::Live;
        QString figures = split(status->sentence).second;
        if (figures.isEmpty()) {
            figures = records(status->records) + QStringLiteral(" read");
        }
        m_receipt->setText(
            Verdict::Running, live ? QStringLiteral("\u25cf Live") : QStringLiteral("Reading"),
            records(m_list->rows()->size()) + QStringLiteral(" here") + kDot + figures);
        action = live ? QStringLiteral("Stop following") : QStringLiteral("Stop");
    } else if (status && !status->sentence.isEmpty()) {
        const auto [word, figures] = split(status->sentence);
        m_receipt->setText(status->complete ? Verdict::Complete : Verdict::Partial,
                           word.isEmpty() ? QStringLiteral("Incomplete") : word, figures);
    } else {
        const auto cluster = context().workspace->cluster();
        const Coverage covered =
            coverage(*context().workspace->snapshot(), cluster.get(), m_topics, m_range.partitions);
        QString figures = records(m_list->rows()->size());
        if (const TimeOrderPtr& order = m_list->rows()->order();
            order && m_list->rows()->size() > 0) {
            const RowSet& rows = *m_list->rows();
            figures += kDot + text::time(order->timeAt(order->rankOf(rows.rowAt(0)))) +
                       QStringLiteral(" \u2013 ") +
                       text::time(order->timeAt(order->rankOf(rows.rowAt(rows.size() - 1))));
        }
        if (covered.partitions > 0) {
            figures += kDot + text::count(covered.partitions, QStringLiteral("partition"),
                                          QStringLiteral("partitions"));
        }
        if (covered.missing > 0) {
            figures += kDot + text::number(static_cast<qint64>(covered.missing)) +
                       QStringLiteral(" of ") + text::number(static_cast<qint64>(covered.all)) +
                       QStringLiteral(" offsets of the log are not captured");
        }
        if (damaged) {
            figures += kDot + QStringLiteral("the capture is damaged");
        }
        const bool partial = damaged || covered.missing > 0;
        m_receipt->setText(partial                ? Verdict::Partial
                           : covered.missing == 0 ? Verdict::Complete
                                                  : Verdict::Plain,
                           partial                ? QStringLiteral("Partial")
                           : covered.missing == 0 ? QStringLiteral("Complete")
                                                  : QString(),
                           figures);
    }
    m_receipt->setShowUndecodable(undecodable);
    m_receipt->setAction(action);
    updateEmptyState();
}

void RecordsView::receiptAction()
{
    if (m_list->busy() && m_search && !m_list->ready()) {
        m_search->stop();
    } else if (m_pending && m_list->ready()) {
        m_filterEdit->clear();
        ReadRange all = m_range;
        all.partitions.clear();
        all.from = RangeEnd{};
        if (all.to.kind != RangeEnd::Kind::Live) {
            all.to = RangeEnd{};
        }
        m_range = all;
        updateToolbar();
        search();
    } else if (m_readId != 0) {
        context().workspace->stop(m_readId);
    }
}

void RecordsView::updateEmptyState()
{
    const bool empty = m_model->rowCount() == 0;
    m_stack->setCurrentIndex(empty ? 1 : 0);
    if (!empty) {
        return;
    }
    const Workspace* const workspace = context().workspace;
    const QString name = place().title();
    QString sentence;
    QString action;
    const auto status =
        m_readId != 0 ? workspace->readStatus(m_readId) : std::optional<ReadStatus>();
    const bool narrowed = !(m_range.scope(m_topics, [](const QString&) { return nullptr; }) ==
                            ReadRange{}.scope(m_topics, [](const QString&) { return nullptr; }));
    if (!m_list->ready() && (m_list->busy() || !workspace->order())) {
        sentence = m_search
                       ? QStringLiteral("Searching %1\u2026").arg(name)
                       : QStringLiteral("Putting the records of %1 in time order\u2026").arg(name);
    } else if (m_search) {
        sentence = QStringLiteral("No record of %1 matches the filter.").arg(name);
        action = QStringLiteral("Clear the filter");
    } else if (narrowed) {
        sentence = QStringLiteral("%1 has no records in this range.").arg(name);
        action = QStringLiteral("Show all that is captured");
    } else if (status && status->running && status->records == 0) {
        sentence = QStringLiteral("Reading %1\u2026 Nothing has arrived yet.").arg(name);
    } else {
        sentence = QStringLiteral("%1 has no records in this capture.").arg(name);
        if (workspace->connected()) {
            action = QStringLiteral("Read its newest 500");
        }
    }
    m_emptyText->setText(sentence);
    m_emptyAction->setText(action);
    m_emptyAction->setVisible(!action.isEmpty());
}

void RecordsView::emptyAction()
{
    if (m_search) {
        setFilter({});
        return;
    }
    ReadRange range;
    if (m_range.scope(m_topics, [](const QString&) { return nullptr; }) ==
        range.scope(m_topics, [](const QString&) { return nullptr; })) {
        range.from = {RangeEnd::Kind::LastN, 500, kNoTimestamp, {}};
        range.to.kind = RangeEnd::Kind::Live;
        m_range = {}; // so that the same range is read again
    }
    setRange(range);
}

} // namespace hindcast
