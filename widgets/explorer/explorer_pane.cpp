#include "widgets/explorer/explorer_pane.h"

#include "widgets/explorer/explorer_delegate.h"
#include "widgets/explorer/explorer_model.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMenu>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

ExplorerPane::ExplorerPane(Navigator* navigator, QWidget* parent)
    : QWidget(parent)
    , m_navigator(navigator)
    , m_model(new ExplorerModel(this))
    , m_filter(new QLineEdit(this))
    , m_tree(new QTreeView(this))
{
    setObjectName(QStringLiteral("explorer"));
    m_filter->setObjectName(QStringLiteral("explorerFilter"));
    m_filter->setPlaceholderText(QStringLiteral("Filter topics and groups"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumHeight(26);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model->setFilter(text.trimmed());
        m_tree->expandAll();
    });
    connect(m_filter, &QLineEdit::returnPressed, this, [this] {
        // The first thing that is left is what was looked for.
        for (int section = 0; section < m_model->rowCount(); ++section) {
            const QModelIndex parentIndex = m_model->index(section, 0);
            if (m_model->rowCount(parentIndex) > 0) {
                m_tree->setCurrentIndex(m_model->index(0, 0, parentIndex));
                open(m_tree->currentIndex());
                return;
            }
        }
    });
    setupTree();
    auto* filterRow = new QVBoxLayout;
    filterRow->setContentsMargins(10, 8, 10, 8);
    filterRow->addWidget(m_filter);
    auto* line = new QWidget(this);
    line->setObjectName(QStringLiteral("line"));
    line->setFixedHeight(1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(filterRow);
    all->addWidget(line);
    all->addWidget(m_tree, 1);
    setFocusProxy(m_tree);
}

ExplorerPane::~ExplorerPane() = default;

void ExplorerPane::setupTree()
{
    m_tree->setObjectName(QStringLiteral("explorerTree"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new ExplorerDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setRootIsDecorated(false);
    m_tree->setIndentation(0);
    m_tree->setMouseTracking(true);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->expandAll();
    connect(m_tree, &QTreeView::clicked, this, &ExplorerPane::clicked);
    connect(m_tree, &QTreeView::doubleClicked, this, &ExplorerPane::open);
    connect(m_tree, &QTreeView::activated, this, [this](const QModelIndex& index) {
        // A mouse activates too on some desktops; clicks are dealt with above.
        if (QGuiApplication::mouseButtons() != Qt::NoButton) {
            return;
        }
        const QStringList topics = markedTopics();
        topics.size() > 1 ? m_navigator->open(Place::ofTopics(topics)) : open(index);
    });
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &ExplorerPane::showMenu);
}

void ExplorerPane::setData(const ExplorerData& next)
{
    m_model->setData(next);
}

void ExplorerPane::setCurrent(const Place& place)
{
    const QModelIndex index = m_model->indexOf(place);
    // Topics marked together stay marked while their list is in front.
    if (index.isValid() && !m_tree->selectionModel()->isSelected(index)) {
        m_tree->setCurrentIndex(index);
    } else if (!index.isValid() && place.topics.size() < 2) {
        m_tree->clearSelection();
    }
}

void ExplorerPane::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

QStringList ExplorerPane::markedTopics() const
{
    QStringList topics;
    QModelIndexList marked = m_tree->selectionModel()->selectedIndexes();
    std::sort(marked.begin(), marked.end());
    for (const QModelIndex& index : std::as_const(marked)) {
        const auto place = index.data(ExplorerModel::PlaceRole).value<Place>();
        if (place.kind == Place::Kind::Topics) {
            topics += place.topics;
        }
    }
    return topics;
}

void ExplorerPane::clicked(const QModelIndex& index)
{
    if (!index.parent().isValid()) {
        m_tree->setExpanded(index, !m_tree->isExpanded(index));
        return;
    }
    if (index.data(ExplorerModel::OfferRole).toBool()) {
        showMenu(m_tree->visualRect(index).center());
        return;
    }
    const Qt::KeyboardModifiers keys = QGuiApplication::keyboardModifiers();
    if ((keys & Qt::ShiftModifier) != 0) {
        return; // marking
    }
    if ((keys & Qt::ControlModifier) != 0 && markedTopics().size() > 1) {
        return; // marking one more
    }
    open(index);
}

void ExplorerPane::open(const QModelIndex& index)
{
    const auto place = index.data(ExplorerModel::PlaceRole).value<Place>();
    if (place.isNull()) {
        return;
    }
    if (place.kind == Place::Kind::Capture) {
        emit captureRequested(place.name);
    } else {
        m_navigator->open(place);
    }
}

void ExplorerPane::showMenu(const QPoint& at)
{
    const QModelIndex index = m_tree->indexAt(at);
    const auto place = index.data(ExplorerModel::PlaceRole).value<Place>();
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("explorerMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addTopicActions(menu, index);
    if (place.kind == Place::Kind::Projection) {
        addProjectionActions(menu, index);
    }
    if (!place.isNull()) {
        menu->addAction(QStringLiteral("Copy name"), this, [name = index.data().toString()] {
            QGuiApplication::clipboard()->setText(name);
        });
    }
    const QModelIndex section = index.parent().isValid() ? index.parent() : index;
    if (section.isValid() && section.row() == ExplorerModel::Projections) {
        addNewProjection(menu);
    }
    if (menu->isEmpty()) {
        delete menu;
        return;
    }
    menu->popup(m_tree->viewport()->mapToGlobal(at));
}

// What can be done with the topics that are marked, or with the one thing under the mouse.
void ExplorerPane::addTopicActions(QMenu* menu, const QModelIndex& index)
{
    const auto place = index.data(ExplorerModel::PlaceRole).value<Place>();
    const QStringList topics = markedTopics();
    if (topics.size() > 1) {
        menu->addAction(QStringLiteral("Open %1 topics as one list").arg(topics.size()), this,
                        [this, topics] { m_navigator->open(Place::ofTopics(topics)); });
    } else if (!place.isNull()) {
        menu->addAction(QStringLiteral("Open"), this,
                        [this, index = QPersistentModelIndex(index)] { open(index); });
    }
    if (place.kind == Place::Kind::Topics && topics.size() < 2) {
        menu->addAction(
            QStringLiteral("New projection from this topic"), this,
            [this, topic = place.topics.value(0)] { emit newProjectionRequested(topic); });
    }
    if (!topics.isEmpty()) {
        menu->addAction(QStringLiteral("Capture to a file\u2026"), this,
                        [this, topics] { emit recordRequested(topics); });
    }
}

void ExplorerPane::addProjectionActions(QMenu* menu, const QModelIndex& index)
{
    const QString name = index.data(ExplorerModel::PlaceRole).value<Place>().name;
    menu->addAction(QStringLiteral("Edit"), this, [this, name] { emit editRequested(name); });
    menu->addAction(QStringLiteral("Duplicate"), this,
                    [this, name] { emit duplicateRequested(name); });
    if (index.data(ExplorerModel::OwnRole).toBool()) {
        menu->addAction(index.data(ExplorerModel::ShadowsRole).toBool()
                            ? QStringLiteral("Revert to the one that came with Hindcast\u2026")
                            : QStringLiteral("Delete\u2026"),
                        this, [this, name] { emit deleteRequested(name); });
    }
}

void ExplorerPane::addNewProjection(QMenu* menu)
{
    const QModelIndex section = m_model->index(ExplorerModel::Topics, 0);
    if (m_model->rowCount(section) == 0) {
        return;
    }
    if (!menu->isEmpty()) {
        menu->addSeparator();
    }
    QMenu* const topics = menu->addMenu(QStringLiteral("New projection from"));
    for (int row = 0; row < m_model->rowCount(section); ++row) {
        const QModelIndex index = m_model->index(row, 0, section);
        // An ampersand in a topic's name is no mnemonic.
        topics->addAction(
            index.data().toString().replace(QLatin1Char('&'), QStringLiteral("&&")), this,
            [this, topic = index.data(ExplorerModel::PlaceRole).value<Place>().topics.value(0)] {
                emit newProjectionRequested(topic);
            });
    }
}

void ExplorerPane::restyle()
{
    m_tree->viewport()->update();
}

} // namespace hindcast
