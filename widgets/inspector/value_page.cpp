#include "widgets/inspector/value_page.h"

#include "widgets/inspector/value_tree_view.h"
#include "widgets/shared/hairline.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/place.h"
#include "widgets/shared/text.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

namespace hindcast {

namespace {

constexpr std::size_t kAllNodes = 1'000'000;
constexpr int kFactWidth = 84;

QString formatName(Format format)
{
    switch (format) {
    case Format::Null:
        return QStringLiteral("null, a tombstone");
    case Format::Empty:
        return QStringLiteral("empty");
    case Format::Json:
        return QStringLiteral("JSON");
    case Format::Text:
        return QStringLiteral("text");
    case Format::Binary:
        return QStringLiteral("binary");
    }
    return {};
}

QString typeName(TimestampType type)
{
    switch (type) {
    case TimestampType::CreateTime:
        return QStringLiteral(" (create)");
    case TimestampType::LogAppendTime:
        return QStringLiteral(" (log append)");
    case TimestampType::None:
        break;
    }
    return {};
}

bool isCut(const ValueNode& node)
{
    return !node.children.empty() &&
           (node.children.back().name == "\u2026" || isCut(node.children.back()));
}

} // namespace

ValuePage::ValuePage(QWidget* parent)
    : QWidget(parent)
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_facts = new QGridLayout;
    m_facts->setContentsMargins(12, 8, 12, 8);
    m_facts->setHorizontalSpacing(2 * theme::kStep);
    m_facts->setVerticalSpacing(theme::kStep - 1);
    m_facts->setColumnMinimumWidth(0, kFactWidth);
    m_facts->setColumnStretch(1, 1);
    m_place = addFact(QStringLiteral("Record"), "factRecord", true);
    m_time = addFact(QStringLiteral("Time"), "factTime", true);
    m_key = addFact(QStringLiteral("Key"), "factKey", true);
    m_decoded = addFact(QStringLiteral("Decoded as"), "factDecoded", false);
    m_problem = new QLabel;
    m_problem->setObjectName(QStringLiteral("factProblem"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_facts->addWidget(m_problem, m_facts->rowCount(), 0, 1, 2);
    layout->addLayout(m_facts);
    layout->addWidget(hairline(this));
    m_tree = new ValueTreeView(FieldPath::Root::Value);
    layout->addWidget(m_tree, 1);

    m_cut = new QWidget;
    auto* const cut = new QHBoxLayout(m_cut);
    cut->setContentsMargins(12, 4, 12, 4);
    auto* const cutText = new QLabel(QStringLiteral("Only the first part of the value is shown."));
    cutText->setWordWrap(true);
    cut->addWidget(cutText, 1);
    m_showAll = new QPushButton(QStringLiteral("Show all"));
    m_showAll->setObjectName(QStringLiteral("treeShowAll"));
    cut->addWidget(m_showAll);
    m_cut->setVisible(false);
    layout->addWidget(m_cut);
    connect(m_showAll, &QPushButton::clicked, this, &ValuePage::showAll);

    m_summary = new QWidget;
    auto* const summary = new QVBoxLayout(m_summary);
    summary->setContentsMargins(0, 0, 0, 0);
    summary->setSpacing(0);
    summary->addWidget(hairline(this));
    auto* const inside = new QVBoxLayout;
    inside->setContentsMargins(12, 8, 12, 10);
    inside->setSpacing(theme::kStep);
    m_summaryTitle = new QLabel(QStringLiteral("THIS KEY"));
    inside->addWidget(m_summaryTitle);
    m_summaryText = new QPushButton;
    m_summaryText->setObjectName(QStringLiteral("keySummary"));
    m_summaryText->setFlat(true);
    m_summaryText->setCursor(Qt::PointingHandCursor);
    m_summaryText->setToolTip(QStringLiteral("Every record of this key, in time order"));
    inside->addWidget(m_summaryText, 0, Qt::AlignLeft);
    auto* const buttons = new QHBoxLayout;
    buttons->setSpacing(theme::kStep);
    m_state = new QPushButton(QStringLiteral("State here"));
    m_state->setObjectName(QStringLiteral("stateHere"));
    m_trace = new QPushButton(QStringLiteral("Follow trace"));
    m_trace->setObjectName(QStringLiteral("followTrace"));
    buttons->addWidget(m_state);
    buttons->addWidget(m_trace);
    buttons->addStretch(1);
    inside->addLayout(buttons);
    summary->addLayout(inside);
    layout->addWidget(m_summary);
    connect(m_state, &QPushButton::clicked, this, &ValuePage::stateAsked);
    connect(m_trace, &QPushButton::clicked, this, &ValuePage::traceAsked);
    connect(m_summaryText, &QPushButton::clicked, this, &ValuePage::historyAsked);
    restyle();
}

ValuePage::~ValuePage() = default;

QLabel* ValuePage::addFact(const QString& name, const char* objectName, bool fixed)
{
    const int row = m_facts->rowCount();
    auto* const label = new QLabel(name);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_names.push_back(label);
    auto* const value = new QLabel;
    value->setObjectName(QLatin1String(objectName));
    value->setTextFormat(Qt::PlainText); // it shows data
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setWordWrap(true);
    value->setProperty("fixed", fixed);
    m_facts->addWidget(label, row, 0, Qt::AlignTop);
    m_facts->addWidget(value, row, 1);
    return value;
}

void ValuePage::setRecord(LoadedRecordPtr record)
{
    m_decoder.cancel();
    m_record = std::move(record);
    m_place->setText(Place::ofRecord(m_record->place).title());
    const bool there = m_record->there();
    for (QLabel* const label : {m_time, m_key, m_decoded}) {
        label->setVisible(there);
    }
    for (std::size_t i = 1; i < m_names.size(); ++i) {
        m_names[i]->setVisible(there);
    }
    if (!there) {
        m_problem->setText(m_record->problem.empty()
                               ? QStringLiteral("This record is not in the capture.")
                               : text::plain(m_record->problem));
        m_problem->setVisible(true);
        m_tree->setValue(nullptr);
        m_cut->setVisible(false);
        return;
    }
    const RecordView view = m_record->view();
    const QString full = text::full(view.timestamp);
    m_time->setText(view.timestamp == kNoTimestamp
                        ? full
                        : QString(full.mid(11) + typeName(view.timestampType)));
    m_time->setToolTip(full);
    m_key->setText(view.key ? text::plain(preview(view.key, 200)) : QStringLiteral("null"));
    const Decoded& value = *m_record->value;
    m_decoded->setText(view.value && value.format != Format::Empty
                           ? QString(formatName(value.format) + QStringLiteral(", ") +
                                     text::bytes(view.value->size()))
                           : formatName(value.format));
    m_problem->setText(QStringLiteral("\u25c6 ") + text::plain(value.error));
    m_problem->setVisible(!value.error.empty());
    m_tree->setValue(m_record->value);
    m_cut->setVisible(isCut(value.root));
}

void ValuePage::showAll()
{
    m_showAll->setEnabled(false);
    m_decoder.ask(
        [record = m_record](const std::stop_token&) {
            return DecodedPtr(
                std::make_shared<const Decoded>(decode(record->view().value, kAllNodes)));
        },
        [this](DecodedPtr value) {
            m_showAll->setEnabled(true);
            m_cut->setVisible(isCut(value->root));
            m_tree->setValue(std::move(value));
        });
}

void ValuePage::setSummary(const LoadedRecordPtr& record, bool hasState)
{
    m_summary->setVisible(record->there());
    const std::size_t events = record->keyRows.size();
    QString summary = text::count(events, QStringLiteral("event"), QStringLiteral("events"));
    if (record->keyTopics > 1) {
        summary += QStringLiteral(" \u00b7 in %1 topics").arg(record->keyTopics);
    }
    m_summaryText->setText(summary);
    m_summaryText->setVisible(events > 0);
    m_summaryTitle->setVisible(events > 0);
    m_state->setEnabled(hasState);
    m_state->setToolTip(
        hasState ? QString()
                 : QStringLiteral("No projection reads this topic or what the record is about."));
    m_trace->setEnabled(!record->contexts.empty());
    m_trace->setToolTip(record->contexts.empty()
                            ? QStringLiteral("No header of this record names a trace.")
                            : QString());
}

void ValuePage::restyle()
{
    for (QLabel* const name : m_names) {
        theme::setTextColor(name, theme::Role::Dim);
    }
    for (QLabel* const value : {m_place, m_time, m_key, m_decoded}) {
        value->setFont(value->property("fixed").toBool() ? theme::fixedFont() : theme::textFont());
    }
    theme::setTextColor(m_problem, theme::Role::Warning);
    QFont small = theme::textFont();
    small.setPointSizeF(small.pointSizeF() * 0.88);
    small.setWeight(QFont::DemiBold);
    m_summaryTitle->setFont(small);
    theme::setTextColor(m_summaryTitle, theme::Role::Dim);
    m_summaryText->setStyleSheet(
        QStringLiteral("QPushButton { border: none; background: transparent; padding: 0; "
                       "text-align: left; color: %1; } QPushButton:hover { color: %2; }")
            .arg(theme::color(theme::Role::Text).name(), theme::color(theme::Role::Accent).name()));
    m_tree->restyle();
}

} // namespace hindcast
