#include "model/replay/fold_preview.h"

#include "model/replay/clock_order.h"
#include "tests/unit/replay/replay_fixture.h"

#include <random>

using namespace hindcast;
using namespace hindcast::test;

namespace {

const char* const kLatest =
    "name = \"p\"\n[[source]]\ntopic = [\"a\", \"b\"]\nreduce = \"latest\"\n";
const char* const kMerge =
    "name = \"p\"\n[[source]]\ntopic = [\"a\", \"b\"]\nreduce = \"merge-patch\"\n";
const char* const kWhere = "name = \"p\"\n[[source]]\ntopic = \"a\"\nreduce = \"merge-patch\"\n"
                           "where = \"value.n % 2 = 0\"\n"
                           "[[source]]\ntopic = \"b\"\nreduce = \"latest\"\ninto = \"b\"\n";

const char* const kByPath = "name = \"p\"\n[[source]]\ntopic = [\"a\", \"b\"]\n"
                            "key = [\"value.n\", \"key\"]\nreduce = \"latest\"\n"
                            "where = \"value.m0 is not null or value.m1 is not null\"\n";
const char* const kByPathMerged = "name = \"p\"\n[[source]]\ntopic = [\"a\", \"b\"]\n"
                                  "key = [\"value.n\", \"key\"]\nreduce = \"merge-patch\"\n"
                                  "where = \"value.m0 is not null or value.m1 is not null\"\n"
                                  "into = \"it\"\n";
const char* const kGroups = "name = \"p\"\n[[source]]\ntopic = [\"a\", \"b\"]\n"
                            "reduce = \"aggregate\"\ngroup = [\"value.n\"]\n"
                            "[source.compute]\nevents = \"count\"\n";
const char* const kGroupsAnew = "name = \"p\"\n[[source]]\ntopic = [\"a\", \"b\"]\n"
                                "reduce = \"aggregate\"\ngroup = [\"value.n\"]\n"
                                "[source.compute]\nevents = \"count\"\nlast = \"last(value.m0)\"\n"
                                "kinds = \"distinct(value.m1)\"\n";

} // namespace

class tst_FoldPreview : public QObject
{
    Q_OBJECT

private slots:
    // Rows of a random log, folded by one definition, previewed by another at random moments: as
    // the whole fold has them.
    void itsRowsAreThoseOfTheWholeFold_data()
    {
        QTest::addColumn<QString>("older");
        QTest::addColumn<QString>("edited");
        QTest::newRow("another reducer") << QString::fromUtf8(kLatest) << QString::fromUtf8(kMerge);
        QTest::newRow("sources and a filter")
            << QString::fromUtf8(kMerge) << QString::fromUtf8(kWhere);
        QTest::newRow("fewer topics") << QString::fromUtf8(kWhere) << QString::fromUtf8(kLatest);
        QTest::newRow("the same keys by a path")
            << QString::fromUtf8(kByPath) << QString::fromUtf8(kByPathMerged);
        QTest::newRow("the same groups")
            << QString::fromUtf8(kGroups) << QString::fromUtf8(kGroupsAnew);
        QTest::newRow("columns only")
            << QString::fromUtf8(kMerge)
            << QString::fromUtf8(kMerge) + QStringLiteral("[columns]\nn = \"n\"\n");
    }
    void itsRowsAreThoseOfTheWholeFold()
    {
        QFETCH(QString, older);
        QFETCH(QString, edited);
        std::mt19937 random(20261121);
        for (int round = 0; round < 60; ++round) {
            const auto capture = randomLog(random);
            const Clock clock{round % 2 == 0 ? Clock::Kind::Log : Clock::Kind::EventTime, {}};
            const TimeOrderPtr order = orderBy(clock, capture->snapshot()).value();
            const ProjectionPtr definition = projection(edited.toStdString());
            const VersionLogPtr log =
                VersionLog::fold(projection(older.toStdString()), order, {}).value();
            const VersionLogPtr whole = VersionLog::fold(definition, order, {}).value();
            FoldPreview preview{definition, log, pick(random, log->order()->size() + 1), {}};
            preview.wholeUpTo = round % 5 == 0 ? 100 : 0;
            std::set<std::string> names;
            for (KeyNo key = 0; key < log->keys().size() && names.size() < 4; ++key) {
                preview.rows.push_back(key);
                names.insert(std::string(log->keys().text(key)));
            }
            QVERIFY(preview.possible());
            const auto made = preview.fold({});
            QVERIFY2(made, made ? "" : made.error().message.c_str());
            const bool all = (*made)->order() == order;
            QCOMPARE(all, preview.wholeUpTo > 0 || definition->foldsLike(log->projection()));
            const Rank prefix = all ? preview.prefix : (*made)->order()->size();
            auto rows = table(*made, prefix);
            auto expected = table(whole, preview.prefix);
            const auto other = [&](const auto& row) { return !names.contains(row.first); };
            std::erase_if(rows, other);
            std::erase_if(expected, other);
            QCOMPARE(rows, expected);
        }
    }

    // What has made no version so far could make one by the new definition.
    void whereRecordsWereLeftOutThereIsNone()
    {
        const auto capture = Capture::inMemory();
        append(*capture, {{"a", 0, 0, 1, "k", R"({"n":1})"}, {"a", 0, 1, 2, "k", "broken"}});
        const VersionLogPtr log = fold(*capture, projection(kGroups));
        FoldPreview preview{projection(kGroupsAnew), log, 2, {}};
        QVERIFY(preview.possible());
        preview.wholeUpTo = 0;
        QVERIFY(!preview.possible());
    }

    void ofALargeCaptureKeysWithinTheEventsGiveNone_data()
    {
        QTest::addColumn<QString>("edited");
        QTest::newRow("a path of the value") << QStringLiteral(
            "name = \"p\"\n[[source]]\ntopic = \"a\"\nkey = \"value.n\"\nreduce = \"latest\"\n");
        QTest::newRow("groups") << QStringLiteral(
            "name = \"p\"\n[[source]]\ntopic = \"a\"\nreduce = \"aggregate\"\n"
            "group = [\"value.n\"]\n[source.compute]\nevents = \"count\"\n");
        QTest::newRow("change data")
            << QStringLiteral("name = \"p\"\n[[source]]\ntopic = \"a\"\nreduce = \"cdc\"\n");
    }
    void ofALargeCaptureKeysWithinTheEventsGiveNone()
    {
        QFETCH(QString, edited);
        std::mt19937 random(7);
        const auto capture = randomLog(random);
        const VersionLogPtr log = fold(*capture, projection(kMerge));
        FoldPreview preview{projection(edited.toStdString()), log, 0, {}};
        QVERIFY(preview.possible()); // all is folded
        preview.wholeUpTo = 0;
        QVERIFY(!preview.possible());
    }

private:
    static std::uint32_t pick(std::mt19937& random, std::uint32_t below)
    {
        return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random);
    }

    // Six keys over two topics of one partition each; some are late.
    static std::shared_ptr<Capture> randomLog(std::mt19937& random)
    {
        const auto capture = Capture::inMemory();
        std::vector<Event> events;
        std::int64_t offsets[2] = {0, 0};
        for (int i = 0; i < 80; ++i) {
            const std::uint32_t topic = pick(random, 2);
            std::optional<std::string> value;
            if (pick(random, 6) > 0) {
                value = "{\"n\":" + std::to_string(pick(random, 9)) + ",\"m" +
                        std::to_string(pick(random, 3)) + "\":" + std::to_string(i) + "}";
            }
            events.push_back({topic == 0 ? "a" : "b", 0, offsets[topic]++,
                              1000 + i - (pick(random, 4) == 0 ? pick(random, 20) : 0),
                              "k" + std::to_string(pick(random, 6)), value});
        }
        append(*capture, events);
        return capture;
    }
};

QTEST_GUILESS_MAIN(tst_FoldPreview)
#include "tst_fold_preview.moc"
