#include "tests/unit/replay/fold_ways.h"
#include "tests/unit/replay/refusals.h"

#include <nlohmann/json.hpp>

using namespace hindcast;
using namespace hindcast::test;

namespace {

// An order told by its states.
const std::string kStates = R"(state = "value.s"
initial = "CREATED"
terminal = ["DELIVERED", "CANCELLED"]
[source.transitions]
CREATED = ["PAID", "CANCELLED"]
PAID = ["SHIPPED", "CANCELLED"]
SHIPPED = ["DELIVERED", "SHIPPED"]
)";

// The same told by what happened.
const std::string kEvents = R"(event = "header.what"
initial = "NEW"
terminal = "DONE"
[source.transitions]
NEW = { pay = "PAID", cancel = "DONE" }
PAID = { ship = "DONE", refund = "NEW" }
)";

ProjectionPtr machine(const std::string& settings)
{
    return projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\nreduce = \"machine\"\n" +
                      settings);
}

nlohmann::json stateOf(const VersionLogPtr& log, const std::string& key)
{
    const auto rows = table(log, log->order()->size());
    return rows.contains(key) ? nlohmann::json::parse(rows.at(key)) : nlohmann::json();
}

// What one key was told, in order, and where that left it.
void lifeColumns()
{
    QTest::addColumn<QStringList>("told"); // "-": a null value
    QTest::addColumn<QString>("state");    // where it is then; empty: nowhere
    QTest::addColumn<int>("steps");
    QTest::addColumn<QString>("says"); // in the last finding
    QTest::addColumn<int>("violations");
}

void life(const char* told, const char* state, int steps, const char* says = "", int violations = 0)
{
    QTest::newRow(told) << QString::fromLatin1(told).split(QLatin1Char(' '))
                        << QString::fromLatin1(state) << steps << QString::fromLatin1(says)
                        << violations;
}

} // namespace

class tst_Machine : public QObject
{
    Q_OBJECT

private slots:
    void statesFollowEachOther_data();
    void statesFollowEachOther();
    void eventsMoveIt_data();
    void eventsMoveIt();
    void aViolationIsAFindingWithItsRecord();
    void aViolationMayLeaveItWhereItWas();
    void theStateSaysWhereItCameFrom();
    void recordsWithoutAStateAreLeftOut();
    void wrongMachinesAreRefused_data();
    void wrongMachinesAreRefused();
    void everyWayToAMomentGivesOneState_data();
    void everyWayToAMomentGivesOneState();
};

void tst_Machine::statesFollowEachOther_data()
{
    lifeColumns();
    life("CREATED", "CREATED", 0);
    life("CREATED PAID SHIPPED DELIVERED", "DELIVERED", 3);
    life("CREATED CREATED PAID PAID", "PAID", 1);
    life("CREATED PAID SHIPPED SHIPPED", "SHIPPED", 3);
    life("CREATED CANCELLED", "CANCELLED", 1);
    life("CREATED CANCELLED CANCELLED", "CANCELLED", 1);
    life("CREATED -", "", 0);
    life("CREATED PAID - CREATED", "CREATED", 0);
    life("PAID", "PAID", 0, "It begins in PAID; it may begin in CREATED.", 1);
    life("PAID SHIPPED", "SHIPPED", 1, "It begins in PAID; it may begin in CREATED.", 1);
    life("CREATED SHIPPED", "SHIPPED", 1,
         "From CREATED to SHIPPED is not allowed; from CREATED it may go to CANCELLED, PAID.", 1);
    life("CREATED SHIPPED DELIVERED", "DELIVERED", 2, "From CREATED to SHIPPED", 1);
    life("CREATED CANCELLED PAID", "PAID", 2, "PAID came after CANCELLED, which is terminal.", 1);
    life("CREATED LOST", "LOST", 1,
         "LOST is not one of its states: CANCELLED, CREATED, DELIVERED, PAID, SHIPPED.", 1);
    life("CREATED LOST PAID", "PAID", 2, "LOST is not one of its states", 1);
    life("CREATED SHIPPED CREATED", "CREATED", 2,
         "From SHIPPED to CREATED is not allowed; from SHIPPED it may go to DELIVERED, SHIPPED.",
         2);
}

void tst_Machine::statesFollowEachOther()
{
    QFETCH(QStringList, told);
    QFETCH(QString, says);
    const auto capture = Capture::inMemory();
    std::vector<Event> events;
    for (const QString& state : told) {
        const auto at = static_cast<std::int64_t>(events.size());
        events.push_back({"orders", 0, at, 100 + at, "o", std::nullopt});
        if (state != QLatin1String("-")) {
            events.back().value = R"({"s":")" + state.toStdString() + "\"}";
        }
    }
    append(*capture, events);
    const auto log = fold(*capture, machine(kStates));
    const nlohmann::json state = stateOf(log, "o");
    QTEST(state.is_null() ? QString() : QString::fromStdString(state["state"]), "state");
    QTEST(state.is_null() ? 0 : state["steps"].get<int>(), "steps");
    QTEST(static_cast<int>(log->report().findings), "violations");
    const auto& findings = log->report().firstFindings;
    const std::string what = findings.empty() ? std::string() : findings.back().what;
    QVERIFY2(what.find(says.toStdString()) != std::string::npos, what.c_str());
    if (!state.is_null() && !findings.empty()) {
        QVERIFY(state["violation"] == nlohmann::json(what));
        QCOMPARE(state["violations"].get<std::size_t>(), findings.size());
    }
}

void tst_Machine::eventsMoveIt_data()
{
    lifeColumns();
    life("pay", "PAID", 1);
    life("pay ship", "DONE", 2);
    life("pay refund cancel", "DONE", 3);
    life("ship", "NEW", 0, "ship is not allowed in NEW; allowed there: cancel, pay.", 1);
    life("pay pay ship", "DONE", 2, "pay is not allowed in PAID; allowed there: refund, ship.", 1);
    life("cancel pay", "DONE", 1, "pay came in DONE, which is terminal.", 1);
    life("steal pay", "PAID", 1, "steal is not one of its events: cancel, pay, refund, ship.", 1);
}

void tst_Machine::eventsMoveIt()
{
    QFETCH(QStringList, told);
    QFETCH(QString, says);
    const auto capture = Capture::inMemory();
    std::vector<Event> events;
    for (const QString& event : told) {
        const auto at = static_cast<std::int64_t>(events.size());
        events.push_back({"orders", 0, at, 100 + at, "o", "{}", {{"what", event.toStdString()}}});
    }
    append(*capture, events);
    const auto log = fold(*capture, machine(kEvents));
    const nlohmann::json state = stateOf(log, "o");
    QTEST(QString::fromStdString(state["state"]), "state");
    QTEST(state["steps"].get<int>(), "steps");
    QTEST(static_cast<int>(log->report().findings), "violations");
    const auto& findings = log->report().firstFindings;
    QCOMPARE(findings.empty() ? QString() : QString::fromStdString(findings.back().what), says);
}

void tst_Machine::aViolationIsAFindingWithItsRecord()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 1, 7, 100, "a", R"({"s":"CREATED"})"},
                      {"orders", 1, 8, 110, "b", R"({"s":"CREATED"})"},
                      {"orders", 1, 9, 200, "a", R"({"s":"SHIPPED"})"},
                      {"orders", 1, 10, 300, "b", R"({"s":"PAID"})"}});
    const auto log = fold(*capture, machine(kStates));
    QCOMPARE(log->report().findings, std::uint64_t{1});
    QCOMPARE(log->report().skipped, std::uint64_t{0});
    const FoldFinding& finding = log->report().firstFindings.at(0);
    QCOMPARE(finding.place.toString(), std::string("orders-1@9"));
    QCOMPARE(finding.key, std::string("a"));
    QCOMPARE(finding.rank, Rank{2});
    QCOMPARE(log->report().sentence(),
             std::string("4 records folded into 2 keys, 1 transition not allowed."));
}

void tst_Machine::aViolationMayLeaveItWhereItWas()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "a", R"({"s":"CREATED"})"},
                      {"orders", 0, 1, 200, "a", R"({"s":"SHIPPED"})"},
                      {"orders", 0, 2, 300, "a", R"({"s":"LOST"})"},
                      {"orders", 0, 3, 400, "a", R"({"s":"PAID"})"}});
    const auto log = fold(*capture, machine("violation = \"stay\"\n" + kStates));
    const auto state = stateOf(log, "a");
    QVERIFY(state["state"] == nlohmann::json("PAID"));
    QVERIFY(state["steps"] == nlohmann::json(1));
    QCOMPARE(log->report().findings, std::uint64_t{2});
}

void tst_Machine::theStateSaysWhereItCameFrom()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "a", R"({"s":"CREATED"})"},
                      {"orders", 0, 1, 200, "a", R"({"s":"CANCELLED"})"}});
    const auto log = fold(*capture, machine(kStates));
    QCOMPARE(table(log, 1).at("a"), std::string(R"({"state":"CREATED","previous":null,)"
                                                R"("terminal":false,"steps":0,"violations":0})"));
    QCOMPARE(table(log, 2).at("a"), std::string(R"({"state":"CANCELLED","previous":"CREATED",)"
                                                R"("terminal":true,"steps":1,"violations":0})"));
}

void tst_Machine::recordsWithoutAStateAreLeftOut()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "a", R"({"s":"CREATED"})"},
                      {"orders", 0, 1, 200, "a", R"({"t":1})"},
                      {"orders", 0, 2, 300, "a", R"({"s":{"x":1}})"},
                      {"orders", 0, 3, 400, "a", "{"},
                      {"orders", 0, 4, 500, std::nullopt, R"({"s":"PAID"})"}});
    const auto log = fold(*capture, machine(kStates));
    QCOMPARE(log->report().skipped, std::uint64_t{3});
    QCOMPARE(log->report().withoutKey, std::uint64_t{1});
    QCOMPARE(log->report().firstSkipped.at(0).reason,
             std::string("There is no name of a state or event at value.s of this record."));
    QVERIFY(stateOf(log, "a")["state"] == nlohmann::json("CREATED"));
}

void tst_Machine::wrongMachinesAreRefused_data()
{
    refusalColumns();
    refusal("nothing to look at", "[source.transitions]\nA = [\"B\"]\nB = []\n", 2, "add state =");
    refusal("both", "state = \"value.s\"\nevent = \"value.e\"\n", 6, "exclude each other");
    refusal("a path that is none", "state = \"valeu.s\"\n", 5, "state \"valeu.s\" is not a path");
    refusal("no transitions", "state = \"value.s\"\n", 2, "[source.transitions]");
    refusal("transitions that are no table", "state = \"value.s\"\ntransitions = [\"A\"]\n", 6,
            "must be a table");
    refusal("an empty table", "state = \"value.s\"\n[source.transitions]\n", 6, "must be a table");
    refusal("a way that is no list",
            "state = \"value.s\"\n[source.transitions]\nA = { x = \"B\" }\n", 7,
            "must be a list of states");
    refusal("a way that is no event",
            "event = \"value.s\"\ninitial = \"A\"\n[source.transitions]\n"
            "A = [\"B\"]\n",
            8, "where each event leads");
    refusal("a state that is a number", "state = \"value.s\"\n[source.transitions]\nA = [1]\n", 7,
            "text in quotes");
    refusal(
        "a misspelt state",
        "state = \"value.s\"\nterminal = \"C\"\n[source.transitions]\nA = [\"B\"]\nB = [\"A\"]\n",
        6, "terminal names C, which no transition names; they name A, B.");
    refusal("a misspelt beginning",
            "state = \"value.s\"\ninitial = [\"a\"]\n[source.transitions]\n"
            "A = [\"A\"]\n",
            6, "initial names a");
    refusal("a way into nowhere",
            "state = \"value.s\"\nterminal = \"B\"\n[source.transitions]\nA = [\"B\",\"C\"]\n", 8,
            "A leads to C, which has no transitions and is not terminal. Those that have are A");
    refusal("an end that goes on",
            "state = \"value.s\"\nterminal = \"A\"\n[source.transitions]\nA = [\"A\"]\n", 8,
            "A is terminal and has transitions");
    refusal("events without a beginning",
            "event = \"value.s\"\n[source.transitions]\nA = {x = \"A\"}\n", 2,
            "initial must name the one state");
    refusal("events with two beginnings",
            "event = \"value.s\"\ninitial = [\"A\",\"B\"]\n[source.transitions]\nA = {x = \"B\"}\n"
            "B = {y = \"A\"}\n",
            6, "initial must name the one state");
    refusal("a policy not known",
            "state = \"value.s\"\nviolation = \"stop\"\n[source.transitions]\nA = [\"A\"]\n", 6,
            "known are: move, stay");
    refusal("events that would move",
            "event = \"value.s\"\ninitial = \"A\"\nviolation = \"move\"\n[source.transitions]\n"
            "A = {x = \"A\"}\n",
            7, "nowhere to move to");
    refusal("a setting of another reducer", "failure = \"skip\"\n", 5,
            "state, event, initial, terminal, transitions, violation");
}

void tst_Machine::wrongMachinesAreRefused()
{
    checkRefusal("machine");
}

void tst_Machine::everyWayToAMomentGivesOneState_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::newRow("states") << QByteArray(kStates.c_str());
    QTest::newRow("states that stay") << QByteArray(("violation = \"stay\"\n" + kStates).c_str());
    QTest::newRow("events in a member")
        << QByteArray(("into = \"m\"\n" + kEvents).c_str()).replace("header.what", "value.e");
}

void tst_Machine::everyWayToAMomentGivesOneState()
{
    QFETCH(QByteArray, settings);
    static const char* const kStateNames[] = {"CREATED", "PAID", "SHIPPED", "DELIVERED", "X\\\"Y"};
    static const char* const kEventNames[] = {"pay", "ship", "refund", "cancel", "steal"};
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937 random(seed);
        const auto events =
            randomEvents(random, {"orders"}, 60 + random() % 250, 1 + seed, [&](const Event&) {
                return std::string(R"({"s":")") + kStateNames[random() % 5] + R"(","e":")" +
                       kEventNames[random() % 5] + (random() % 20 == 0 ? "\"" : "\"}");
            });
        checkEveryWay(events, machine(settings.toStdString()), random);
        if (QTest::currentTestFailed()) {
            QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
        }
    }
}

QTEST_GUILESS_MAIN(tst_Machine)
#include "tst_machine.moc"
