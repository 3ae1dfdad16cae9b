#include "widgets/inspector/trace_page.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kMostTraces = 20; // contexts; a record redelivered often has one a delivery

QString formatName(const TraceContext& context)
{
    QString name;
    switch (context.format) {
    case TraceContext::Format::W3c:
        name = QStringLiteral("W3C trace context");
        break;
    case TraceContext::Format::B3Single:
        name = QStringLiteral("B3, one header");
        break;
    case TraceContext::Format::B3Multi:
        name = QStringLiteral("B3, several headers");
        break;
    }
    return context.current ? name : QString(name + QStringLiteral(", of an earlier delivery"));
}

QLabel* label(const QString& text, theme::Role role, bool fixed)
{
    auto* const made = new QLabel(text);
    made->setTextFormat(Qt::PlainText);
    made->setTextInteractionFlags(Qt::TextSelectableByMouse);
    made->setWordWrap(true);
    made->setFont(fixed ? theme::fixedFont() : theme::textFont());
    theme::setTextColor(made, role);
    return made;
}

} // namespace

TracePage::TracePage(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
}

TracePage::~TracePage() = default;

void TracePage::setRecord(LoadedRecordPtr record)
{
    m_record = std::move(record);
    delete m_content;
    m_content = new QWidget;
    auto* const content = new QVBoxLayout(m_content);
    content->setContentsMargins(12, 8, 12, 8);
    content->setSpacing(2 * theme::kStep);
    for (std::size_t i = 0; i < std::min(m_record->contexts.size(), kMostTraces); ++i) {
        const LoadedRecord::Context& found = m_record->contexts[i];
        auto* const facts = new QGridLayout;
        facts->setHorizontalSpacing(2 * theme::kStep);
        facts->setVerticalSpacing(theme::kStep - 1);
        facts->setColumnStretch(1, 1);
        int row = 0;
        const auto add = [&](const QString& name, const QString& value, bool fixed) {
            facts->addWidget(label(name, theme::Role::Dim, false), row, 0, Qt::AlignTop);
            facts->addWidget(label(value, theme::Role::Text, fixed), row++, 1);
        };
        add(QStringLiteral("From"), formatName(found.context), false);
        add(QStringLiteral("Trace"), text::fromUtf8(found.trace), true);
        add(QStringLiteral("Span"), text::fromUtf8(found.span), true);
        if (found.context.sampled) {
            add(QStringLiteral("Sampled"),
                *found.context.sampled ? QStringLiteral("yes") : QStringLiteral("no"), false);
        }
        if (!found.context.traceState.empty()) {
            add(QStringLiteral("State"), text::plain(found.context.traceState), true);
        }
        content->addLayout(facts);
        auto* const follow = new QPushButton(QStringLiteral("Follow trace"));
        follow->setObjectName(QStringLiteral("follow%1").arg(i));
        connect(follow, &QPushButton::clicked, this, [this, i] { emit traceAsked(i); });
        content->addWidget(follow, 0, Qt::AlignLeft);
    }
    content->addStretch(1);
    m_layout->addWidget(m_content);
}

void TracePage::restyle()
{
    if (m_record) {
        setRecord(m_record);
    }
}

} // namespace hindcast
