#include "tests/widgets/items/record_fixture.h"
#include "widgets/items/field_survey.h"

#include <QTest>

#include <numeric>

using namespace hindcast;

namespace {

FieldSurvey survey(const test::Records& records)
{
    const auto snapshot = records.snapshot();
    std::vector<Row> rows(snapshot->rowCount());
    std::iota(rows.begin(), rows.end(), Row{0});
    return surveyFields(*snapshot, rows);
}

QStringList names(const std::vector<SurveyedField>& fields)
{
    QStringList names;
    for (const SurveyedField& field : fields) {
        names << QString::fromStdString(field.path.toString());
    }
    return names;
}

} // namespace

class tst_field_survey : public QObject
{
    Q_OBJECT

private slots:
    void choosesAStatusAndAnAmountOfAnOrder()
    {
        test::Records records;
        records.addOrders(100);
        const auto found = survey(records);
        QCOMPARE(found.records, std::size_t{100});
        QCOMPARE(names(found.telling(2)),
                 (QStringList{QStringLiteral("value.status"), QStringLiteral("value.amount")}));
        QVERIFY(found.telling(2)[1].numeric);
        QVERIFY(!found.telling(2)[0].numeric);
    }

    void aFieldThatRepeatsTheKeyOrNeverVariesTellsNothing()
    {
        test::Records records;
        for (int i = 0; i < 40; ++i) {
            records.add("t", 0, i, i, fmt::format("id-{}", i),
                        fmt::format("{{\"id\":\"id-{}\",\"version\":1,\"kind\":\"{}\"}}", i,
                                    i % 2 == 0 ? "a" : "b"));
        }
        QCOMPARE(names(survey(records).telling(5)), QStringList{QStringLiteral("value.kind")});
    }

    void recordsThatAreNotObjectsAreLeftOut()
    {
        test::Records records;
        records.add("t", 0, 0, 0, "k", "text");
        records.add("t", 0, 1, 1, "k", "[1,2]");
        records.add("t", 0, 2, 2, "k", std::nullopt);
        records.add("t", 0, 3, 3, "k", "{broken");
        QCOMPARE(survey(records).records, std::size_t{0});
        QVERIFY(survey(records).telling(3).empty());
    }

    void aValueOfEndlessNamesIsCut()
    {
        test::Records records;
        std::string value = "{";
        for (int i = 0; i < 400; ++i) {
            value += "\"n" + std::to_string(i) + "\":" + std::to_string(i) + ",";
        }
        value += "\"last\":1}";
        records.add("t", 0, 0, 0, "k", value);
        QVERIFY(survey(records).fields.size() <= 200);
    }
};

QTEST_GUILESS_MAIN(tst_field_survey)
#include "tst_field_survey.moc"
