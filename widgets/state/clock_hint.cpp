#include "widgets/state/clock_hint.h"

#include "model/replay/clock_proposal.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/workspace.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace hindcast {

ClockHint::ClockHint(Workspace* workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_words(new QLabel(this))
    , m_change(new QPushButton(tr("Order by commits"), this))
{
    setObjectName(QStringLiteral("clockHint"));
    auto* const layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 4, 10, 4);
    layout->setSpacing(8);
    layout->addWidget(m_words, 1);
    layout->addWidget(m_change);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    m_words->setText(tr("Kafka's timestamps may cut a transaction in two at A; the database's "
                        "commits never do."));
    m_change->setObjectName(QStringLiteral("orderByCommits"));
    connect(m_change, &QPushButton::clicked, this, [this] {
        m_workspace->setClock({Clock::Kind::Commit, {}});
    });
    connect(m_workspace, &Workspace::clockChanged, this, &ClockHint::showIfNeeded);
    hide();
    restyle();
}

ClockHint::~ClockHint() = default;

void ClockHint::setLog(const VersionLogPtr& log)
{
    m_changesByLog = log && log->order()->clock() == Clock{} && readsChanges(log->projection());
    showIfNeeded();
}

// Until the table itself is folded in the other order, it stays; the button then has been used.
void ClockHint::showIfNeeded()
{
    const auto proposal = m_workspace->clockProposal();
    setVisible(m_changesByLog && proposal && proposal->clock.kind == Clock::Kind::Commit);
    m_change->setEnabled(m_workspace->clock().kind != Clock::Kind::Commit);
}

void ClockHint::restyle()
{
    theme::setTextColor(m_words, theme::Role::Dim);
}

} // namespace hindcast
