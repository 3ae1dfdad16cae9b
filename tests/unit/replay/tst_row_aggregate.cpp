#include "model/replay/decimal.h"
#include "tests/unit/replay/fold_ways.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace hindcast;
using namespace hindcast::test;
using nlohmann::json;

namespace {

const char kOrders[] = "name = \"order\"\n[[source]]\ntopic = \"orders\"\nreduce = \"latest\"\n";
const char kCompute[] =
    "[source.compute]\nn = \"count\"\npaid = \"count(value.a)\"\n"
    "total = \"sum(value.a)\"\nmean = \"avg(value.a)\"\nleast = \"min(value.a)\"\n"
    "most = \"max(value.a)\"\nfirst = \"first(value.a)\"\n"
    "last = \"last(value.a)\"\nkinds = \"distinct(value.a)\"\n";

// Projection files beside each other.
class Files
{
public:
    Files() { write("order.toml", kOrders); }

    void write(const char* name, const QByteArray& text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    // Over the rows of order.toml.
    Result<Projection> over(const QByteArray& settings) const
    {
        write("sums.toml", "name = \"sums\"\n[[source]]\nfrom = \"order.toml\"\n" + settings);
        return Projection::load(path("sums.toml").toStdString());
    }

private:
    QTemporaryDir m_folder;
};

ProjectionPtr sums(const Files& files, const QByteArray& group)
{
    auto loaded = files.over("reduce = \"aggregate\"\n" + group + kCompute);
    if (!loaded) {
        qFatal("%s", loaded.error().message.c_str());
    }
    return std::make_shared<const Projection>(std::move(*loaded));
}

// "a={...}" sets a row, "a" deletes it.
std::vector<Event> told(const QStringList& changes)
{
    std::vector<Event> events;
    for (const QString& change : changes) {
        const auto at = static_cast<std::int64_t>(events.size());
        const qsizetype is = change.indexOf(QLatin1Char('='));
        events.push_back({"orders", 0, at, 100 + at,
                          change.left(is < 0 ? change.size() : is).toStdString(),
                          is < 0 ? std::nullopt : std::optional(change.mid(is + 1).toStdString())});
    }
    return events;
}

} // namespace

class tst_RowAggregate : public QObject
{
    Q_OBJECT

private slots:
    void changesOfRowsAreTakenBack_data();
    void changesOfRowsAreTakenBack();
    void oneEventChangesAGroupOnce();
    void whatRowsLackIsLeftOut();
    void wrongDefinitionsAreRefused_data();
    void wrongDefinitionsAreRefused();
    void whatTheRowsAreIsPartOfWhatIsFolded();
    void itIsAtEveryMomentWhatTheRowsAre_data();
    void itIsAtEveryMomentWhatTheRowsAre();
};

void tst_RowAggregate::changesOfRowsAreTakenBack_data()
{
    QTest::addColumn<QStringList>("changes");
    QTest::addColumn<QString>("state"); // of the group "x"; empty: none
    const auto add = [](const char* name, const QStringList& changes, const char* state) {
        QTest::newRow(name) << changes << QString::fromLatin1(state);
    };
    const QString a1 = QStringLiteral(R"(a={"g":"x","a":1.50})");
    const QString b2 = QStringLiteral(R"(b={"g":"x","a":2})");
    const auto state = [](const char* counts, const char* total, const char* mean,
                          const char* rest) {
        return std::string(R"({"g":"x",)") + counts + R"(,"total":)" + total + R"(,"mean":)" +
               mean + rest;
    };
    add("two rows", {a1, b2},
        state(
            R"("n":2,"paid":2)", "3.50", "1.75",
            R"(,"mean.sum":3.50,"mean.count":2,"least":1.50,"most":2,"first":1.50,"last":2,"kinds":2})")
            .c_str());
    add("an update", {a1, b2, QStringLiteral(R"(a={"g":"x","a":4})")},
        state(R"("n":2,"paid":2)", "6", "3",
              R"(,"mean.sum":6,"mean.count":2,"least":2,"most":4,"first":2,"last":4,"kinds":2})")
            .c_str());
    add("a delete", {a1, b2, QStringLiteral("a")},
        state(R"("n":1,"paid":1)", "2", "2",
              R"(,"mean.sum":2,"mean.count":1,"least":2,"most":2,"first":2,"last":2,"kinds":1})")
            .c_str());
    add("a row that moves to another group", {a1, b2, QStringLiteral(R"(a={"g":"y","a":1.50})")},
        state(R"("n":1,"paid":1)", "2", "2",
              R"(,"mean.sum":2,"mean.count":1,"least":2,"most":2,"first":2,"last":2,"kinds":1})")
            .c_str());
    add("no value is left", {a1, QStringLiteral(R"(a={"g":"x"})")},
        state(
            R"("n":1,"paid":0)", "null", "null",
            R"(,"mean.sum":null,"mean.count":0,"least":null,"most":null,"first":null,"last":null,"kinds":0})")
            .c_str());
    add("no row is left", {a1, b2, QStringLiteral("a"), QStringLiteral("b")}, "");
    add("a row without a group any more", {a1, QStringLiteral(R"(a={"a":1})")}, "");
    add("a value that cannot be added, and back",
        {a1, b2, QStringLiteral(R"(a={"g":"x","a":"?"})"),
         QStringLiteral(R"(a={"g":"x","a":2.00})")},
        state(
            R"("n":2,"paid":2)", "4.00", "2.00",
            R"(,"mean.sum":4.00,"mean.count":2,"least":2,"most":2,"first":2,"last":2.00,"kinds":1})")
            .c_str());
}

void tst_RowAggregate::changesOfRowsAreTakenBack()
{
    QFETCH(QStringList, changes);
    const Files files;
    const auto capture = Capture::inMemory();
    append(*capture, told(changes));
    const auto log = fold(*capture, sums(files, "group = \"value.g\"\n"));
    const auto rows = table(log, log->order()->size());
    QTEST(rows.contains("x") ? QString::fromStdString(rows.at("x")) : QString(), "state");
}

// A changed primary key is a row that goes and one that comes.
void tst_RowAggregate::oneEventChangesAGroupOnce()
{
    const Files files;
    files.write("order.toml", "name = \"o\"\n[[source]]\ntopic = \"orders\"\nreduce = \"cdc\"\n");
    const auto maxwell = [](const char* type, int id, const char* old) {
        return R"({"database":"d","table":"t","ts":1,"primary_key_columns":["id"],"type":")" +
               std::string(type) + R"(","data":{"id":)" + std::to_string(id) +
               R"(,"g":"x","a":1},"old":)" + old + "}";
    };
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 1, std::nullopt, maxwell("insert", 1, "null")},
                      {"orders", 0, 1, 2, std::nullopt, maxwell("update", 2, R"({"id":1})")}});
    const auto log = fold(*capture, sums(files, "group = \"value.g\"\n"));
    QCOMPARE(log->size(), Version{1}); // as many rows, of the same values
    QVERIFY(json::parse(table(log, 2).at("x"))["n"] == 1);
}

void tst_RowAggregate::whatRowsLackIsLeftOut()
{
    const Files files;
    const auto capture = Capture::inMemory();
    append(*capture,
           told({QStringLiteral(R"(a={"g":"x","a":true})"), QStringLiteral("b=no json"),
                 QStringLiteral(R"(c={"a":1})"), QStringLiteral(R"(d={"g":"x","a":1})")}));
    const auto log = fold(*capture, sums(files, "group = \"value.g\"\n"));
    QCOMPARE(log->report().skipped, std::uint64_t{2});
    QCOMPARE(log->report().withoutKey, std::uint64_t{1});
    QCOMPARE(log->report().firstSkipped[0].place.toString(), std::string("orders-0@0"));
    QCOMPARE(log->report().firstSkipped[0].reason,
             std::string("value.a is true, which is no number that can be added up."));
    const auto all = fold(*capture, sums(files, "group = []\n"));
    QVERIFY(json::parse(table(all, 4).at("[]"))["n"] == 2);
}

void tst_RowAggregate::wrongDefinitionsAreRefused_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::addColumn<int>("line");
    QTest::addColumn<QByteArray>("says");
    const auto add = [](const char* says, const QByteArray& settings, int line) {
        QTest::newRow(says) << settings << line << QByteArray(says);
    };
    add("\"from\" is not known in a [[source]] with reduce = \"latest\"", "reduce = \"latest\"\n",
        3);
    add("topic does not go with from",
        QByteArray("reduce = \"aggregate\"\ntopic = \"t\"\n") + kCompute, 5);
    add("where does not go with from",
        QByteArray("reduce = \"aggregate\"\nwhere = \"1\"\n") + kCompute, 5);
    add("A row has a key and a value, and no header.x.",
        QByteArray("reduce = \"aggregate\"\ngroup = \"header.x\"\n") + kCompute, 2);
    add("is the only one of its projection",
        QByteArray("reduce = \"aggregate\"\n") + kCompute +
            "[[source]]\ntopic = \"t\"\nreduce = \"latest\"\n",
        2);
}

void tst_RowAggregate::wrongDefinitionsAreRefused()
{
    QFETCH(QByteArray, settings);
    QFETCH(int, line);
    QFETCH(QByteArray, says);
    const Files files;
    const auto refused = files.over(settings);
    QVERIFY(!refused);
    const QByteArray message = QByteArray::fromStdString(refused.error().message);
    QVERIFY2(message.contains(says), message.constData());
    QVERIFY2(message.contains(QByteArray("sums.toml:" + QByteArray::number(line) + ": ")),
             message.constData());
}

void tst_RowAggregate::whatTheRowsAreIsPartOfWhatIsFolded()
{
    const Files files;
    const auto before = sums(files, "group = \"value.g\"\n");
    QCOMPARE(before->topics(), std::vector<std::string>{"orders"});
    files.write("order.toml", QByteArray(kOrders) + "where = \"value.a > 1\"\n");
    QVERIFY(!before->foldsLike(*sums(files, "group = \"value.g\"\n")));
    // No projection reads itself, by whatever way.
    files.write("order.toml", QByteArray("name = \"o\"\n[[source]]\nfrom = \"sums.toml\"\nreduce = "
                                         "\"aggregate\"\n") +
                                  kCompute);
    const auto itself = files.over(QByteArray("reduce = \"aggregate\"\n") + kCompute);
    QVERIFY(!itself);
    QVERIFY2(itself.error().message.find("none can read its own") != std::string::npos,
             itself.error().message.c_str());
    files.write("order.toml", "name = \"o\"\nfoo = 1\n");
    const auto broken = files.over(QByteArray("reduce = \"aggregate\"\n") + kCompute);
    QVERIFY2(broken.error().message.find("order.toml:2: ") != std::string::npos,
             broken.error().message.c_str());
}

namespace {

// What the group's state must be, from its rows alone; by when each last changed.
std::string expected(const std::vector<std::pair<std::uint64_t, json>>& rows, const std::string& g)
{
    std::vector<std::string> tokens;
    for (const auto& [age, row] : rows) {
        if (row.contains("a")) {
            tokens.push_back(row["a"].get<std::string>());
        }
    }
    const auto number = [](const std::string& t) { return Decimal::parse(t).value(); };
    const auto less = [&](const std::string& a, const std::string& b) {
        const auto order = number(a) <=> number(b);
        return order != 0 ? order < 0 : a < b;
    };
    Decimal sum;
    std::set<std::string> kinds;
    for (const std::string& token : tokens) {
        sum += number(token);
        kinds.insert(sameNumberText(token));
    }
    const bool none = tokens.empty();
    const std::string total = none ? "null" : sum.toString();
    const auto orNull = [&](const std::string& token) { return none ? "null" : token; };
    std::string least = none ? "" : *std::min_element(tokens.begin(), tokens.end(), less);
    std::string most = none ? "" : *std::max_element(tokens.begin(), tokens.end(), less);
    for (const std::string& token : tokens) {
        // Of equal ones the text that sorts first.
        most = number(token) == number(most) && token < most ? token : most;
    }
    const std::string count = std::to_string(tokens.size());
    return R"({"g":")" + g + R"(","n":)" + std::to_string(rows.size()) + R"(,"paid":)" + count +
           R"(,"total":)" + total + R"(,"mean":)" + (none ? "null" : sum.dividedBy(tokens.size())) +
           R"(,"mean.sum":)" + total + R"(,"mean.count":)" + count + R"(,"least":)" +
           orNull(least) + R"(,"most":)" + orNull(most) + R"(,"first":)" +
           (none ? "null" : tokens.front()) + R"(,"last":)" + (none ? "null" : tokens.back()) +
           R"(,"kinds":)" + std::to_string(kinds.size()) + "}";
}

} // namespace

void tst_RowAggregate::itIsAtEveryMomentWhatTheRowsAre_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 8; ++seed) {
        QTest::newRow(std::to_string(seed).c_str()) << seed;
    }
}

void tst_RowAggregate::itIsAtEveryMomentWhatTheRowsAre()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    const char* const amounts[] = {"1", "1.0", "1.00", "2.5", "-0.125", "10", "0.1", "1e1"};
    const auto events = randomEvents(random, {"orders"}, 400, 12, [&](const Event&) {
        std::string row = R"({"g":")" + std::string(1, "xyz"[random() % 3]) + "\"";
        if (random() % 5 != 0) {
            row += R"(,"a":)" + std::string(amounts[random() % 8]);
        }
        return row + "}";
    });
    const Files files;
    const auto projection = sums(files, "group = \"value.g\"\n");
    const auto capture = Capture::inMemory();
    append(*capture, events);
    const auto rows = fold(*capture, hindcast::test::projection(kOrders));
    const auto log = fold(*capture, projection);
    for (Rank prefix = 0; prefix <= log->order()->size(); ++prefix) {
        std::map<std::string, std::map<std::uint64_t, std::string>> byGroup;
        std::map<std::string, std::uint64_t> ageOf;
        for (Version v = 0; v < rows->prefixOf(prefix); ++v) {
            ageOf[std::string(rows->keys().text(rows->keyOf(v)))] = v;
        }
        for (const auto& [key, state] : table(rows, prefix)) {
            byGroup[std::string(1, state[6])][ageOf[key]] = state;
        }
        std::map<std::string, std::string> states;
        for (const auto& [group, members] : byGroup) {
            std::vector<std::pair<std::uint64_t, json>> parsed;
            for (const auto& [age, state] : members) {
                json row = json::object();
                const std::size_t at = state.find(R"("a":)");
                if (at != std::string::npos) {
                    row["a"] = state.substr(at + 4, state.size() - at - 5); // as it is written
                }
                parsed.emplace_back(age, row);
            }
            states[group] = expected(parsed, group);
        }
        QVERIFY2(table(log, prefix) == states, qPrintable(QStringLiteral("at %1").arg(prefix)));
    }
    checkEveryWay(events, projection, random);
}

QTEST_GUILESS_MAIN(tst_RowAggregate)
#include "tst_row_aggregate.moc"
