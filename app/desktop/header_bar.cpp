#include "app/desktop/header_bar.h"

#include "widgets/shared/elided_label.h"
#include "widgets/shared/go_to_box.h"
#include "widgets/shared/palette.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

namespace hindcast {

namespace {

class Dot final : public QWidget
{
public:
    explicit Dot(QWidget* parent)
        : QWidget(parent)
    {
        setFixedSize(8, 8);
    }
    void setColor(const QColor& color)
    {
        m_color = color;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_color);
        painter.drawEllipse(rect());
    }

private:
    QColor m_color;
};

QToolButton* framed(QWidget* parent, const char* name, const QString& text, const QString& tip)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(QLatin1String(name));
    button->setProperty("framed", true);
    button->setText(text);
    button->setToolTip(tip);
    button->setIconSize({16, 16});
    button->setToolButtonStyle(text.isEmpty() ? Qt::ToolButtonIconOnly
                                              : Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

HeaderBar::HeaderBar(const ViewContext& context, QWidget* parent)
    : QWidget(parent)
    , m_dot(new Dot(this))
    , m_connection(new QToolButton(this))
    , m_badge(new QLabel(QStringLiteral("PROD"), this))
    , m_note(new ElidedLabel(this))
    , m_capture(framed(this, "capture", QStringLiteral("Capture"),
                       QStringLiteral("Record topics into a file (Ctrl+R)")))
    , m_open(framed(this, "open", QStringLiteral("Open\u2026"),
                    QStringLiteral("Open a capture (Ctrl+O)")))
    , m_sql(framed(this, "sqlButton", QStringLiteral("SQL"),
                   QStringLiteral("Ask records and states in SQL (Ctrl+E)")))
    , m_goTo(new GoToBox(context, this))
    , m_theme(framed(this, "theme", {}, QStringLiteral("Light or dark")))
    , m_settings(framed(this, "settings", {}, QStringLiteral("Settings, panes and keys")))
{
    setObjectName(QStringLiteral("header"));
    setFixedHeight(39);
    m_connection->setObjectName(QStringLiteral("connection"));
    m_connection->setPopupMode(QToolButton::InstantPopup);
    m_connection->setFocusPolicy(Qt::TabFocus);
    m_badge->setObjectName(QStringLiteral("badge"));
    m_settings->setPopupMode(QToolButton::InstantPopup);
    connect(m_capture, &QToolButton::clicked, this, &HeaderBar::captureClicked);
    connect(m_open, &QToolButton::clicked, this, &HeaderBar::openClicked);
    connect(m_sql, &QToolButton::clicked, this, &HeaderBar::sqlClicked);
    connect(m_theme, &QToolButton::clicked, this, &HeaderBar::themeClicked);
    setupLayout();
    setState({});
    restyle();
}

HeaderBar::~HeaderBar() = default;

void HeaderBar::setupLayout()
{
    auto* left = new QHBoxLayout;
    left->setSpacing(8);
    left->addWidget(m_dot);
    left->addWidget(m_connection);
    left->addWidget(m_badge);
    left->addWidget(m_note);
    left->addSpacing(8);
    left->addWidget(m_capture);
    left->addWidget(m_open);
    left->addWidget(m_sql);
    left->addStretch(1);
    auto* right = new QHBoxLayout;
    right->setSpacing(8);
    right->addStretch(1);
    right->addWidget(m_theme);
    right->addWidget(m_settings);
    m_goTo->setFixedHeight(27);
    m_goTo->setMinimumWidth(220);
    m_goTo->setMaximumWidth(360);
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(10, 0, 10, 0);
    all->setSpacing(10);
    all->addLayout(left, 5);
    all->addWidget(m_goTo, 6);
    all->addLayout(right, 4);
}

void HeaderBar::setState(const HeaderState& state)
{
    m_state = state;
    const QColor color = state.color < 0    ? theme::color(theme::Role::Queue)
                         : state.production ? theme::color(theme::Role::Error)
                                            : theme::seriesColorAt(state.color);
    static_cast<Dot*>(m_dot)->setColor(color);
    QString name = state.name.isEmpty() ? QStringLiteral("Not connected") : state.name;
    constexpr qsizetype kLongest = 28;
    m_connection->setToolTip(name);
    if (name.size() > kLongest) {
        name = name.left(kLongest - 1) + QChar(0x2026);
    }
    m_connection->setText(name.replace(QLatin1Char('&'), QStringLiteral("&&")));
    m_badge->setVisible(state.production);
    m_note->setText(state.note);
    m_note->setVisible(!state.note.isEmpty());
    m_capture->setVisible(state.connected || !state.capturing.isEmpty());
    m_capture->setText(state.capturing.isEmpty() ? QStringLiteral("Capture")
                                                 : QStringLiteral("Capture ") + state.capturing);
    m_capture->setCheckable(true);
    m_capture->setChecked(!state.capturing.isEmpty());
}

void HeaderBar::setSettingsMenu(QMenu* menu)
{
    m_settings->setMenu(menu);
}

void HeaderBar::setConnectionMenu(QMenu* menu)
{
    m_connection->setMenu(menu);
}

void HeaderBar::restyle()
{
    m_capture->setIcon(QIcon::fromTheme(QStringLiteral("media-record")));
    m_theme->setIcon(QIcon::fromTheme(QStringLiteral("contrast")));
    m_settings->setIcon(QIcon::fromTheme(QStringLiteral("configure")));
    if (m_theme->icon().isNull()) {
        m_theme->setText(QString(QChar(0x25d0)));
        m_settings->setText(QString(QChar(0x2699)));
    }
    QFont bold = theme::textFont();
    bold.setWeight(QFont::DemiBold);
    m_connection->setFont(bold);
    m_note->setColor(theme::color(theme::Role::Dim));
    setState(m_state);
}

} // namespace hindcast
