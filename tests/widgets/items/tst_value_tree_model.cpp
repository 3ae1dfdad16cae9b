#include "widgets/items/value_tree_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace hindcast;

namespace {

DecodedPtr decoded(const std::string& json)
{
    return std::make_shared<const Decoded>(decode(json));
}

} // namespace

class tst_value_tree_model : public QObject
{
    Q_OBJECT

private slots:
    void showsMembersAsTheyWereWritten()
    {
        ValueTreeModel model(FieldPath::Root::Value);
        model.setValue(decoded(
            R"({"orderId":"order-1","amount":9223372036854775808,"customer":{"id":28306},"items":[1,2,3]})"));
        // It opens every branch, which a model may not do inside a reset.
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("orderId \"order-1\""));
        QCOMPARE(model.index(1, 0).data(ValueTreeModel::TextRole).toString(),
                 QStringLiteral("9223372036854775808"));
        QCOMPARE(model.index(3, 0).data(ValueTreeModel::TextRole).toString(),
                 QStringLiteral("3 elements"));
        const QModelIndex customer = model.index(2, 0);
        QVERIFY(model.hasChildren(customer));
        model.fetchMore(customer);
        QCOMPARE(model.rowCount(customer), 1);
        QCOMPARE(QString::fromStdString(model.pathOf(model.index(0, 0, customer)).toString()),
                 QStringLiteral("value.customer.id"));
        model.fetchMore(model.index(3, 0));
        QCOMPARE(
            QString::fromStdString(model.pathOf(model.index(1, 0, model.index(3, 0))).toString()),
            QStringLiteral("value.items[1]"));
    }

    void aLargeArrayOpensAPageAtATime()
    {
        std::string json = "{\"all\":[";
        for (int i = 0; i < 999; ++i) {
            json += std::to_string(i) + ",";
        }
        json += "999]}";
        ValueTreeModel model(FieldPath::Root::Value);
        model.setValue(decoded(json));
        const QModelIndex all = model.index(0, 0);
        QCOMPARE(model.rowCount(all), 0);
        QVERIFY(model.canFetchMore(all));
        model.fetchMore(all);
        QCOMPARE(model.rowCount(all), ValueTreeModel::kPage);
        while (model.canFetchMore(all)) {
            model.fetchMore(all);
        }
        QCOMPARE(model.rowCount(all), 1000);
        QCOMPARE(model.index(999, 0, all).data(ValueTreeModel::NameRole).toString(),
                 QStringLiteral("[999]"));
    }

    void aPayloadWithoutMembersIsOneRow_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QString>("shows");
        QTest::newRow("text") << QByteArray("plain") << QStringLiteral("\"plain\"");
        QTest::newRow("markup") << QByteArray("<h1>x</h1>") << QStringLiteral("\"<h1>x</h1>\"");
        QTest::newRow("number") << QByteArray("0.10") << QStringLiteral("0.10");
        QTest::newRow("several lines") << QByteArray("a\nb") << QStringLiteral("\"a\u21b5b\"");
    }

    void aPayloadWithoutMembersIsOneRow()
    {
        QFETCH(QByteArray, payload);
        ValueTreeModel model(FieldPath::Root::Value);
        model.setValue(decoded(payload.toStdString()));
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 1);
        QTEST(model.index(0, 0).data().toString(), "shows");
        QCOMPARE(QString::fromStdString(model.pathOf(model.index(0, 0)).toString()),
                 QStringLiteral("value"));
    }

    void nothingIsShownOfATombstone()
    {
        ValueTreeModel model(FieldPath::Root::Value);
        model.setValue(std::make_shared<const Decoded>(decode(std::nullopt)));
        QCOMPARE(model.rowCount(), 0);
    }

    void aLongTextIsCutInItsRow()
    {
        ValueTreeModel model(FieldPath::Root::Value);
        model.setValue(decoded("{\"long\":\"" + std::string(5'000'000, 'x') + "\"}"));
        QVERIFY(model.index(0, 0).data().toString().size() < 3000);
    }
};

QTEST_GUILESS_MAIN(tst_value_tree_model)
#include "tst_value_tree_model.moc"
