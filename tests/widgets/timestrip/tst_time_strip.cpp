#include "model/capture/robust_order.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/shared/shop_capture.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/text.h"
#include "widgets/timestrip/density.h"
#include "widgets/timestrip/moment_text.h"
#include "widgets/timestrip/playback.h"
#include "widgets/timestrip/time_strip.h"

#include <QApplication>
#include <QHelpEvent>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QToolTip>
#include <QWheelEvent>

#include <numeric>

using namespace hindcast;

namespace {

void drag(QWidget* widget, double from, double to, Qt::KeyboardModifiers keys = Qt::NoModifier)
{
    const QPoint start(static_cast<int>(from), 30);
    const QPoint end(static_cast<int>(to), 30);
    QTest::mousePress(widget, Qt::LeftButton, keys, start);
    QTest::mouseMove(widget, (start + end) / 2);
    QTest::mouseMove(widget, end);
    QTest::mouseRelease(widget, Qt::LeftButton, keys, end);
}

} // namespace

class tst_TimeStrip : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }

    void init()
    {
        text::setZone(text::Zone::Utc);
        m_capture = test::shopCapture();
        m_order = TimeOrder::build(m_capture->snapshot());
        m_moments = std::make_unique<MomentControl>();
        m_strip = std::make_unique<TimeStrip>(m_moments.get());
        m_strip->resize(1280, 104);
        m_strip->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_strip.get()));
        m_moments->setOrder(m_order);
        m_canvas = m_strip->canvas();
    }
    void cleanup()
    {
        m_strip.reset();
        m_moments.reset();
    }

    void draggingMovesAAndLeavesLive()
    {
        QVERIFY(m_moments->live());
        drag(m_canvas, 100, 400);
        QVERIFY(!m_moments->live());
        QCOMPARE(m_moments->a().time, m_canvas->axis().timeAt(400));
        QVERIFY(!m_moments->b());
    }

    void draggingWithShiftMovesB()
    {
        drag(m_canvas, 100, 400);
        const Moment a = m_moments->a();
        drag(m_canvas, 500, 700, Qt::ShiftModifier);
        QCOMPARE(m_moments->a(), a);
        QVERIFY(m_moments->b());
        QCOMPARE(m_moments->b()->time, m_canvas->axis().timeAt(700));
    }

    void aAndBKeepTheirTimeByAnotherClock()
    {
        m_moments->setA({timestampFromMs(0), m_order->snapshot()->placeOf(m_order->rowAt(100))});
        m_moments->setRankB(200);
        m_moments->setRankA(100);
        const Timestamp a = m_moments->a().time;
        const Timestamp b = m_moments->b()->time;
        QSignalSpy movedB(m_moments.get(), &MomentControl::bChanged);
        const auto robust = std::make_shared<RobustOrder>(m_capture->snapshot());
        m_moments->setOrder(robust);
        QCOMPARE(m_moments->a().time, a);
        QCOMPARE(m_moments->b()->time, b);
        QCOMPARE(m_moments->rankA(), robust->prefix({a, std::nullopt}));
        QCOMPARE(m_moments->rankB(), std::optional<Rank>(robust->prefix({b, std::nullopt})));
        QCOMPARE(movedB.count(), 1);
        QVERIFY(!m_moments->live());
    }

    void bIsTakenByItsFlag()
    {
        m_moments->setA({m_canvas->axis().timeAt(200), std::nullopt});
        m_moments->setB(Moment{m_canvas->axis().timeAt(600), std::nullopt});
        QTest::mousePress(m_canvas, Qt::LeftButton, {}, QPoint(600, 5));
        QTest::mouseMove(m_canvas, QPoint(650, 5));
        QTest::mouseRelease(m_canvas, Qt::LeftButton, {}, QPoint(650, 5));
        QCOMPARE(m_moments->b()->time, m_canvas->axis().timeAt(650));
        QCOMPARE(m_moments->a().time, m_canvas->axis().timeAt(200));
    }

    void draggingWithAltAsksForARange()
    {
        QSignalSpy asked(m_strip.get(), &TimeStrip::rangeSelected);
        const Moment a = m_moments->a();
        drag(m_canvas, 700, 300, Qt::AltModifier);
        QCOMPARE(asked.count(), 1);
        const auto range = asked.front().front().value<TimeRange>();
        QCOMPARE(range.from, m_canvas->axis().timeAt(300));
        QCOMPARE(range.to, m_canvas->axis().timeAt(700));
        QCOMPARE(m_moments->a(), a);
    }

    void theWheelZoomsAndADoubleClickShowsEverythingAgain()
    {
        drag(m_canvas, 100, 400);
        const Moment a = m_moments->a();
        const Timestamp under = m_canvas->axis().timeAt(800);
        QWheelEvent wheel(QPointF(800, 30), m_canvas->mapToGlobal(QPointF(800, 30)), {}, {0, 240},
                          Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_canvas, &wheel);
        QVERIFY(m_moments->zoom() != m_moments->range());
        QVERIFY(std::abs(toMs(m_canvas->axis().timeAt(800)) - toMs(under)) <= 1);
        QTest::mouseDClick(m_canvas, Qt::LeftButton, {}, QPoint(900, 30));
        QCOMPARE(m_moments->zoom(), m_moments->range());
        QCOMPARE(m_moments->a(), a); // a double click is no wish to move A
    }

    void aTypedTimeMovesA()
    {
        auto* edit = m_strip->findChild<QLineEdit*>(QStringLiteral("momentA"));
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, QStringLiteral("14:03:12.418"));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(text::dateTime(m_moments->a().time), QStringLiteral("2026-11-20 14:03:12.418"));
        QVERIFY(!m_moments->live());
    }

    void whatCannotBeReadStaysAsTyped()
    {
        drag(m_canvas, 100, 400);
        const Moment a = m_moments->a();
        auto* edit = m_strip->findChild<QLineEdit*>(QStringLiteral("momentA"));
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, QStringLiteral("half past"));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(m_moments->a(), a);
        QCOMPARE(edit->text(), QStringLiteral("half past"));
    }

    void momentsAreReadAsPeopleWriteThem_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<qint64>("prefix"); // -1: refused
        QTest::newRow("a record is meant inclusive") << QStringLiteral("orders-0@100") << qint64(1);
        QTest::newRow("with a blank and commas")
            << QStringLiteral("payments-0 @ 1,000") << qint64(2);
        QTest::newRow("not captured") << QStringLiteral("orders-0@99") << qint64(-1);
        QTest::newRow("events further") << QStringLiteral("+5") << qint64(15);
        QTest::newRow("events back") << QStringLiteral("-5") << qint64(5);
        QTest::newRow("not before the first") << QStringLiteral("-500") << qint64(0);
        QTest::newRow("the start") << QStringLiteral("2026-11-20 13:58:00") << qint64(1);
        QTest::newRow("ISO with zone") << QStringLiteral("2026-11-20T14:58:00+01:00") << qint64(1);
        QTest::newRow("now") << QStringLiteral("now") << qint64(450);
        QTest::newRow("no time") << QStringLiteral("25:99") << qint64(-1);
    }
    void momentsAreReadAsPeopleWriteThem()
    {
        QFETCH(QString, typed);
        const auto moment = parseMoment(typed, m_order->momentOf(10), *m_order);
        QTEST(moment ? static_cast<qint64>(m_order->prefix(*moment)) : qint64(-1), "prefix");
    }

    void whatLiesBetweenAIsCounted()
    {
        m_moments->setRankA(10);
        m_moments->setRankB(13);
        const auto* between = m_strip->findChild<QWidget*>(QStringLiteral("between"));
        QVERIFY(between);
        QCOMPARE(*m_moments->rankB() - m_moments->rankA(), Rank(3));
    }

    void playingSkipsGapsWithoutEvents()
    {
        // Two partitions an hour apart: one step of a frame crosses the gap.
        auto capture = Capture::inMemory();
        RecordBatchBuilder batch("t");
        batch.add(0, 0, test::kShopStart, TimestampType::CreateTime, "k", "1");
        batch.add(0, 1, test::kShopStart + 3'600'000, TimestampType::CreateTime, "k", "2");
        batch.add(0, 2, test::kShopStart + 3'601'000, TimestampType::CreateTime, "k", "3");
        QVERIFY(capture->append(batch.take()));
        m_moments->setOrder(TimeOrder::build(capture->snapshot()));
        m_moments->setRankA(1);
        Playback* const playback = m_strip->playback();
        playback->start();
        QVERIFY(playback->running());
        playback->advance(std::chrono::milliseconds(33));
        QCOMPARE(toMs(m_moments->a().time), test::kShopStart + 3'600'000);
        playback->advance(std::chrono::milliseconds(500));
        QCOMPARE(toMs(m_moments->a().time), test::kShopStart + 3'600'500); // no gap here
        playback->advance(std::chrono::milliseconds(500));
        QVERIFY(!playback->running()); // the end
    }

    void theButtonsAskForEventsAndLive()
    {
        QSignalSpy steps(m_strip.get(), &TimeStrip::stepRequested);
        QTest::mouseClick(m_strip->findChild<QToolButton*>(QStringLiteral("nextEvent")),
                          Qt::LeftButton);
        QTest::mouseClick(m_strip->findChild<QToolButton*>(QStringLiteral("previousEvent")),
                          Qt::LeftButton);
        QCOMPARE(steps.count(), 2);
        QCOMPARE(steps[0][0].toInt(), +1);
        QCOMPARE(steps[1][0].toInt(), -1);
        m_moments->setRankA(3);
        QVERIFY(!m_moments->live());
        QTest::mouseClick(m_strip->findChild<QToolButton*>(QStringLiteral("live")), Qt::LeftButton);
        QVERIFY(m_moments->live());
    }

    void densityCountsEveryRecordOnce()
    {
        const auto density = densityOf(*m_order, m_order->range(), 40, {});
        QCOMPARE(density->columns(), std::size_t(40));
        std::uint64_t total = 0;
        for (const auto& column : density->counts) {
            total = std::accumulate(column.begin(), column.end(), total);
        }
        QCOMPARE(total, std::uint64_t(450));
    }

    void aLongRangeIsCountedByEveryNth()
    {
        const auto density = densityOf(*m_order, m_order->range(), 10, {}, 45);
        std::uint64_t total = 0;
        for (const auto& column : density->counts) {
            total = std::accumulate(column.begin(), column.end(), total);
        }
        QVERIFY(total >= 440 && total <= 460);
    }

    void theBandIsPaintedInTimeAndSaysItsReason()
    {
        const TimeRange range = m_order->range();
        const Timestamp middle = range.from + (range.to - range.from) / 2;
        m_strip->setBands({{{range.from, middle}, theme::Role::Warning, QStringLiteral("<b>old")},
                           {{middle, range.to}, theme::Role::Ok, QStringLiteral("all there")}});
        m_moments->setA({range.to, std::nullopt});
        const QImage image = m_canvas->grab().toImage();
        const int band = m_canvas->height() - 18; // between density and axis
        const auto at = [&](double share) {
            return image.pixelColor(static_cast<int>(m_canvas->width() * share), band);
        };
        QCOMPARE(at(0.25).name(), theme::color(theme::Role::Warning).name());
        QCOMPARE(at(0.75).name(), theme::color(theme::Role::Ok).name());
        const QPoint left(m_canvas->width() / 4, 40);
        QHelpEvent help(QEvent::ToolTip, left, m_canvas->mapToGlobal(left));
        QApplication::sendEvent(m_canvas, &help);
        QTRY_VERIFY(QToolTip::text().contains(QStringLiteral("&lt;b&gt;old")));
        QToolTip::hideText();
    }

    void theStripCountsBesideAndShowsIt()
    {
        QTRY_VERIFY(m_canvas->density() && m_canvas->density()->highest > 0);
    }

private:
    std::shared_ptr<Capture> m_capture;
    TimeOrderPtr m_order;
    std::unique_ptr<MomentControl> m_moments;
    std::unique_ptr<TimeStrip> m_strip;
    TimeStripCanvas* m_canvas = nullptr;
};

QTEST_MAIN(tst_TimeStrip)
#include "tst_time_strip.moc"
