#include "model/capture/event_time_order.h"
#include "model/capture/robust_order.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/shared/shop_capture.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/text.h"
#include "widgets/timestrip/clock_button.h"
#include "widgets/timestrip/density.h"
#include "widgets/timestrip/moment_text.h"
#include "widgets/timestrip/playback.h"
#include "widgets/timestrip/time_strip.h"

#include <QApplication>
#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QInputDialog>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QToolTip>
#include <QWheelEvent>

#include <numeric>

using namespace hindcast;

namespace {

const Clock kRobust{Clock::Kind::Robust, {}};

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

    void theClockIsNamedWhereItIsNotLog()
    {
        ClockButton* const button = m_strip->clock();
        QCOMPARE(button->text(), QString());
        QVERIFY(button->toolTip().contains(QStringLiteral("by the clock log")));
        button->setClocks(kRobust, kRobust, std::nullopt);
        QCOMPARE(button->text(), QStringLiteral("robust"));
        button->setClocks(kRobust, {}, std::nullopt);
        QCOMPARE(button->text(), QStringLiteral("robust\u2026"));
        QVERIFY(button->toolTip().contains(QStringLiteral("is being made")));
        button->setClocks({}, {}, ClockProposal{kRobust, "a-0@1 is stamped 2030."});
        QCOMPARE(button->text(), QStringLiteral("robust?"));
        QVERIFY(button->toolTip().contains(QStringLiteral("a-0@1 is stamped 2030.")));
        const Clock byField{Clock::Kind::EventTime, "value.at"};
        button->setClocks(byField, byField, std::nullopt, 1200);
        QCOMPARE(button->text(), QStringLiteral("event-time:value.at"));
        QVERIFY(button->toolTip().contains(QStringLiteral("1,200 records without a time there")));
        const Clock longField{Clock::Kind::EventTime, "value.customer.address.entered_at"};
        button->setClocks(longField, longField, std::nullopt);
        QVERIFY(button->text().contains(QChar(0x2026)));
        QVERIFY(button->toolTip().contains(QStringLiteral("value.customer.address.entered_at")));
    }

    void aClockIsChosenFromTheMenu_data()
    {
        QTest::addColumn<int>("steps"); // down, from the first
        QTest::addColumn<QString>("clock");
        QTest::newRow("log") << 1 << "log";
        QTest::newRow("robust") << 2 << "robust";
        QTest::newRow("event-time") << 3 << "event-time";
        QTest::newRow("the field in use") << 4 << "event-time:value.at";
        QTest::newRow("commit") << 5 << "commit";
    }

    void aClockIsChosenFromTheMenu()
    {
        QFETCH(int, steps);
        QFETCH(QString, clock);
        ClockButton* const button = m_strip->clock();
        const Clock now{Clock::Kind::EventTime, "value.at"};
        button->setClocks(now, now, ClockProposal{kRobust, "a-0@1 is stamped 2030."});
        QSignalSpy chosen(button, &ClockButton::chosen);
        QTest::mouseClick(button, Qt::LeftButton);
        auto* const menu = button->findChild<QMenu*>(QStringLiteral("clockMenu"));
        QTRY_VERIFY(menu->isVisible());
        auto* const proposal = menu->findChild<QAction*>(QStringLiteral("proposal"));
        QCOMPARE(proposal->text(), QStringLiteral("proposed: a-0@1 is stamped 2030."));
        QVERIFY(!proposal->isEnabled());
        QCOMPARE(menu->actions().indexOf(proposal), 2); // under its clock
        for (int i = 0; i < steps; ++i) {
            QTest::keyClick(menu, Qt::Key_Down);
        }
        QTest::keyClick(menu, Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(QString::fromStdString(chosen.front().front().value<Clock>().toString()), clock);
    }

    void aFieldIsAskedFor()
    {
        ClockButton* const button = m_strip->clock();
        QSignalSpy chosen(button, &ClockButton::chosen);
        QTest::mouseClick(button, Qt::LeftButton);
        auto* const menu = button->findChild<QMenu*>(QStringLiteral("clockMenu"));
        QTRY_VERIFY(menu->isVisible());
        auto* const byField = menu->findChild<QAction*>(QStringLiteral("byField"));
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(byField).center());
        auto* const dialog = button->findChild<QInputDialog*>(QStringLiteral("clockField"));
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->isVisible());
        auto* const edit = dialog->findChild<QLineEdit*>();
        edit->selectAll();
        QTest::keyClicks(edit, QStringLiteral("value.created_at"));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.front().front().value<Clock>().toString(),
                 std::string("event-time:value.created_at"));
    }

    void lateRecordsAreMarkedByTheClocksThatLeaveThemWhereTheyAre_data()
    {
        QTest::addColumn<QString>("clock");
        QTest::addColumn<QList<int>>("late"); // by column of 100 ms
        QTest::newRow("log") << "log" << QList<int>{0, 0, 0, 0, 1, 0, 0, 0, 1, 0};
        QTest::newRow("robust") << "robust" << QList<int>{0, 0, 0, 0, 0, 0, 0, 0, 1, 0};
        QTest::newRow("event-time") << "event-time" << QList<int>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    }

    void lateRecordsAreMarkedByTheClocksThatLeaveThemWhereTheyAre()
    {
        QFETCH(QString, clock);
        QFETCH(QList<int>, late);
        const auto capture = Capture::inMemory();
        RecordBatchBuilder builder("t");
        const std::vector<std::int64_t> times{0, 450, 320, 440, 810, 800, 200, 999};
        for (std::size_t i = 0; i < times.size(); ++i) {
            builder.add(0, static_cast<std::int64_t>(i), times[i], TimestampType::CreateTime, "k",
                        "v");
        }
        QVERIFY(capture->append(builder.take()));
        const TimeOrderPtr order =
            clock == QLatin1String("robust")       ? RobustOrder::build(capture->snapshot())
            : clock == QLatin1String("event-time") ? EventTimeOrder::build(capture->snapshot())
                                                   : TimeOrder::build(capture->snapshot());
        const auto density = densityOf(*order, {timestampFromMs(0), timestampFromMs(1000)}, 10, {});
        QCOMPARE(QList<int>(density->late.begin(), density->late.end()), late);
    }

    void aLateRecordIsSeen()
    {
        const auto capture = Capture::inMemory();
        RecordBatchBuilder builder("t");
        for (int i = 0; i < 100; ++i) {
            const int ms = i == 60 ? 10'000 : i * 1000;
            builder.add(0, i, ms, TimestampType::CreateTime, "k", "v");
        }
        QVERIFY(capture->append(builder.take()));
        QSignalSpy counted(m_canvas, &TimeStripCanvas::densityChanged);
        m_moments->setOrder(TimeOrder::build(capture->snapshot()));
        QTRY_VERIFY(m_canvas->density() && m_canvas->density()->topics.front() == "t");
        const QImage picture = m_canvas->grab().toImage();
        const QColor warning = theme::color(theme::Role::Warning);
        QList<int> columns;
        for (int x = 0; x < picture.width(); ++x) {
            for (int y = picture.height() / 2; y < picture.height() - 20; ++y) {
                if (picture.pixelColor(x, y) == warning && !columns.contains(x)) {
                    columns << x;
                }
            }
        }
        QVERIFY(!columns.isEmpty());
        const double where = m_canvas->axis().xOf(timestampFromMs(59'000));
        QVERIFY(columns.front() >= where - 6 && columns.back() <= where + 6);
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

    void momentsAreReadAsPeopleWriteThem_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<qint64>("prefix"); // -1: refused
        QTest::newRow("a record is meant inclusive") << QStringLiteral("orders-0@100") << qint64(1);
        QTest::newRow("with a blank and commas")
            << QStringLiteral("payments-0 @ 1,000") << qint64(2);
        QTest::newRow("before a record") << QStringLiteral("before:payments-0@1000") << qint64(1);
        QTest::newRow("a link by another clock")
            << QStringLiteral("hindcast:moment?clock=robust") << qint64(-1);
        QTest::newRow("a link past the capture")
            << QStringLiteral("hindcast:moment?clock=log&offsets=orders-0@999999") << qint64(-1);
        QTest::newRow("a log position, without one") << QStringLiteral("lsn:12") << qint64(-1);
        QTest::newRow("a position in a binary log, without one")
            << QStringLiteral("binlog:mysql-bin.000003:12") << qint64(-1);
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

    void aMomentsLinkIsCopiedAndPastedBack()
    {
        auto* const edit = m_strip->findChild<QLineEdit*>(QStringLiteral("momentA"));
        QVERIFY(edit);
        for (const Rank prefix : {Rank(0), Rank(57), m_order->size()}) {
            m_moments->setRankA(prefix);
            QGuiApplication::clipboard()->clear();
            m_strip->copyLink(true);
            const QString link = QGuiApplication::clipboard()->text();
            QVERIFY2(link.startsWith(QStringLiteral("hindcast:moment?clock=log")),
                     qPrintable(link));
            m_moments->setRankA(20);
            edit->setFocus();
            edit->selectAll();
            QTest::keyClicks(edit, link);
            QTest::keyClick(edit, Qt::Key_Return);
            QCOMPARE(m_moments->rankA(), prefix);
        }
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

    void whereABandBeginsToHoldIsMarked_data()
    {
        QTest::addColumn<bool>("begins");
        QTest::newRow("it holds from there on") << true;
        QTest::newRow("it merely starts there") << false;
    }

    void whereABandBeginsToHoldIsMarked()
    {
        QFETCH(bool, begins);
        const TimeRange range = m_order->range();
        const Timestamp middle = range.from + (range.to - range.from) / 2;
        m_strip->setBands(
            {{{range.from, middle}, theme::Role::Warning, QStringLiteral("old")},
             {{middle, range.to}, theme::Role::Ok, QStringLiteral("since then"), begins}});
        m_moments->setA({range.to, std::nullopt});
        const QImage image = m_canvas->grab().toImage();
        // Just above the band, where the density ends.
        const int above = m_canvas->height() - 18 - 4;
        int marked = 0;
        for (int x = m_canvas->width() / 4; x < m_canvas->width() * 3 / 4; ++x) {
            marked += image.pixelColor(x, above) == theme::color(theme::Role::Ok) ? 1 : 0;
        }
        QCOMPARE(marked, begins ? 2 : 0);
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
