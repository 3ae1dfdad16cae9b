#include "widgets/shared/verdict_bar.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/verdict_sign.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace hindcast {

namespace {

constexpr int kSign = 16; // px

QLabel* plainLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText); // it names groups and topics of a cluster
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

VerdictBar::VerdictBar(QWidget* parent)
    : QWidget(parent)
    , m_sign(new QLabel(this))
    , m_headline(plainLabel(this))
    , m_detail(plainLabel(this))
    , m_button(new QPushButton(this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_headline->setObjectName(QStringLiteral("headline"));
    m_detail->setObjectName(QStringLiteral("detail"));
    m_headline->setWordWrap(true);
    m_detail->setWordWrap(true);
    m_detail->setForegroundRole(QPalette::PlaceholderText); // dim in both themes
    m_sign->setFixedSize(kSign, kSign);
    m_button->setObjectName(QStringLiteral("openRecord"));
    m_button->hide();
    connect(m_button, &QPushButton::clicked, this, &VerdictBar::actionRequested);

    auto* words = new QVBoxLayout;
    words->setSpacing(theme::kStep / 2);
    words->addWidget(m_headline);
    words->addWidget(m_detail);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 10, 14, 10);
    row->setSpacing(12);
    row->addWidget(m_sign);
    row->addLayout(words, 1);
    row->addSpacing(4 * theme::kStep);
    row->addWidget(m_button);
    restyle();
}

VerdictBar::~VerdictBar() = default;

void VerdictBar::restyle()
{
    QFont big = theme::textFont();
    big.setPointSizeF(15 * 0.75);
    big.setWeight(QFont::DemiBold);
    m_headline->setFont(big);
    m_sign->setPixmap(
        verdict_sign::icon(m_severity, kSign).pixmap(QSize(kSign, kSign), devicePixelRatioF()));
}

void VerdictBar::setVerdict(Severity severity, const QString& headline, const QString& detail)
{
    m_headline->setText(headline);
    m_detail->setText(detail);
    if (severity != m_severity) {
        m_severity = severity;
        restyle();
    }
    static constexpr const char* kWords[] = {"Nothing to say", "Ok", "Warning", "Error"};
    m_sign->setAccessibleName(QString::fromLatin1(kWords[static_cast<int>(severity)]));
    m_sign->setToolTip(m_sign->accessibleName());
}

void VerdictBar::setAction(const QString& text, bool primary, bool enabled, const QString& reason)
{
    m_button->setVisible(!text.isEmpty());
    m_button->setText(text);
    m_button->setEnabled(enabled);
    m_button->setToolTip(reason);
    const bool filled = primary && enabled;
    if (m_button->property("primary").toBool() != filled) {
        m_button->setProperty("primary", filled);
        m_button->style()->unpolish(m_button);
        m_button->style()->polish(m_button);
    }
}

QString VerdictBar::headline() const
{
    return m_headline->text();
}

QString VerdictBar::detail() const
{
    return m_detail->text();
}

} // namespace hindcast
