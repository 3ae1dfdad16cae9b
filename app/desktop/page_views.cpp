#include "app/desktop/page_views.h"

#include "widgets/shared/palette.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>

namespace hindcast {

namespace {

struct KeyLine
{
    const char* keys;
    const char* what;
};

constexpr KeyLine kKeys[] = {
    {"Ctrl+K", "Go to a topic, group, key, offset, time or trace"},
    {"Alt+Left, Alt+Right", "Back and forward through places and moments"},
    {"Ctrl+F", "Filter in this view"},
    {"F5", "Read again"},
    {"Ctrl+O", "Open a capture"},
    {"Ctrl+S", "Save the capture under a name"},
    {"Ctrl+R", "Start or stop capturing"},
    {"Space", "Play or pause"},
    {"Left, Right", "Previous and next event; of the selected key if one is"},
    {"Shift+Left, Shift+Right", "Move B by one event"},
    {"Home, End", "The ends of the range"},
    {"L", "Live: A stays at the newest record"},
    {"[ and ]", "Previous and next change of the selected row"},
    {"Ctrl+Left, Ctrl+Right", "Previous or next cell of a state's row"},
    {"Enter", "In a state: open the record that set the cell"},
    {"Ctrl+D", "Set B, and show what differs between A and B"},
    {"Ctrl+T", "In a state: totals of the numbers below the table"},
    {"Ctrl+E", "Ask in SQL; there, Ctrl+Enter runs the query and Esc stops it"},
    {"Ctrl+C", "Copy the selected rows as TSV"},
    {"Ctrl+Shift+C", "Copy them as JSON"},
    {"Ctrl+1 \u2026 Ctrl+9", "Go to a tab"},
    {"Ctrl+W", "Close the tab"},
    {"Ctrl+\\", "Move the tab to the other side"},
    {"F1", "This page"},
};

constexpr KeyLine kMouse[] = {
    {"Click a place", "Show it in the inspector"},
    {"Ctrl+click, double click", "Open it in a tab"},
    {"Drag on the time strip", "Move A"},
    {"Shift+drag", "Move B"},
    {"Alt+drag", "Read that range of time"},
    {"Wheel", "Zoom around the mouse; with Shift, move along"},
    {"Double click on the strip", "Show the whole range"},
};

QFont heading(double pixels)
{
    QFont font = theme::textFont();
    font.setPointSizeF(pixels * 0.75);
    font.setWeight(QFont::DemiBold);
    return font;
}

template <std::size_t N>
int addLines(QGridLayout* grid, int row, const QString& title, const KeyLine (&lines)[N])
{
    auto* head = new QLabel(title);
    head->setObjectName(QStringLiteral("heading"));
    grid->addWidget(head, row++, 0, 1, 2);
    for (const KeyLine& line : lines) {
        auto* keys = new QLabel(QString::fromUtf8(line.keys));
        keys->setObjectName(QStringLiteral("keys"));
        grid->addWidget(keys, row, 0);
        grid->addWidget(new QLabel(QString::fromUtf8(line.what)), row++, 1);
    }
    return row;
}

void dim(QLabel* label)
{
    theme::setTextColor(label, theme::Role::Dim);
}

} // namespace

ConnectPage::ConnectPage(const ViewContext& context, QWidget* parent)
    : View(context, parent)
    , m_form(new ConnectForm(this))
{
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_form);
}

ConnectPage::~ConnectPage() = default;

Place ConnectPage::place() const
{
    return {};
}

QString ConnectPage::title() const
{
    return QStringLiteral("Connect");
}

void ConnectPage::restyle()
{
    m_form->restyle();
}

KeysPage::KeysPage(const ViewContext& context, QWidget* parent)
    : View(context, parent)
{
    auto* page = new QWidget;
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(24, 12, 24, 12);
    grid->setHorizontalSpacing(28);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    int row = addLines(grid, 0, QStringLiteral("Keys"), kKeys);
    grid->setRowMinimumHeight(row++, 10);
    grid->setRowStretch(addLines(grid, row, QStringLiteral("Mouse"), kMouse), 1);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(page);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    KeysPage::restyle();
}

KeysPage::~KeysPage() = default;

Place KeysPage::place() const
{
    return {};
}

QString KeysPage::title() const
{
    return QStringLiteral("Keys");
}

void KeysPage::restyle()
{
    for (auto* label : findChildren<QLabel*>()) {
        if (label->objectName() == QLatin1String("heading")) {
            label->setFont(heading(13.5));
        } else if (label->objectName() == QLatin1String("keys")) {
            label->setFont(theme::fixedFont());
        } else {
            dim(label);
        }
    }
}

StartPage::StartPage(QWidget* parent)
    : QWidget(parent)
    , m_heading(new QLabel(this))
    , m_lead(new QLabel(this))
{
    setObjectName(QStringLiteral("startPage"));
    setAttribute(Qt::WA_StyledBackground);
    auto* open = new QPushButton(QStringLiteral("Open a capture\u2026"), this);
    auto* connectButton = new QPushButton(QStringLiteral("Connect to a cluster"), this);
    open->setObjectName(QStringLiteral("startOpen"));
    connectButton->setObjectName(QStringLiteral("startConnect"));
    connectButton->setProperty("primary", true);
    connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
    connect(connectButton, &QPushButton::clicked, this, &StartPage::connectRequested);
    m_lead->setAlignment(Qt::AlignHCenter);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch(1);
    buttons->addWidget(connectButton);
    buttons->addWidget(open);
    buttons->addStretch(1);
    auto* all = new QVBoxLayout(this);
    all->setSpacing(8);
    all->addStretch(2);
    all->addWidget(m_heading, 0, Qt::AlignHCenter);
    all->addWidget(m_lead, 0, Qt::AlignHCenter);
    all->addSpacing(12);
    all->addLayout(buttons);
    all->addStretch(3);
    setOccupied(false);
    restyle();
}

StartPage::~StartPage() = default;

void StartPage::setOccupied(bool occupied)
{
    m_heading->setText(occupied ? QStringLiteral("Nothing is open here")
                                : QStringLiteral("What happened, and when?"));
    m_lead->setText(
        occupied ? QStringLiteral("Choose a topic, a group or a projection at the left,\nor "
                                  "press Ctrl+K and name what you look for.")
                 : QStringLiteral("Connect to a cluster to browse its topics and lag,\nor open "
                                  "a capture and look at an incident without a broker."));
}

void StartPage::restyle()
{
    m_heading->setFont(heading(17));
    dim(m_lead);
}

} // namespace hindcast
