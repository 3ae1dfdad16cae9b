#include "tests/unit/replay/snapshot_log.h"

#include "model/replay/kept_logs.h"
#include "model/replay/state_writer.h"
#include "model/replay/trust_judge.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>
#include <random>

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Changes = std::vector<TableChange>;

TableLog written(const Changes& changes, TableLog::Shape shape = TableLog::Shape::Envelope)
{
    TableLog log(shape);
    for (const TableChange& change : changes) {
        log.write(change);
    }
    return log;
}

// One partition: three changes, a snapshot of three rows at offsets 3 to 5, and two changes.
const Changes kOne{{0, 'c', 1, 1, 10},          {0, 'c', 2, 1, 20},
                   {0, 'u', 2, 2, 30},          {0, 'r', 1, 1, 100, "first_in_data_collection"},
                   {0, 'r', 2, 5, 100, "true"}, {0, 'r', 3, 1, 100, "last_in_data_collection"},
                   {0, 'u', 1, 2, 110},         {0, 'd', 3, 0, 120}};

// Two partitions: the first mark is in one, the last in the other. Of partition 1 the rows of the
// snapshot are at offsets 2 and 3, of partition 0 at 1 and 2.
const Changes kTwo{{0, 'c', 1, 1, 10},
                   {1, 'c', 2, 1, 20},
                   {1, 'u', 2, 2, 30},
                   {0, 'r', 1, 1, 100, "first_in_data_collection"},
                   {1, 'r', 2, 5, 100, "true"},
                   {0, 'r', 3, 1, 100, "true"},
                   {1, 'r', 4, 1, 100, "last_in_data_collection"},
                   {0, 'u', 1, 2, 110},
                   {1, 'd', 4, 0, 120}};

const QString kSince = QStringLiteral("the snapshot ended at db.app.t-0@5 "
                                      "(1970-01-01T00:00:01.060Z); before it, ");

} // namespace

Q_DECLARE_METATYPE(Changes)
Q_DECLARE_METATYPE(TableLog::Reader)

class tst_TrustSince : public QObject
{
    Q_OBJECT

private slots:
    void aWholeSnapshotMakesUpForWhatIsMissingBeforeIt_data();
    void aWholeSnapshotMakesUpForWhatIsMissingBeforeIt();
    void itHoldsFromTheEndOfTheSnapshotOn_data();
    void itHoldsFromTheEndOfTheSnapshotOn();
    void theReasonNamesTheSnapshot();
    void onlyOneTableByItsCommitsIsJudgedSo_data();
    void onlyOneTableByItsCommitsIsJudgedSo();
    void whatWasLeftOutBeforeTheSnapshotCountsNoMore();
    void rowsAreJudgedAsTheirTable();
    void aTruncateIsInAnyPartition_data();
    void aTruncateIsInAnyPartition();
    void aKeptFoldSaysTheSame();
    void theReceiptSaysIt();
    void whatIsCalledExactSinceASnapshotIsExact();
};

void tst_TrustSince::aWholeSnapshotMakesUpForWhatIsMissingBeforeIt_data()
{
    QTest::addColumn<Changes>("changes");
    QTest::addColumn<TableLog::Reader>("reader");
    QTest::addColumn<int>("trust"); // at the end
    const auto row = [](const char* name, const Changes& changes, const TableLog::Reader& reader,
                        Trust trust) {
        QTest::newRow(name) << changes << reader << static_cast<int>(trust);
    };
    const auto marked = [](Changes changes, std::size_t at, const char* mark) {
        changes[at].mark = mark;
        return changes;
    };
    const auto without = [](Changes changes, std::size_t first, std::size_t last) {
        changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(first),
                      changes.begin() + static_cast<std::ptrdiff_t>(last));
        return changes;
    };
    // What the connector did not see before it read the table anew is in no log.
    row("all of the log", kOne, {}, Trust::ExactSince);
    row("cut before the snapshot", kOne, {.starts = {2}}, Trust::ExactSince);
    row("cut just before its first row", kOne, {.starts = {3}}, Trust::ExactSince);
    row("cut inside it", kOne, {.starts = {4}}, Trust::BestEffort);
    row("cut inside it, before its last row", kOne, {.starts = {5}}, Trust::BestEffort);
    row("cut behind it", kOne, {.starts = {6}}, Trust::BestEffort);
    row("read from the middle, before it", kOne, {.starts = {1}, .removed = false},
        Trust::ExactSince);
    row("read from the middle, inside it", kOne, {.starts = {4}, .removed = false},
        Trust::BestEffort);
    row("its last row is not marked", marked(kOne, 5, "true"), {.starts = {2}}, Trust::BestEffort);
    row("its first row is not marked", marked(kOne, 3, "true"), {.starts = {2}}, Trust::BestEffort);
    row("a row says nothing of its place", marked(kOne, 4, "false"), {.starts = {2}},
        Trust::BestEffort);
    row("an incremental one", marked(kOne, 4, "incremental"), {.starts = {2}}, Trust::BestEffort);
    row("the whole database's first and last", marked(marked(kOne, 3, "first"), 5, "last"),
        {.starts = {2}}, Trust::ExactSince);
    row("no change behind it", without(kOne, 6, 8), {.starts = {2}}, Trust::ExactSince);
    row("one row", without(without(kOne, 3, 5), 4, 5), {.starts = {2}}, Trust::ExactSince);
    row("one row, cut just before it", without(without(kOne, 3, 5), 4, 5), {.starts = {3}},
        Trust::BestEffort);
    row("a hole behind it", kOne, {.starts = {2}, .lost = {{0, 6}}}, Trust::BestEffort);
    row("a hole inside it", kOne, {.starts = {2}, .lost = {{0, 4}}}, Trust::BestEffort);
    row("a hole before it", kOne, {.lost = {{0, 1}}}, Trust::ExactSince);
    row("a hole just before it", kOne, {.lost = {{0, 2}}}, Trust::ExactSince);
    row("two partitions, a hole just before it", kTwo, {.lost = {{1, 1}}}, Trust::BestEffort);
    row("its first row is lost", kOne, {.lost = {{0, 3}}}, Trust::BestEffort);
    row("not read to the end", kOne, {.starts = {2}, .to = {7}}, Trust::BestEffort);
    row("a filter was on", kOne, {.starts = {2}, .where = "value.op = 'u'"}, Trust::BestEffort);
    row("two partitions, whole", kTwo, {}, Trust::ExactSince);
    row("two partitions, both cut before it", kTwo, {.starts = {0, 1}}, Trust::ExactSince);
    row("two partitions, one cut before its first mark", kTwo, {.starts = {1, 1}},
        Trust::ExactSince);
    row("two partitions, cut where it may begin", kTwo, {.starts = {0, 2}}, Trust::BestEffort);
    row("two partitions, the first mark is cut away", kTwo, {.starts = {2, 1}}, Trust::BestEffort);
    row("two partitions, a hole behind it in one", kTwo, {.starts = {0, 1}, .lost = {{0, 2}}},
        Trust::BestEffort);
    row("the ends were looked up before it ended", without(kTwo, 7, 9),
        {.starts = {0, 1}, .ends = {3, 2}}, Trust::BestEffort);
    Changes three = kTwo;
    three.push_back({2, 'c', 9, 1, 130});
    three.push_back({2, 'c', 10, 1, 140});
    row("a partition without a row of it", three, {.starts = {0, 1}}, Trust::ExactSince);
    row("a partition without a row of it was cut", three, {.starts = {0, 1, 1}}, Trust::BestEffort);
    Changes second = kOne;
    second.insert(second.end(),
                  {{0, 'r', 1, 7, 200, "first"}, {0, 'r', 2, 7, 200, "last"}, {0, 'u', 1, 8, 210}});
    row("a second snapshot", second, {.starts = {2}}, Trust::ExactSince);
    row("a second snapshot; the first was cut", second, {.starts = {5}}, Trust::ExactSince);
    row("a second snapshot; a hole between them", second, {.starts = {2}, .lost = {{0, 6}}},
        Trust::ExactSince);
    row("a second snapshot that broke off", marked(second, 9, "true"), {.starts = {2}},
        Trust::BestEffort);
    Changes older = kOne;
    older.push_back({0, 'u', 2, 9, 40, "", 30});
    row("a change from before it comes behind it", older, {.starts = {2}}, Trust::BestEffort);
}

void tst_TrustSince::aWholeSnapshotMakesUpForWhatIsMissingBeforeIt()
{
    QFETCH(Changes, changes);
    QFETCH(TableLog::Reader, reader);
    QFETCH(int, trust);
    const TableLog table = written(changes);
    const VersionLogPtr log = foldByCommit(*table.capture(reader));
    // At the end of all nothing is lost by compaction: what a hole held is looked for before it.
    const Rank back = reader.lost.empty() ? 0 : 1;
    const Rank prefix = log->order()->size() - back;
    const TrustReport report = TrustJudge(log).at(prefix);
    QCOMPARE(static_cast<int>(report.overall), trust);
    if (report.overall == Trust::ExactSince) {
        const VersionLogPtr whole = foldByCommit(*table.capture({}));
        QCOMPARE(test::table(log, prefix), test::table(whole, whole->order()->size() - back));
    }
}

void tst_TrustSince::itHoldsFromTheEndOfTheSnapshotOn_data()
{
    QTest::addColumn<int>("shape");
    QTest::newRow("envelope") << static_cast<int>(TableLog::Shape::Envelope);
    QTest::newRow("with its schema") << static_cast<int>(TableLog::Shape::WithSchema);
    QTest::newRow("unwrapped") << static_cast<int>(TableLog::Shape::Unwrapped);
}

void tst_TrustSince::itHoldsFromTheEndOfTheSnapshotOn()
{
    QFETCH(int, shape);
    const TableLog written = ::written(kOne, static_cast<TableLog::Shape>(shape));
    const VersionLogPtr log = foldByCommit(*written.capture({.starts = {2}}));
    const TrustJudge judge(log);
    for (Rank prefix = 0; prefix <= log->order()->size(); ++prefix) {
        QCOMPARE(judge.at(prefix).overall, prefix < 4 ? Trust::BestEffort : Trust::ExactSince);
    }
    const auto band = judge.band();
    QVERIFY(band.size() >= 2);
    QCOMPARE(band.front().trust, Trust::BestEffort);
    QCOMPARE(band[band.size() - 2].trust, Trust::BestEffort);
    QCOMPARE(band.back().trust, Trust::ExactSince);
    QCOMPARE(band.back().from, Rank{4});
    QVERIFY(!band.back().reason.empty());
}

void tst_TrustSince::theReasonNamesTheSnapshot()
{
    const VersionLogPtr log = foldByCommit(*written(kOne).capture({.starts = {2}}));
    const TrustReport report = TrustJudge(log).at(log->order()->size());
    const QString reason = kSince + QStringLiteral("records before offset 2 were removed");
    QCOMPARE(QString::fromStdString(report.partitions.at(0).reason), reason);
    QCOMPARE(QString::fromStdString(report.sentence()),
             QStringLiteral("Exact since a snapshot on 1 partition; db.app.t-0: ") + reason);
    // A partition that is all there is exact since then too.
    const VersionLogPtr two = foldByCommit(*written(kTwo).capture({.starts = {0, 1}}));
    const TrustReport both = TrustJudge(two).at(two->order()->size());
    QCOMPARE(both.partitions.at(0).trust, Trust::Exact);
    QCOMPARE(both.partitions.at(1).trust, Trust::ExactSince);
    QVERIFY(both.sentence().starts_with("Exact since a snapshot on 2 partitions; db.app.t-1: "));
}

void tst_TrustSince::onlyOneTableByItsCommitsIsJudgedSo_data()
{
    QTest::addColumn<QString>("sources");
    QTest::addColumn<bool>("byCommit");
    QTest::addColumn<bool>("since");
    const QString table = QStringLiteral("[[source]]\ntopic = \"db.app.t\"\nreduce = \"cdc\"\n");
    QTest::newRow("one table") << table << true << true;
    QTest::newRow("with a filter of its own")
        << table + QStringLiteral("where = \"value.source.lsn > 1\"\n") << true << true;
    // By the clock `log` a snapshot does not empty the table.
    QTest::newRow("by the clock log") << table << false << false;
    QTest::newRow("the newest record of each key")
        << QStringLiteral("[[source]]\ntopic = \"db.app.t\"\nreduce = \"latest\"\n") << true
        << false;
    QTest::newRow("two sources") << table +
                                        QStringLiteral(
                                            "[[source]]\ntopic = \"db.app.u\"\nreduce = \"cdc\"\n")
                                 << true << false;
    QTest::newRow("two topics")
        << QStringLiteral("[[source]]\ntopic = [\"db.app.t\", \"db.app.u\"]\nreduce = \"cdc\"\n")
        << true << false;
}

void tst_TrustSince::onlyOneTableByItsCommitsIsJudgedSo()
{
    QFETCH(QString, sources);
    QFETCH(bool, byCommit);
    const auto capture = written(kOne).capture({.starts = {2}});
    const ProjectionPtr defined = projection("name = \"p\"\n" + sources.toStdString());
    const VersionLogPtr log = byCommit ? foldByCommit(*capture, defined) : fold(*capture, defined);
    const Trust trust = TrustJudge(log).at(log->order()->size()).overall;
    QTEST(trust == Trust::ExactSince, "since");
    QVERIFY(trust != Trust::Exact);
}

// Updates and deletes of rows that the log does not have any more, until a snapshot has them.
void tst_TrustSince::whatWasLeftOutBeforeTheSnapshotCountsNoMore()
{
    TableLog table = written(kOne);
    const VersionLogPtr log = foldByCommit(*table.capture({.starts = {2}}));
    QCOMPARE(log->report().unknownValues, std::uint64_t{1});
    QCOMPARE(TrustJudge(log).at(1).unknownValues, std::uint64_t{1});
    QCOMPARE(TrustJudge(log).at(log->order()->size()).unknownValues, std::uint64_t{0});
    // All offsets are there, but what they tell is not all: the snapshot makes up for that too.
    Changes told = kOne;
    told.erase(told.begin() + 1);
    const VersionLogPtr whole = foldByCommit(*written(told).capture({}));
    const TrustReport before = TrustJudge(whole).at(2);
    QCOMPARE(before.overall, Trust::BestEffort);
    const TrustReport report = TrustJudge(whole).at(whole->order()->size());
    QCOMPARE(report.overall, Trust::ExactSince);
    QVERIFY(report.partitions.at(0).reason.ends_with("before it, 1 value not in the log"));
    // Behind the snapshot it counts.
    told.push_back({0, 'u', 77, 1, 130});
    const VersionLogPtr again = foldByCommit(*written(told).capture({}));
    // For the moments before it too: the row must have been there all the time.
    QCOMPARE(TrustJudge(again).at(again->order()->size() - 1).overall, Trust::BestEffort);
    QCOMPARE(TrustJudge(again).at(again->order()->size()).overall, Trust::BestEffort);
    QCOMPARE(TrustJudge(again).at(again->order()->size()).unknownValues, std::uint64_t{1});
}

void tst_TrustSince::rowsAreJudgedAsTheirTable()
{
    const VersionLogPtr log = foldByCommit(*written(kTwo).capture({.starts = {0, 1}}));
    const TrustJudge judge(log);
    const Rank end = log->order()->size();
    QCOMPARE(judge.ofKey(*log, log->keys().find("2"), end).trust, Trust::ExactSince);
    QVERIFY(judge.ofKey(*log, log->keys().find("2"), end)
                .reason.starts_with("db.app.t-1: the snapshot ended at db.app.t-1@3 ("));
    QCOMPARE(judge.ofKey(*log, log->keys().find("2"), 2).trust, Trust::BestEffort);
}

void tst_TrustSince::aTruncateIsInAnyPartition_data()
{
    QTest::addColumn<Changes>("changes");
    QTest::addColumn<TableLog::Reader>("reader");
    QTest::addColumn<bool>("exact"); // the row 1, in partition 0
    const TableChange row{0, 'c', 1, 1, 20};
    const TableChange other{1, 'c', 2, 1, 10};
    const TableChange later{1, 'c', 3, 1, 30};
    const auto add = [](const char* name, const Changes& changes, const TableLog::Reader& reader,
                        bool exact) { QTest::newRow(name) << changes << reader << exact; };
    add("all is there", {other, row, later}, {}, true);
    add("the other one was not read to its end", {other, row, later}, {.to = {1, 1}}, false);
    add("nor read at all", {other, row, later}, {.starts = {0, 2}, .to = {1, 2}}, false);
    add("what was removed stood before the row", {other, other, row}, {.starts = {0, 1}}, true);
    add("what was removed may stand behind the row", {row, other, later}, {.starts = {0, 1}},
        false);
}

void tst_TrustSince::aTruncateIsInAnyPartition()
{
    QFETCH(Changes, changes);
    QFETCH(TableLog::Reader, reader);
    QFETCH(bool, exact);
    const auto capture = written(changes).capture(reader);
    const VersionLogPtr log = fold(*capture, projection(TableLog::kTopic, "cdc"));
    const PartitionTrust trust =
        TrustJudge(log).ofKey(*log, log->keys().find("1"), log->order()->size());
    QCOMPARE(trust.trust, exact ? Trust::Exact : Trust::BestEffort);
    QCOMPARE(trust.reason.ends_with(", where a TRUNCATE may have stood"), !exact);
}

void tst_TrustSince::aKeptFoldSaysTheSame()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("log.hcap")).toStdString();
    const auto capture = written(kOne).capture({.starts = {2}}, Capture::create(path).value());
    QVERIFY(capture->flush());
    const ProjectionPtr defined = projection(TableLog::kTopic, "cdc");
    const auto kept = [&] {
        KeptLogs::Options options;
        options.folder = folder.filePath(QStringLiteral("folds")).toStdString();
        options.worth = std::chrono::milliseconds(0);
        KeptLogs logs(options);
        const TimeOrderPtr order = CommitOrder::build(capture->snapshot()).value();
        const VersionLogPtr log = logs.fold(defined, order, {}).value();
        logs.finish();
        return log;
    };
    const VersionLogPtr folded = kept();
    const VersionLogPtr reopened = kept();
    QVERIFY(!folded->report().kept);
    QVERIFY(reopened->report().kept);
    for (Rank prefix = 0; prefix <= folded->order()->size(); ++prefix) {
        const TrustReport is = TrustJudge(reopened).at(prefix);
        QCOMPARE(is.sentence(), TrustJudge(folded).at(prefix).sentence());
        QCOMPARE(is.overall, TrustJudge(folded).at(prefix).overall);
    }
    QCOMPARE(TrustJudge(reopened).at(folded->order()->size()).overall, Trust::ExactSince);
}

void tst_TrustSince::theReceiptSaysIt()
{
    const VersionLogPtr log = foldByCommit(*written(kOne).capture({.starts = {2}}));
    const Rank end = log->order()->size();
    const auto receipt = nlohmann::json::parse(
        stateReceiptJson(*State::at(log, end), TrustJudge(log).at(end), "hash"));
    QCOMPARE(receipt.at("trust").get<std::string>(), std::string("Exact since a snapshot"));
    QVERIFY(receipt.at("partitions")
                .at(0)
                .at("reason")
                .get<std::string>()
                .starts_with("the snapshot ended at db.app.t-0@5 ("));
}

namespace {

// A table that lives on, with snapshots now and then, some of which break off; while the connector
// is away rows come and go that no event tells.
TableLog randomTable(std::mt19937& random)
{
    const auto upTo = [&](unsigned most) { return static_cast<int>(random() % (most + 1)); };
    TableLog log;
    std::map<int, std::int64_t> rows;
    std::uint64_t lsn = 10;
    std::int64_t v = 0;
    const int partitions = 1 + upTo(2);
    const auto partitionOf = [&](int id) { return id % partitions; };
    const int steps = 10 + upTo(50);
    for (int i = 0; i < steps; ++i) {
        lsn += static_cast<std::uint64_t>(1 + upTo(5));
        if (upTo(11) == 0) {
            for (int lost = upTo(3); lost > 0; --lost) { // the slot is lost meanwhile
                const int id = upTo(8);
                if (rows.erase(id) == 0) {
                    rows[id] = ++v;
                }
            }
            const auto count = rows.size();
            const std::size_t told = upTo(4) == 0 ? count / 2 : count;
            std::size_t at = 0;
            for (const auto& [id, value] : rows) {
                if (at == told) {
                    break;
                }
                ++at;
                const char* const mark = at == count ? "last_in_data_collection"
                                         : at == 1   ? "first_in_data_collection"
                                                     : "true";
                log.write({partitionOf(id), 'r', id, value, lsn, mark});
            }
            continue;
        }
        const int id = upTo(8);
        const bool there = rows.contains(id);
        if (there && upTo(3) == 0) {
            rows.erase(id);
            log.write({partitionOf(id), 'd', id, 0, lsn});
            if (upTo(1) == 0) {
                log.write({partitionOf(id), '\0', id, 0, lsn});
            }
        } else {
            rows[id] = ++v;
            log.write({partitionOf(id), there ? 'u' : 'c', id, v, lsn});
        }
    }
    return log;
}

TableLog::Reader randomReader(std::mt19937& random, const TableLog& log)
{
    TableLog::Reader reader;
    reader.removed = random() % 2 == 0;
    for (const std::int64_t end : log.ends()) {
        const auto some = static_cast<std::uint64_t>(end / 2 + 1);
        reader.starts.push_back(random() % 3 == 0 ? 0 : static_cast<std::int64_t>(random() % some));
        reader.to.push_back(random() % 8 == 0 ? std::max(reader.starts.back(), end - 2) : end);
    }
    for (auto holes = random() % 3 == 0 ? random() % 3 + 1 : 0; holes > 0; --holes) {
        // As the cleaner does: only what a later record of the key replaces.
        const auto& events = log.events();
        const auto lost = events.begin() + static_cast<std::ptrdiff_t>(random() % events.size());
        if (std::any_of(lost + 1, events.end(),
                        [&lost](const Event& event) { return event.key == lost->key; })) {
            reader.lost.emplace_back(lost->partition, lost->offset);
        }
    }
    return reader;
}

} // namespace

// Random tables, cut, holed and read in part: what is called exact since a snapshot is what the
// whole log gives at the same moment.
void tst_TrustSince::whatIsCalledExactSinceASnapshotIsExact()
{
    std::size_t exact = 0;
    std::size_t doubtful = 0;
    std::size_t rows = 0;
    for (unsigned seed = 1; seed <= 1000; ++seed) {
        std::mt19937 random(seed);
        const TableLog table = randomTable(random);
        const VersionLogPtr log = foldByCommit(*table.capture(randomReader(random, table)));
        const VersionLogPtr whole = foldByCommit(*table.capture({}));
        const TimeOrder& order = *log->order();
        const CaptureSnapshot& all = *whole->order()->snapshot();
        std::map<std::pair<std::int32_t, std::int64_t>, Rank> rankOf;
        for (Rank rank = 0; rank < whole->order()->size(); ++rank) {
            const RowInfo info = all.row(whole->order()->rowAt(rank));
            rankOf[{info.partition, info.offset}] = rank;
        }
        const TrustJudge judge(log);
        const auto band = judge.band();
        for (Rank prefix = 1; prefix <= order.size(); ++prefix) {
            const TrustReport report = judge.at(prefix);
            const auto after =
                std::upper_bound(band.begin(), band.end(), prefix,
                                 [](Rank rank, const TrustSpan& span) { return rank < span.from; });
            QCOMPARE(std::prev(after)->trust, report.overall);
            if (report.overall == Trust::BestEffort) {
                ++doubtful;
            }
            if (report.overall != Trust::ExactSince) {
                continue;
            }
            ++exact;
            const RowInfo last = order.snapshot()->row(order.rowAt(prefix - 1));
            const Rank there = rankOf.at({last.partition, last.offset}) + 1;
            const auto is = test::table(log, prefix);
            QVERIFY2(is == test::table(whole, there),
                     qPrintable(QStringLiteral("log %1, prefix %2").arg(seed).arg(prefix)));
            for (const auto& [key, state] : is) {
                const Trust row = judge.ofKey(*log, log->keys().find(key), prefix).trust;
                QVERIFY(row == Trust::ExactSince || row == Trust::Exact);
                ++rows;
            }
        }
    }
    QVERIFY(exact > 1000);
    QVERIFY(doubtful > 1000);
    QVERIFY(rows > 1000);
}

QTEST_GUILESS_MAIN(tst_TrustSince)
#include "tst_trust_since.moc"
