#include "widgets/records/range_popup.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTimeZone>

namespace hindcast {

namespace {

constexpr int kFieldWidth = 190;
constexpr qint64 kNewest = 500;
constexpr qint64 kMostNewest = 100'000'000;

// A time as the window writes it is in the window's zone; the rest as everywhere.
Result<Timestamp> readTime(const QString& written)
{
    const QString trimmed = written.trimmed();
    for (const char* const pattern :
         {"yyyy-MM-dd HH:mm:ss.zzz", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"}) {
        QDateTime at = QDateTime::fromString(trimmed, QLatin1String(pattern));
        if (at.isValid()) {
            at.setTimeZone(text::timeZone());
            return timestampFromMs(at.toMSecsSinceEpoch());
        }
    }
    for (const char* const pattern : {"HH:mm:ss.zzz", "HH:mm:ss", "HH:mm"}) {
        const QTime at = QTime::fromString(trimmed, QLatin1String(pattern));
        if (at.isValid()) {
            const QDate today = QDateTime::currentDateTime().toTimeZone(text::timeZone()).date();
            return timestampFromMs(QDateTime(today, at, text::timeZone()).toMSecsSinceEpoch());
        }
    }
    return parseTimestamp(text::toUtf8(trimmed), currentTimestamp());
}

Result<qint64> readNumber(const QString& written, qint64 least, qint64 most)
{
    QString digits = written;
    digits.remove(QLatin1Char(',')).remove(QLatin1Char(' '));
    bool read = false;
    const qint64 number = digits.toLongLong(&read);
    if (!read || number < least || number > most) {
        return fail(ErrorCode::InvalidArgument, "\"" + text::toUtf8(written) +
                                                    "\" is not a number from " +
                                                    text::toUtf8(text::number(least)) + " to " +
                                                    text::toUtf8(text::number(most)) + ".");
    }
    return number;
}

QLineEdit* lineEdit(const QString& text, const QString& hint)
{
    auto* const edit = new QLineEdit(text);
    edit->setFont(theme::fixedFont());
    edit->setPlaceholderText(hint);
    edit->setFixedWidth(kFieldWidth);
    return edit;
}

} // namespace

RangePopup::RangePopup(Side side, const RangeEnd& current, bool connected,
                       const QStringList& groups, QWidget* parent)
    : QFrame(parent, Qt::Popup)
    , m_side(side)
    , m_layout(new QVBoxLayout(this))
    , m_choices(new QButtonGroup(this))
{
    using Kind = RangeEnd::Kind;
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("rangePopup"));
    setFrameShape(QFrame::StyledPanel);
    m_layout->setContentsMargins(12, 12, 12, 12);
    m_layout->setSpacing(theme::kStep);
    m_layout->setSizeConstraint(QLayout::SetNoConstraint); // sized when it opens

    // Fusion draws the ring of an empty choice in the colour of lines, which the dark base
    // swallows.
    setStyleSheet(
        QStringLiteral("QRadioButton::indicator { width: 9px; height: 9px; border: 1px solid %1; "
                       "border-radius: 5px; background: %2; }"
                       "QRadioButton::indicator:checked { width: 5px; height: 5px; "
                       "border: 3px solid %3; }"
                       "QCheckBox::indicator { width: 9px; height: 9px; border: 1px solid %1; "
                       "border-radius: 2px; background: %2; }"
                       "QCheckBox::indicator:checked { background: %3; border-color: %3; }")
            .arg(theme::color(theme::Role::Dim).name(), theme::color(theme::Role::Base).name(),
                 theme::color(theme::Role::Accent).name()));

    const auto is = [&current](Kind kind) { return current.kind == kind; };
    if (side == Side::From) {
        addChoice(Kind::AsCaptured, QStringLiteral("Start of what is captured"));
        if (connected) {
            addChoice(Kind::Beginning, QStringLiteral("Beginning of the topic"));
            addChoice(Kind::LastN, QStringLiteral("Newest"),
                      lineEdit(text::number(is(Kind::LastN) ? current.number : kNewest),
                               QStringLiteral("records")));
        }
    } else {
        if (connected) {
            addChoice(Kind::Live, QStringLiteral("Live"));
            addChoice(Kind::End, QStringLiteral("End as it is now"));
        } else {
            addChoice(Kind::AsCaptured, QStringLiteral("End of what is captured"));
        }
    }
    addChoice(Kind::Time, QStringLiteral("Time"),
              lineEdit(is(Kind::Time) ? text::dateTime(current.time) : QString(),
                       QStringLiteral("2026-11-20 14:03:12 or -15m")));
    addChoice(Kind::Offset, QStringLiteral("Offset"),
              lineEdit(is(Kind::Offset) ? text::number(current.number) : QString(),
                       QStringLiteral("48,211,954")));
    if (!groups.isEmpty()) {
        auto* const box = new QComboBox;
        box->addItems(groups);
        box->setFixedWidth(kFieldWidth);
        box->setCurrentText(current.group);
        addChoice(Kind::Group, QStringLiteral("Position of group"), box);
    }
    if (QAbstractButton* const now = m_choices->button(static_cast<int>(current.kind))) {
        now->setChecked(true);
    }
    m_complaint = new QLabel;
    m_complaint->setTextFormat(Qt::PlainText);
    m_complaint->setWordWrap(true);
    m_complaint->setVisible(false);
    m_complaint->setObjectName(QStringLiteral("complaint"));
    theme::setTextColor(m_complaint, theme::Role::Error);
    m_layout->addWidget(m_complaint);
    auto* const applyButton = new QPushButton(QStringLiteral("Apply"));
    applyButton->setProperty("primary", true);
    applyButton->setObjectName(QStringLiteral("apply"));
    connect(applyButton, &QPushButton::clicked, this, &RangePopup::apply);
    m_layout->addWidget(applyButton, 0, Qt::AlignRight);
    m_ready = true;
}

RangePopup::~RangePopup() = default;

QRadioButton* RangePopup::addChoice(RangeEnd::Kind kind, const QString& text, QWidget* field)
{
    auto* const button = new QRadioButton(text);
    m_choices->addButton(button, static_cast<int>(kind));
    auto* const line = new QHBoxLayout;
    line->setSpacing(2 * theme::kStep);
    line->addWidget(button);
    line->addStretch(1);
    if (field != nullptr) {
        line->addWidget(field);
        m_fields[kind] = field;
        connect(button, &QRadioButton::clicked, field, qOverload<>(&QWidget::setFocus));
        if (auto* const edit = qobject_cast<QLineEdit*>(field)) {
            edit->setObjectName(QStringLiteral("field%1").arg(static_cast<int>(kind)));
            connect(edit, &QLineEdit::textEdited, button, [button] { button->setChecked(true); });
        } else if (auto* const box = qobject_cast<QComboBox*>(field)) {
            connect(box, &QComboBox::activated, button, [button] { button->setChecked(true); });
        }
    } else {
        connect(button, &QRadioButton::clicked, this, &RangePopup::apply);
    }
    m_layout->addLayout(line);
    return button;
}

void RangePopup::addKeepMatchesOnly(bool on)
{
    auto* const box = new QCheckBox(QStringLiteral("A search of the broker keeps matches only"));
    box->setChecked(on);
    box->setObjectName(QStringLiteral("keepMatchesOnly"));
    connect(box, &QCheckBox::toggled, this, &RangePopup::keepMatchesOnlyChanged);
    m_layout->insertSpacing(m_layout->count() - 2, theme::kStep);
    m_layout->insertWidget(m_layout->count() - 2, box);
}

void RangePopup::openUnder(QWidget* button)
{
    adjustSize();
    move(button->mapToGlobal(QPoint(0, button->height() + theme::kStep / 2)));
    show();
}

void RangePopup::complain(const QString& sentence)
{
    m_complaint->setText(sentence);
    m_complaint->setVisible(true);
    adjustSize();
}

void RangePopup::apply()
{
    if (!m_ready || m_choices->checkedId() < 0) {
        return;
    }
    RangeEnd end;
    end.kind = static_cast<RangeEnd::Kind>(m_choices->checkedId());
    const auto field = m_fields.find(end.kind);
    if (field != m_fields.end()) {
        if (auto* const box = qobject_cast<QComboBox*>(field->second)) {
            end.group = box->currentText();
        } else if (auto* const edit = qobject_cast<QLineEdit*>(field->second)) {
            if (end.kind == RangeEnd::Kind::Time) {
                const auto time = readTime(edit->text());
                if (!time) {
                    complain(text::fromUtf8(time.error().message));
                    return;
                }
                end.time = *time;
            } else {
                const bool newest = end.kind == RangeEnd::Kind::LastN;
                const auto number =
                    readNumber(edit->text(), newest ? 1 : 0,
                               newest ? kMostNewest : std::numeric_limits<qint64>::max());
                if (!number) {
                    complain(text::fromUtf8(number.error().message));
                    return;
                }
                end.number = *number;
            }
        }
    }
    emit chosen(end);
    close();
}

void RangePopup::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        apply();
        return;
    }
    QFrame::keyPressEvent(event);
}

} // namespace hindcast
