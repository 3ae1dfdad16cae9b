#include "model/replay/trust_judge.h"
#include "tests/unit/replay/commit_fixture.h"

#include <QTest>
#include <random>

using namespace hindcast;
using namespace hindcast::test;

class tst_CommitOrder : public QObject
{
    Q_OBJECT

private slots:
    void aTransactionStandsWhereItEnded();
    void withoutTheTransactionTopicTheOneBeforeTellsThePlace();
    void aMomentInsideATransactionIsTheOneBeforeIt();
    void whatOneRunSaysTwiceHappenedTwice_data();
    void whatOneRunSaysTwiceHappenedTwice();
    void aLaterSnapshotReplacesWhatWasThere();
    void aTableWithoutAKeyIsABag();
    void aPlaceholderInAnInsertIsAValue();
    void timesAreCommitTimesAndNeverGoBack();
    void databasesAreToldApart();
    void changesWithoutAPlaceAmongTransactionsAreUnknown();
    void theOrderOfArrivalDoesNotMatter();
};

void tst_CommitOrder::aTransactionStandsWhereItEnded()
{
    // The long one changed first and committed last.
    const auto folded = foldChanges({
        {"c", kOne, "", R"({"id":1,"v":"short"})", 8, 200, 100, 0, 1},
        end(8, 250, 80),
        {"u", kOne, "", R"({"id":1,"v":"long"})", 7, 150, 250, 0, 1},
        end(7, 300, 90),
    });
    QVERIFY(atLsn(folded, 249).empty());
    QCOMPARE(atLsn(folded, 250), (Table{{"1", R"({"id":1,"v":"short"})"}}));
    QCOMPARE(atLsn(folded, 299), atLsn(folded, 250));
    QCOMPARE(atLsn(folded, 300), (Table{{"1", R"({"id":1,"v":"long"})"}}));
    QCOMPARE(*folded.order->prefixOfTransaction(8), *folded.order->prefixOfLsn(250));
    QCOMPARE(folded.order->lsnOf(folded.order->size()), std::optional<std::uint64_t>(300));
    QVERIFY(!folded.order->prefixOfTransaction(9));
}

void tst_CommitOrder::withoutTheTransactionTopicTheOneBeforeTellsThePlace()
{
    const auto folded = foldChanges({
        {"u", kOne, "", R"({"id":1,"v":"long"})", 7, 150, 250, 0, 1},
        {"c", kOne, "", R"({"id":1,"v":"short"})", 8, 200, 100, 0, 1},
    });
    QCOMPARE(atLsn(folded, 250), (Table{{"1", R"({"id":1,"v":"short"})"}}));
    QCOMPARE(atLsn(folded, 300), (Table{{"1", R"({"id":1,"v":"long"})"}}));
}

void tst_CommitOrder::aMomentInsideATransactionIsTheOneBeforeIt()
{
    const auto folded = foldChanges({
        {"c", kOne, "", kOne, 1, 10, 5, 0, 1},
        {"c", kTwo, "", kTwo, 2, 20, 15, 0, 1},
        {"c", kThree, "", kThree, 2, 21, 15, 0, 2},
    });
    const auto& order = *folded.order;
    QCOMPARE(order.wholeBefore(1), Rank{1});
    QCOMPARE(order.wholeBefore(2), Rank{1});
    QCOMPARE(order.wholeBefore(3), Rank{3});
    QCOMPARE(order.prefix({kNoTimestamp, RecordPlace{"db.app.t", 0, 1}}), Rank{1});
    QCOMPARE(order.prefix({kNoTimestamp, RecordPlace{"db.app.t", 0, 2}}), Rank{3});
    for (const Rank prefix : {Rank{0}, Rank{1}, Rank{3}}) {
        QCOMPARE(order.prefix(order.momentOf(prefix)), prefix);
    }
}

void tst_CommitOrder::whatOneRunSaysTwiceHappenedTwice_data()
{
    QTest::addColumn<QStringList>("runs"); // of equal events, in their order
    QTest::addColumn<QList<int>>("orders");
    QTest::addColumn<int>("copies");
    const auto add = [](const char* name, const QStringList& runs, const QList<int>& orders,
                        int copies) { QTest::newRow(name) << runs << orders << copies; };
    const QString a = QStringLiteral("a");
    const QString b = QStringLiteral("b");
    const QString none;
    add("once", {a}, {1}, 1);
    add("twice in one run", {a, a}, {1, 2}, 2);
    add("again from another run", {a, b}, {1, 1}, 1);
    add("the order shifts where a run resumes", {a, a, b, b}, {1, 2, 2, 3}, 2);
    add("the first run was killed before the second", {a, b, b}, {1, 1, 2}, 2);
    add("no runs told: the same place again", {none, none}, {1, 1}, 1);
    add("no runs told: another place", {none, none}, {1, 2}, 2);
}

void tst_CommitOrder::whatOneRunSaysTwiceHappenedTwice()
{
    QFETCH(QStringList, runs);
    QFETCH(QList<int>, orders);
    QFETCH(int, copies);
    std::vector<Change> changes;
    for (qsizetype i = 0; i < runs.size(); ++i) {
        Change change{"c", "", "", R"({"n":7})", 1, 10, 5, 0};
        change.order = static_cast<std::uint32_t>(orders[i]);
        change.run = runs[i].toStdString();
        change.partition = static_cast<std::int32_t>(i); // without a key it may come anywhere
        changes.push_back(change);
    }
    const auto folded = foldChanges(changes);
    QCOMPARE(static_cast<int>(atEnd(folded).size()), copies);
    QCOMPARE(static_cast<qsizetype>(folded.log->report().redelivered), runs.size() - copies);
}

void tst_CommitOrder::aLaterSnapshotReplacesWhatWasThere()
{
    const auto folded = foldChanges({
        {"r", kOne, "", R"({"id":1,"v":1})", 3, 100},
        {"r", kTwo, "", R"({"id":2,"v":1})", 3, 100},
        {"u", kTwo, "", R"({"id":2,"v":2})", 4, 150, 120, 0, 1},
        // The slot was lost; meanwhile 1 was deleted.
        {"r", kTwo, "", R"({"id":2,"v":9})", 8, 500},
        {"r", kThree, "", R"({"id":3,"v":9})", 8, 500},
    });
    QCOMPARE(atLsn(folded, 100), (Table{{"1", R"({"id":1,"v":1})"}, {"2", R"({"id":2,"v":1})"}}));
    QCOMPARE(atLsn(folded, 499), (Table{{"1", R"({"id":1,"v":1})"}, {"2", R"({"id":2,"v":2})"}}));
    QCOMPARE(atLsn(folded, 500), (Table{{"2", R"({"id":2,"v":9})"}, {"3", R"({"id":3,"v":9})"}}));
}

void tst_CommitOrder::aTableWithoutAKeyIsABag()
{
    const std::string a = R"({"n":1})";
    const std::string b = R"({"n":2})";
    const auto folded = foldChanges({
        {"c", "", "", a, 1, 10, 5, 0, 1},
        {"c", "", "", a, 1, 10, 5, 0, 2},
        {"c", "", "", a, 1, 10, 5, 0, 3},
        {"d", "", a, "", 2, 30, 20, 0, 1},
        {"u", "", a, b, 3, 40, 35, 0, 1},
        {"d", "", R"({"n":5})", "", 4, 60, 55, 0, 1},
    });
    QCOMPARE(atLsn(folded, 20), (Table{{a, a}, {a + " #2", a}, {a + " #3", a}}));
    QCOMPARE(atLsn(folded, 35), (Table{{a, a}, {a + " #2", a}}));
    QCOMPARE(atEnd(folded), (Table{{a, a}, {b, b}}));
    QCOMPARE(folded.log->report().skipped, std::uint64_t{1}); // a row that was never there
}

void tst_CommitOrder::aPlaceholderInAnInsertIsAValue()
{
    const std::string literal = R"({"id":1,"v":"__debezium_unavailable_value"})";
    const auto folded = foldChanges({
        {"c", kOne, "", R"({"id":1,"v":"long"})", 1, 10, 5, 0, 1},
        {"u", kOne, R"({"id":1,"v":"long"})", literal, 2, 30, 20, 0, 1},
        {"c", kTwo, "", literal, 2, 31, 20, 0, 2},
    });
    QCOMPARE(atEnd(folded), (Table{{"1", literal}, {"2", literal}}));
    QCOMPARE(folded.log->report().unknownValues, std::uint64_t{0});
}

void tst_CommitOrder::timesAreCommitTimesAndNeverGoBack()
{
    const auto folded = foldChanges({
        {"c", kOne, "", kOne, 1, 10, 5, 5000, 1},
        {"c", kTwo, "", kTwo, 2, 20, 15, 4000, 1}, // an earlier time, committed later
        {"c", kThree, "", kThree, 3, 30, 25, 6000, 1},
    });
    const auto& order = *folded.order;
    const auto at = [&](std::int64_t ms) {
        return order.prefix({timestampFromMs(ms), std::nullopt});
    };
    QCOMPARE(at(4500), Rank{0}); // up to the first that is later
    QCOMPARE(at(5000), Rank{2});
    QCOMPARE(at(6000), Rank{3});
    QCOMPARE(toMs(order.timeAt(1)), std::int64_t{5000});
    QCOMPARE(order.lowerBound(timestampFromMs(5001)), Rank{2});
}

void tst_CommitOrder::databasesAreToldApart()
{
    const auto capture = Capture::inMemory();
    auto events = eventsFor({{"c", kOne, "", kOne, 1, 10, 5, 0, 1}});
    auto other = eventsFor({{"c", kOne, "", kOne, 1, 10, 5, 0, 1, "1", 0, "shop.app.t"}});
    const std::size_t at = other[0].value->find(R"("name":"db")");
    other[0].value->replace(at, 11, R"("name":"shop")");
    events.insert(events.end(), other.begin(), other.end());
    append(*capture, events);
    const auto order = CommitOrder::build(capture->snapshot()).value();
    QCOMPARE(order->sources(), (std::vector<std::string>{"db", "shop"}));
    const auto any = order->prefixOfLsn(10);
    QVERIFY(!any);
    QCOMPARE(any.error().message,
             std::string("The capture holds changes of several databases; say which one, as in "
                         "lsn:db:NUMBER or tx:db:NUMBER: db, shop."));
    QCOMPARE(*order->prefixOfLsn(10, "db"), Rank{1});
    QCOMPARE(*order->prefixOfLsn(10, "shop"), Rank{2});
    QVERIFY(!order->prefixOfLsn(10, "none"));
}

// Unwrapped, and nothing was added to the rows; another table's changes tell their transactions.
void tst_CommitOrder::changesWithoutAPlaceAmongTransactionsAreUnknown()
{
    const auto capture = Capture::inMemory();
    append(*capture,
           eventsFor({{"c", kOne, "", R"({"id":1,"v":"a"})", 1, 10, 5, 0, 1}, end(1, 20, 7)}));
    append(*capture, {{"db.app.plain", 0, 0, 2000, kOne, R"({"id":1,"v":"a"})", {{"__op", "c"}}},
                      {"db.app.plain", 0, 1, 2001, kOne, R"({"id":1,"v":"b"})", {{"__op", "u"}}}});
    const auto order = CommitOrder::build(capture->snapshot()).value();
    const auto judged = [&](const std::string& topic) {
        const auto log = VersionLog::fold(projection(topic, "cdc"), order, {}).value();
        return TrustJudge(log).at(order->size()).overall;
    };
    QCOMPARE(judged("db.app.t"), Trust::Exact);
    QCOMPARE(judged("db.app.plain"), Trust::Unknown);
}

void tst_CommitOrder::theOrderOfArrivalDoesNotMatter()
{
    std::mt19937 random(20261121);
    std::vector<Change> changes;
    std::uint64_t lsn = 10;
    std::uint64_t previous = 5;
    for (std::int64_t tx = 1; tx < 60; ++tx) {
        const std::uint64_t count = 1 + random() % 4;
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto id = static_cast<std::uint32_t>(random() % 9);
            const std::string key = R"({"id":)" + std::to_string(id) + "}";
            const bool removes = random() % 3 == 0;
            Change change{removes ? "d" : "u",
                          key,
                          removes ? key : "",
                          removes ? ""
                                  : R"({"id":)" + std::to_string(id) + R"(,"tx":)" +
                                        std::to_string(tx) + "}",
                          tx,
                          ++lsn,
                          previous};
            change.order = static_cast<std::uint32_t>(i + 1);
            change.partition = static_cast<std::int32_t>(id % 3);
            changes.push_back(change);
        }
        previous = ++lsn;
        changes.push_back(end(tx, previous, tx * 10));
    }
    const auto events = eventsFor(changes);
    std::vector<RecordPlace> places;
    std::string hash;
    for (int round = 0; round < 5; ++round) {
        auto shuffled = events;
        if (round > 0) {
            std::shuffle(shuffled.begin(), shuffled.end(), random);
        }
        const auto capture = Capture::inMemory();
        append(*capture, shuffled);
        const auto order = CommitOrder::build(capture->snapshot()).value();
        std::vector<RecordPlace> ranked;
        for (Rank rank = 0; rank < order->size(); ++rank) {
            ranked.push_back(capture->snapshot()->placeOf(order->rowAt(rank)));
            QCOMPARE(order->rankOf(order->rowAt(rank)), rank);
        }
        const auto log = VersionLog::fold(projection("db.app.t", "cdc"), order, {}).value();
        const std::string now =
            State::at(log, order->prefixOfLsn(previous / 2).value())->hash().value();
        if (round == 0) {
            places = ranked;
            hash = now;
        }
        QVERIFY(ranked == places);
        QCOMPARE(now, hash);
    }
}

QTEST_GUILESS_MAIN(tst_CommitOrder)
#include "tst_commit_order.moc"
