#include "model/capture/event_time_order.h"
#include "model/capture/robust_order.h"
#include "tests/widgets/items/record_fixture.h"
#include "widgets/items/row_set.h"

#include <QTest>

using namespace hindcast;

namespace {

RowScope orders()
{
    RowScope scope;
    scope.topics = {"orders"};
    return scope;
}

std::vector<Row> rowsOf(const RowSetPtr& set)
{
    std::vector<Row> rows;
    for (std::size_t i = 0; i < set->size(); ++i) {
        rows.push_back(set->rowAt(i));
    }
    return rows;
}

} // namespace

class tst_row_set : public QObject
{
    Q_OBJECT

private slots:
    void holdsTheRowsOfItsTopicInTimeOrder()
    {
        test::Records records;
        records.add("orders", 0, 5, 300, "a", "{}");   // row 0
        records.add("payments", 0, 9, 200, "a", "{}"); // row 1
        records.add("orders", 1, 7, 100, "a", "{}");   // row 2
        records.add("orders", 0, 6, 200, "a", "{}");   // row 3: not before offset 5, by the clock
        const auto set = RowSet::build(records.order(), orders());
        QVERIFY(set.has_value());
        QCOMPARE(rowsOf(*set), (std::vector<Row>{2, 0, 3}));
        QCOMPARE((*set)->indexOf(3), std::optional<std::size_t>(2));
        QCOMPARE((*set)->indexOf(1), std::optional<std::size_t>());
    }

    void aScopeNarrowsIt_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<int>("rows");
        QTest::newRow("everything") << 0 << 300;
        QTest::newRow("one partition") << 1 << 100;
        QTest::newRow("times, both ends inclusive") << 2 << 11;
        QTest::newRow("an offset on") << 3 << 270;
        QTest::newRow("up to an offset") << 4 << 30;
        QTest::newRow("offsets of one partition") << 5 << 290;
        QTest::newRow("no such topic") << 6 << 0;
    }

    void aScopeNarrowsIt()
    {
        QFETCH(int, what);
        test::Records records;
        records.addOrders(300);
        RowScope scope = orders();
        const auto at = [](int ms) { return timestampFromMs(test::Records::kStart + ms); };
        switch (what) {
        case 1:
            scope.partitions = {2};
            break;
        case 2:
            scope.from = at(1000);
            scope.to = at(2000);
            break;
        case 3:
            scope.fromOffset = 48'211'010;
            break;
        case 4:
            scope.toOffset = 48'211'010;
            break;
        case 5:
            scope.fromOffsets[{"orders", 1}] = 48'211'010;
            break;
        case 6:
            scope.topics = {"nothing"};
            break;
        default:
            break;
        }
        const auto set = RowSet::build(records.order(), scope);
        QVERIFY(set.has_value());
        QTEST(static_cast<int>((*set)->size()), "rows");
    }

    void growsAtItsTail()
    {
        test::Records records;
        records.addOrders(100);
        const auto first = records.order();
        const auto older = RowSet::build(first, orders());
        records.addOrders(50, 100);
        const auto grown = RowSet::extend(*older, records.order(first), orders());
        QVERIFY(grown.has_value());
        QVERIFY(grown->kind == RowSetGrowth::Kind::Tail);
        QCOMPARE(grown->next->size(), std::size_t{150});
        QCOMPARE((*older)->size(), std::size_t{100}); // untouched
        QCOMPARE(rowsOf(grown->next), rowsOf(*RowSet::build(records.order(), orders())));
    }

    void recordsOfAnotherTopicInTheMiddleLeaveItATail()
    {
        test::Records records;
        records.addOrders(100);
        const auto first = records.order();
        const auto older = RowSet::build(first, orders());
        records.add("payments", 0, 1, 500, "k", "{}");
        records.addOrders(10, 100);
        const auto grown = RowSet::extend(*older, records.order(first), orders());
        QVERIFY(grown->kind == RowSetGrowth::Kind::Tail);
        QCOMPARE(grown->next->size(), std::size_t{110});
    }

    void rowsThatLandBetweenOthersComeAsTheMiddle()
    {
        test::Records records;
        records.addOrders(100, 100);
        const auto first = records.order();
        const auto older = RowSet::build(first, orders());
        records.addOrders(100, 0); // older offsets, read later
        const auto grown = RowSet::extend(*older, records.order(first), orders());
        QVERIFY(grown->kind == RowSetGrowth::Kind::Middle);
        QCOMPARE(rowsOf(grown->next), rowsOf(*RowSet::build(records.order(), orders())));
        const auto appended = rowsOf(grown->appended);
        QCOMPARE(appended.size(), std::size_t{200});
        QVERIFY(std::equal(appended.begin(), appended.begin() + 100, rowsOf(*older).begin()));
    }

    void growsAsIfBuiltAnewWhateverArrives_data()
    {
        QTest::addColumn<QString>("clock");
        for (const char* const clock : {"log", "robust", "event-time"}) {
            QTest::newRow(clock) << clock;
        }
    }

    void growsAsIfBuiltAnewWhateverArrives()
    {
        QFETCH(QString, clock);
        const auto orderOf = [&clock](const CaptureSnapshotPtr& snapshot) -> TimeOrderPtr {
            return clock == QLatin1String("robust")       ? RobustOrder::build(snapshot)
                   : clock == QLatin1String("event-time") ? EventTimeOrder::build(snapshot)
                                                          : TimeOrder::build(snapshot);
        };
        // Offsets of three partitions in pieces of any order, with timestamps that jump: records
        // raise the effective times of others, in the middle and at the end.
        std::uint32_t seed = 7;
        const auto next = [&seed](std::uint32_t below) {
            seed = seed * 1664525U + 1013904223U;
            return (seed >> 8U) % below;
        };
        for (int round = 0; round < 20; ++round) {
            test::Records records;
            std::vector<std::pair<int, int>> places;
            for (int i = 0; i < 120; ++i) {
                places.emplace_back(i % 3, i / 3);
            }
            for (std::size_t i = places.size() - 1; i > 0; --i) {
                std::swap(places[i], places[next(static_cast<std::uint32_t>(i + 1))]);
            }
            TimeOrderPtr order = orderOf(records.capture->snapshot());
            RowSetPtr set = *RowSet::build(order, orders());
            for (std::size_t i = 0; i < places.size();) {
                for (std::uint32_t n = next(9) + 1; n > 0 && i < places.size(); --n, ++i) {
                    const auto [partition, offset] = places[i];
                    records.add(next(5) == 0 ? "payments" : "orders", partition, offset,
                                offset * 100 + static_cast<int>(next(2000)), "k", "{}");
                }
                order = orderOf(records.capture->snapshot());
                const auto grown = RowSet::extend(set, order, orders());
                QVERIFY(grown.has_value());
                if (grown->kind == RowSetGrowth::Kind::Middle) {
                    const auto before = rowsOf(set);
                    const auto after = rowsOf(grown->next);
                    QVERIFY(
                        std::equal(before.begin(),
                                   before.begin() + static_cast<std::ptrdiff_t>(grown->firstMoved),
                                   after.begin()));
                }
                set = grown->next;
                QCOMPARE(rowsOf(set), rowsOf(*RowSet::build(order, orders())));
            }
        }
    }

    void keepsWhatItsMatcherKeeps()
    {
        test::Records records;
        records.addOrders(100);
        std::size_t asked = 0;
        const RowMatcher even = [&asked](const CaptureSnapshotPtr&, std::vector<Row> rows,
                                         std::stop_token) -> Result<std::vector<Row>> {
            asked += rows.size();
            std::erase_if(rows, [](Row row) { return row % 2 == 1; });
            return rows;
        };
        const auto first = records.order();
        const auto older = RowSet::build(first, orders(), even);
        QCOMPARE((*older)->size(), std::size_t{50});
        records.addOrders(10, 100);
        const auto grown = RowSet::extend(*older, records.order(first), orders(), even);
        QCOMPARE(grown->next->size(), std::size_t{55});
        QCOMPARE(asked, std::size_t{110}); // each record once
    }

    void aMatchersErrorIsTheAnswer()
    {
        test::Records records;
        records.addOrders(10);
        const RowMatcher broken = [](const CaptureSnapshotPtr&, std::vector<Row>,
                                     std::stop_token) -> Result<std::vector<Row>> {
            return fail(ErrorCode::Corrupt, "Block 3 cannot be read.");
        };
        const auto set = RowSet::build(records.order(), orders(), broken);
        QVERIFY(!set.has_value());
        QCOMPARE(set.error().message, std::string("Block 3 cannot be read."));
    }

    void saysHowManyOfItsRowsAMomentHolds()
    {
        test::Records records;
        records.addOrders(30, 0, 100);
        records.add("payments", 0, 1, 550, "k", "{}");
        const auto set = *RowSet::build(records.order(), orders());
        const auto at = [](int ms) {
            return Moment{timestampFromMs(test::Records::kStart + ms), std::nullopt};
        };
        QCOMPARE(set->prefix(at(-1)), std::size_t{0});
        QCOMPARE(set->prefix(at(0)), std::size_t{1});
        QCOMPARE(set->prefix(at(560)), std::size_t{6});
        QCOMPARE(set->prefix(at(100'000)), std::size_t{30});
    }

    void chunksAreSharedAndNeverChangeUnderAnOlderSet()
    {
        test::Records records;
        records.addOrders(70'000, 0, 1);
        const auto first = records.order();
        const auto older = *RowSet::build(first, orders());
        const auto before = rowsOf(older);
        records.addOrders(70'000, 70'000, 1);
        const auto grown = RowSet::extend(older, records.order(first), orders());
        QCOMPARE(grown->next->size(), std::size_t{140'000});
        QCOMPARE(rowsOf(older), before);
        QCOMPARE(rowsOf(grown->next), rowsOf(*RowSet::build(records.order(), orders())));
    }
};

QTEST_GUILESS_MAIN(tst_row_set)
#include "tst_row_set.moc"
