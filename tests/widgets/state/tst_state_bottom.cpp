#include "widgets/state/state_bottom.h"

#include <QLabel>
#include <QTest>

namespace hindcast {

class tst_StateBottom : public QObject
{
    Q_OBJECT

private slots:
    void itNeverSaysMoreThanTheReport_data();
    void itNeverSaysMoreThanTheReport();
};

void tst_StateBottom::itNeverSaysMoreThanTheReport_data()
{
    QTest::addColumn<TrustReport>("trust");
    QTest::addColumn<QString>("good");
    QTest::addColumn<QString>("bad");
    const auto row = [](const char* name, const TrustReport& trust, const char* good,
                        const char* bad) {
        QTest::newRow(name) << trust << QString::fromUtf8(good) << QString::fromUtf8(bad);
    };
    const PartitionTrust exact{{"t", 0}, Trust::Exact, {}};
    const PartitionTrust since{{"t", 0}, Trust::ExactSince, "the snapshot ended at t-0@3"};
    const PartitionTrust cut{{"t", 1}, Trust::BestEffort, "read from offset 5 on"};
    const PartitionTrust unread{{"t", 1}, Trust::Unknown, "nothing of it was read"};
    row("all is there", {Trust::Exact, {exact}, 0, {}, 0}, "✔ Exact on 1 partition", "");
    row("one partition is cut", {Trust::BestEffort, {exact, cut}, 0, {}, 0},
        "✔ Exact on 1 of 2 partitions", "◆ t-1: read from offset 5 on");
    row("the only one is cut", {Trust::BestEffort, {cut}, 0, {}, 0}, "",
        "◆ Best effort on 1 partition · t-1: read from offset 5 on");
    row("one was not read", {Trust::Unknown, {exact, unread}, 0, {}, 0},
        "✔ Exact on 1 of 2 partitions", "○ t-1: nothing of it was read");
    row("exact since a snapshot", {Trust::ExactSince, {since}, 0, {}, 0},
        "✔ Exact since a snapshot on 1 partition", "t-0: the snapshot ended at t-0@3");
    row("what is there is not readable", {Trust::BestEffort, {exact}, 2, {}, 0}, "",
        "◆ Best effort on 1 partition · 2 unreadable records left out");
    row("what is there does not tell all", {Trust::BestEffort, {exact}, 1, {}, 1}, "",
        "◆ Best effort on 1 partition · 1 unreadable record left out, 1 value not in the log");
    row("many are not", {Trust::BestEffort, {exact}, 1000, {}, 0, kNoTimestamp, true}, "",
        "◆ Best effort on 1 partition · 1000 or more unreadable records left out");
    row("nor does a partition that is cut", {Trust::BestEffort, {cut}, 0, {}, 3}, "",
        "◆ Best effort on 1 partition · t-1: read from offset 5 on, 3 values not in the log");
    row("all is there, and it tells nothing", {Trust::Unknown, {exact}, 0, "rows have no key", 0},
        "", "○ rows have no key");
}

void tst_StateBottom::itNeverSaysMoreThanTheReport()
{
    QFETCH(TrustReport, trust);
    QFETCH(QString, good);
    QFETCH(QString, bad);
    StateBottom bottom;
    StateBottom::Content content;
    content.trust = trust;
    content.trustKnown = true;
    bottom.setContent(content);
    QCOMPARE(bottom.findChild<QLabel*>(QStringLiteral("trustGood"))->text(), good);
    QCOMPARE(bottom.findChild<QLabel*>(QStringLiteral("trustBad"))->text(), bad);
}

} // namespace hindcast

QTEST_MAIN(hindcast::tst_StateBottom)
#include "tst_state_bottom.moc"
