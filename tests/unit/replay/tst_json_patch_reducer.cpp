#include "tests/unit/replay/fold_ways.h"
#include "tests/unit/replay/refusals.h"

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Table = std::map<std::string, std::string>;

} // namespace

// JSON patches as events of a log: what they make of a key's state, and what becomes of those that
// fail. The patches themselves: tst_json_patch.
class tst_JsonPatchReducer : public QObject
{
    Q_OBJECT

private slots:
    void aRecordThatFailsChangesNothingAndIsNamed();
    void aKeyThatStoppedGoesOnAfterItsDeletion();
    void settingsSayWhereThePatchStandsAndWhatItMeetsFirst();
    void wrongSettingsAreRefused_data();
    void wrongSettingsAreRefused();
    void everyWayToAMomentGivesOneState_data();
    void everyWayToAMomentGivesOneState();
};

void tst_JsonPatchReducer::aRecordThatFailsChangesNothingAndIsNamed()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "o", R"([{"op":"add","path":"","value":{"n":0.10}}])"},
                      {"orders", 0, 1, 200, "o",
                       R"([{"op":"replace","path":"/n","value":2},{"op":"remove","path":"/x"}])"},
                      {"orders", 0, 2, 300, "o", R"({"n":3})"},
                      {"orders", 0, 3, 400, std::nullopt, "[]"},
                      {"orders", 0, 4, 500, "o", R"([{"op":"add","path":"/m","value":1}])"},
                      {"orders", 0, 5, 600, "o", R"([{"op":"remove","path":""}])"}});
    const auto log = fold(*capture, projection("orders", "json-patch"));
    QCOMPARE(table(log, 4), (Table{{"o", R"({"n":0.10})"}}));
    QCOMPARE(table(log, 5), (Table{{"o", R"({"n":0.10,"m":1})"}}));
    QCOMPARE(table(log, 6), Table{});
    QCOMPARE(log->report().skipped, std::uint64_t{2});
    QCOMPARE(log->report().withoutKey, std::uint64_t{1});
    const auto& skipped = log->report().firstSkipped;
    QCOMPARE(skipped.at(0).place.toString(), std::string("orders-0@1"));
    QCOMPARE(skipped.at(0).reason,
             std::string(R"(Operation 2 (remove) of this JSON patch fails: there is no "/x".)"));
    QCOMPARE(skipped.at(1).place.toString(), std::string("orders-0@2"));
}

void tst_JsonPatchReducer::aKeyThatStoppedGoesOnAfterItsDeletion()
{
    const auto capture = Capture::inMemory();
    const std::string begin = R"([{"op":"add","path":"","value":{"n":1}}])";
    const std::string more = R"([{"op":"add","path":"/m","value":1}])";
    append(*capture, {{"orders", 0, 0, 100, "a", begin},
                      {"orders", 0, 1, 110, "b", begin},
                      {"orders", 0, 2, 200, "a", R"([{"op":"remove","path":"/x"}])"},
                      {"orders", 0, 3, 300, "a", more},
                      {"orders", 0, 4, 310, "b", more},
                      {"orders", 0, 5, 400, "a", std::nullopt},
                      {"orders", 0, 6, 500, "a", begin},
                      {"orders", 0, 7, 600, "a", more}});
    const auto log = fold(*capture, projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\n"
                                               "reduce = \"json-patch\"\nfailure = \"stop\"\n"));
    QCOMPARE(table(log, 5), (Table{{"a", R"({"n":1})"}, {"b", R"({"n":1,"m":1})"}}));
    QCOMPARE(table(log, 8).at("a"), std::string(R"({"n":1,"m":1})"));
    QCOMPARE(log->report().skipped, std::uint64_t{2});
    QCOMPARE(log->report().firstSkipped.at(1).reason,
             std::string("The key stopped at orders-0@2, whose JSON patch failed."));
}

void tst_JsonPatchReducer::settingsSayWhereThePatchStandsAndWhatItMeetsFirst()
{
    const auto capture = Capture::inMemory();
    append(*capture,
           {{"orders", 0, 0, 100, "a", R"({"p":[{"op":"add","path":"/n","value":1.0}]})"},
            {"orders", 0, 1, 200, "a", R"({"p":"[{\"op\":\"remove\",\"path\":\"/s\"}]"})"},
            {"orders", 0, 2, 300, "a", R"({"q":1})"},
            {"orders", 0, 3, 400, "b", R"({"p":[]})"}});
    const auto log = fold(*capture, projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\n"
                                               "reduce = \"json-patch\"\npatch = \"value.p\"\n"
                                               "initial = ' {\"s\":0.10} '\n"));
    QCOMPARE(table(log, 1), (Table{{"a", R"({"s":0.10,"n":1.0})"}}));
    QCOMPARE(table(log, 4), (Table{{"a", R"({"n":1.0})"}, {"b", R"({"s":0.10})"}}));
    QCOMPARE(log->report().firstSkipped.at(0).reason,
             std::string("There is no JSON patch at value.p of this record."));
}

void tst_JsonPatchReducer::wrongSettingsAreRefused_data()
{
    refusalColumns();
    refusal("patch = 1", "patch = 1\n", 5, "patch must be a text");
    refusal("patch = \"vlaue\"", "patch = \"vlaue\"\n", 5, "is not a path");
    refusal("initial = \"{\"", "initial = \"{\"\n", 5, "JSON document");
    refusal("initial = {}", "initial = {}\n", 5, "JSON document");
    refusal("failure = \"halt\"", "failure = \"halt\"\n", 5, "known are: skip, stop");
    refusal("failure = true", "failure = true\n", 5, "failure must be a text");
    refusal("policy = \"stop\"", "policy = \"stop\"\n", 5,
            "topic, where, key, reduce, into, patch, initial, failure");
}

void tst_JsonPatchReducer::wrongSettingsAreRefused()
{
    checkRefusal("json-patch");
}

void tst_JsonPatchReducer::everyWayToAMomentGivesOneState_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::newRow("failures are left out") << QByteArray("initial = '{\"l\":[]}'\n");
    QTest::newRow("a failure stops its key")
        << QByteArray("initial = '{\"l\":[]}'\nfailure = \"stop\"\n");
    QTest::newRow("in a member of the row") << QByteArray("failure = \"stop\"\ninto = \"m\"\n");
}

void tst_JsonPatchReducer::everyWayToAMomentGivesOneState()
{
    QFETCH(QByteArray, settings);
    const auto definition = projection("name = \"p\"\n[[source]]\ntopic = \"a\"\n"
                                       "reduce = \"json-patch\"\n" +
                                       settings.toStdString() +
                                       "[[source]]\ntopic = \"b\"\nreduce = \"merge-patch\"\n");
    static const char* const kPatches[] = {
        R"([{"op":"add","path":"","value":{"l":[0.10],"n":1}}])",
        R"([{"op":"add","path":"/l/-","value":9223372036854775808}])",
        R"([{"op":"remove","path":"/l/0"}])",
        R"([{"op":"replace","path":"/n","value":2.50},{"op":"test","path":"/n","value":2.5}])",
        R"([{"op":"move","from":"/n","path":"/k"}])",
        R"([{"op":"copy","from":"/l","path":"/c"},{"op":"test","path":"/n","value":2.5}])",
        R"([{"op":)"};
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937 random(seed);
        const auto events =
            randomEvents(random, {"a", "b"}, 60 + random() % 250, 1 + seed, [&](const Event& e) {
                return e.topic == "a" ? std::string(kPatches[random() % 7])
                                      : R"({"n":)" + std::to_string(random() % 4) + "}";
            });
        checkEveryWay(events, definition, random);
        if (QTest::currentTestFailed()) {
            QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
        }
    }
}

QTEST_GUILESS_MAIN(tst_JsonPatchReducer)
#include "tst_json_patch_reducer.moc"
