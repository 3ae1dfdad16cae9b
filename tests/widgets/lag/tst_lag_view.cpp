#include "tests/widgets/shared/fake_workspace.h"
#include "tests/widgets/shared/lag_samples.h"
#include "widgets/lag/lag_plot.h"
#include "widgets/lag/lag_table_model.h"
#include "widgets/lag/lag_view.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/lag_store.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/verdict_bar.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace hindcast;
namespace samples = hindcast::test::lag_samples;
using namespace std::chrono_literals;

namespace {

// The whole of what a lag view stands on, and one of billing in it.
struct Window
{
    explicit Window(std::vector<GroupSamplePtr> given = samples::all(),
                    const QString& group = QStringLiteral("billing"))
    {
        workspace.setSnapshot(std::make_shared<test::ClusterOnlySnapshot>(std::move(given)));
        store = std::make_unique<LagStore>(&workspace);
        view = std::make_unique<LagView>(ViewContext{&workspace, &moments, &navigator, &jobs},
                                         store.get(), group, &frame);
        // In a frame: the offscreen platform warns of a window that has a least size.
        frame.resize(746, 602);
        view->resize(frame.size());
        frame.show();
    }

    QTableView* table() const { return view->findChild<QTableView*>(); }
    LagPlot* plot() const { return view->findChild<LagPlot*>(); }
    VerdictBar* verdict() const { return view->findChild<VerdictBar*>(); }
    QString cell(int row, int column) const
    {
        return table()->model()->index(row, column).data().toString();
    }
    QPushButton* button(const QString& text) const
    {
        for (auto* b : view->findChildren<QPushButton*>()) {
            if (b->text() == text) {
                return b;
            }
        }
        return nullptr;
    }
    void click(int row)
    {
        const QRect rect = table()->visualRect(table()->model()->index(row, 0));
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, rect.center());
    }
    void doubleClick(int row)
    {
        const QRect rect = table()->visualRect(table()->model()->index(row, 0));
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, rect.center());
        QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, rect.center());
    }

    test::FakeWorkspace workspace;
    MomentControl moments;
    Navigator navigator{&moments};
    JobTracker jobs;
    QWidget frame;
    std::unique_ptr<LagStore> store;
    std::unique_ptr<LagView> view;
};

std::int64_t stuckOffset()
{
    return samples::billing(samples::kSamples - 1)->partitions[2].committed;
}

} // namespace

class tst_lag_view : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        qRegisterMetaType<Place>();
        theme::apply(*qApp, theme::Scheme::Light);
        text::setZone(text::Zone::Utc);
    }

    void leadsWithTheSentence()
    {
        Window w;
        QTRY_COMPARE(w.verdict()->headline(), QStringLiteral("billing has stopped on payments-2"));
        QCOMPARE(w.verdict()->detail(),
                 QStringLiteral("Nothing committed since 14:02:35.000 while 350 records/s arrive; "
                                "its member is alive. The other 5 partitions keep up: look at the "
                                "record it is stuck on."));
        QCOMPARE(w.table()->model()->rowCount(), 6);
        QVERIFY(w.plot()->lastCommit() == samples::timeOf(samples::kStuckAt));
        QTRY_COMPARE(w.plot()->series().times.size(), std::size_t{samples::kSamples});
        const auto* note = w.view->findChild<QLabel*>(QStringLiteral("note"));
        QCOMPARE(note->text(),
                 QStringLiteral("as of 14:06:55 \u00b7 every 5 s \u00b7 6m 55s kept"));
    }

    void noButtonWritesToTheCluster()
    {
        Window w;
        QTRY_VERIFY(w.verdict()->button()->isVisible());
        for (const auto* button : w.view->findChildren<QPushButton*>()) {
            QVERIFY2(!button->text().contains(QStringLiteral("Reset")), qPrintable(button->text()));
        }
    }

    void movingAMovesEverything()
    {
        Window w;
        QTRY_COMPARE(w.table()->model()->rowCount(), 6);
        w.moments.setA(Moment{samples::timeOf(20) + 1s, std::nullopt});
        QTRY_COMPARE(w.verdict()->headline(), QStringLiteral("billing keeps up"));
        QCOMPARE(w.cell(2, LagTableModel::CatchUpColumn), QStringLiteral("caught up"));
        QVERIFY(!w.plot()->lastCommit());
        QVERIFY(!w.verdict()->button()->isVisible());
        w.moments.setA(Moment{samples::timeOf(60), std::nullopt});
        QTRY_COMPARE(w.verdict()->headline(), QStringLiteral("billing has stopped on payments-2"));
        QCOMPARE(w.cell(2, LagTableModel::BehindColumn), QStringLiteral("2m 25s"));
        w.moments.setA(Moment{samples::kStart - 1h, std::nullopt});
        QTRY_COMPARE(w.verdict()->headline(),
                     QStringLiteral("Nothing is known of billing at this time"));
        w.moments.setLive(true);
        QTRY_COMPARE(w.verdict()->headline(), QStringLiteral("billing has stopped on payments-2"));
    }

    void aPinnedViewStays()
    {
        Window w;
        w.moments.setA(Moment{samples::timeOf(60), std::nullopt});
        QTRY_COMPARE(w.cell(2, LagTableModel::BehindColumn), QStringLiteral("2m 25s"));
        w.view->setPinned(true);
        w.moments.setA(Moment{samples::timeOf(20), std::nullopt});
        QTest::qWait(50); // longer than a frame
        QCOMPARE(w.cell(2, LagTableModel::BehindColumn), QStringLiteral("2m 25s"));
        w.view->setPinned(false);
        QTRY_VERIFY(w.cell(2, LagTableModel::BehindColumn) != QStringLiteral("2m 25s"));
    }

    void theButtonReadsTheRecordThenOpensIt()
    {
        Window w;
        w.workspace.setConnected(true, QStringLiteral("shop-prod"));
        QTRY_VERIFY(w.verdict()->button()->isVisible());
        QTRY_VERIFY(w.verdict()->button()->isEnabled());
        QCOMPARE(w.verdict()->button()->text(),
                 QStringLiteral("Open record ") + text::number(qint64{stuckOffset()}));
        QSignalSpy opened(&w.navigator, &Navigator::openRequested);
        QTest::mouseClick(w.verdict()->button(), Qt::LeftButton);
        QCOMPARE(opened.count(), 0);
        QCOMPARE(w.workspace.reads.size(), std::size_t{1});
        const TopicRead& read = w.workspace.reads[0].request.topics.at(0);
        QCOMPARE(read.topic, std::string("payments"));
        QCOMPARE(read.partitions, std::set<std::int32_t>{2});
        QCOMPARE(std::get<AtOffset>(read.from).offset,
                 stuckOffset() - 50); // with what came before it
        QVERIFY(!w.verdict()->button()->isEnabled());

        ReadStatus running;
        running.id = w.workspace.reads[0].id;
        running.running = true;
        w.workspace.setReadStatus(running);
        QCOMPARE(opened.count(), 0);
        ReadStatus done;
        done.id = running.id;
        done.complete = true;
        w.workspace.setReadStatus(done);
        QCOMPARE(opened.count(), 1);
        const auto place = opened.at(0).at(0).value<Place>();
        QCOMPARE(place.kind, Place::Kind::Record);
        QCOMPARE(place.record->toString(), "payments-2@" + std::to_string(stuckOffset()));
    }

    void withoutAConnectionTheButtonSaysWhyItCannot()
    {
        Window w;
        QTRY_VERIFY(w.verdict()->button()->isVisible());
        QVERIFY(!w.verdict()->button()->isEnabled());
        QVERIFY(w.verdict()->button()->toolTip().contains(QStringLiteral("not in this capture")));
    }

    void doubleClickAndEnterOpenThePartitionsRecord()
    {
        Window w;
        QTRY_COMPARE(w.table()->model()->rowCount(), 6);
        QSignalSpy opened(&w.navigator, &Navigator::openRequested);
        w.doubleClick(4);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened.at(0).at(0).value<Place>().record->partition, 4);
        QTest::keyClick(w.table(), Qt::Key_Up);
        QTest::keyClick(w.table(), Qt::Key_Return);
        QCOMPARE(opened.count(), 2);
        QCOMPARE(opened.at(1).at(0).value<Place>().record->partition, 3);
    }

    void aClickedRowStaysChosenWhileAMoves()
    {
        Window w;
        QTRY_COMPARE(w.table()->model()->rowCount(), 6);
        QCOMPARE(w.table()->currentIndex().row(), 2); // the stuck one, by itself
        w.click(5);
        QCOMPARE(w.view->place().record->partition, 5);
        w.moments.setA(Moment{samples::timeOf(60), std::nullopt});
        QTRY_COMPARE(w.cell(2, LagTableModel::BehindColumn), QStringLiteral("2m 25s"));
        QCOMPARE(w.table()->currentIndex().row(), 5);
        QVERIFY(w.view->selectionAsTsv().startsWith(QStringLiteral("payments-5\t")));
        QVERIFY(w.view->selectionAsJson().contains(QStringLiteral("\"partition\":5")));
        Place place = w.view->place();
        place.record->partition = 1;
        w.view->show(place);
        QCOMPARE(w.table()->currentIndex().row(), 1);
    }

    void aClickInThePlotSetsA()
    {
        Window w;
        QTRY_COMPARE(w.plot()->series().times.size(), std::size_t{samples::kSamples});
        const auto x = static_cast<int>(w.plot()->pixelOf(samples::timeOf(60)));
        QTest::mousePress(w.plot(), Qt::LeftButton, {}, QPoint(x, 80));
        QVERIFY(!w.moments.live());
        QVERIFY(std::chrono::abs(w.moments.a().time - samples::timeOf(60)) < 2s);
        QTest::mouseMove(w.plot(), QPoint(x - 200, 80));
        QTest::mouseRelease(w.plot(), Qt::LeftButton, {}, QPoint(x - 200, 80));
        QVERIFY(w.moments.a().time < samples::timeOf(50));
    }

    void theMouseReadsValues()
    {
        Window w;
        QTRY_COMPARE(w.plot()->series().times.size(), std::size_t{samples::kSamples});
        const auto x = static_cast<int>(w.plot()->pixelOf(samples::timeOf(60) + 1s));
        QTest::mouseMove(w.plot(), QPoint(x, 80));
        const QStringList lines = w.plot()->readout();
        QCOMPARE(lines.size(), 8); // time, six partitions, all
        QCOMPARE(lines.first(), QStringLiteral("14:05:00.000 ").trimmed());
        const auto sample = samples::billing(60)->partitions[2];
        QVERIFY(lines.contains(QStringLiteral("payments-2 ") +
                               text::number(qint64{sample.logEnd - sample.committed})));
        QTest::mouseMove(w.plot(), QPoint(5, 5));
        QVERIFY(w.plot()->readout().isEmpty());
    }

    void thePlotShowsRecordsSecondsOrRates()
    {
        Window w;
        QTRY_COMPARE(w.plot()->graphCount(), 6);
        QTest::mouseClick(w.button(QStringLiteral("Rates")), Qt::LeftButton);
        QTRY_COMPARE(w.plot()->graphCount(), 2);
        QCOMPARE(static_cast<int>(w.view->quantity()), static_cast<int>(LagQuantity::Rates));
        QTest::mouseClick(w.button(QStringLiteral("Seconds")), Qt::LeftButton);
        QTRY_COMPARE(w.plot()->graphCount(), 6);
        QVERIFY(w.button(QStringLiteral("Seconds"))->isChecked());
        QVERIFY(!w.button(QStringLiteral("Rates"))->isChecked());
        QTest::mouseClick(w.button(QStringLiteral("Records")), Qt::LeftButton);
        QTRY_COMPARE(static_cast<int>(w.plot()->series().quantity),
                     static_cast<int>(LagQuantity::Records));
    }

    void samplesThatComeInAreShown()
    {
        auto some = samples::all(30);
        Window w(some);
        QTRY_COMPARE(w.verdict()->headline(), QStringLiteral("billing keeps up"));
        w.workspace.setSnapshot(std::make_shared<test::ClusterOnlySnapshot>(samples::all(60)));
        QTRY_COMPARE(w.verdict()->headline(), QStringLiteral("billing has stopped on payments-2"));
        QTRY_COMPARE(w.plot()->series().times.size(), std::size_t{60});
        // Another capture: nothing of the old one stays.
        w.workspace.setSnapshot(
            std::make_shared<test::ClusterOnlySnapshot>(std::vector<GroupSamplePtr>{}, nullptr, 2));
        QTRY_VERIFY(w.store->history()->groups().empty());
        QTRY_VERIFY(w.view->findChild<QLabel*>(QStringLiteral("emptyText"))->isVisible());
    }

    void withoutSamplesItSaysWhatWouldBeHere()
    {
        Window w({}, QStringLiteral("billing"));
        const auto* empty = w.view->findChild<QLabel*>(QStringLiteral("emptyText"));
        QVERIFY(empty->isVisible());
        QVERIFY(empty->text().contains(QStringLiteral("How far billing is behind")));
        QSignalSpy opened(&w.navigator, &Navigator::openRequested);
        QTest::mouseClick(w.button(QStringLiteral("All consumer groups")), Qt::LeftButton);
        QCOMPARE(opened.at(0).at(0).value<Place>().kind, Place::Kind::Groups);
    }

    void stepsFromCommitToCommit()
    {
        Window w;
        QTRY_COMPARE(w.table()->model()->rowCount(), 6);
        w.click(2);
        w.view->previousChange();
        QCOMPARE(w.moments.a().time, samples::timeOf(samples::kStuckAt));
        w.view->previousChange();
        QCOMPARE(w.moments.a().time, samples::timeOf(samples::kStuckAt - 1));
        w.view->nextChange();
        QCOMPARE(w.moments.a().time, samples::timeOf(samples::kStuckAt));
    }

    void theWholeViewIsThemed()
    {
        Window w;
        QTRY_COMPARE(w.plot()->series().times.size(), std::size_t{samples::kSamples});
        theme::apply(*qApp, theme::Scheme::Dark);
        w.view->restyle();
        const QImage dark = w.view->grab().toImage();
        theme::apply(*qApp, theme::Scheme::Light);
        w.view->restyle();
        const QImage light = w.view->grab().toImage();
        QVERIFY(dark.pixelColor(5, 590).lightness() < 60);
        QVERIFY(light.pixelColor(5, 590).lightness() > 240);
    }
};

QTEST_MAIN(tst_lag_view)
#include "tst_lag_view.moc"
