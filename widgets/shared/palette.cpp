#include "widgets/shared/palette.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPainter>
#include <QPixmap>
#include <QStyleFactory>
#include <QWidget>

#include <array>

// Outside any namespace, as Qt wants it.
static void loadPictures()
{
    Q_INIT_RESOURCE(shared);
}

namespace hindcast::theme {

namespace {

Scheme g_scheme = Scheme::Light; // GUI thread only

struct Pair
{
    Role role;
    QRgb light;
    QRgb dark;
};

// reference: the table of roles in the design of the window.
constexpr std::array kColors{
    Pair{Role::Base, 0xffffff, 0x171b21},       Pair{Role::Side, 0xf5f6f8, 0x1d2229},
    Pair{Role::Line, 0xdfe3e8, 0x313944},       Pair{Role::Text, 0x1b2430, 0xd9dfe7},
    Pair{Role::Dim, 0x6b7686, 0x8b97a7},        Pair{Role::Accent, 0x2563eb, 0x6aa5ff},
    Pair{Role::AccentTint, 0xe8effd, 0x21324d}, Pair{Role::Ok, 0x1f9254, 0x43c383},
    Pair{Role::Warning, 0xc77d00, 0xe6a93b},    Pair{Role::Error, 0xd0342c, 0xff6b62},
    Pair{Role::Changed, 0xfff3d6, 0x43371a},    Pair{Role::Alternate, 0xfafbfc, 0x1a1f26},
    Pair{Role::Head, 0xeef0f3, 0x222831},       Pair{Role::Queue, 0xb9c2ce, 0x4a5563},
};

constexpr std::array<QRgb, SeriesColors::kColors> kSeries{0x4e79d8, 0xe08a2e, 0x2fa06b, 0xb45fc4,
                                                          0xc94f5d, 0x3aa5b8, 0x8c7a3a, 0x7a86a0};

QFont fontOf(const QString& family, QFontDatabase::SystemFont fallback, double pixels)
{
    QFont font = QFontDatabase::families().contains(family) ? QFont(family)
                                                            : QFontDatabase::systemFont(fallback);
    // Half pixels cannot be said in pixels; Qt lays text out at 96 dpi unless told otherwise.
    font.setPointSizeF(pixels * 0.75);
    return font;
}

QString styleSheet()
{
    const auto name = [](Role role) { return color(role).name(); };
    QString sheet = QStringLiteral(
        "QToolTip { color: %text; background: %side; border: 1px solid %line; padding: 3px; }"
        "QPushButton, QToolButton[framed=\"true\"] { background: %base; border: 1px solid %line; "
        "border-radius: 4px;"
        " padding: 3px 9px; }"
        "QPushButton:hover, QToolButton[framed=\"true\"]:hover { border-color: %accent; }"
        "QPushButton:checked, QPushButton:pressed { background: %tint; border-color: %accent; }"
        "QPushButton:disabled { color: %dim; }"
        "QPushButton[primary=\"true\"] { background: %fill; border-color: %fill; color: #ffffff; }"
        "QPushButton[primary=\"true\"]:disabled { background: %head; border-color: %line;"
        " color: %dim; }"
        "QLineEdit { background: %base; border: 1px solid %line; border-radius: 4px; padding: 3px "
        "7px;"
        " selection-background-color: %fill; }"
        "QLineEdit:focus { border-color: %accent; }"
        "QHeaderView { background: %head; border: none; }"
        "QHeaderView::section { background: %head; color: %dim; border: none;"
        " border-bottom: 1px solid %line; padding: 3px 8px; font-weight: 500; }"
        "QTableCornerButton::section { background: %head; border: none; }"
        "QAbstractItemView { background: %base; border: none; alternate-background-color: %alt;"
        " selection-background-color: %tint; selection-color: %text; outline: none; }"
        "QSplitter::handle { background: %line; } QMainWindow::separator { background: %line; "
        "width: 1px; height: 1px; }"
        "QTabBar::tab { background: %side; color: %dim; padding: 6px 12px; border: none;"
        " border-right: 1px solid %line; border-bottom: 1px solid %line; }"
        "QTabBar::tab:selected { background: %base; color: %text; border-bottom: 2px solid "
        "%accent; }"
        "QTabWidget::pane { border: none; }"
        "QCheckBox::indicator, QAbstractItemView::indicator { width: 13px; height: 13px; border: "
        "1px "
        "solid %dim; border-radius: 3px; background: %base; }"
        "QComboBox:focus { border-color: %accent; }"
        "QComboBox:disabled { color: %dim; }"
        "QToolButton:disabled { color: %dim; }"
        "QTabBar QToolButton { background: %side; border: 1px solid %line; }"
        "QDockWidget { color: %text; }"
        "QDockWidget::title { background: %side; border-bottom: 1px solid %line; padding: 4px 8px; "
        "}"
        "QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: %fill; "
        "border-color: %fill; image: "
        "url(:/hindcast/check.png); }"
        "QComboBox { background: %base; border: 1px solid %line; border-radius: 4px; padding: 3px "
        "7px; }"
        "QComboBox::drop-down { border: none; width: 20px; }"
        "QComboBox::down-arrow { image: url(:/hindcast/down.png); width: 9px; height: 9px; }"
        "QTabWidget, QTabBar { background: %side; }"
        "#documents, #startPage, #connectForm, #documents QScrollArea, #documents QScrollArea > "
        "QWidget > QWidget { background: %base; }"
        "QToolBar { background: %side; border: none; border-bottom: 1px solid %line; padding: 0; "
        "spacing: 0; }"
        "QStatusBar { background: %side; border-top: 1px solid %line; } QStatusBar::item { border: "
        "none; }"
        "#statusLine QToolButton, QToolButton#connection { border: none; background: transparent; "
        "padding: 1px 4px; }"
        "QToolButton#connection:hover { color: %accent; }"
        "QToolButton::menu-indicator { image: none; }"
        "QToolButton[framed=\"true\"]:checked { background: %tint; border-color: %accent; }"
        "QToolButton[popupMode=\"1\"][framed=\"true\"] { padding-right: 20px; }"
        "QToolButton::menu-button { border: none; border-left: 1px solid %line; width: 15px; }"
        "QLineEdit[quiet=\"true\"] { background: transparent; border-color: transparent; padding: "
        "2px 3px; }"
        "QLineEdit[quiet=\"true\"]:hover { border-color: %line; }"
        "QLineEdit[quiet=\"true\"]:focus { background: %base; border-color: %accent; }"
        "QPlainTextEdit { background: %base; border: 1px solid %line; border-radius: 4px; padding: "
        "2px; }"
        "#explorer, #explorerTree { background: %side; } #line { background: %line; }"
        "#goToList { background: %base; border: 1px solid %line; border-radius: 4px; }"
        "#recordingBar { background: %tint; border-bottom: 1px solid %line; }"
        "#profiles { background: %side; border-right: 1px solid %line; padding-top: 16px; }"
        "#profiles::item { height: 26px; padding-left: 8px; color: %text; }"
        "#badge { background: %error; color: %onerror; border-radius: 3px; padding: 1px 5px; "
        "font-weight: 600; font-size: 7.5pt; }"
        "QProgressBar { background: %line; border: none; border-radius: 3px; }"
        "QProgressBar::chunk { background: %accent; border-radius: 3px; }"
        "QMenu { background: %base; border: 1px solid %line; padding: 4px; }"
        "QMenu::item { padding: 4px 24px 4px 22px; border-radius: 3px; }"
        "QMenu::item:selected { background: %tint; color: %text; }"
        "QMenu::separator { height: 1px; background: %line; margin: 4px 6px; }"
        "QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }"
        "QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }"
        "QScrollBar::handle { background: %queue; border-radius: 4px; min-height: 24px; min-width: "
        "24px; margin: 1px; }"
        "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }"
        "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }");
    const auto put = [&sheet](const char* key, const QString& value) {
        sheet.replace(QLatin1String(key), value);
    };
    put("%base", name(Role::Base));
    put("%side", name(Role::Side));
    put("%line", name(Role::Line));
    put("%text", name(Role::Text));
    put("%dim", name(Role::Dim));
    put("%accent", name(Role::Accent));
    put("%tint", name(Role::AccentTint));
    put("%head", name(Role::Head));
    put("%alt", name(Role::Alternate));
    put("%queue", name(Role::Queue));
    put("%onerror", name(Role::Base));
    put("%error", name(Role::Error));
    // White text stands on it in both schemes, so it is the light scheme's accent.
    put("%fill", QColor(QRgb{0x2563eb}).name());
    return sheet;
}

} // namespace

Scheme scheme()
{
    return g_scheme;
}

QColor color(Role role)
{
    for (const Pair& pair : kColors) {
        if (pair.role == role) {
            return QColor(g_scheme == Scheme::Light ? pair.light : pair.dark);
        }
    }
    return {};
}

void setTextColor(QWidget* widget, Role role)
{
    QPalette palette = widget->palette();
    palette.setColor(QPalette::WindowText, color(role));
    palette.setColor(QPalette::Text, color(role));
    widget->setPalette(palette);
}

QIcon swatch(const QColor& color)
{
    QPixmap pixmap(20, 20);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(2, 2, 16, 16, 4, 4);
    painter.end();
    pixmap.setDevicePixelRatio(2);
    return QIcon(pixmap);
}

QColor seriesColorAt(int index)
{
    return QColor(kSeries[static_cast<std::size_t>(index) % kSeries.size()]);
}

SeriesColors& topicColors()
{
    static SeriesColors colors;
    return colors;
}

SeriesColors& serviceColors()
{
    static SeriesColors colors;
    return colors;
}

QColor seriesColor(const QString& topic)
{
    return seriesColorAt(topicColors().indexOf(topic));
}

QColor serviceColor(const QString& service)
{
    return seriesColorAt(serviceColors().indexOf(service));
}

QFont textFont()
{
    return fontOf(QStringLiteral("Inter"), QFontDatabase::GeneralFont, 12.5);
}

QFont fixedFont()
{
    return fontOf(QStringLiteral("JetBrains Mono"), QFontDatabase::FixedFont, 11.5);
}

Scheme desktopScheme()
{
    const QColor window = QGuiApplication::palette().color(QPalette::Window);
    return window.lightness() < 128 ? Scheme::Dark : Scheme::Light;
}

void apply(QApplication& application, Scheme scheme)
{
    g_scheme = scheme;
    loadPictures();
    // Without a desktop no search path is set, and no icon is found.
    QIcon::setThemeSearchPaths({QStringLiteral("/usr/share/icons"), QStringLiteral(":/icons")});
    QIcon::setThemeName(scheme == Scheme::Dark ? QStringLiteral("breeze-dark")
                                               : QStringLiteral("breeze"));
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setFont(textFont());

    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole at, Role role) {
        palette.setColor(at, color(role));
    };
    set(QPalette::Window, Role::Side);
    set(QPalette::WindowText, Role::Text);
    set(QPalette::Base, Role::Base);
    set(QPalette::AlternateBase, Role::Alternate);
    set(QPalette::Text, Role::Text);
    set(QPalette::Button, Role::Base);
    set(QPalette::ButtonText, Role::Text);
    set(QPalette::BrightText, Role::Error);
    set(QPalette::ToolTipBase, Role::Side);
    set(QPalette::ToolTipText, Role::Text);
    set(QPalette::PlaceholderText, Role::Dim);
    set(QPalette::Link, Role::Accent);
    set(QPalette::Highlight, Role::AccentTint);
    set(QPalette::HighlightedText, Role::Text);
    set(QPalette::Mid, Role::Line);
    set(QPalette::Midlight, Role::Line);
    set(QPalette::Dark, Role::Line);
    set(QPalette::Light, Role::Base);
    for (const auto at : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, at, color(Role::Dim));
    }
    application.setPalette(palette);
    application.setStyleSheet(styleSheet());
}

} // namespace hindcast::theme
