#include "model/replay/fold_preview.h"

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
            const VersionLogPtr log = fold(*capture, projection(older.toStdString()));
            const ProjectionPtr definition = projection(edited.toStdString());
            const VersionLogPtr whole = fold(*capture, definition);
            FoldPreview preview{definition, log, pick(random, log->order()->size() + 1), {}};
            std::set<std::string> names;
            for (KeyNo key = 0; key < log->keys().size() && names.size() < 4; ++key) {
                preview.rows.push_back(key);
                names.insert(std::string(log->keys().text(key)));
            }
            QVERIFY(preview.possible());
            const auto made = preview.fold({});
            QVERIFY2(made, made ? "" : made.error().message.c_str());
            const Rank prefix = definition->foldsLike(log->projection()) ? preview.prefix
                                                                         : (*made)->order()->size();
            auto rows = table(*made, prefix);
            auto expected = table(whole, preview.prefix);
            const auto other = [&](const auto& row) { return !names.contains(row.first); };
            std::erase_if(rows, other);
            std::erase_if(expected, other);
            QCOMPARE(rows, expected);
        }
    }

    void whereKeysAreWithinTheEventsThereIsNone_data()
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
    void whereKeysAreWithinTheEventsThereIsNone()
    {
        QFETCH(QString, edited);
        std::mt19937 random(7);
        const auto capture = randomLog(random);
        const VersionLogPtr log = fold(*capture, projection(kMerge));
        QVERIFY(!(FoldPreview{projection(edited.toStdString()), log, 0, {}}.possible()));
    }

private:
    static std::uint32_t pick(std::mt19937& random, std::uint32_t below)
    {
        return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random);
    }

    // Six keys over two topics of one partition each; times rise, so that both orders are one.
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
            events.push_back({topic == 0 ? "a" : "b", 0, offsets[topic]++, 1000 + i,
                              "k" + std::to_string(pick(random, 6)), value});
        }
        append(*capture, events);
        return capture;
    }
};

QTEST_GUILESS_MAIN(tst_FoldPreview)
#include "tst_fold_preview.moc"
