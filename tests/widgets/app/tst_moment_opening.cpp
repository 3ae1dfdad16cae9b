#include "app/desktop/application.h"
#include "app/desktop/documents.h"
#include "app/desktop/main_window.h"
#include "app/desktop/session.h"
#include "model/capture/capture.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/shared/shop_capture.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_view.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hindcast;

class tst_MomentOpening : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_application = std::make_unique<Application>(
            Application::Options{m_folder->filePath(QStringLiteral("settings.ini")),
                                 m_folder->filePath(QStringLiteral("scratch"))});
        m_application->window()->show();
    }
    void cleanup() { m_application.reset(); }

    void aKeptMomentIsFoundAgainAndVerified()
    {
        const Rank kept = keepMoment();
        m_application->moments()->setRankA(m_application->moments()->order()->size());
        m_application->navigator()->open(Place::ofTopic(QStringLiteral("orders")));
        QCOMPARE(said(file()), QStringLiteral("order.moment: the same state as was kept; "
                                              "projection and SHA-256 agree."));
        QCOMPARE(m_application->moments()->rankA(), kept);
        QCOMPARE(m_application->window()->documents()->current()->place().kind,
                 Place::Kind::Projection);
    }

    void itsClockIsChosen()
    {
        const Rank kept = keepMoment();
        m_application->session()->setClock(Clock::parse("event-time").value());
        QTRY_COMPARE(m_application->moments()->order()->clock(),
                     Clock::parse("event-time").value());
        QVERIFY(said(file()).contains(QStringLiteral("agree")));
        QCOMPARE(m_application->moments()->order()->clock(), Clock{});
        QCOMPARE(m_application->moments()->rankA(), kept);
    }

    void whatDiffersIsSaid_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("words");
        QTest::newRow("another state")
            << QByteArray("\"stateSha256\": \"") << QByteArray("\"stateSha256\": \"0")
            << QStringLiteral("The state is not the one that was kept");
        QTest::newRow("another definition")
            << QByteArray("\"projectionSha256\": \"") << QByteArray("\"projectionSha256\": \"0")
            << QStringLiteral("The projection order is defined otherwise");
        QTest::newRow("no such projection")
            << QByteArray("\"projection\": \"order\"") << QByteArray("\"projection\": \"orderly\"")
            << QStringLiteral("the projection orderly, which is not here");
        QTest::newRow("other records") << QByteArray("orders-0@") << QByteArray("orders-0@9")
                                       << QStringLiteral("does not hold");
        QTest::newRow("no bookmark")
            << QByteArray("moment 1") << QByteArray("moment 9") << QStringLiteral("order.moment");
    }
    void whatDiffersIsSaid()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, words);
        keepMoment();
        QFile kept(file());
        QVERIFY(kept.open(QIODevice::ReadWrite));
        QByteArray text = kept.readAll();
        QVERIFY2(text.contains(from), text.constData());
        kept.resize(0);
        kept.write(text.replace(from, to));
        kept.close();
        const QString sentence = said(file());
        QVERIFY2(sentence.contains(words), qPrintable(sentence));
    }

    void withoutACaptureThereIsNothingToOpenItIn()
    {
        keepMoment();
        m_application = std::make_unique<Application>(
            Application::Options{m_folder->filePath(QStringLiteral("other.ini")),
                                 m_folder->filePath(QStringLiteral("other"))});
        QVERIFY(said(file()).contains(QStringLiteral("open that first")));
    }

private:
    QString file() const { return m_folder->filePath(QStringLiteral("order.moment")); }

    // What the status bar says once the file has been opened.
    QString said(const QString& path)
    {
        QSignalSpy finished(m_application->jobs(), &JobTracker::finished);
        m_application->openFile(path);
        const auto answer = [&] {
            for (const auto& arguments : finished) {
                if (arguments.at(0).toString().contains(QStringLiteral("order.moment"))) {
                    return arguments.at(0).toString();
                }
            }
            return QString();
        };
        return QTest::qWaitFor([&] { return !answer().isEmpty(); }, 20'000) ? answer() : QString();
    }

    // Opens the shop, goes into the middle of it and exports the moment of its orders.
    Rank keepMoment()
    {
        const QString shop = m_folder->filePath(QStringLiteral("shop.hindcast"));
        const auto capture = Capture::create(shop.toStdString());
        test::fillShop(**capture);
        [&] { QVERIFY((*capture)->close()); }();
        QSignalSpy ready(m_application.get(), &Application::ready);
        m_application->openFile(shop);
        [&] { QTRY_COMPARE(ready.count(), 1); }();
        MomentControl* const moments = m_application->moments();
        const Rank middle = moments->order()->size() / 2;
        moments->setRankA(middle);
        m_application->navigator()->open(Place::ofProjection(QStringLiteral("order")));
        auto* const view =
            qobject_cast<StateView*>(m_application->window()->documents()->current());
        [&] { QTRY_VERIFY(view->model()->rowCount() > 0); }();
        QSignalSpy finished(m_application->jobs(), &JobTracker::finished);
        view->exportTo(file());
        [&] { QTRY_VERIFY(m_application->jobs()->jobs().empty() && !finished.isEmpty()); }();
        return middle;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Application> m_application;
};

QTEST_MAIN(tst_MomentOpening)
#include "tst_moment_opening.moc"
