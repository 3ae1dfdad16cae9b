#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/state/state_view_fixture.h"
#include "widgets/state/frozen_column.h"
#include "widgets/state/state_conditions.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>

using namespace hindcast;
using namespace hindcast::test;

// The state's table as a table: its columns, the menu of its rows, what is copied from it.
class tst_StateTable : public QObject, private StateViewFixture
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }
    void init() { begin(); }
    void cleanup() { end(); }
    void aRowIsCopiedAsItIsAtOneMoment();
    void whatIsNotReadIsSaidToBeLeftOut();
    void theMenuFiltersByTheValue_data();
    void theMenuFiltersByTheValue();
    void conditionsAreWrittenAsTheFilterReadsThem_data();
    void conditionsAreWrittenAsTheFilterReadsThem();
    void theMenuLeadsThroughTheChangesOfAField();
    void aCellIsCopiedWhole();
    void besideTheValuesAFieldIsTheRow();
    void aHeaderIsOneLineAndNamedWhole();
    void manyColumnsKeepTheirWidthsAndTheirKey();
    void widthsSetByHandStay();
    void oldValuesKeepTheirRoomWhenRowsAreSorted();

private:
    // Another table of the same orders, with columns named so.
    QTableView* openTable(const QStringList& names)
    {
        QString toml = QStringLiteral("name = \"odd\"\n[[source]]\ntopic = \"orders\"\n"
                                      "reduce = \"merge-patch\"\n[columns]\n");
        for (const QString& name : names) {
            toml += QLatin1Char('"') + name + QStringLiteral("\" = \"status\"\n");
        }
        if (!m_shop->store->save(toml)) {
            return nullptr;
        }
        m_tester.reset();
        delete m_view;
        m_view = new StateView(m_shop->context(), m_shop->store.get(), QStringLiteral("odd"),
                               m_frame.get());
        m_view->resize(m_frame->size());
        m_view->show();
        return QTest::qWaitFor([this] { return hasRows(100) && !cell(0, 1).isEmpty(); })
                   ? tableView()
                   : nullptr;
    }
    QMenu* menuAt(int row, int column)
    {
        const QPoint at = tableView()->visualRect(m_view->model()->index(row, column)).center();
        QWidget* const viewport = tableView()->viewport();
        QTest::mouseClick(viewport, Qt::RightButton, {}, at);
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, viewport->mapToGlobal(at));
        QCoreApplication::sendEvent(viewport, &event);
        const auto menus = m_view->findChildren<QMenu*>(Qt::FindDirectChildrenOnly);
        return menus.isEmpty() ? nullptr : menus.last();
    }
    static QAction* actionOf(const QMenu* menu, const QString& words)
    {
        for (QAction* const action : menu->actions()) {
            if (action->text().startsWith(words)) {
                return action;
            }
        }
        return nullptr;
    }
    void choose(int row, int column, const QString& words)
    {
        QMenu* const menu = menuAt(row, column);
        QVERIFY(menu);
        QAction* const action = actionOf(menu, words);
        QVERIFY(action);
        QVERIFY(action->isEnabled());
        action->trigger();
        menu->close();
    }
    QString said() const
    {
        auto* const problem = m_view->findChild<QLabel*>(QStringLiteral("filterProblem"));
        return problem->isVisible() ? problem->text() : QString();
    }
};

void tst_StateTable::aRowIsCopiedAsItIsAtOneMoment()
{
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    QTRY_COMPARE(cell(10, 1), QStringLiteral("FAILED")); // B's; PAID at A
    tableView()->selectRow(10);
    QCOMPARE(m_view->selectionAsTsv(), QStringLiteral("order-010\tPAID\t10.50\t14:05:00\t2\n"));
    QCOMPARE(m_view->selectionAsJson(),
             QStringLiteral("{\"key\":\"order-010\",\"status\":\"PAID\",\"amount\":10.50}\n"));
    tableView()->scrollToBottom();
    QTRY_COMPARE(cell(100, 0), QStringLiteral("order-new")); // only at B
    QTRY_COMPARE(cell(100, 2), QStringLiteral("1"));
    tableView()->selectRow(100);
    QCOMPARE(m_view->selectionAsTsv(),
             QStringLiteral("order-new\t<b>CREATED</b>\t1\t14:08:00\t1\n"));
    QVERIFY(m_view->selectionAsJson().contains(QStringLiteral("\"amount\":1}")));
}

void tst_StateTable::whatIsNotReadIsSaidToBeLeftOut()
{
    m_view->resize(746, 200); // a few rows
    tableView()->scrollToBottom();
    QTRY_VERIFY(!m_view->answering());
    QTRY_VERIFY(cell(0, 1).isEmpty());
    tableView()->selectAll();
    QSignalSpy said(&m_shop->jobs, &JobTracker::finished);
    const auto lines = m_view->selectionAsTsv().count(QLatin1Char('\n'));
    QVERIFY(lines > 0 && lines < 100);
    QCOMPARE(m_view->selectionAsJson().count(QLatin1Char('\n')), lines);
    QCOMPARE(said.count(), 2);
    QVERIFY(said.first().first().toString().startsWith(
        QStringLiteral("%1 of 100 selected rows").arg(lines)));
}

void tst_StateTable::theMenuFiltersByTheValue_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("rows");
    const QString by = QStringLiteral("Filter by this value");
    const QString out = QStringLiteral("Exclude this value");
    QTest::newRow("a text") << QString() << 1 << by << QStringLiteral("status = 'CREATED'") << 98;
    QTest::newRow("not a text") << QString() << 1 << out
                                << QStringLiteral("status is not 'CREATED'") << 2;
    QTest::newRow("a number") << QString() << 2 << by << QStringLiteral("amount = 0.50") << 1;
    QTest::newRow("a key") << QString() << 0 << by << QStringLiteral("key = 'order-000'") << 1;
    QTest::newRow("and") << QStringLiteral("amount < 5") << 1 << by
                         << QStringLiteral("amount < 5 and status = 'CREATED'") << 5;
    QTest::newRow("or") << QStringLiteral("amount < 1 or amount > 98") << 0 << out
                        << QStringLiteral("(amount < 1 or amount > 98) and key is not 'order-000'")
                        << 2;
}

void tst_StateTable::theMenuFiltersByTheValue()
{
    QFETCH(QString, before);
    QFETCH(int, column);
    QFETCH(QString, words);
    filter()->setText(before);
    QTRY_VERIFY(!m_view->answering());
    choose(0, column, words);
    QTEST(filter()->text(), "filter");
    QTRY_VERIFY(!m_view->answering());
    QTEST(m_view->model()->rowCount(), "rows");
    QCOMPARE(said(), QString());
}

void tst_StateTable::conditionsAreWrittenAsTheFilterReadsThem_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<Cell>("cell");
    QTest::addColumn<QString>("condition");
    const auto cellOf = [](Cell::Kind kind, std::string text = {}) {
        return Cell{kind, std::move(text)};
    };
    QTest::newRow("null") << QStringLiteral("status") << cellOf(Cell::Kind::Null)
                          << QStringLiteral("status is null");
    QTest::newRow("nothing") << QStringLiteral("status") << cellOf(Cell::Kind::Missing)
                             << QStringLiteral("status is null");
    QTest::newRow("a quote") << QStringLiteral("status") << cellOf(Cell::Kind::String, "it's")
                             << QStringLiteral("status = 'it''s'");
    QTest::newRow("true") << QStringLiteral("paid") << cellOf(Cell::Kind::Bool, "true")
                          << QStringLiteral("paid = true");
    QTest::newRow("a negative number")
        << QStringLiteral("n") << cellOf(Cell::Kind::Number, "-1e3") << QStringLiteral("n = -1e3");
    QTest::newRow("an odd name") << QStringLiteral("odd name-1") << cellOf(Cell::Kind::Null)
                                 << QStringLiteral("\"odd name-1\" is null");
    QTest::newRow("a quote in the name") << QStringLiteral("a\"b") << cellOf(Cell::Kind::Null)
                                         << QStringLiteral("value.\"a\"\"b\" is null");
    QTest::newRow("bytes") << QStringLiteral("status") << cellOf(Cell::Kind::String, "\xff\xfe")
                           << QString();
}

void tst_StateTable::conditionsAreWrittenAsTheFilterReadsThem()
{
    QFETCH(QString, name);
    QFETCH(Cell, cell);
    ProjectionColumn column{name.toStdString(), {}};
    column.path.steps.emplace_back(name.toStdString());
    QTEST(cellCondition(column, cell, false).value_or(QString()), "condition");
}

void tst_StateTable::theMenuLeadsThroughTheChangesOfAField()
{
    choose(10, 1, QStringLiteral("Next change of this field"));
    QTRY_COMPARE(m_shop->clock.a().time, shopTime(360));
    QTRY_VERIFY(!m_view->answering());
    choose(10, 1, QStringLiteral("Previous change of this field"));
    QTRY_COMPARE(m_shop->clock.a().time, shopTime(300));
    QTRY_VERIFY(!m_view->answering());
    QVERIFY(!actionOf(menuAt(10, 0), QStringLiteral("Next change of this field")));
}

void tst_StateTable::besideTheValuesAFieldIsTheRow()
{
    QTest::mouseClick(tableView()->viewport(), Qt::LeftButton, {},
                      tableView()->visualRect(m_view->model()->index(10, 0)).center());
    QTest::keyClick(tableView(), Qt::Key_BracketRight, Qt::AltModifier);
    QTRY_COMPARE(m_shop->clock.a().time, shopTime(360));
    QTRY_VERIFY(!m_view->answering());
    QTest::keyClick(tableView(), Qt::Key_BracketRight, Qt::AltModifier);
    QCOMPARE(m_shop->clock.a().time, shopTime(360));
    QCOMPARE(said(), QStringLiteral("This row does not change after A."));
}

void tst_StateTable::aHeaderIsOneLineAndNamedWhole()
{
    const int height = tableView()->horizontalHeader()->height();
    QTableView* const table = openTable({QStringLiteral("two\\nlines"), QStringLiteral("<b>x")});
    QVERIFY(table);
    QCOMPARE(table->horizontalHeader()->height(), height);
    const auto header = [this](int column, int role) {
        return m_view->model()->headerData(column, Qt::Horizontal, role).toString();
    };
    QCOMPARE(header(1, Qt::DisplayRole), QStringLiteral("two\u21b5lines"));
    QVERIFY(header(1, Qt::ToolTipRole).contains(QStringLiteral("two\nlines\nClick: sort")));
    QVERIFY(header(2, Qt::ToolTipRole).contains(QStringLiteral("&lt;b&gt;x\nClick")));
}

void tst_StateTable::manyColumnsKeepTheirWidthsAndTheirKey()
{
    QStringList names;
    for (int i = 0; i < 40; ++i) {
        names << QStringLiteral("a_longer_name_%1").arg(i);
    }
    QTableView* const table = openTable(names);
    QVERIFY(table);
    QHeaderView* const header = table->horizontalHeader();
    QTRY_VERIFY(header->sectionSize(1) >= header->sectionSizeHint(1));
    auto* const frozen = m_view->findChild<FrozenColumn*>(QStringLiteral("frozenColumn"));
    QVERIFY(!frozen->isVisible());
    table->horizontalScrollBar()->setValue(1000);
    QVERIFY(frozen->isVisible());
    const int y = header->height() + table->rowViewportPosition(3) + 5;
    QTest::mouseClick(frozen, Qt::LeftButton, {}, {20, y});
    QCOMPARE(m_view->place().key, QByteArray("order-003"));
    QCOMPARE(table->horizontalScrollBar()->value(), 1000);
    QVERIFY(frozen->grab().toImage() != QImage());
    // A cell that is stepped to does not stay below it.
    for (int i = 0; i < 4; ++i) {
        QTest::keyClick(table, Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(!frozen->isVisible() ||
                table->visualRect(table->currentIndex()).left() >= frozen->width());
    }
    table->horizontalScrollBar()->setValue(0);
    QVERIFY(!frozen->isVisible());
}

void tst_StateTable::widthsSetByHandStay()
{
    QHeaderView* const header = tableView()->horizontalHeader();
    const int edge = header->sectionViewportPosition(1) + header->sectionSize(1) - 1;
    const QPoint from(edge, header->height() / 2);
    QTest::mousePress(header->viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(header->viewport(), from + QPoint(20, 0));
    QTest::mouseMove(header->viewport(), from + QPoint(40, 0));
    QTest::mouseRelease(header->viewport(), Qt::LeftButton, {}, from + QPoint(40, 0));
    const int byHand = header->sectionSize(1);
    m_view->resize(1000, 600);
    QTRY_VERIFY(!m_view->answering());
    QCOMPARE(header->sectionSize(1), byHand);
    QVERIFY(header->length() > 900); // the others share the room
    m_view->sortBy(2, true);
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-099"));
    QTRY_VERIFY(!m_view->answering());
    QCOMPARE(header->sectionSize(1), byHand);
}

void tst_StateTable::oldValuesKeepTheirRoomWhenRowsAreSorted()
{
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    QTRY_COMPARE(change(10, 1), StateTableModel::Change::Changed);
    m_view->resize(430, 600);
    tableView()->scrollToBottom();
    QTRY_VERIFY(!m_view->answering());
    m_view->sortBy(1, true); // PAID first, which has failed at B
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-010"));
    QTRY_VERIFY(!m_view->answering());
    QTRY_COMPARE(tableView()->rowAt(0), 0);
    const int row = rowOf("order-010");
    QCOMPARE(cell(row, 1, StateTableModel::OldTextRole), QStringLiteral("PAID"));
    const int wanted =
        tableView()->itemDelegate()->sizeHint({}, m_view->model()->index(row, 1)).width();
    QVERIFY(tableView()->columnWidth(1) >= wanted);
}

void tst_StateTable::aCellIsCopiedWhole()
{
    const QString value(2000, QLatin1Char('x'));
    append(*m_shop->capture, {{"orders", 0, 105, toMs(shopTime(490)), "order-000",
                               R"({"status":")" + value.toStdString() + "\"}"}});
    m_shop->publish();
    m_shop->clock.setLive(true);
    QTRY_VERIFY(cell(0, 1).startsWith(QStringLiteral("xxx")));
    QTRY_VERIFY(!m_view->answering());
    choose(0, 1, QStringLiteral("Copy the cell"));
    QCOMPARE(QGuiApplication::clipboard()->text(), value);
    choose(0, 0, QStringLiteral("Copy the cell"));
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("order-000"));
}

QTEST_MAIN(tst_StateTable)
#include "tst_state_table.moc"
