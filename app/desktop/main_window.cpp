#include "app/desktop/main_window.h"

#include "app/desktop/documents.h"
#include "app/desktop/header_bar.h"
#include "app/desktop/page_views.h"
#include "app/desktop/recording_bar.h"
#include "app/desktop/status_line.h"
#include "widgets/explorer/explorer_pane.h"
#include "widgets/timestrip/time_strip.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QGuiApplication>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

namespace hindcast {

namespace {

constexpr int kExplorerWidth = 222;
constexpr int kInspectorWidth = 312;
constexpr int kStripHeight = 104;
constexpr int kLeastExplorer = 170;
constexpr int kLeastInspector = 240;

// The title of a pane that is in its place: next to nothing. A bare widget's size hint is -1, and
// the dock would reckon with that.
class NoTitle final : public QWidget
{
public:
    using QWidget::QWidget;

    QSize sizeHint() const override { return {0, 1}; }
    QSize minimumSizeHint() const override { return {0, 1}; }
};

} // namespace

MainWindow::MainWindow(const ViewContext& context, QWidget* parent)
    : QMainWindow(parent)
    , m_header(new HeaderBar(context, this))
    , m_explorer(new ExplorerPane(context.navigator, this))
    , m_recordingBar(new RecordingBar(this))
    , m_documents(new Documents(this))
    , m_strip(new TimeStrip(context.moments, this))
    , m_status(new StatusLine(context.jobs, this))
    , m_startPage(new StartPage(this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("Hindcast"));
    setContextMenuPolicy(Qt::NoContextMenu);
    setDockNestingEnabled(true);
    setupHeader();
    setupCentre();
    setupDocks();
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setFixedHeight(24);
    statusBar()->addWidget(m_status, 1);
    resize(1280, 800);
    resetLayout();
}

MainWindow::~MainWindow() = default;

void MainWindow::setupHeader()
{
    auto* bar = new QToolBar(QStringLiteral("Header"), this);
    bar->setObjectName(QStringLiteral("headerBar"));
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->toggleViewAction()->setEnabled(false);
    bar->addWidget(m_header);
    bar->setFixedHeight(40);
    addToolBar(Qt::TopToolBarArea, bar);
}

void MainWindow::setupCentre()
{
    m_documents->setEmptyPage(m_startPage);
    auto* centre = new QWidget(this);
    auto* rows = new QVBoxLayout(centre);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_recordingBar);
    rows->addWidget(m_documents, 1);
    setCentralWidget(centre);
}

QDockWidget* MainWindow::makeDock(const char* name, const QString& title, QWidget* content,
                                  Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QLatin1String(name));
    dock->setWidget(content);
    // In its place a pane needs no title; floating, it is taken by it.
    auto* none = new NoTitle(dock);
    none->setFixedHeight(1);
    dock->setTitleBarWidget(none);
    connect(dock, &QDockWidget::topLevelChanged, dock,
            [dock, none](bool floating) { dock->setTitleBarWidget(floating ? nullptr : none); });
    addDockWidget(area, dock);
    return dock;
}

void MainWindow::setupDocks()
{
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    m_explorerDock =
        makeDock("explorerDock", QStringLiteral("Explorer"), m_explorer, Qt::LeftDockWidgetArea);
    m_inspectorDock = makeDock("inspectorDock", QStringLiteral("Inspector"), new QWidget(this),
                               Qt::RightDockWidgetArea);
    m_stripDock = makeDock("stripDock", QStringLiteral("Time"), m_strip, Qt::BottomDockWidgetArea);
    m_inspectorDock->widget()->setMinimumSize(kLeastInspector, 60); // until there is an inspector
    m_explorer->setMinimumWidth(kLeastExplorer);
    m_explorerDock->installEventFilter(this);
    m_inspectorDock->installEventFilter(this);
    m_strip->setMinimumHeight(kStripHeight);
}

QList<QDockWidget*> MainWindow::docks() const
{
    return {m_explorerDock, m_inspectorDock, m_stripDock};
}

void MainWindow::setInspector(QWidget* inspector)
{
    inspector->setMinimumSize(kLeastInspector, 60);
    QWidget* const before = m_inspectorDock->widget();
    m_inspectorDock->setWidget(inspector);
    before->deleteLater();
}

void MainWindow::resetLayout()
{
    for (QDockWidget* dock : docks()) {
        if (dock->isFloating()) {
            dock->setFloating(false);
        }
        dock->show();
    }
    m_squeezedFrom.clear();
    resizeDocks({m_explorerDock, m_inspectorDock}, {kExplorerWidth, kInspectorWidth},
                Qt::Horizontal);
    resizeDocks({m_stripDock}, {kStripHeight}, Qt::Vertical);
}

void MainWindow::restyle()
{
    m_header->restyle();
    m_explorer->restyle();
    m_recordingBar->restyle();
    m_documents->restyle();
    m_strip->restyle();
    m_status->restyle();
    m_startPage->restyle();
}

// A side pane becomes narrower by a person's hand, or where the documents need the room.
bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && isVisible()) {
        const auto* const resize = static_cast<QResizeEvent*>(event);
        const bool byHand =
            width() == m_settledWidth && QGuiApplication::mouseButtons().testFlag(Qt::LeftButton);
        if (byHand) {
            m_squeezedFrom.remove(watched);
        } else if (resize->size().width() < resize->oldSize().width() &&
                   !m_squeezedFrom.contains(watched)) {
            m_squeezedFrom[watched] = resize->oldSize().width();
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    if (width() > m_settledWidth) {
        for (QDockWidget* const dock : {m_explorerDock, m_inspectorDock}) {
            const int wanted = m_squeezedFrom.value(dock);
            if (wanted > dock->width() && dock->isVisible() && !dock->isFloating()) {
                resizeDocks({dock}, {wanted}, Qt::Horizontal);
            }
        }
    }
    m_settledWidth = width();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    event->setAccepted(!m_mayClose || m_mayClose());
}

} // namespace hindcast
