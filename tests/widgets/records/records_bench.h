#pragma once

#include "tests/widgets/items/record_fixture.h"
#include "tests/widgets/shared/fake_workspace.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/items/record_table.h"
#include "widgets/items/record_table_model.h"
#include "widgets/records/records_view.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"

#include <QTest>

namespace hindcast::test {

// A records view with all it stands on, on a capture that a test fills.
struct RecordsBench
{
    Records records;
    FakeWorkspace workspace;
    MomentControl moments;
    Navigator navigator{&moments};
    JobTracker jobs;
    TimeOrderPtr order;
    QWidget window;
    std::unique_ptr<RecordsView> view;

    // What is in the capture by now is what the view sees.
    void publish()
    {
        order = records.order(order);
        workspace.setSnapshot(order->snapshot(), order);
        moments.setOrder(order);
    }
    void open(const QStringList& topics = {QStringLiteral("orders")})
    {
        view = std::make_unique<RecordsView>(ViewContext{&workspace, &moments, &navigator, &jobs},
                                             topics);
        // In a window without a layout: the offscreen platform warns of size hints.
        view->setParent(&window);
        view->setGeometry(0, 0, 746, 600);
        view->QWidget::show();
        window.resize(746, 600);
        window.show();
    }
    RecordTable* table() const { return view->findChild<RecordTable*>(); }
    RecordTableModel* model() const { return view->findChild<RecordTableModel*>(); }
    template <typename T>
    T* child(const char* name) const
    {
        return view->findChild<T*>(QLatin1String(name));
    }
    QPoint cell(int row, int column = 0) const
    {
        return table()->visualRect(table()->model()->index(row, column)).center();
    }
    void clickRow(int row, Qt::KeyboardModifiers keys = Qt::NoModifier) const
    {
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, keys, cell(row));
    }
};

} // namespace hindcast::test
