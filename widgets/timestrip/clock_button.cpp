#include "widgets/timestrip/clock_button.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QActionGroup>
#include <QInputDialog>
#include <QMenu>

namespace hindcast {

namespace {

constexpr qsizetype kLongestLine = 84; // characters
constexpr int kWidestName = 150;       // px; a longer field is told whole by the tooltip

QString nameOf(const Clock& clock)
{
    return text::fromUtf8(clock.toString());
}

QString meaningOf(const Clock& clock)
{
    switch (clock.kind) {
    case Clock::Kind::Log:
        return QStringLiteral("Kafka's own: in each partition the newest timestamp so far");
    case Clock::Kind::Robust:
        return QStringLiteral("a rising curve near all timestamps: a stray one moves no other");
    case Clock::Kind::EventTime:
        return clock.field.empty()
                   ? QStringLiteral("timestamps as they are: late events are sorted in")
                   : QStringLiteral("the time that this field tells: late events are sorted in");
    case Clock::Kind::Commit:
        break;
    }
    return QStringLiteral("change data in whole transactions, as its database committed them");
}

// A menu is one line an entry.
QStringList inLines(const QString& text)
{
    QStringList lines{QString()};
    for (const QString& word : text.split(QLatin1Char(' '))) {
        if (!lines.last().isEmpty() && lines.last().size() + word.size() > kLongestLine) {
            lines << QString();
        }
        lines.last() += (lines.last().isEmpty() ? QString() : QStringLiteral(" ")) + word;
    }
    return lines;
}

QString menuText(const QString& text)
{
    return QString(text).replace(QLatin1Char('&'), QStringLiteral("&&"));
}

} // namespace

ClockButton::ClockButton(QWidget* parent)
    : QToolButton(parent)
    , m_menu(new QMenu(this))
{
    setObjectName(QStringLiteral("clock"));
    setProperty("framed", true);
    setIconSize({16, 16});
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(QStringLiteral("Clock"));
    m_menu->setObjectName(QStringLiteral("clockMenu"));
    m_menu->setToolTipsVisible(true);
    connect(this, &QToolButton::clicked, this, &ClockButton::openMenu);
    restyle();
}

ClockButton::~ClockButton() = default;

void ClockButton::setClocks(const Clock& clock, const Clock& shown,
                            const std::optional<ClockProposal>& proposal, quint64 withoutField)
{
    m_clock = clock;
    m_shown = shown;
    m_proposal = proposal;
    m_withoutField = withoutField;
    say();
}

void ClockButton::say()
{
    const bool proposes = m_proposal && m_proposal->clock != m_clock && m_clock == Clock{};
    QString name = m_clock == Clock{} ? QString() : nameOf(m_clock);
    if (m_shown != m_clock) {
        name = nameOf(m_clock) + QChar(0x2026);
    } else if (proposes) {
        name = nameOf(m_proposal->clock) + QLatin1Char('?');
    }
    setText(fontMetrics().elidedText(name, Qt::ElideMiddle, kWidestName));
    setToolButtonStyle(name.isEmpty() ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    QString tip = QStringLiteral("Records stand in time by the clock %1: %2.")
                      .arg(nameOf(m_shown), meaningOf(m_shown));
    if (m_withoutField > 0) {
        tip += QStringLiteral("\n%1 without a time there, at the timestamp.")
                   .arg(text::count(m_withoutField, QStringLiteral("record"),
                                    QStringLiteral("records")));
    }
    if (m_shown != m_clock) {
        tip += QStringLiteral("\nThe order by the clock %1 is being made.").arg(nameOf(m_clock));
    }
    if (proposes) {
        tip += QStringLiteral("\nProposed: %1. %2")
                   .arg(nameOf(m_proposal->clock), text::fromUtf8(m_proposal->reason));
    }
    setToolTip(text::tip(tip));
}

QAction* ClockButton::addClock(const Clock& clock, const QString& meaning)
{
    QAction* const action =
        m_menu->addAction(menuText(nameOf(clock) + QStringLiteral(" \u2013 ") + meaning));
    action->setCheckable(true);
    action->setChecked(clock == m_clock);
    connect(action, &QAction::triggered, this, [this, clock] { emit chosen(clock); });
    return action;
}

// Above the button: the strip lies at the window's lower edge.
void ClockButton::openMenu()
{
    fillMenu();
    m_menu->popup(mapToGlobal(QPoint(0, -m_menu->sizeHint().height() - 2)));
}

void ClockButton::fillMenu()
{
    m_menu->clear();
    auto* const group = new QActionGroup(m_menu);
    std::vector<Clock> clocks = {{Clock::Kind::Log, {}},
                                 {Clock::Kind::Robust, {}},
                                 {Clock::Kind::EventTime, {}},
                                 {Clock::Kind::Commit, {}}};
    if (!m_clock.field.empty()) {
        clocks.insert(clocks.end() - 1, m_clock);
    }
    for (const Clock& clock : clocks) {
        group->addAction(addClock(clock, meaningOf(clock)));
        if (m_proposal && m_proposal->clock == clock) {
            for (const QString& line :
                 inLines(QStringLiteral("proposed: ") + text::fromUtf8(m_proposal->reason))) {
                QAction* const reason = m_menu->addAction(menuText(line));
                reason->setObjectName(QStringLiteral("proposal"));
                reason->setEnabled(false);
            }
        }
    }
    m_menu->addSeparator();
    QAction* const field = m_menu->addAction(QStringLiteral("event-time by a field\u2026"));
    field->setObjectName(QStringLiteral("byField"));
    connect(field, &QAction::triggered, this, &ClockButton::askForField);
}

void ClockButton::askForField()
{
    auto* const dialog = new QInputDialog(this);
    dialog->setObjectName(QStringLiteral("clockField"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QStringLiteral("Event time by a field"));
    dialog->setLabelText(QStringLiteral(
        "Where each record tells its time: a number since 1970 (seconds, milliseconds,\n"
        "microseconds or nanoseconds) or ISO 8601 text. Records without it stand at their "
        "timestamp."));
    dialog->setTextValue(m_clock.field.empty() ? QStringLiteral("value.")
                                               : text::fromUtf8(m_clock.field));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& field) {
        if (const QString path = field.trimmed(); !path.isEmpty()) {
            emit chosen({Clock::Kind::EventTime, text::toUtf8(path)});
        }
    });
    dialog->open();
}

void ClockButton::restyle()
{
    setIcon(QIcon::fromTheme(QStringLiteral("chronometer")));
    say();
}

} // namespace hindcast
