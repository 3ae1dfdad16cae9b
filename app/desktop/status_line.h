#pragma once

#include "widgets/shared/verdict_sign.h"

#include <QWidget>

class QProgressBar;
class QToolButton;

namespace hindcast {

class ElidedLabel;
class JobTracker;

// The bottom line: brokers, what is captured, how new it is, the jobs under way, and what came of
// the last one in words. GUI thread.
class StatusLine final : public QWidget
{
    Q_OBJECT

public:
    struct Facts
    {
        Severity brokerSign = Severity::None;
        QString brokers; // "3 brokers"
        QString capture; // "4,812,330 records captured · 118 MB on disk"
        QString newest;  // "newest 0.4 s ago"
    };

    explicit StatusLine(JobTracker* jobs, QWidget* parent = nullptr);
    ~StatusLine() override;

    void setFacts(const Facts& facts);
    // Stays until the next outcome or until it is clicked away; `detail` is the technical text.
    void setProblem(const QString& sentence, const QString& detail = {});
    QString problem() const;
    void restyle();

private:
    void showJobs();
    void showOutcome(const QString& outcome, bool failed);

    JobTracker* const m_jobs;
    Facts m_facts;
    QWidget* m_brokerPart;
    QWidget* m_sign;
    ElidedLabel* m_brokers;
    ElidedLabel* m_capture;
    ElidedLabel* m_newest;
    ElidedLabel* m_outcome;
    QToolButton* m_problem;
    ElidedLabel* m_job;
    QProgressBar* m_share;
    QToolButton* m_cancel;
    QString m_problemText;
    bool m_outcomeFailed = false;
};

} // namespace hindcast
