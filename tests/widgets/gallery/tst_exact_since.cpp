#include "tests/widgets/gallery/gallery_window.h"
#include "tests/widgets/gallery/stock_log.h"
#include "widgets/shared/elided_label.h"
#include "widgets/shared/moment_control.h"
#include "widgets/state/history_model.h"
#include "widgets/state/state_view.h"
#include "widgets/timestrip/time_strip.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTextDocumentFragment>
#include <QToolTip>

using namespace hindcast;

namespace {

constexpr std::int64_t kBegin = test::StockLog::kBegin;

} // namespace

// What the window says of a state that is exact since a snapshot, and of the time before it.
class tst_ExactSince : public QObject, private test::GalleryWindow
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const QString file = m_folder.filePath(QStringLiteral("stock.hindcast"));
        {
            const auto capture = Capture::create(file.toStdString());
            QVERIFY(capture);
            test::StockLog().writeTo(**capture);
            QVERIFY((*capture)->close());
        }
        open(file, "name = \"stock\"\n[[source]]\ntopic = \"pg.shop.stock\"\nreduce = \"cdc\"\n");
    }
    void cleanupTestCase() { close(); }

    void theTableIsExactSinceItsSnapshot()
    {
        m_window->documents()->open(Place::ofProjection(QStringLiteral("stock")));
        m_view = qobject_cast<StateView*>(m_window->documents()->current());
        auto* const commits = m_view->findChild<QPushButton*>(QStringLiteral("orderByCommits"));
        QTRY_VERIFY(commits->isVisible());
        QCOMPARE(said(), QStringLiteral("pg.shop.stock-0: records before offset 4,812 were "
                                        "removed"));
        QTest::mouseClick(commits, Qt::LeftButton);
        QTRY_COMPARE(said(), QStringLiteral("of 14:10:00.039 \u00b7 1 partition"));
        auto* const table = m_view->findChild<QTableView*>(QStringLiteral("table"));
        QTRY_COMPARE(table->model()->rowCount(), 40);
        QTRY_COMPARE(label("trustGood"),
                     QStringLiteral("\u2714 Exact since a snapshot on 1 partition"));
        QVERIFY(
            label("trustBad")
                .endsWith(QStringLiteral("before it, records before offset 4,812 were removed")));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(table->model()->index(3, 2)).center());
        const auto* const provenance =
            m_window->findChild<QAbstractItemView*>(QStringLiteral("provenance"));
        QTRY_COMPARE(provenance->model()->rowCount(), 3);
        const QModelIndex emptied = provenance->model()->index(1, 0);
        QCOMPARE(emptied.data(HistoryModel::WhatRole).toString(),
                 QStringLiteral("a snapshot begins"));
        QVERIFY(emptied.data(Qt::ToolTipRole)
                    .toString()
                    .contains(QStringLiteral("it empties the table and fills it again")));
        take("since");
    }

    void theBandTellsBeforeAndAfter()
    {
        const auto& bands = m_window->strip()->canvas()->bands();
        QCOMPARE(bands.size(), std::size_t{2});
        QVERIFY(!bands[0].begins && bands[1].begins);
        QCOMPARE(bands[0].role, theme::Role::Warning);
        QCOMPARE(bands[1].role, theme::Role::Ok);
        QCOMPARE(bands[1].range.from, timestampFromMs(kBegin + 600'039));
        QCOMPARE(tipAt(400'000), (QStringList{QStringLiteral("State of stock: Best effort on 1 "
                                                             "partition"),
                                              QStringLiteral("pg.shop.stock-0: records before "
                                                             "offset 4,812 were removed")}));
        QCOMPARE(tipAt(800'000),
                 (QStringList{QStringLiteral("State of stock: Exact since a snapshot on 1 "
                                             "partition"),
                              QStringLiteral("pg.shop.stock-0: the snapshot ended at "
                                             "pg.shop.stock-0@5151 (2026-11-20T14:10:00.039Z); "
                                             "before it, records before offset 4,812 were "
                                             "removed")}));
    }

    void beforeItTheTableIsBestEffort()
    {
        m_application->moments()->setA({timestampFromMs(kBegin + 300'000), std::nullopt});
        m_application->moments()->setB(Moment{timestampFromMs(kBegin + 900'000), std::nullopt});
        QTRY_COMPARE(said(), QStringLiteral("pg.shop.stock-0: records before offset 4,812 were "
                                            "removed"));
        QTRY_COMPARE(label("trustGood"), QString());
        // The step at A is in sight.
        const auto* const history =
            m_window->findChild<QAbstractItemView*>(QStringLiteral("history"));
        const auto* const steps = qobject_cast<const HistoryModel*>(history->model());
        QTRY_VERIFY(steps->current() >= 0 && steps->current() < 8);
        QVERIFY(history->viewport()->rect().contains(
            history->visualRect(steps->index(steps->current())).center()));
        take("since-before");
    }

private:
    QString said() const
    {
        const auto* const words =
            m_window->strip()->findChild<ElidedLabel*>(QStringLiteral("trust"));
        return words->text();
    }
    QString label(const char* name) const
    {
        return m_view->findChild<QLabel*>(QLatin1String(name))->text();
    }
    // What the strip says under the mouse, between the time and the records.
    QStringList tipAt(std::int64_t ms) const
    {
        TimeStripCanvas* const canvas = m_window->strip()->canvas();
        const double x = canvas->axis().xOf(timestampFromMs(kBegin + ms));
        QHelpEvent help(QEvent::ToolTip, QPoint(static_cast<int>(x), 40),
                        canvas->mapToGlobal(QPoint(0, 0)));
        QCoreApplication::sendEvent(canvas, &help);
        return QTextDocumentFragment::fromHtml(QToolTip::text())
            .toPlainText()
            .split(QLatin1Char('\n'))
            .mid(1, 2);
    }

    StateView* m_view = nullptr;
};

QTEST_MAIN(tst_ExactSince)
#include "tst_exact_since.moc"
