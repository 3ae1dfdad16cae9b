#include "model/replay/projection.h"
#include "model/replay/projection_proposal.h"
#include "tests/unit/replay/replay_fixture.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

// What a topic that holds no change events suggests; those are in tst_cdc_shapes.
class tst_ProjectionProposal : public QObject
{
    Q_OBJECT

private slots:
    void theRecordsKeyIsNoColumn();
    void withoutKeysAnIdIsProposed_data();
    void withoutKeysAnIdIsProposed();

private:
    using Records = std::vector<std::pair<std::optional<std::string>, std::string>>;

    static Projection proposed(const Records& records)
    {
        const auto capture = Capture::inMemory();
        std::vector<Event> events;
        for (const auto& [key, value] : records) {
            const auto n = static_cast<std::int64_t>(events.size());
            events.push_back({"t", 0, n, n, key, value});
        }
        append(*capture, events);
        return Projection::parse(proposeProjection(*capture->snapshot(), "t").value(), "proposal")
            .value();
    }
    static QStringList columns(const Projection& projection)
    {
        QStringList names;
        for (const ProjectionColumn& column : projection.columns) {
            names << QString::fromStdString(column.name);
        }
        return names;
    }
};

void tst_ProjectionProposal::theRecordsKeyIsNoColumn()
{
    const Projection projection =
        proposed({{"o-1", R"({"orderId":"o-1","n":1})"}, {"1", R"({"orderId":"1","n":1})"}});
    QVERIFY(projection.sources.front().keyIsRecordKey());
    QCOMPARE(columns(projection), (QStringList{QStringLiteral("n")}));
    // One record is enough to make it another thing.
    QCOMPARE(columns(proposed({{"1", R"({"id":1,"n":2})"}, {"2", R"({"id":3,"n":2})"}})),
             (QStringList{QStringLiteral("id"), QStringLiteral("n")}));
}

void tst_ProjectionProposal::withoutKeysAnIdIsProposed_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("key");
    const auto row = [](const char* name, const char* value, const char* key) {
        QTest::newRow(name) << QString::fromUtf8(value) << QString::fromUtf8(key);
    };
    row("id", R"({"n":1,"id":7,"orderId":8})", "value.id");
    row("in one word", R"({"n":1,"orderId":8})", "value.orderId");
    row("in two", R"({"n":1,"order_id":8})", "value.order_id");
    row("no object", R"({"id":{"a":1},"tradeId":8})", "value.tradeId");
    row("none", R"({"n":1,"paid":true})", "key");
}

void tst_ProjectionProposal::withoutKeysAnIdIsProposed()
{
    QFETCH(QString, value);
    QFETCH(QString, key);
    const Projection projection =
        proposed({{std::nullopt, value.toStdString()}, {std::nullopt, value.toStdString()}});
    QCOMPARE(QString::fromStdString(projection.sources.front().key.front().toString()), key);
}

QTEST_GUILESS_MAIN(tst_ProjectionProposal)
#include "tst_projection_proposal.moc"
