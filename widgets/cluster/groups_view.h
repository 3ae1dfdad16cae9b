#pragma once

#include "widgets/shared/view.h"

#include <QTimer>

class QLabel;
class QLineEdit;
class QModelIndex;
class QPoint;
class QTableView;

namespace hindcast {

class GroupTableModel;
class LagStore;
class VerdictBar;

// All consumer groups as they were at A, the worst first. GUI thread.
class GroupsView final : public View
{
    Q_OBJECT

public:
    GroupsView(const ViewContext& context, LagStore* store, QWidget* parent = nullptr);
    ~GroupsView() override;

    Place place() const override;
    void focusFilter() override;
    QString selectionAsTsv() const override;
    QString selectionAsJson() const override;
    void restyle() override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setupUi();
    void schedule();
    void refresh();
    void open(const QModelIndex& index);
    void contextMenu(const QPoint& position);

    LagStore* const m_store;
    VerdictBar* m_verdict = nullptr;
    QLineEdit* m_filter = nullptr;
    QLabel* m_note = nullptr;
    QTableView* m_table = nullptr;
    GroupTableModel* m_model = nullptr;
    QTimer m_frame;
};

} // namespace hindcast
