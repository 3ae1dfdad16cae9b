#include "tests/unit/replay/replay_fixture.h"

#include "model/replay/columns.h"
#include "model/replay/history.h"
#include "model/replay/state_diff.h"

#include <QTest>
#include <nlohmann/json.hpp>
#include <random>

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Table = std::map<std::string, std::string>;

// A log of several partitions with late, equal and early timestamps, deletes and broken records.
std::vector<Event> randomLog(std::mt19937& random, std::size_t events, unsigned partitions,
                             unsigned keys)
{
    std::vector<Event> log;
    std::vector<std::int64_t> next(partitions, 0);
    std::int64_t now = 1'000'000;
    for (std::size_t i = 0; i < events; ++i) {
        Event event;
        const unsigned partition = static_cast<unsigned>(random()) % partitions;
        event.partition = static_cast<std::int32_t>(partition);
        event.offset = next[partition];
        next[partition] += random() % 10 == 0 ? 3 : 1; // a hole now and then
        now += static_cast<std::int64_t>(random() % 5);
        event.ms = random() % 8 == 0 ? now - 40 : now;
        if (random() % 50 != 0) {
            event.key = "k" + std::to_string(random() % keys);
        }
        const auto kind = random() % 20;
        if (kind < 2) {
            event.value = std::nullopt;
        } else if (kind == 2) {
            event.value = "{broken";
        } else {
            nlohmann::json value;
            value["n"] = static_cast<int>(random() % 6);
            if (random() % 2 == 0) {
                value["s"] = std::string(1, static_cast<char>('a' + random() % 5));
            }
            if (random() % 4 == 0) {
                value["n"] = nullptr;
            }
            event.value = value.dump();
        }
        log.push_back(std::move(event));
    }
    return log;
}

// What the reducers mean, folded from scratch in the plainest way; all its tables, by prefix.
std::vector<Table> allTables(const TimeOrder& order, const std::string& reduce)
{
    std::vector<Table> tables{{}};
    for (Rank rank = 0; rank < order.size(); ++rank) {
        Table table = tables.back();
        const StoredRecord stored = order.snapshot()->record(order.rowAt(rank)).value();
        const RecordView record = stored.view();
        if (record.key) {
            const std::string key(*record.key);
            if (!record.value) {
                table.erase(key);
            } else if (reduce == "latest") {
                table[key] = *record.value;
            } else if (nlohmann::json::accept(*record.value)) {
                auto state =
                    table.contains(key) ? nlohmann::json::parse(table[key]) : nlohmann::json();
                state.merge_patch(nlohmann::json::parse(*record.value));
                table[key] = state.dump();
            }
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

// JSON states with their members in one order, so that they can be compared with the reference.
Table normalised(Table table)
{
    for (auto& [key, state] : table) {
        if (nlohmann::json::accept(state)) {
            state = nlohmann::json::parse(state).dump();
        }
    }
    return table;
}

} // namespace

class tst_VersionLog : public QObject
{
    Q_OBJECT

private slots:
    void everyMomentIsAsFoldedFromScratch_data();
    void everyMomentIsAsFoldedFromScratch();
    void aLogThatGrowsIsTheOneFoldedAtOnce_data();
    void aLogThatGrowsIsTheOneFoldedAtOnce();
    void theHashDoesNotDependOnHowTheRecordsArrived();
    void theHashTellsStatesApart();
    void aDifferenceAppliedToAGivesB();
    void rowsAreInKeyOrderAndFound();
    void aHistoryTellsWhatEachStepChanged();
    void provenanceIsTheRecordThatSetTheValue();
    void changesOfARowAreSteppedThrough();
    void recordsThatCannotBeFoldedAreListed();
    void aFilterLeavesRecordsOut();
    void whatAFilterCannotReadIsToldAndNotCalledFiltered();
    void keysComeFromPathsAndSeveralMakeAnArray();
    void twoSourcesMakeOneTable();
    void aFoldCanBeStopped();
};

void tst_VersionLog::everyMomentIsAsFoldedFromScratch_data()
{
    QTest::addColumn<QByteArray>("reduce");
    QTest::newRow("latest") << QByteArray("latest");
    QTest::newRow("merge-patch") << QByteArray("merge-patch");
}

void tst_VersionLog::everyMomentIsAsFoldedFromScratch()
{
    QFETCH(QByteArray, reduce);
    for (unsigned seed = 1; seed <= 25; ++seed) {
        std::mt19937 random(seed);
        const auto capture = Capture::inMemory();
        append(*capture, randomLog(random, 40 + random() % 300, 1 + seed % 5, 1 + seed));
        const auto log = fold(*capture, projection("orders", reduce.toStdString()));
        const auto expected = allTables(*log->order(), reduce.toStdString());
        // A walk over all moments, then jumps.
        for (Rank prefix = 0; prefix <= log->order()->size(); ++prefix) {
            QCOMPARE(State::at(log, prefix)->size(), expected[prefix].size());
        }
        for (int jump = 0; jump < 20; ++jump) {
            const auto prefix = static_cast<Rank>(random() % (log->order()->size() + 1));
            QVERIFY2(normalised(table(log, prefix)) == normalised(expected[prefix]),
                     qPrintable(QStringLiteral("seed %1, prefix %2").arg(seed).arg(prefix)));
        }
    }
}

void tst_VersionLog::aLogThatGrowsIsTheOneFoldedAtOnce_data()
{
    everyMomentIsAsFoldedFromScratch_data();
}

// Batches arrive partition by partition as well as in time order, so late records land before the
// end of what is folded already.
void tst_VersionLog::aLogThatGrowsIsTheOneFoldedAtOnce()
{
    QFETCH(QByteArray, reduce);
    const auto definition = projection("orders", reduce.toStdString());
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937 random(seed * 77);
        auto events = randomLog(random, 400, 3, 20);
        if (seed % 2 == 0) {
            std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
                return a.partition < b.partition;
            });
        }
        const auto capture = Capture::inMemory();
        VersionLogPtr grown;
        std::size_t at = 0;
        while (at < events.size()) {
            const std::size_t end = std::min(events.size(), at + 1 + random() % 90);
            append(*capture, {events.begin() + static_cast<std::ptrdiff_t>(at),
                              events.begin() + static_cast<std::ptrdiff_t>(end)});
            at = end;
            const auto older = grown;
            const auto olderHash = older ? State::at(older, older->order()->size())->hash() : "";
            grown = fold(*capture, definition, older);
            if (older) {
                // The older log is untouched.
                QCOMPARE(State::at(older, older->order()->size())->hash().value(),
                         olderHash.value());
            }
        }
        const auto whole = fold(*capture, definition);
        QCOMPARE(grown->size(), whole->size());
        QCOMPARE(grown->report().records, whole->report().records);
        QCOMPARE(grown->report().skipped, whole->report().skipped);
        QCOMPARE(grown->report().withoutKey, whole->report().withoutKey);
        for (int jump = 0; jump < 8; ++jump) {
            const auto prefix = static_cast<Rank>(random() % (whole->order()->size() + 1));
            const auto a = State::at(grown, prefix);
            const auto b = State::at(whole, prefix);
            QCOMPARE(a->hash().value(), b->hash().value());
            for (std::size_t i = 0; i < a->size(); ++i) {
                QCOMPARE(a->versions(a->at(i)), b->versions(b->at(i)));
                QCOMPARE(a->changed(a->at(i)), b->changed(b->at(i)));
            }
        }
    }
}

void tst_VersionLog::theHashDoesNotDependOnHowTheRecordsArrived()
{
    for (const char* const reduce : {"latest", "merge-patch"}) {
        std::mt19937 random(5);
        auto events = randomLog(random, 300, 4, 25);
        std::string hash;
        for (int arrival = 0; arrival < 6; ++arrival) {
            const auto capture = Capture::inMemory();
            append(*capture, events, 1 + random() % 40);
            const auto log = fold(*capture, projection("orders", reduce));
            const auto at = log->order()->prefix({timestampFromMs(1'000'300), std::nullopt});
            const std::string now = State::at(log, at)->hash().value();
            QCOMPARE(now.size(), std::size_t{64});
            QCOMPARE(hash.empty() ? now : hash, now);
            hash = now;
            std::shuffle(events.begin(), events.end(), random);
        }
    }
}

void tst_VersionLog::theHashTellsStatesApart()
{
    const auto hashOf = [](const std::vector<Event>& events) {
        const auto capture = Capture::inMemory();
        append(*capture, events);
        const auto log = fold(*capture, projection("orders", "latest"));
        return State::at(log, log->order()->size())->hash().value();
    };
    const std::string one = hashOf({{"orders", 0, 0, 1, "a", "1"}, {"orders", 0, 1, 2, "b", "2"}});
    QCOMPARE(hashOf({{"orders", 0, 0, 1, "b", "2"}, {"orders", 0, 1, 2, "a", "1"}}), one);
    QVERIFY(hashOf({{"orders", 0, 0, 1, "a", "1"}, {"orders", 0, 1, 2, "b", "3"}}) != one);
    QVERIFY(hashOf({{"orders", 0, 0, 1, "a", "1"}}) != one);
    QVERIFY(hashOf({{"orders", 0, 0, 1, "a1", ""}, {"orders", 0, 1, 2, "b", "2"}}) != one);
}

void tst_VersionLog::aDifferenceAppliedToAGivesB()
{
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed * 13);
        const auto capture = Capture::inMemory();
        append(*capture, randomLog(random, 250, 3, 15));
        const auto log =
            fold(*capture, projection("orders", seed % 2 == 0 ? "latest" : "merge-patch"));
        for (int pair = 0; pair < 10; ++pair) {
            const auto rankA = static_cast<Rank>(random() % (log->order()->size() + 1));
            const auto rankB = static_cast<Rank>(random() % (log->order()->size() + 1));
            const auto diff =
                StateDiff::between(*State::at(log, rankA), *State::at(log, rankB)).value();
            Table result = table(log, rankA);
            std::size_t counted = 0;
            const auto read =
                diff.forEach(*log, [&](const RowDiff& row, std::optional<std::string_view> before,
                                       std::optional<std::string_view> after) {
                    const std::string key(log->keys().text(row.key));
                    if (before) {
                        if (!result.contains(key) || result[key] != *before || before == after) {
                            return false;
                        }
                        result.erase(key);
                    }
                    if (after) {
                        result[key] = *after;
                    }
                    ++counted;
                    return true;
                });
            QVERIFY(read.has_value());
            QCOMPARE(counted, diff.rows.size());
            QCOMPARE(diff.rows.size(), diff.added + diff.removed + diff.changed);
            QVERIFY(result == table(log, rankB));
        }
    }
}

void tst_VersionLog::rowsAreInKeyOrderAndFound()
{
    const auto capture = Capture::inMemory();
    std::vector<Event> events;
    std::int64_t offset = 0;
    for (const char* key : {"b", "10", "9", "-3", "a", "007", "order-2", "order-10", "", "-20"}) {
        events.push_back({"orders", 0, offset, offset, key, "{}"});
        ++offset;
    }
    append(*capture, events);
    const auto log = fold(*capture, projection("orders", "latest"));
    const auto state = State::at(log, log->order()->size());
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < state->size(); ++i) {
        keys.emplace_back(state->keyText(state->at(i)));
        QCOMPARE(state->find(keys.back()).value(), i);
    }
    QCOMPARE(keys, (std::vector<std::string>{"-20", "-3", "9", "10", "", "007", "a", "b",
                                             "order-10", "order-2"}));
    QVERIFY(!state->find("c").has_value());
    QCOMPARE(state->lowerBound("c"), std::size_t{8});
    QVERIFY(!State::at(log, 0)->find("a").has_value());
}

void tst_VersionLog::aHistoryTellsWhatEachStepChanged()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "o", R"({"status":"CREATED","amount":201.49})"},
                      {"orders", 0, 1, 200, "x", R"({})"},
                      {"orders", 0, 2, 300, "o", R"({"status":"PAID","amount":201.49})"},
                      {"orders", 0, 3, 400, "o", std::nullopt},
                      {"orders", 0, 4, 500, "o", R"({"status":"PAID"})"}});
    const auto log = fold(*capture, projection("orders", "latest"));
    const auto history = historyOf(*log, "o").value();
    QCOMPARE(history.size(), std::size_t{4});
    QCOMPARE(history[0].place.toString(), std::string("orders-0@0"));
    QCOMPARE(history[0].changes.size(), std::size_t{2});
    QCOMPARE(history[1].changes.size(), std::size_t{1});
    QCOMPARE(history[1].changes[0].name, std::string("status"));
    QCOMPARE(history[1].changes[0].before.value(), std::string("\"CREATED\""));
    QCOMPARE(history[1].changes[0].after.value(), std::string("\"PAID\""));
    QCOMPARE(toMs(history[1].time), std::int64_t{300});
    QVERIFY(!history[2].state.has_value());
    QCOMPARE(history[3].changes.size(), std::size_t{1});
    QVERIFY(historyOf(*log, "nobody").value().empty());
    QCOMPARE(historyOf(*log, "o", 2).value().size(), std::size_t{2});
}

void tst_VersionLog::provenanceIsTheRecordThatSetTheValue()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "o", R"({"status":"PAID","amount":1})"},
                      {"orders", 0, 1, 200, "o", R"({"amount":2})"},
                      {"orders", 0, 2, 300, "o", R"({"status":"PAID","amount":2})"},
                      {"orders", 0, 3, 400, "o", R"({"status":"FAILED"})"},
                      {"orders", 0, 4, 500, "o", std::nullopt}});
    const auto log = fold(*capture, projection("orders", "merge-patch"));
    const auto setBy = [&](const char* column, Rank prefix) {
        const ProjectionColumn path{column,
                                    FieldPath::parse(std::string("value.") + column).value()};
        const auto version = provenanceOf(*log, "o", path, prefix).value();
        return version ? log->placeOf(*version).offset : -1;
    };
    QCOMPARE(setBy("status", 1), 0);
    QCOMPARE(setBy("status", 3), 0); // written again with the same value
    QCOMPARE(setBy("amount", 3), 1);
    QCOMPARE(setBy("status", 4), 3);
    QCOMPARE(setBy("status", 5), -1);
    QCOMPARE(setBy("status", 0), -1);
}

void tst_VersionLog::changesOfARowAreSteppedThrough()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "o", "1"},
                      {"orders", 0, 1, 200, "x", "1"},
                      {"orders", 0, 2, 300, "o", "2"},
                      {"orders", 0, 3, 400, "x", "2"},
                      {"orders", 0, 4, 500, "o", "3"}});
    const auto log = fold(*capture, projection("orders", "latest"));
    const auto rank = [&](std::optional<Version> v) {
        return v ? static_cast<int>(log->rankOf(*v)) : -1;
    };
    QCOMPARE(rank(nextChange(*log, "o", 0)), 0);
    QCOMPARE(rank(nextChange(*log, "o", 1)), 2);
    QCOMPARE(rank(nextChange(*log, "o", 2)), 2);
    QCOMPARE(rank(nextChange(*log, "o", 5)), -1);
    QCOMPARE(rank(previousChange(*log, "o", 5)), 2); // A stands on the change at rank 4
    QCOMPARE(rank(previousChange(*log, "o", 4)), 2);
    QCOMPARE(rank(previousChange(*log, "o", 3)), 0);
    QCOMPARE(rank(previousChange(*log, "o", 1)), -1);
    QCOMPARE(rank(previousChange(*log, "nobody", 5)), -1);
}

void tst_VersionLog::recordsThatCannotBeFoldedAreListed()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "o", R"({"a":1})"},
                      {"orders", 0, 1, 200, "o", R"({"a":)"},
                      {"orders", 0, 2, 300, std::nullopt, R"({"a":3})"},
                      {"other", 0, 0, 350, "o", R"({"a":9})"},
                      {"orders", 0, 3, 400, "o", R"({"b":2})"}});
    const auto log = fold(*capture, projection("orders", "merge-patch"));
    QCOMPARE(log->report().records, std::uint64_t{4});
    QCOMPARE(log->report().skipped, std::uint64_t{1});
    QCOMPARE(log->report().withoutKey, std::uint64_t{1});
    QCOMPARE(log->report().firstSkipped.at(0).place.toString(), std::string("orders-0@1"));
    QVERIFY(!log->report().firstSkipped.at(0).reason.empty());
    QCOMPARE(table(log, log->order()->size()), (Table{{"o", R"({"a":1,"b":2})"}}));
    QVERIFY(log->report().sentence().find("1 without a key") != std::string::npos);
}

void tst_VersionLog::aFilterLeavesRecordsOut()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "a", R"({"n":1})"},
                      {"orders", 0, 1, 200, "b", R"({"n":5})"},
                      {"orders", 0, 2, 300, "a", R"({"n":7})"},
                      {"orders", 0, 3, 400, "b", R"({"n":2})"}});
    const auto log = fold(*capture, projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\n"
                                               "where = \"value.n > 3\"\nreduce = \"latest\"\n"));
    QCOMPARE(log->report().filtered, std::uint64_t{2});
    QCOMPARE(table(log, log->order()->size()), (Table{{"a", R"({"n":7})"}, {"b", R"({"n":5})"}}));
}

void tst_VersionLog::whatAFilterCannotReadIsToldAndNotCalledFiltered()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "a", R"({"n":1})"},
                      {"orders", 0, 1, 200, "b", R"({"n":5})"},
                      {"orders", 0, 2, 300, "b", R"({"n":)"},
                      {"orders", 0, 3, 400, "c", "a mere text"},
                      {"orders", 0, 4, 500, "b", std::nullopt},
                      {"orders", 0, 5, 600, "a", R"({"n":7})"}});
    const auto foldWhere = [&](const std::string& where) {
        return fold(*capture,
                    projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\nwhere = \"" + where +
                               "\"\nreduce = \"latest\"\n"));
    };
    const auto log = foldWhere("value.n > 3");
    const FoldReport& report = log->report();
    QCOMPARE(report.filtered, std::uint64_t{2});
    QCOMPARE(report.skipped, std::uint64_t{2});
    QCOMPARE(report.firstSkipped.at(0).place.toString(), std::string("orders-0@2"));
    QCOMPARE(report.firstSkipped.at(1).place.toString(), std::string("orders-0@3"));
    QVERIFY(report.firstSkipped.at(0).reason.find("`where`") != std::string::npos);
    QCOMPARE(table(log, log->order()->size()), (Table{{"a", R"({"n":7})"}, {"b", R"({"n":5})"}}));

    // What need not look into them, or is true of them all the same, says nothing of the kind.
    QCOMPARE(foldWhere("offset > 1")->report().skipped, std::uint64_t{0});
    QCOMPARE(foldWhere("value.n > 3 or offset > 1")->report().skipped, std::uint64_t{0});
}

void tst_VersionLog::keysComeFromPathsAndSeveralMakeAnArray()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "k", R"({"id":7,"shop":"a\"b"})", {{"tenant", "t1"}}},
                      {"orders", 0, 1, 200, "k", R"({"id":8})", {{"tenant", "t1"}}},
                      {"orders", 0, 2, 300, "k", R"({"shop":"x"})", {{"tenant", "t2"}}}});
    const auto byPath = [&](const std::string& key) {
        const auto log = fold(*capture, projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\n"
                                                   "key = " +
                                                   key + "\nreduce = \"latest\"\n"));
        std::vector<std::string> keys;
        for (const auto& [name, state] : table(log, 3)) {
            keys.push_back(name);
        }
        return keys;
    };
    QCOMPARE(byPath("\"value.id\""), (std::vector<std::string>{"7", "8"}));
    QCOMPARE(byPath("\"header.tenant\""), (std::vector<std::string>{"t1", "t2"}));
    QCOMPARE(byPath("[\"value.id\", \"value.shop\"]"), (std::vector<std::string>{R"([7,"a\"b"])"}));
}

void tst_VersionLog::twoSourcesMakeOneTable()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "o1", R"({"status":"CREATED"})"},
                      {"payments", 0, 0, 200, "p9", R"({"orderId":"o1","paid":12.50})"},
                      {"orders", 0, 1, 300, "o1", R"({"status":"PAID"})"}});
    const auto log = fold(*capture, projection("name = \"p\"\n"
                                               "[[source]]\ntopic = \"orders\"\n"
                                               "reduce = \"merge-patch\"\n"
                                               "[[source]]\ntopic = \"payments\"\n"
                                               "key = \"value.orderId\"\n"
                                               "reduce = \"merge-patch\"\n"));
    QCOMPARE(table(log, 2), (Table{{"o1", R"({"status":"CREATED","orderId":"o1","paid":12.50})"}}));
    QCOMPARE(table(log, 3), (Table{{"o1", R"({"status":"PAID","orderId":"o1","paid":12.50})"}}));
}

void tst_VersionLog::aFoldCanBeStopped()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "o", "1"}});
    std::stop_source stop;
    stop.request_stop();
    const auto log = VersionLog::fold(projection("orders", "latest"),
                                      TimeOrder::build(capture->snapshot()), stop.get_token());
    QVERIFY(!log.has_value());
    QCOMPARE(log.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(tst_VersionLog)
#include "tst_version_log.moc"
