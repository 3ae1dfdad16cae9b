#include "tests/widgets/items/record_fixture.h"
#include "widgets/items/record_table_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace hindcast;

namespace {

RowScope orders()
{
    RowScope scope;
    scope.topics = {"orders"};
    return scope;
}

RecordColumn field(const char* path, bool numeric = false)
{
    return fieldColumn(*FieldPath::parse(path), numeric);
}

QString shown(const RecordTableModel& model, int row, RecordColumn::What what)
{
    return model.index(row, model.columnOf(what)).data().toString();
}

} // namespace

class tst_record_table_model : public QObject
{
    Q_OBJECT

private slots:
    void saysAtOnceWhatTheIndexKnowsAndTheRestWhenItIsLoaded()
    {
        test::Records records;
        records.addOrders(10);
        RecordTableModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFields({field("value.status"), field("value.amount", true)});
        model.setRows(*RowSet::build(records.order(), orders()));
        QCOMPARE(model.rowCount(), 10);
        QCOMPARE(shown(model, 0, RecordColumn::What::Time), QStringLiteral("14:03:09.000"));
        QCOMPARE(shown(model, 4, RecordColumn::What::Partition), QStringLiteral("1"));
        QCOMPARE(shown(model, 4, RecordColumn::What::Offset), QStringLiteral("48,211,001"));
        QCOMPARE(shown(model, 0, RecordColumn::What::Key), QStringLiteral("\u2026"));

        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(shown(model, 4, RecordColumn::What::Key), QStringLiteral("order-4"));
        QCOMPARE(model.index(4, 4).data().toString(), QStringLiteral("SHIPPED"));
        QCOMPARE(model.index(4, 5).data().toString(), QStringLiteral("148.52"));
        QVERIFY(
            shown(model, 4, RecordColumn::What::Value).startsWith(QStringLiteral("{\"orderId\"")));
        QCOMPARE(model.headerData(5, Qt::Horizontal).toString(), QStringLiteral("amount"));
    }

    void aPaintedPageIsLoadedInOneBatch()
    {
        test::Records records;
        records.addOrders(1000);
        RecordTableModel model;
        model.setRows(*RowSet::build(records.order(), orders()));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        for (int row = 500; row < 530; ++row) {
            shown(model, row, RecordColumn::What::Key);
        }
        QTRY_VERIFY(!changed.isEmpty());
        QTest::qWait(50);
        QVERIFY2(changed.count() <= 3, "rows are announced together");
        QVERIFY(model.textAt(500) != nullptr);
        QVERIFY(model.textAt(540) != nullptr); // some rows around, for the next scroll
        QVERIFY(model.textAt(0) == nullptr);
    }

    void rowsAtTheEndAreOneInsert()
    {
        test::Records records;
        records.addOrders(100);
        RecordTableModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto first = records.order();
        model.setRows(*RowSet::build(first, orders()));
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy moved(&model, &QAbstractItemModel::layoutChanged);
        records.addOrders(50, 100);
        model.grow(*RowSet::extend(model.rows(), records.order(first), orders()));
        QCOMPARE(model.rowCount(), 150);
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(inserted[0][1].toInt(), 100);
        QCOMPARE(inserted[0][2].toInt(), 149);
        QCOMPARE(reset.count() + moved.count(), 0);
    }

    void rowsInTheMiddleKeepASelectionWithItsRecord()
    {
        test::Records records;
        records.addOrders(100, 100);
        RecordTableModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto first = records.order();
        model.setRows(*RowSet::build(first, orders()));
        const QPersistentModelIndex held = model.index(10, 0);
        const RecordPlace place = model.placeAt(10);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy moved(&model, &QAbstractItemModel::layoutChanged);
        records.addOrders(100, 0);
        model.grow(*RowSet::extend(model.rows(), records.order(first), orders()));
        QCOMPARE(reset.count(), 0);
        QCOMPARE(moved.count(), 1);
        QCOMPARE(held.row(), 110);
        QVERIFY(model.placeAt(held.row()) == place);
        QCOMPARE(model.rowCount(), 200);
    }

    void rowsInTheMiddleOfAnUnselectedPartMoveNoPersistentIndex()
    {
        test::Records records;
        records.addOrders(100);
        records.addOrders(100, 200);
        RecordTableModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto first = records.order();
        model.setRows(*RowSet::build(first, orders()));
        const QPersistentModelIndex held = model.index(10, 0);
        QSignalSpy moved(&model, &QAbstractItemModel::layoutChanged);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        records.addOrders(100, 100);
        const auto growth = RowSet::extend(model.rows(), records.order(first), orders());
        QCOMPARE(growth->firstMoved, std::size_t{100});
        model.grow(*growth);
        QCOMPARE(moved.count(), 0);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].toModelIndex().row(), 100);
        QCOMPARE(held.row(), 10);
        QCOMPARE(model.rowAt(100), Row{200});
        QCOMPARE(model.rowAt(200), Row{100});
    }

    void columnsComeAndGoWithoutAReset()
    {
        test::Records records;
        records.addOrders(20);
        RecordTableModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(*RowSet::build(records.order(), orders()));
        const QPersistentModelIndex value = model.index(3, model.columnCount() - 1);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setFields({field("value.status"), field("value.amount", true)});
        QCOMPARE(model.columnCount(), 7);
        QCOMPARE(value.column(), 6);
        model.setFields({field("value.amount", true)});
        QCOMPARE(value.column(), 5);
        model.setTopicShown(true);
        QCOMPARE(model.columnOf(RecordColumn::What::Topic), 1);
        QCOMPARE(shown(model, 0, RecordColumn::What::Topic), QStringLiteral("orders"));
        model.setFields({});
        QCOMPARE(value.column(), 5);
        QCOMPARE(reset.count(), 0);
    }

    void hostilePayloadsAreBoundedPlainText_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("shows");
        QTest::newRow("markup") << QByteArray("<b onload=x>hi</b>")
                                << QStringLiteral("<b onload=x>hi</b>");
        QTest::newRow("a character that turns the line")
            << QByteArray("a\xE2\x80\xAEtxt.exe") << QStringLiteral("a\uFFFDtxt.exe");
        QTest::newRow("line breaks")
            << QByteArray("a\nb\r\nc") << QStringLiteral("a\u21B5b\u21B5c");
        QTest::newRow("NULs") << QByteArray("a\0b", 3) << QStringLiteral("61 00 62");
        QTest::newRow("escape sequences")
            << QByteArray("\x1b[31mred") << QStringLiteral("\u241B[31mred");
        QTest::newRow("5 MB in one line") << QByteArray(5'000'000, 'x') << QString();
    }

    void hostilePayloadsAreBoundedPlainText()
    {
        QFETCH(QByteArray, value);
        QFETCH(QString, shows);
        test::Records records;
        records.add("orders", 0, 0, 0, "k", value.toStdString());
        RecordTableModel model;
        model.setRows(*RowSet::build(records.order(), orders()));
        shown(model, 0, RecordColumn::What::Value);
        QTRY_VERIFY(model.textAt(0) != nullptr);
        const QString cell = shown(model, 0, RecordColumn::What::Value);
        if (!shows.isEmpty()) {
            QCOMPARE(cell, shows);
        }
        QVERIFY(cell.size() <= 320);
        const QString tip =
            model.index(0, model.columnCount() - 1).data(Qt::ToolTipRole).toString();
        QVERIFY(!tip.contains(QStringLiteral("<b ")));
    }

    void aRecordThatIsNotWhatItLooksLikeSaysWhy()
    {
        test::Records records;
        records.add("orders", 0, 0, 0, "k", R"({"status":"PAID")");
        records.add("orders", 0, 1, 1, std::nullopt, std::nullopt);
        RecordTableModel model;
        model.setFields({field("value.status")});
        model.setRows(*RowSet::build(records.order(), orders()));
        shown(model, 0, RecordColumn::What::Value);
        QTRY_VERIFY(model.textAt(0) != nullptr && model.textAt(1) != nullptr);
        const int value = model.columnCount() - 1;
        QVERIFY(!model.index(0, value).data(RecordTableModel::ProblemRole).toString().isEmpty());
        QVERIFY(model.index(1, value).data(RecordTableModel::ProblemRole).toString().isEmpty());
        QCOMPARE(shown(model, 1, RecordColumn::What::Value), QStringLiteral("null"));
        QCOMPARE(shown(model, 1, RecordColumn::What::Key), QStringLiteral("null"));
        QVERIFY(model.index(1, 3).data(RecordTableModel::DimRole).toBool());
    }

    void numbersStandAsTheyWereWritten()
    {
        test::Records records;
        records.add("orders", 0, 0, 0, "k", R"({"n":9223372036854775808,"d":0.10})");
        RecordTableModel model;
        model.setFields({field("value.n", true), field("value.d", true)});
        model.setRows(*RowSet::build(records.order(), orders()));
        shown(model, 0, RecordColumn::What::Value);
        QTRY_VERIFY(model.textAt(0) != nullptr);
        QCOMPARE(model.index(0, 4).data().toString(), QStringLiteral("9223372036854775808"));
        QCOMPARE(model.index(0, 5).data().toString(), QStringLiteral("0.10"));
    }
};

QTEST_MAIN(tst_record_table_model)
#include "tst_record_table_model.moc"
