#include "widgets/traces/waterfall_layout.h"

#include "tests/unit/trace/trace_builder.h"

#include <QTest>

using namespace hindcast;

namespace {

constexpr std::int64_t kMs = 1'000'000;

// Rows "depth:from-to" in milliseconds.
std::shared_ptr<const TraceStory> storyOf(const QByteArrayList& rows)
{
    auto story = std::make_shared<TraceStory>();
    SpanIndex span = 0;
    for (const QByteArray& text : rows) {
        const auto colon = text.indexOf(':');
        const auto dash = text.indexOf('-');
        StoryRow row;
        row.depth = text.left(colon).toUInt();
        row.startNs = text.mid(colon + 1, dash - colon - 1).toLongLong() * kMs;
        row.endNs = text.mid(dash + 1).toLongLong() * kMs;
        row.span = span++;
        story->endNs = std::max(story->endNs, row.endNs);
        story->rows.push_back(row);
    }
    return story;
}

QByteArray linesOf(const WaterfallLayout& layout)
{
    QByteArrayList lines;
    for (std::size_t line = 0; line < layout.lineCount(); ++line) {
        lines << QByteArray::number(layout.rowAt(line));
    }
    return lines.join(' ');
}

} // namespace

class tst_WaterfallLayout : public QObject
{
    Q_OBJECT

private slots:
    void timeAndPixelsGoBothWays_data();
    void timeAndPixelsGoBothWays();
    void ticksAreRound_data();
    void ticksAreRound();
    void zoomingKeepsTheTimeUnderTheMouse_data();
    void zoomingKeepsTheTimeUnderTheMouse();
    void movingStaysInside();
    void durationsReadAsAPersonSaysThem_data();
    void durationsReadAsAPersonSaysThem();
    void foldingHidesWhatBelongsToARow_data();
    void foldingHidesWhatBelongsToARow();
    void revealingUnfoldsTheWay();
    void foldsStayWithTheirSpans();
    void barsAreCutToTheScale_data();
    void barsAreCutToTheScale();
    void onlyTheLinesAskedForAreMade();
    void thePathIsUnderlinedInItsRows();
    void strokesThatTouchAreOne();
    void theNextMatchGoesAround();
    void aHundredThousandRowsAreLaidOut();
};

void tst_WaterfallLayout::timeAndPixelsGoBothWays_data()
{
    QTest::addColumn<qint64>("ns");
    QTest::addColumn<double>("x");
    QTest::newRow("start") << qint64{100 * kMs} << 200.0;
    QTest::newRow("middle") << qint64{150 * kMs} << 450.0;
    QTest::newRow("end") << qint64{200 * kMs} << 700.0;
    QTest::newRow("before") << qint64{50 * kMs} << -50.0;
}

void tst_WaterfallLayout::timeAndPixelsGoBothWays()
{
    QFETCH(qint64, ns);
    QFETCH(double, x);
    const WaterfallScale scale{100 * kMs, 200 * kMs, 200, 500};
    QCOMPARE(scale.x(ns), x);
    QCOMPARE(static_cast<qint64>(scale.ns(x)), ns);
}

void tst_WaterfallLayout::ticksAreRound_data()
{
    QTest::addColumn<qint64>("length");
    QTest::addColumn<QStringList>("labels");
    QTest::newRow("a second") << qint64{1000 * kMs}
                              << QStringList{QStringLiteral("0 ms"),   QStringLiteral("200 ms"),
                                             QStringLiteral("400 ms"), QStringLiteral("600 ms"),
                                             QStringLiteral("800 ms"), QStringLiteral("1 s")};
    QTest::newRow("microseconds") << qint64{30'000}
                                  << QStringList{QStringLiteral("0 \u00b5s"),
                                                 QStringLiteral("10 \u00b5s"),
                                                 QStringLiteral("20 \u00b5s"),
                                                 QStringLiteral("30 \u00b5s")};
}

void tst_WaterfallLayout::ticksAreRound()
{
    QFETCH(qint64, length);
    const WaterfallScale scale{5 * kMs, 5 * kMs + length, 0, 500};
    QStringList labels;
    double before = -1000;
    for (const auto& tick : scale.ticks(5 * kMs, 96)) {
        labels << tick.label;
        QVERIFY(tick.x - before >= 96);
        before = tick.x;
    }
    if (labels[0] == QStringLiteral("0 ns") || labels[0] == QStringLiteral("0 s")) {
        QFAIL("zero is told in the step's unit");
    }
    QTEST(labels, "labels");
}

void tst_WaterfallLayout::zoomingKeepsTheTimeUnderTheMouse_data()
{
    QTest::addColumn<double>("factor");
    QTest::addColumn<double>("anchor");
    QTest::addColumn<qint64>("length"); // ms
    QTest::newRow("in") << 2.0 << 450.0 << qint64{500};
    QTest::newRow("far in") << 1e9 << 450.0 << qint64{0};
    QTest::newRow("out past the end") << 0.5 << 450.0 << qint64{1000};
    QTest::newRow("at the left edge") << 4.0 << 200.0 << qint64{250};
}

void tst_WaterfallLayout::zoomingKeepsTheTimeUnderTheMouse()
{
    QFETCH(double, factor);
    QFETCH(double, anchor);
    const WaterfallScale scale{0, 1000 * kMs, 200, 500};
    const WaterfallScale zoomed = scale.zoomed(factor, anchor, 0, 1000 * kMs);
    QTEST(static_cast<qint64>(zoomed.lengthNs() / kMs), "length");
    QVERIFY(zoomed.lengthNs() >= 100);
    QVERIFY(zoomed.fromNs >= 0 && zoomed.toNs <= 1000 * kMs);
    QVERIFY(std::abs(zoomed.x(scale.ns(anchor)) - anchor) < 6);
}

void tst_WaterfallLayout::movingStaysInside()
{
    const WaterfallScale scale{400 * kMs, 600 * kMs, 0, 500};
    QCOMPARE(scale.moved(250, 0, 1000 * kMs).fromNs, 500 * kMs);
    QCOMPARE(scale.moved(-99'999, 0, 1000 * kMs).fromNs, std::int64_t{0});
    QCOMPARE(scale.moved(99'999, 0, 1000 * kMs).toNs, 1000 * kMs);
}

void tst_WaterfallLayout::durationsReadAsAPersonSaysThem_data()
{
    QTest::addColumn<qint64>("ns");
    QTest::addColumn<QString>("text");
    const auto row = [](qint64 ns, const char* text) {
        QTest::newRow(text) << ns << QString::fromUtf8(text);
    };
    row(0, "0 ns");
    row(850, "850 ns");
    row(12'400, "12 \u00b5s");
    row(9'120'000, "9.1 ms");
    row(9'000'000, "9 ms");
    row(182'400'000, "182 ms");
    row(1'240'000'000, "1.24 s");
    row(2'000'000'000, "2 s");
    row(131'000'000'000, "2m 11s");
}

void tst_WaterfallLayout::durationsReadAsAPersonSaysThem()
{
    QFETCH(qint64, ns);
    QTEST(spanDuration(ns), "text");
}

void tst_WaterfallLayout::foldingHidesWhatBelongsToARow_data()
{
    QTest::addColumn<QList<int>>("folded");
    QTest::addColumn<QByteArray>("lines");
    QTest::newRow("none") << QList<int>{} << QByteArray("0 1 2 3 4 5");
    QTest::newRow("the first") << QList<int>{0} << QByteArray("0 5");
    QTest::newRow("one inside") << QList<int>{1} << QByteArray("0 1 4 5");
    QTest::newRow("inside a folded one") << QList<int>{1, 0} << QByteArray("0 5");
    QTest::newRow("a leaf has nothing to fold") << QList<int>{4} << QByteArray("0 1 2 3 4 5");
}

void tst_WaterfallLayout::foldingHidesWhatBelongsToARow()
{
    QFETCH(QList<int>, folded);
    WaterfallLayout layout(storyOf({"0:0-9", "1:1-5", "2:2-3", "2:3-4", "1:5-6", "0:7-9"}));
    for (const int row : folded) {
        layout.setFolded(static_cast<std::uint32_t>(row), true);
    }
    QTEST(linesOf(layout), "lines");
    QCOMPARE(layout.lineOf(5), layout.lineCount() - 1);
}

void tst_WaterfallLayout::revealingUnfoldsTheWay()
{
    WaterfallLayout layout(storyOf({"0:0-9", "1:1-5", "2:2-3", "0:3-4", "1:5-6"}));
    layout.setFolded(1, true);
    layout.setFolded(0, true);
    layout.setFolded(3, true);
    layout.reveal(2);
    QCOMPARE(linesOf(layout), QByteArray("0 1 2 3"));
    QCOMPARE(layout.lineOf(4), layout.lineCount());
}

void tst_WaterfallLayout::foldsStayWithTheirSpans()
{
    WaterfallLayout older(storyOf({"0:0-9", "1:1-5", "0:5-6"}));
    older.setFolded(0, true);
    WaterfallLayout newer(storyOf({"0:0-9", "1:1-5", "0:5-6", "1:6-7"}));
    newer.takeFolds(older);
    QCOMPARE(linesOf(newer), QByteArray("0 2 3"));
}

void tst_WaterfallLayout::barsAreCutToTheScale_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<QByteArray>("bar"); // "x width flags"
    QTest::newRow("inside") << QByteArray("0:120-140") << QByteArray("300 100");
    QTest::newRow("begins before") << QByteArray("0:50-120") << QByteArray("200 100 <");
    QTest::newRow("ends after") << QByteArray("0:180-300") << QByteArray("600 100 >");
    QTest::newRow("all over") << QByteArray("0:0-900") << QByteArray("200 500 < >");
    QTest::newRow("no length") << QByteArray("0:120-120") << QByteArray("300 3");
    QTest::newRow("at the end") << QByteArray("0:200-200") << QByteArray("697 3");
    QTest::newRow("left of it") << QByteArray("0:10-20") << QByteArray("outside -1");
    QTest::newRow("right of it") << QByteArray("0:300-400") << QByteArray("outside 1");
}

void tst_WaterfallLayout::barsAreCutToTheScale()
{
    QFETCH(QByteArray, row);
    const WaterfallLayout layout(storyOf({row}));
    const WaterfallScale scale{100 * kMs, 200 * kMs, 200, 500};
    const auto bars = layout.bars(0, 10, scale);
    QCOMPARE(bars.size(), std::size_t{1});
    const auto& bar = bars.front();
    QByteArray text = bar.outside != 0 ? QByteArray("outside " + QByteArray::number(bar.outside))
                                       : QByteArray(QByteArray::number(bar.rect.x()) + ' ' +
                                                    QByteArray::number(bar.rect.width()));
    text += bar.cutLeft ? " <" : "";
    text += bar.cutRight ? " >" : "";
    QTEST(text, "bar");
}

void tst_WaterfallLayout::onlyTheLinesAskedForAreMade()
{
    const WaterfallLayout layout(storyOf({"0:0-1", "1:1-2", "2:2-3", "0:3-4"}));
    const auto bars = layout.bars(1, 3, {0, 4 * kMs, 0, 100});
    QCOMPARE(bars.size(), std::size_t{2});
    QCOMPARE(bars[0].row, 1U);
    QCOMPARE(bars[0].y, WaterfallLayout::kRowHeight);
    QCOMPARE(bars[1].labelX - bars[0].labelX, WaterfallLayout::kIndent);
    QVERIFY(bars[0].parent);
    QVERIFY(!bars[1].parent);
    QVERIFY(layout.bars(4, 9, {0, 4 * kMs, 0, 100}).empty());
}

void tst_WaterfallLayout::thePathIsUnderlinedInItsRows()
{
    auto story = std::make_shared<TraceStory>(*storyOf({"0:0-100", "1:20-60"}));
    story->path = {{0, 60 * kMs, 100 * kMs}, {1, 20 * kMs, 60 * kMs}, {0, 0, 20 * kMs}};
    WaterfallLayout layout(story);
    const WaterfallScale scale{0, 100 * kMs, 0, 100};
    const auto first = layout.underlines(0, 1, scale);
    QCOMPARE(first.size(), std::size_t{2});
    QCOMPARE(first[0].toX, 20.0);
    QCOMPARE(first[1].fromX, 60.0);
    QCOMPARE(layout.underlines(1, 2, scale).size(), std::size_t{1});
    layout.setFolded(0, true); // it now stands for its child as well
    const auto folded = layout.underlines(0, 1, scale);
    QCOMPARE(folded.size(), std::size_t{1});
    QCOMPARE(folded[0].toX, 100.0);
}

void tst_WaterfallLayout::strokesThatTouchAreOne()
{
    auto story = std::make_shared<TraceStory>(*storyOf({"0:0-100"}));
    for (int i = 99; i >= 0; --i) {
        story->path.push_back({0, i * kMs, i * kMs + kMs / 2});
    }
    const WaterfallLayout layout(story);
    QCOMPARE(layout.underlines(0, 1, {0, 100 * kMs, 0, 50}).size(), std::size_t{1});
    QCOMPARE(layout.underlines(0, 1, {0, 100 * kMs, 0, 1000}).size(), std::size_t{100});
}

void tst_WaterfallLayout::theNextMatchGoesAround()
{
    const std::vector<std::uint32_t> matches{3, 7, 9};
    QCOMPARE(WaterfallLayout::nextOf(matches, 3, 1), 7U);
    QCOMPARE(WaterfallLayout::nextOf(matches, 9, 1), 3U);
    QCOMPARE(WaterfallLayout::nextOf(matches, 5, -1), 3U);
    QCOMPARE(WaterfallLayout::nextOf(matches, 3, -1), 9U);
    QCOMPARE(WaterfallLayout::nextOf(matches, kNoStoryRow, 1), 3U);
    QCOMPARE(WaterfallLayout::nextOf({}, 3, 1), kNoStoryRow);
}

void tst_WaterfallLayout::aHundredThousandRowsAreLaidOut()
{
    const auto set = TraceSet::build(test::largeTrace(100'000));
    auto story = std::make_shared<const TraceStory>(TraceStory::build(set, 0));
    QCOMPARE(story->rows.size(), std::size_t{100'000});
    WaterfallLayout layout(story);
    const WaterfallScale scale{story->startNs, story->endNs, 200, 600};
    for (std::size_t first = 0; first + 30 <= layout.lineCount(); first += 1000) {
        const auto bars = layout.bars(first, first + 30, scale);
        QCOMPARE(bars.size(), std::size_t{30});
        QCOMPARE(bars.front().line, first);
    }
    layout.setFolded(0, true);
    QCOMPARE(layout.lineCount(), std::size_t{1});
}

QTEST_GUILESS_MAIN(tst_WaterfallLayout)
#include "tst_waterfall_layout.moc"
