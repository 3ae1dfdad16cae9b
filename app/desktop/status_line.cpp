#include "app/desktop/status_line.h"

#include "widgets/shared/elided_label.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QProgressBar>
#include <QTimer>
#include <QToolButton>

namespace hindcast {

namespace {

class Sign final : public QWidget
{
public:
    explicit Sign(QWidget* parent)
        : QWidget(parent)
    {
        setFixedSize(9, 9);
    }
    void setSign(Severity sign)
    {
        m_sign = sign;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        verdict_sign::paint(painter, QRectF(rect()), m_sign);
    }

private:
    Severity m_sign = Severity::None;
};

} // namespace

StatusLine::StatusLine(JobTracker* jobs, QWidget* parent)
    : QWidget(parent)
    , m_jobs(jobs)
    , m_brokerPart(new QWidget(this))
    , m_sign(new Sign(this))
    , m_brokers(new ElidedLabel(this))
    , m_capture(new ElidedLabel(this))
    , m_newest(new ElidedLabel(this))
    , m_outcome(new ElidedLabel(this))
    , m_problem(new QToolButton(this))
    , m_job(new ElidedLabel(this))
    , m_share(new QProgressBar(this))
    , m_cancel(new QToolButton(this))
{
    setObjectName(QStringLiteral("statusLine"));
    setFixedHeight(24);
    m_job->setObjectName(QStringLiteral("job"));
    m_outcome->setObjectName(QStringLiteral("jobOutcome"));
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_problem->setText(QString(QChar(0x2715)));
    m_problem->setToolTip(QStringLiteral("Seen"));
    m_cancel->setObjectName(QStringLiteral("cancelJob"));
    m_cancel->setText(QString(QChar(0x2715)));
    m_cancel->setToolTip(QStringLiteral("Stop; what was read is kept"));
    m_share->setTextVisible(false);
    m_share->setFixedSize(72, 6);
    m_share->setRange(0, 1000);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(10, 0, 10, 0);
    line->setSpacing(6);
    auto* brokers = new QHBoxLayout(m_brokerPart);
    brokers->setContentsMargins(0, 0, 10, 0);
    brokers->setSpacing(6);
    brokers->addWidget(m_sign);
    brokers->addWidget(m_brokers);
    line->addWidget(m_brokerPart);
    line->addWidget(m_capture);
    line->addSpacing(10);
    line->addWidget(m_newest);
    line->addSpacing(10);
    line->addWidget(m_outcome, 1);
    line->addWidget(m_problem);
    line->addWidget(m_job);
    line->addWidget(m_share);
    line->addWidget(m_cancel);
    connect(m_jobs, &JobTracker::changed, this, &StatusLine::showJobs);
    connect(m_jobs, &JobTracker::finished, this, &StatusLine::showOutcome);
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        if (!m_jobs->jobs().empty()) {
            m_jobs->cancel(m_jobs->jobs().front().id);
        }
    });
    connect(m_problem, &QToolButton::clicked, this, [this] { setProblem({}); });
    setProblem({});
    showJobs();
    restyle();
}

StatusLine::~StatusLine() = default;

void StatusLine::setFacts(const Facts& facts)
{
    m_facts = facts;
    static_cast<Sign*>(m_sign)->setSign(facts.brokerSign);
    m_brokerPart->setVisible(!facts.brokers.isEmpty());
    m_brokers->setText(facts.brokers);
    m_brokers->setColor(verdict_sign::color(facts.brokerSign));
    m_capture->setText(facts.capture);
    m_newest->setText(facts.newest);
}

void StatusLine::setProblem(const QString& sentence, const QString& detail)
{
    m_problemText = sentence;
    m_problem->setVisible(!sentence.isEmpty());
    m_outcome->setText(sentence);
    m_outcome->setToolTip(detail.isEmpty() ? QString() : sentence + QLatin1Char('\n') + detail);
    m_outcomeFailed = !sentence.isEmpty();
    restyle();
}

QString StatusLine::problem() const
{
    return m_problemText;
}

void StatusLine::showOutcome(const QString& outcome, bool failed)
{
    setProblem(failed ? outcome : QString());
    if (!failed) {
        m_outcome->setText(outcome);
        QTimer::singleShot(8000, m_outcome, [this, outcome] {
            if (m_outcome->text() == outcome) {
                m_outcome->setText({});
            }
        });
    }
}

void StatusLine::showJobs()
{
    const auto& jobs = m_jobs->jobs();
    const bool any = !jobs.empty();
    m_job->setVisible(any);
    m_cancel->setVisible(any && jobs.front().cancel);
    m_share->setVisible(any && jobs.front().share >= 0);
    if (!any) {
        return;
    }
    const JobTracker::Job& first = jobs.front();
    QString text = first.title;
    if (!first.progress.isEmpty()) {
        text += QStringLiteral(": ") + first.progress;
    }
    if (first.share >= 0) {
        m_share->setValue(static_cast<int>(first.share * 1000));
        text += QStringLiteral(" \u00b7 %1 %").arg(static_cast<int>(first.share * 100));
    }
    if (jobs.size() > 1) {
        text += QStringLiteral(" \u00b7 %1 more").arg(jobs.size() - 1);
    }
    m_job->setText(text);
}

void StatusLine::restyle()
{
    QFont font = theme::textFont();
    font.setPointSizeF(11.5 * 0.75);
    for (auto* label : {m_brokers, m_capture, m_newest, m_outcome, m_job}) {
        label->setFont(font);
        label->setColor(theme::color(theme::Role::Dim));
    }
    m_brokers->setColor(verdict_sign::color(m_facts.brokerSign));
    if (m_outcomeFailed) {
        m_outcome->setColor(theme::color(theme::Role::Error));
    }
}

} // namespace hindcast
