#pragma once

#include "widgets/explorer/explorer_data.h"
#include "widgets/shared/place.h"

#include <QWidget>

class QLineEdit;
class QMenu;
class QTreeView;

namespace hindcast {

class ExplorerModel;
class Navigator;

// The left side of the window: a filter and one tree of everything there is to open.
//
// A click opens a place where the window is, Ctrl+click or a double click in a tab that stays;
// topics marked together open as one list in time order. GUI thread.
class ExplorerPane final : public QWidget
{
    Q_OBJECT

public:
    explicit ExplorerPane(Navigator* navigator, QWidget* parent = nullptr);
    ~ExplorerPane() override;

    void setData(const ExplorerData& next);
    void setCurrent(const Place& place); // marks its line, if it has one
    void focusFilter();
    QStringList markedTopics() const;
    QTreeView* tree() const { return m_tree; }
    void restyle();

signals:
    void captureRequested(const QString& path);
    // Record the marked topics into a file.
    void recordRequested(const QStringList& topics);
    void newProjectionRequested(const QString& topic);
    void editRequested(const QString& projection);
    void duplicateRequested(const QString& projection);
    void deleteRequested(const QString& projection);

private:
    void setupTree();
    void clicked(const QModelIndex& index);
    void open(const QModelIndex& index);
    void showMenu(const QPoint& at);
    void addTopicActions(QMenu* menu, const QModelIndex& index);
    void addProjectionActions(QMenu* menu, const QModelIndex& index);
    void addNewProjection(QMenu* menu);

    Navigator* const m_navigator;
    ExplorerModel* const m_model;
    QLineEdit* m_filter;
    QTreeView* m_tree;
};

} // namespace hindcast
