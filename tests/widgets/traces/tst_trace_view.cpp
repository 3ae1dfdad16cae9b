#include "widgets/traces/trace_view.h"

#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/traces/trace_window.h"
#include "widgets/shared/text.h"
#include "widgets/traces/sentence_line.h"
#include "widgets/traces/trace_text.h"
#include "widgets/traces/waterfall.h"

#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>
#include <QWheelEvent>

using namespace hindcast;
using test::TraceWindow;

namespace {

enum Rows {
    kPost,
    kOrdersSend,
    kOrdersWait,
    kPayment,
    kCharge,
    kPaymentsSend,
    kOpenWait,
    kShipping
};

QPushButton* buttonOf(const QWidget& view, const QString& text)
{
    const auto buttons = view.findChildren<QPushButton*>();
    for (QPushButton* button : buttons) {
        if (button->text() == text) {
            return button;
        }
    }
    return nullptr;
}

} // namespace

class tst_TraceView : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }
    void init();
    void cleanup();
    void theHeadAndTheSentenceAreComputed();
    void whatIsMissingIsReadAroundTheEvent();
    void aClickOnABarSelectsItsSpan();
    void aClickOnAWaitSelectsItsRecord();
    void aDoubleClickOpensTheRecord();
    void aClickOnTheAxisMovesA();
    void theWheelZoomsAroundTheMouse();
    void keysMoveSelectZoomAndPan();
    void aClickOnTheMarkFoldsARow();
    void findingStepsThroughMatches();
    void aPlaceWithASpanLooksAtIt();
    void aMissingTraceIsSaid();
    void aPinnedViewKeepsItsMoment();
    void textsFromPayloadsAreNoMarkup();
    void theSelectionIsCopied();
    void anotherCaptureEmptiesTheView();
    void aGrowingCaptureKeepsWhatIsLookedAt();
    void aHundredThousandSpansArePainted();

private:
    QPoint centreOf(std::uint32_t row) const
    {
        return m_view->waterfall()->barRect(row).center().toPoint();
    }
    QWidget* viewport() const { return m_view->waterfall()->viewport(); }

    std::unique_ptr<TraceWindow> m_window;
    std::unique_ptr<TraceView> m_view;
};

void tst_TraceView::init()
{
    text::setZone(text::Zone::Utc);
    m_window = std::make_unique<TraceWindow>();
    m_window->open(test::failedOrderStory().list());
    m_view = std::make_unique<TraceView>(m_window->context(), &m_window->store,
                                         Place::ofTrace(QString::fromLatin1(test::kTrace1)));
    m_view->resize(800, 600);
    m_view->QWidget::show();
    QTRY_VERIFY(m_view->story() != nullptr);
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void tst_TraceView::whatIsMissingIsReadAroundTheEvent()
{
    auto* const button = m_view->findChild<QPushButton*>(QStringLiteral("readAround"));
    QVERIFY(!button->isVisible()); // a file has no more than it has
    auto cluster = std::make_shared<ClusterState>();
    TopicState spans;
    spans.name = "otlp_spans";
    TopicState offsets;
    offsets.name = "__consumer_offsets";
    offsets.internal = true;
    cluster->topics = {spans, offsets};
    m_window->workspace.setCluster(cluster);
    m_window->workspace.setConnected(true);
    QVERIFY(button->isVisible());

    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(m_window->workspace.reads.size(), std::size_t{1});
    const auto& read = m_window->workspace.reads.front();
    QCOMPARE(read.request.topics.size(), std::size_t{1});
    QCOMPARE(read.request.topics.front().topic, std::string("otlp_spans"));
    const auto from = std::get<AtTime>(read.request.topics.front().from).time;
    const auto to = std::get<AtTime>(read.request.topics.front().to).time;
    QCOMPARE(toMs(from), test::ns(1) / 1'000'000 - 10 * 60'000);
    QVERIFY(to > from);
    QVERIFY(!read.request.follow);
    QVERIFY(!button->isEnabled());

    ReadStatus done;
    done.id = read.id;
    m_window->workspace.setReadStatus(done);
    QVERIFY(button->isEnabled());
}

void tst_TraceView::cleanup()
{
    m_view.reset();
    m_window.reset();
}

void tst_TraceView::theHeadAndTheSentenceAreComputed()
{
    QCOMPARE(trace_text::headline(*m_view->story()),
             QStringLiteral("order-483710 \u00b7 3 services \u00b7 3 linked traces"));
    QCOMPARE(m_view->findChild<SentenceLine*>()->text(),
             QStringLiteral("554 ms of the first second spent waiting in topics \u00b7 charge card "
                            "is 39 % of the path \u00b7 1 record not consumed yet \u00b7 1 span "
                            "failed"));
    QCOMPARE(m_view->waterfall()->rows().lineCount(), std::size_t{8});
}

void tst_TraceView::aClickOnABarSelectsItsSpan()
{
    QTest::mouseClick(viewport(), Qt::LeftButton, {}, centreOf(kCharge));
    QCOMPARE(m_view->waterfall()->selectedRow(), static_cast<std::uint32_t>(kCharge));
    QCOMPARE(m_window->navigator.selected(), Place::ofTrace(QString::fromLatin1(test::kTrace2),
                                                            QStringLiteral("0000000000000004")));
}

void tst_TraceView::aClickOnAWaitSelectsItsRecord()
{
    QTest::mouseClick(viewport(), Qt::LeftButton, {}, centreOf(kOrdersWait));
    QCOMPARE(m_window->navigator.selected(), Place::ofRecord({"orders", 4, 17}));
    QTest::mouseClick(viewport(), Qt::LeftButton, {}, centreOf(kOpenWait));
    QCOMPARE(m_window->navigator.selected(), Place::ofRecord({"payments", 2, 9}));
}

void tst_TraceView::aDoubleClickOpensTheRecord()
{
    QSignalSpy opened(&m_window->navigator, &Navigator::openRequested);
    QTest::mouseDClick(viewport(), Qt::LeftButton, {}, centreOf(kPaymentsSend));
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened[0][0].value<Place>(), Place::ofRecord({"payments", 2, 9}));
    QTest::mouseDClick(viewport(), Qt::LeftButton, {}, centreOf(kCharge)); // has none: zooms
    QCOMPARE(opened.count(), 1);
    QVERIFY(m_view->waterfall()->scale().lengthNs() < 600'000'000);
}

void tst_TraceView::aClickOnTheAxisMovesA()
{
    const WaterfallScale& scale = m_view->waterfall()->scale();
    const QPoint at(static_cast<int>(scale.left + scale.width / 2), 8);
    QTest::mouseClick(viewport(), Qt::LeftButton, {}, at);
    const std::int64_t expected = m_view->story()->startNs / 1'000'000 + 500;
    QVERIFY(std::abs(toMs(m_window->moments.a().time) - expected) <= 3);
}

void tst_TraceView::theWheelZoomsAroundTheMouse()
{
    const WaterfallScale before = m_view->waterfall()->scale();
    const QPointF at(before.left + 200, 100);
    const std::int64_t under = before.ns(at.x());
    QWheelEvent in(at, viewport()->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::ControlModifier,
                   Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(viewport(), &in);
    const WaterfallScale& after = m_view->waterfall()->scale();
    QVERIFY(after.lengthNs() < before.lengthNs());
    QVERIFY(std::abs(after.x(under) - at.x()) < 1);
    QVERIFY(m_view->waterfall()->horizontalScrollBar()->maximum() > 0);
    QWheelEvent out(at, viewport()->mapToGlobal(at), {}, {0, -1200}, Qt::NoButton,
                    Qt::ControlModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(viewport(), &out);
    QCOMPARE(m_view->waterfall()->scale().lengthNs(), before.lengthNs());
    QCOMPARE(m_view->waterfall()->horizontalScrollBar()->maximum(), 0);
}

void tst_TraceView::keysMoveSelectZoomAndPan()
{
    Waterfall* const waterfall = m_view->waterfall();
    waterfall->setFocus();
    const std::int64_t all = waterfall->scale().lengthNs();
    QTest::keyClick(waterfall, Qt::Key_Down);
    QCOMPARE(waterfall->selectedRow(), 0U);
    QTest::keyClick(waterfall, Qt::Key_Down);
    QCOMPARE(waterfall->selectedRow(), 1U);
    QTest::keyClick(waterfall, Qt::Key_End);
    QCOMPARE(waterfall->selectedRow(), static_cast<std::uint32_t>(kShipping));
    QTest::keyClick(waterfall, Qt::Key_Home);
    QCOMPARE(waterfall->selectedRow(), 0U);
    QTest::keyClick(waterfall, Qt::Key_Plus);
    QVERIFY(waterfall->scale().lengthNs() < all);
    const std::int64_t from = waterfall->scale().fromNs;
    QTest::keyClick(waterfall, Qt::Key_Right);
    QVERIFY(waterfall->scale().fromNs > from);
    QTest::keyClick(waterfall, Qt::Key_Left);
    QVERIFY(std::abs(waterfall->scale().fromNs - from) < 10);
    QTest::keyClick(waterfall, Qt::Key_0);
    QCOMPARE(waterfall->scale().lengthNs(), all);
    QTest::keyClick(waterfall, Qt::Key_Left, Qt::ControlModifier); // folds the root
    QVERIFY(waterfall->rows().folded(0));
    QTest::keyClick(waterfall, Qt::Key_Right, Qt::ControlModifier);
    QVERIFY(!waterfall->rows().folded(0));
    QSignalSpy opened(&m_window->navigator, &Navigator::openRequested);
    QTest::keyClick(waterfall, Qt::Key_Down);
    QTest::keyClick(waterfall, Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
}

void tst_TraceView::aClickOnTheMarkFoldsARow()
{
    Waterfall* const waterfall = m_view->waterfall();
    const auto bar = waterfall->rows().bars(kPayment, kPayment + 1, waterfall->scale()).front();
    const QPoint mark(static_cast<int>(bar.labelX) - 8, centreOf(kPayment).y());
    QTest::mouseClick(viewport(), Qt::LeftButton, {}, mark);
    QVERIFY(waterfall->rows().folded(kPayment));
    QCOMPARE(waterfall->rows().lineCount(), std::size_t{5});
    QTest::mouseClick(viewport(), Qt::LeftButton, {}, mark);
    QCOMPARE(waterfall->rows().lineCount(), std::size_t{8});
}

void tst_TraceView::findingStepsThroughMatches()
{
    QTest::mouseClick(buttonOf(*m_view, QStringLiteral("Find span")), Qt::LeftButton);
    auto* const box = m_view->findChild<QLineEdit*>();
    QVERIFY(box->isVisible());
    QTest::keyClicks(box, QStringLiteral("PROCESS"));
    QTRY_COMPARE(m_view->waterfall()->selectedRow(), static_cast<std::uint32_t>(kPayment));
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(m_view->waterfall()->selectedRow(), static_cast<std::uint32_t>(kShipping));
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(m_view->waterfall()->selectedRow(), static_cast<std::uint32_t>(kPayment));
    QTest::keyClick(box, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(m_view->waterfall()->selectedRow(), static_cast<std::uint32_t>(kShipping));
    QTest::keyClick(box, Qt::Key_Escape);
    QVERIFY(!box->isVisible());
}

void tst_TraceView::aPlaceWithASpanLooksAtIt()
{
    m_view->show(
        Place::ofTrace(QString::fromLatin1(test::kTrace1), QStringLiteral("0000000000000005")));
    QCOMPARE(m_view->waterfall()->selectedRow(), static_cast<std::uint32_t>(kPaymentsSend));
    QVERIFY(m_view->place().sameDocument(Place::ofTrace(QString::fromLatin1(test::kTrace1))));
}

void tst_TraceView::aMissingTraceIsSaid()
{
    const TraceView other(m_window->context(), &m_window->store,
                          Place::ofTrace(QStringLiteral("ffffffffffffffffffffffffffffffff")));
    QVERIFY(!other.story());
    const auto labels = other.findChildren<QLabel*>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->text().contains(QStringLiteral("is not in this capture"));
    }));
}

void tst_TraceView::aPinnedViewKeepsItsMoment()
{
    const auto a = [this] {
        m_view->waterfall()->viewport()->repaint();
        return m_view->grab().toImage();
    };
    const Timestamp inside = timestampFromMs(m_view->story()->startNs / 1'000'000 + 300);
    m_window->moments.setA({inside, std::nullopt});
    const QImage before = a();
    m_view->setPinned(true);
    m_window->moments.setA({inside + std::chrono::milliseconds(300), std::nullopt});
    QCOMPARE(a(), before);
    m_view->setPinned(false);
    QVERIFY(a() != before);
}

void tst_TraceView::textsFromPayloadsAreNoMarkup()
{
    const QString tooltip = trace_text::tooltip(*m_view->story(), kShipping);
    QVERIFY(tooltip.contains(QStringLiteral("no address for &lt;b&gt;order")));
    QVERIFY(!tooltip.contains(QStringLiteral("<b>")));
    const auto labels = m_view->findChildren<QLabel*>();
    for (const QLabel* label : labels) {
        QCOMPARE(label->textFormat(), Qt::PlainText);
    }
}

void tst_TraceView::theSelectionIsCopied()
{
    QVERIFY(m_view->selectionAsTsv().isEmpty());
    m_view->waterfall()->selectRow(kPaymentsSend);
    QCOMPARE(m_view->selectionAsTsv().section(QLatin1Char('\t'), 1),
             QStringLiteral("payment \u00b7 payments send\t7 ms\tpayments-2 @ 9"));
    QVERIFY(m_view->selectionAsJson().contains(QStringLiteral("\"record\":\"payments-2@9\"")));
}

void tst_TraceView::anotherCaptureEmptiesTheView()
{
    m_window->workspace.setSnapshot(
        std::make_shared<test::ClusterOnlySnapshot>(std::vector<GroupSamplePtr>{}, nullptr, 99));
    QVERIFY(!m_view->story());
    QTRY_VERIFY(m_window->store.set() != nullptr);
    QVERIFY(!m_view->story());
}

void tst_TraceView::aGrowingCaptureKeepsWhatIsLookedAt()
{
    test::TraceBuilder grown = test::failedOrderStory();
    m_view->waterfall()->selectRow(kCharge);
    m_view->waterfall()->zoomBy(4, 400);
    const std::int64_t length = m_view->waterfall()->scale().lengthNs();
    grown.span(test::SpanText("t1", "77", "1").service("checkout").named("log").at(2, 1));
    m_window->open(grown.list());
    QTRY_COMPARE(m_view->waterfall()->rows().lineCount(), std::size_t{9});
    QCOMPARE(m_view->waterfall()->scale().lengthNs(), length);
    const std::uint32_t selected = m_view->waterfall()->selectedRow();
    QVERIFY(selected != kNoStoryRow);
    QCOMPARE(trace_text::rowLabel(*m_view->story(), m_view->story()->rows[selected]),
             QStringLiteral("payment \u00b7 charge card"));
}

void tst_TraceView::aHundredThousandSpansArePainted()
{
    m_view.reset();
    m_window = std::make_unique<TraceWindow>();
    m_window->workspace.setSnapshot(test::largeTrace(100'000));
    m_view = std::make_unique<TraceView>(m_window->context(), &m_window->store,
                                         Place::ofTrace(QString::fromLatin1(test::kTrace1)));
    m_view->resize(1280, 800);
    QTRY_COMPARE_WITH_TIMEOUT(m_view->waterfall()->rows().lineCount(), std::size_t{100'000},
                              60'000);
    QImage frame(viewport()->size(), QImage::Format_ARGB32_Premultiplied);
    constexpr int kFrames = 100;
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < kFrames; ++i) {
        m_view->waterfall()->verticalScrollBar()->setValue(i * 23'977);
        viewport()->render(&frame);
    }
    qInfo("%.2f ms a frame", static_cast<double>(timer.nsecsElapsed()) / 1e6 / kFrames);
    QVERIFY(frame != QImage(frame.size(), frame.format()));
}

QTEST_MAIN(tst_TraceView)
#include "tst_trace_view.moc"
