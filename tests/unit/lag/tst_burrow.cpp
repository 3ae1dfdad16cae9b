#include "model/lag/burrow.h"

#include <QTest>

#include <vector>

using namespace hindcast::burrow;

namespace {

constexpr std::int64_t kNil = -1;

struct Vector
{
    const char* name;
    std::vector<Commit> commits;
    std::vector<std::int64_t> ends;
    std::int64_t currentLag;
    std::int64_t nowSeconds;
    std::int64_t allowedLag;
    Status status;
};

// `count` commits 100 s apart from 100 s on.
std::vector<Commit> commits(const std::vector<std::int64_t>& offsets,
                            const std::vector<std::int64_t>& lags, std::int64_t stepMs = 100'000)
{
    std::vector<Commit> made;
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        made.push_back({offsets[i], 100'000 + at * stepMs,
                        lags[i] == kNil ? std::nullopt : std::optional<std::int64_t>(lags[i])});
    }
    return made;
}

const std::vector<std::int64_t> kMoving{1000, 2000, 3000, 4000, 5000};
const std::vector<std::int64_t> kStanding(5, 1000);

// Fifteen commits of one record a second, none of them with lag.
std::vector<Commit> slowTopic()
{
    const std::vector<std::int64_t> ms{618356, 619362, 620366, 621367, 622370,
                                       623373, 624378, 625379, 626383, 627383,
                                       628383, 629388, 630391, 631394, 632397};
    std::vector<Commit> made;
    for (std::size_t i = 0; i < ms.size(); ++i) {
        made.push_back({792748079 + static_cast<std::int64_t>(i), 1512224000000 + ms[i], 0});
    }
    return made;
}

// The sixteen cases of core/internal/evaluator/caching_test.go, in its order and with its numbers,
// then our own: none of Burrow's ends in a warning.
const std::vector<Vector>& vectors()
{
    static const std::vector<Vector> all{
        {"0 ok: the lag was zero once",
         commits(kMoving, {0, 50, 100, 150, 200}),
         {5200},
         200,
         600,
         0,
         Status::Ok},
        {"1 ok: as long silent as the window, not longer",
         commits(kMoving, {0, 50, 100, 150, 200}),
         {5200},
         200,
         900,
         0,
         Status::Ok},
        {"2 stop although the lag was zero once",
         commits(kMoving, {0, 50, 100, 150, 200}),
         {5200},
         200,
         1000,
         0,
         Status::Stop},
        {"3 stop with lag all through",
         commits(kMoving, {50, 100, 150, 200, 250}),
         {5250},
         250,
         1000,
         0,
         Status::Stop},
        {"4 ok: stalled, but the lag was zero once",
         commits(kStanding, {0, 50, 100, 150, 200}),
         {1200},
         200,
         600,
         0,
         Status::Ok},
        {"5 stall",
         commits(kStanding, {100, 150, 200, 250, 300}),
         {1300},
         300,
         600,
         0,
         Status::Stall},
        {"6 stall with a lag that stays",
         commits(kStanding, {100, 100, 100, 100, 100}),
         {1100},
         100,
         600,
         0,
         Status::Stall},
        {"7 ok: went back and returned",
         commits({1000, 2000, 3000, 2000, 4000}, {100, 150, 200, 1250, 300}),
         {4300},
         300,
         600,
         0,
         Status::Ok},
        {"8 ok: no lag now",
         commits(kMoving, {50, 100, 150, 200, 250}),
         {5250},
         0,
         1000,
         0,
         Status::Ok},
        {"9 stop: new records, never any lag before",
         slowTopic(),
         {792749024, 792749000, 792748800, 792748600, 792748500},
         931,
         1512224650,
         0,
         Status::Stop},
        {"10 ok: caught up a moment ago",
         slowTopic(),
         {792748094, 792748093, 792748093, 792748093},
         1,
         1512224650,
         0,
         Status::Ok},
        {"11 ok: as 0, with commits whose lag is not known",
         commits({1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 5500},
                 {0, kNil, 50, kNil, 100, kNil, 150, kNil, 200, kNil}, 50'000),
         {5700},
         200,
         600,
         0,
         Status::Ok},
        {"12 ok: within the allowed lag",
         commits({1000, 2000, 2000}, {2, 1, 1}),
         {2001},
         1,
         550,
         1,
         Status::Ok},
        {"13 stall with an allowed lag",
         commits(kStanding, {100, 150, 200, 250, 300}),
         {1300},
         300,
         600,
         99,
         Status::Stall},
        {"14 ok: as 7 with an allowed lag",
         commits({1000, 2000, 3000, 2000, 4000}, {100, 150, 200, 1250, 300}),
         {4300},
         300,
         600,
         99,
         Status::Ok},
        {"15 rewind: went back and has not returned",
         commits({1000, 2000, 3000, 2000, 2500}, {100, 150, 200, 1250, 300}),
         {4300},
         300,
         600,
         0,
         Status::Rewind},

        {"warn: moves, and the lag grows",
         commits(kMoving, {50, 100, 150, 200, 250}),
         {5250},
         250,
         600,
         0,
         Status::Warn},
        {"warn: moves, and the lag stays",
         commits(kMoving, {50, 50, 50, 50, 50}),
         {5050},
         50,
         600,
         0,
         Status::Warn},
        {"warn: lags that are not known are left out",
         commits(kMoving, {50, kNil, 60, kNil, 60}),
         {5060},
         60,
         600,
         0,
         Status::Warn},
        {"no warning: the lag fell once",
         commits(kMoving, {50, 100, 90, 200, 250}),
         {5250},
         250,
         600,
         0,
         Status::Ok},
        {"ok: no commits", {}, {5250}, 250, 600, 0, Status::Ok},
        {"stop at once with a single commit",
         commits({1000}, {5}),
         {1005},
         5,
         101,
         0,
         Status::Stop},
    };
    return all;
}

} // namespace

class tst_burrow : public QObject
{
    Q_OBJECT

private slots:
    void judgesAsBurrowDoes_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < vectors().size(); ++i) {
            QTest::newRow(vectors()[i].name) << static_cast<int>(i);
        }
    }

    void judgesAsBurrowDoes()
    {
        QFETCH(int, index);
        const Vector& v = vectors()[static_cast<std::size_t>(index)];
        const Status status =
            evaluate(v.commits, v.ends, v.currentLag, v.nowSeconds * 1000, v.allowedLag);
        QCOMPARE(static_cast<int>(status), static_cast<int>(v.status));
    }
};

QTEST_GUILESS_MAIN(tst_burrow)
#include "tst_burrow.moc"
