#pragma once

#include "tests/widgets/state/state_fixture.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_view.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <memory>

namespace hindcast::test {

// The shop's state view at 14:05:10, shown and filled. GUI thread; a base of the test that drives
// it.
class StateViewFixture
{
protected:
    void begin()
    {
        m_shop = std::make_unique<Shop>();
        m_shop->clock.setA({shopTime(310), std::nullopt});
        // In a frame: the offscreen platform warns of a window that has a least size.
        m_frame = std::make_unique<QWidget>();
        m_frame->resize(746, 600);
        m_view = new StateView(m_shop->context(), m_shop->store.get(), QStringLiteral("order"),
                               m_frame.get());
        m_view->resize(m_frame->size());
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_view->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_frame->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_frame.get()));
        QTRY_VERIFY(hasRows(100));
        QTRY_VERIFY(!cell(0, 1).isEmpty());
    }
    void end()
    {
        m_tester.reset();
        m_frame.reset();
        m_shop.reset();
    }
    QString cell(int row, int column, int role = Qt::DisplayRole) const
    {
        return m_view->model()->index(row, column).data(role).toString();
    }
    int rowOf(const QByteArray& key) const
    {
        for (int row = 0; row < m_view->model()->rowCount(); ++row) {
            if (m_view->model()->keyAt(row) == key) {
                return row;
            }
        }
        return -1;
    }
    StateTableModel::Change change(int row, int column) const
    {
        return static_cast<StateTableModel::Change>(
            m_view->model()->index(row, column).data(StateTableModel::ChangeRole).toInt());
    }
    bool hasRows(int rows) const { return m_view->model()->rowCount() == rows; }
    QPushButton* button(const char* name) const
    {
        return m_view->findChild<QPushButton*>(QLatin1String(name));
    }
    QTableView* tableView() const
    {
        return m_view->findChild<QTableView*>(QStringLiteral("table"));
    }
    QLineEdit* filter() const { return m_view->findChild<QLineEdit*>(QStringLiteral("filter")); }

    std::unique_ptr<Shop> m_shop;
    std::unique_ptr<QWidget> m_frame;
    StateView* m_view = nullptr;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

} // namespace hindcast::test
