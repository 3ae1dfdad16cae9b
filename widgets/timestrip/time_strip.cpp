#include "widgets/timestrip/time_strip.h"

#include "model/replay/moment_link.h"
#include "widgets/shared/elided_label.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/text.h"
#include "widgets/timestrip/clock_button.h"
#include "widgets/timestrip/moment_text.h"
#include "widgets/timestrip/playback.h"

#include <QActionGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

namespace {

QToolButton* button(QWidget* parent, const char* name, const QString& text, const QString& tip)
{
    auto* made = new QToolButton(parent);
    made->setObjectName(QLatin1String(name));
    made->setProperty("framed", true);
    made->setText(text);
    made->setToolTip(tip);
    made->setIconSize({16, 16});
    made->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    made->setFocusPolicy(Qt::TabFocus);
    return made;
}

QString speedText(double speed)
{
    return QString::number(speed) + QChar(0x00d7);
}

// As wide as its text, up to a full time with its zone; a pasted link scrolls in it.
void fitToText(QLineEdit* edit)
{
    const QString& shown = edit->text().isEmpty() ? edit->placeholderText() : edit->text();
    const QFontMetrics metrics = edit->fontMetrics();
    const int most = metrics.horizontalAdvance(QStringLiteral("2026-11-20 14:03:12.418 +01:00"));
    edit->setFixedWidth(std::min(metrics.horizontalAdvance(shown), most) + 14);
}

QString momentHelp()
{
    return QStringLiteral("A time, topic-partition@offset, or +5 and -5 events");
}

} // namespace

TimeStrip::TimeStrip(MomentControl* moments, QWidget* parent)
    : QWidget(parent)
    , m_moments(moments)
    , m_playback(new Playback(moments, this))
    , m_canvas(new TimeStripCanvas(moments, this))
{
    setupButtons();
    setupEdits();
    setupLayout();
    connect(m_canvas, &TimeStripCanvas::rangeSelected, this, &TimeStrip::rangeSelected);
    connect(m_moments, &MomentControl::aChanged, this, &TimeStrip::clockMoved);
    connect(m_moments, &MomentControl::bChanged, this, &TimeStrip::clockMoved);
    connect(m_moments, &MomentControl::orderChanged, this, &TimeStrip::showBetween);
    restyle();
}

TimeStrip::~TimeStrip() = default;

void TimeStrip::setupButtons()
{
    m_previous = button(this, "previousEvent", QStringLiteral(" event"),
                        QStringLiteral("Previous event; of the selected key if one is (Left)"));
    m_play = button(this, "play", speedText(1),
                    QStringLiteral("Play; gaps over 2 s without an event are skipped (Space)"));
    m_next = button(this, "nextEvent", QStringLiteral(" event"),
                    QStringLiteral("Next event; of the selected key if one is (Right)"));
    m_live = button(this, "live", QStringLiteral("Live"),
                    QStringLiteral("A stays at the newest record (L)"));
    m_clock = new ClockButton(this);
    m_live->setCheckable(true);
    m_live->setChecked(m_moments->live());

    auto* speeds = new QMenu(m_play);
    auto* group = new QActionGroup(speeds);
    for (const double speed : {0.1, 1.0, 2.0, 5.0, 10.0, 60.0}) {
        QAction* action = speeds->addAction(speedText(speed));
        action->setCheckable(true);
        action->setChecked(speed == 1.0);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, speed] { m_playback->setSpeed(speed); });
    }
    m_play->setMenu(speeds);
    m_play->setPopupMode(QToolButton::MenuButtonPopup);

    connect(m_previous, &QToolButton::clicked, this, [this] { emit stepRequested(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { emit stepRequested(+1); });
    connect(m_play, &QToolButton::clicked, this,
            [this] { m_playback->running() ? m_playback->stop() : m_playback->start(); });
    connect(m_live, &QToolButton::clicked, m_moments, &MomentControl::setLive);
    connect(m_moments, &MomentControl::liveChanged, m_live, &QToolButton::setChecked);
    connect(m_playback, &Playback::changed, this, &TimeStrip::showPlayback);
}

void TimeStrip::setupEdits()
{
    m_nameA = new QLabel(QStringLiteral("A"), this);
    m_nameB = new QLabel(QStringLiteral("B"), this);
    m_editA = new QLineEdit(this);
    m_editB = new QLineEdit(this);
    m_editA->setObjectName(QStringLiteral("momentA"));
    m_editB->setObjectName(QStringLiteral("momentB"));
    m_editB->setPlaceholderText(QStringLiteral("not set"));
    for (QLineEdit* edit : {m_editA, m_editB}) {
        edit->setProperty("quiet", true);
        edit->installEventFilter(this);
        connect(edit, &QLineEdit::textEdited, edit, [edit] { fitToText(edit); });
        connect(edit, &QLineEdit::returnPressed, this, [this, edit] {
            if (typed(edit)) {
                emit momentEntered();
            }
        });
    }
    for (QLineEdit* edit : {m_editA, m_editB}) {
        edit->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(edit, &QLineEdit::customContextMenuRequested, this,
                [this, edit](const QPoint& at) { openMomentMenu(edit, edit->mapToGlobal(at)); });
    }
    m_between = new ElidedLabel(this);
    m_between->setObjectName(QStringLiteral("between"));
    m_refusal = new ElidedLabel(this);
    m_refusal->setObjectName(QStringLiteral("refusal"));
    m_refusal->hide();
    m_trustWord = new ElidedLabel(this);
    m_trustRest = new ElidedLabel(this);
    m_trustRest->setObjectName(QStringLiteral("trust"));
}

void TimeStrip::setupLayout()
{
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    for (QToolButton* widget : {m_previous, m_play, m_next, m_live}) {
        row->addWidget(widget);
    }
    row->addWidget(m_clock);
    auto* moment = new QHBoxLayout;
    moment->setSpacing(0);
    moment->addWidget(m_nameA);
    moment->addWidget(m_editA);
    moment->addWidget(m_nameB);
    moment->addWidget(m_editB);
    moment->addWidget(m_between, 1);
    moment->addSpacing(8);
    moment->addWidget(m_refusal, 1);
    row->addLayout(moment, 3);
    auto* trust = new QHBoxLayout;
    trust->setSpacing(6);
    trust->addWidget(m_trustWord);
    trust->addWidget(m_trustRest);
    row->addLayout(trust);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(10, 5, 10, 2);
    all->setSpacing(4);
    all->addLayout(row);
    all->addWidget(m_canvas, 1);
}

void TimeStrip::setTrust(const TrustSentence& trust)
{
    m_trustRole = trust.role;
    m_trustWord->setText(trust.word);
    m_trustWord->setMinimumWidth(m_trustWord->sizeHint().width());
    m_trustWord->setVisible(!trust.word.isEmpty() && !m_refused);
    m_trustWord->setColor(theme::color(trust.role));
    m_trustRest->setText(trust.rest);
    m_trustWord->setToolTip(trust.all);
    m_trustRest->setToolTip(trust.all);
}

void TimeStrip::showA()
{
    if (!m_editA->hasFocus() || !m_editA->isModified()) {
        const TimeOrderPtr& order = m_moments->order();
        m_editA->setText(order && order->size() > 0 ? text::dateTime(m_moments->a().time)
                                                    : QString());
        m_editA->setToolTip(
            text::tip(text::full(m_moments->a().time) + QLatin1Char('\n') + momentHelp()));
        fitToText(m_editA);
    }
    showB();
}

void TimeStrip::showB()
{
    if (!m_editB->hasFocus() || !m_editB->isModified()) {
        const auto& b = m_moments->b();
        // The day is said once where it is the same.
        const bool sameDay =
            b && text::dateTime(b->time).left(10) == text::dateTime(m_moments->a().time).left(10);
        m_editB->setText(!b ? QString() : sameDay ? text::time(b->time) : text::dateTime(b->time));
        m_editB->setToolTip(
            text::tip((b ? text::full(b->time) + QLatin1Char('\n') : QString()) + momentHelp()));
        fitToText(m_editB);
    }
    showBetween();
}

void TimeStrip::showBetween()
{
    const auto& b = m_moments->b();
    const auto rankB = m_moments->rankB();
    if (!b || !rankB) {
        m_between->setText({});
        m_between->setMinimumWidth(0);
        return;
    }
    const auto apart = b->time - m_moments->a().time;
    const auto events = static_cast<qint64>(*rankB) - static_cast<qint64>(m_moments->rankA());
    m_between->setText(QStringLiteral("\u00b7 \u0394 %1%2 \u00b7 %3")
                           .arg(apart.count() < 0 ? QStringLiteral("\u2212") : QString(),
                                text::duration(std::chrono::milliseconds(std::abs(apart.count()))),
                                text::count(static_cast<quint64>(std::abs(events)),
                                            QStringLiteral("event"), QStringLiteral("events"))));
    // Where room is short the reason of the trust gives way, which its tooltip tells whole.
    m_between->setMinimumWidth(m_between->sizeHint().width());
}

void TimeStrip::showPlayback()
{
    const bool running = m_playback->running();
    m_play->setText(speedText(m_playback->speed()));
    m_play->setIcon(QIcon::fromTheme(running ? QStringLiteral("media-playback-pause")
                                             : QStringLiteral("media-playback-start")));
}

// Whether the field's text is a moment, to which it then leads.
bool TimeStrip::typed(QLineEdit* edit)
{
    const bool isA = edit == m_editA;
    const TimeOrderPtr& order = m_moments->order();
    if (!edit->isModified() || !order) {
        return true;
    }
    if (!isA && edit->text().trimmed().isEmpty()) {
        restore(edit);
        m_moments->setB(std::nullopt);
        return true;
    }
    const Moment base = isA ? m_moments->a() : m_moments->b().value_or(m_moments->a());
    const Result<Moment> moment = parseMoment(edit->text(), base, *order);
    if (!moment) {
        refuse(edit, text::plain(moment.error().message));
        return false;
    }
    edit->setModified(false);
    isA ? m_moments->setA(*moment) : m_moments->setB(*moment);
    restore(edit);
    return true;
}

// The text stays as typed, to be put right, and the reason in sight beside it.
void TimeStrip::refuse(QLineEdit* edit, const QString& why)
{
    m_refused = edit;
    edit->setToolTip(text::tip(why + QLatin1Char('\n') + momentHelp()));
    m_refusal->setText(why);
    showRefusal();
}

// To the time it stands for.
void TimeStrip::restore(QLineEdit* edit)
{
    edit->setModified(false);
    if (m_refused == edit) {
        m_refused = nullptr;
        showRefusal();
    }
    showA();
}

void TimeStrip::clockMoved()
{
    if (m_refused) {
        restore(m_refused);
    }
    showA();
}

// The reason takes the place of what is said of valid moments.
void TimeStrip::showRefusal()
{
    m_refusal->setVisible(m_refused != nullptr);
    m_between->setVisible(!m_refused);
    m_trustWord->setVisible(!m_refused && !m_trustWord->text().isEmpty());
    m_trustRest->setVisible(!m_refused);
    colourEdits();
}

void TimeStrip::colourEdits()
{
    theme::setTextColor(m_editA, m_refused == m_editA ? theme::Role::Error : theme::Role::Text);
    theme::setTextColor(m_editB, m_refused == m_editB ? theme::Role::Error : theme::Role::Dim);
}

bool TimeStrip::eventFilter(QObject* watched, QEvent* event)
{
    auto* const edit = watched == m_editA ? m_editA : watched == m_editB ? m_editB : nullptr;
    if (!edit) {
        return QWidget::eventFilter(watched, event);
    }
    if (event->type() == QEvent::FocusOut) {
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        const bool comesBack =
            reason == Qt::PopupFocusReason || reason == Qt::ActiveWindowFocusReason;
        if (!comesBack && !typed(edit)) {
            restore(edit);
        }
    }
    const bool key = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (key && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape && edit->isModified()) {
        event->accept();
        if (event->type() == QEvent::KeyPress) {
            restore(edit);
            edit->selectAll();
        }
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void TimeStrip::openMomentMenu(QLineEdit* edit, const QPoint& at)
{
    const bool isA = edit == m_editA;
    QMenu* const menu = edit->createStandardContextMenu();
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addSeparator();
    QAction* const copy = menu->addAction(QStringLiteral("Copy link to this moment"));
    copy->setEnabled(m_moments->order() && (isA || m_moments->b()));
    connect(copy, &QAction::triggered, this, [this, isA] { copyLink(isA); });
    menu->popup(at);
}

void TimeStrip::copyLink(bool ofA)
{
    const TimeOrderPtr& order = m_moments->order();
    const std::optional<Rank> prefix = ofA ? m_moments->rankA() : m_moments->rankB();
    if (order && prefix) {
        QGuiApplication::clipboard()->setText(
            text::fromUtf8(MomentLink::of(*order, *prefix).toString()));
    }
}

void TimeStrip::restyle()
{
    m_previous->setIcon(QIcon::fromTheme(QStringLiteral("media-skip-backward")));
    m_next->setIcon(QIcon::fromTheme(QStringLiteral("media-skip-forward")));
    m_clock->restyle();
    showPlayback();
    QFont bold = theme::fixedFont();
    bold.setWeight(QFont::Bold);
    m_nameA->setFont(bold);
    m_nameB->setFont(theme::fixedFont());
    theme::setTextColor(m_nameA, theme::Role::Accent);
    theme::setTextColor(m_nameB, theme::Role::Dim);
    for (QLineEdit* edit : {m_editA, m_editB}) {
        edit->setFont(theme::fixedFont());
    }
    colourEdits();
    m_refusal->setColor(theme::color(theme::Role::Error));
    m_between->setFont(theme::fixedFont());
    m_between->setColor(theme::color(theme::Role::Dim));
    m_trustWord->setColor(theme::color(m_trustRole));
    m_trustRest->setColor(theme::color(theme::Role::Dim));
    showA();
    m_canvas->update();
}

} // namespace hindcast
