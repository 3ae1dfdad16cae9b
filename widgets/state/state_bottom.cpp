#include "widgets/state/state_bottom.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/trust_look.h"

#include <QGridLayout>
#include <QLabel>

namespace hindcast {

namespace {

QLabel* plainLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    return label;
}

void colour(QLabel* label, theme::Role role, bool current)
{
    QColor color = theme::color(role);
    if (!current) {
        color.setAlphaF(0.55F);
    }
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, color);
    label->setPalette(palette);
}

QString rowsInWords(const StateBottom::Content& content)
{
    const auto number = [](std::size_t n) { return text::number(static_cast<qint64>(n)); };
    QString rows = text::count(content.rows, StateBottom::tr("row"), StateBottom::tr("rows"));
    if (content.differing) {
        return text::count(*content.differing, StateBottom::tr("row that differs"),
                           StateBottom::tr("rows that differ"));
    }
    if (!content.shown) {
        return rows;
    }
    const QString atA = StateBottom::tr("%1 of %2").arg(number(*content.shown), rows);
    return content.shownAtB
               ? StateBottom::tr("%1 at A, %2 of %3 at B")
                     .arg(atA, number(content.shownAtB->first), number(content.shownAtB->second))
               : atA;
}

} // namespace

StateBottom::StateBottom(QWidget* parent)
    : QWidget(parent)
    , m_good(plainLabel(this))
    , m_bad(plainLabel(this))
    , m_rows(plainLabel(this))
{
    m_layout = new QGridLayout(this);
    m_layout->setContentsMargins(10, 6, 10, 6);
    m_layout->setHorizontalSpacing(8);
    m_layout->setVerticalSpacing(2);
    m_layout->setColumnStretch(1, 1);
    m_layout->addWidget(m_good, 0, 0);
    m_layout->addWidget(m_bad, 0, 1);
    m_layout->addWidget(m_rows, 0, 2);
    m_bad->setMinimumWidth(20);
    m_good->setObjectName(QStringLiteral("trustGood"));
    m_bad->setObjectName(QStringLiteral("trustBad"));
    m_rows->setObjectName(QStringLiteral("rows"));
    m_rows->setTextInteractionFlags(Qt::TextSelectableByMouse);
    restyle();
}

StateBottom::~StateBottom() = default;

void StateBottom::setContent(const Content& content)
{
    m_content = content;
    const TrustReport& trust = content.trust;
    const std::size_t exact = trust.exact();
    const std::size_t all = trust.partitions.size();
    QString good;
    QString bad;
    if (!content.instead.isEmpty()) {
        bad = content.instead;
    } else if (content.trustKnown) {
        const PartitionTrust* const worst = trust.worst();
        QStringList left;
        if (trust.skipped > 0) {
            left +=
                (trust.skippedMore ? tr("%1 or more").arg(trust.skipped) + QLatin1Char(' ') +
                                         tr("unreadable records left out")
                                   : text::count(trust.skipped, tr("unreadable record left out"),
                                                 tr("unreadable records left out")));
        }
        if (trust.unknownValues > 0) {
            left += text::count(trust.unknownValues, tr("value not in the log"),
                                tr("values not in the log"));
        }
        const bool since = worst && worst->trust == Trust::ExactSince;
        const QString partitions = text::count(all, tr("partition"), tr("partitions"));
        if (!left.isEmpty()) {
            // It may be of any partition.
        } else if (since) {
            good = trustSign(worst->trust) +
                   tr("%1 on %2").arg(text::fromUtf8(trustWord(worst->trust)), partitions);
        } else if (exact > 0 && exact == all) {
            good = tr("\u2714 Exact on %1").arg(partitions);
        } else if (exact > 0) {
            good = tr("\u2714 Exact on %1 of %2 partitions").arg(exact).arg(all);
        }
        if (worst || !left.isEmpty()) {
            bad = since && left.isEmpty() ? QString() : trustSign(trust.overall);
            if (!left.isEmpty() || (exact == 0 && !since)) {
                bad += tr("%1 on %2 \u00B7 ")
                           .arg(text::fromUtf8(trustWord(trust.overall)), partitions);
            }
            if (worst) {
                left.prepend(text::fromUtf8(worst->place.toString() + ": " + worst->reason));
            }
            bad += left.join(QStringLiteral(", "));
        } else if (all == 0) {
            bad = QStringLiteral("\u25CB ") + text::fromUtf8(trust.sentence());
        }
        if (!trust.untold.empty()) {
            good.clear(); // all was read, and it does not tell the state
            bad = trustSign(Trust::Unknown) + text::fromUtf8(trust.untold);
        }
    }
    m_good->setVisible(!good.isEmpty());
    m_good->setText(good);
    m_bad->setText(bad);
    QString reasons;
    for (const PartitionTrust& part : trust.partitions) {
        const std::string why = part.why();
        reasons += text::fromUtf8(part.place.toString() + ": ") +
                   text::fromUtf8(trustWord(part.verdict())) +
                   (why.empty() ? QString() : tr(", ") + text::fromUtf8(why)) + QLatin1Char('\n');
    }
    m_good->setToolTip(text::tip(reasons + content.note));
    m_bad->setToolTip(text::tip(reasons + content.note));
    QString rows = rowsInWords(content);
    rows += content.hash.isEmpty() ? tr(" \u00B7 sha256 \u2026")
                                   : tr(" \u00B7 sha256 %1\u2026").arg(content.hash.left(6));
    m_rows->setText(rows);
    arrange();
    m_rows->setToolTip(content.hash.isEmpty() ? QString()
                                              : tr("SHA-256 of the state: %1").arg(content.hash));
    restyle();
}

void StateBottom::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void StateBottom::arrange()
{
    // The reason stands whole: in a line of its own, or several, where it does not fit beside.
    const int others = m_rows->sizeHint().width() +
                       (m_good->isVisibleTo(this) ? m_good->sizeHint().width() + 8 : 0);
    const bool fits =
        m_bad->fontMetrics().horizontalAdvance(m_bad->text()) <= width() - others - 30;
    if (fits == m_beside) {
        return;
    }
    m_beside = fits;
    m_layout->removeWidget(m_bad);
    m_bad->setWordWrap(!fits);
    if (fits) {
        m_layout->addWidget(m_bad, 0, 1);
    } else {
        m_layout->addWidget(m_bad, 1, 0, 1, 3);
    }
}

void StateBottom::restyle()
{
    m_rows->setFont(theme::fixedFont());
    colour(m_good, theme::Role::Ok, m_content.current);
    // From when on it is exact is no warning.
    const bool doubtful = m_content.trust.overall == Trust::BestEffort;
    colour(m_bad, doubtful ? theme::Role::Warning : theme::Role::Dim, m_content.current);
    colour(m_rows, theme::Role::Dim, m_content.current);
}

} // namespace hindcast
