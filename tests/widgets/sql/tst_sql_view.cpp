#include "model/capture/database.h"
#include "tests/unit/replay/replay_fixture.h"
#include "tests/widgets/shared/fake_workspace.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/shared/shop_capture.h"
#include "widgets/items/row_table.h"
#include "widgets/shared/elided_label.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/sql/sql_answer_model.h"
#include "widgets/sql/sql_editor.h"
#include "widgets/sql/sql_examples_page.h"
#include "widgets/sql/sql_view.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

namespace {

class Projections final : public SqlProjections
{
public:
    std::vector<Item> items() const override { return all; }
    std::vector<Item> all;
};

// A window's worth of what a view stands on, over the shop of fillShop().
struct Shop
{
    Shop()
    {
        text::setZone(text::Zone::Utc);
        fillShop(*capture);
        workspace.setSnapshot(capture->snapshot(), TimeOrder::build(capture->snapshot()));
        clock.setOrder(workspace.order());
        const ProjectionPtr order = projection("name = \"order\"\n[[source]]\ntopic = \"orders\"\n"
                                               "reduce = \"latest\"\n");
        projections.all.push_back({QStringLiteral("order"), order,
                                   VersionLog::fold(order, workspace.order(), {}).value(),
                                   nullptr});
    }
    ViewContext context() { return {&workspace, &clock, &navigator, &jobs}; }

    std::shared_ptr<Capture> capture = Capture::inMemory();
    FakeWorkspace workspace;
    MomentControl clock;
    Navigator navigator{&clock};
    JobTracker jobs;
    Projections projections;
};

Moment at(int second)
{
    return {timestampFromMs(kShopStart + second * 1000), std::nullopt};
}

// A view in a window, and what it says.
struct Shown
{
    explicit Shown(Shop& shop, const QString& query = {})
        : view(shop.context(), &shop.projections, Place::ofSql(query))
    {
        view.resize(760, 600);
        view.show();
    }
    // Runs and waits for the answer.
    void ask(const QString& query)
    {
        QSignalSpy answered(&view, &SqlView::answered);
        view.setQuery(query);
        QTest::keyClick(editor(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(answered.count(), 1);
    }
    SqlEditor* editor() const { return view.findChild<SqlEditor*>(); }
    RowTable* table() const { return view.findChild<RowTable*>(QStringLiteral("answer")); }
    const QAbstractItemModel& rows() const { return *table()->model(); }
    QString cell(int row, int column) const { return rows().index(row, column).data().toString(); }
    QString text(const char* name) const
    {
        if (auto* label = view.findChild<QLabel*>(QLatin1String(name))) {
            return label->isVisibleTo(&view) ? label->text() : QString();
        }
        return view.findChild<ElidedLabel*>(QLatin1String(name))->text();
    }
    QPushButton* button(const char* name) const
    {
        return view.findChild<QPushButton*>(QLatin1String(name));
    }

    SqlView view;
};

} // namespace

class tst_SqlView : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }
    void itBeginsWithQueriesThatThisCaptureAnswers();
    void anExampleIsOneClickAway();
    void theStateAtAIsAnswered();
    void anAnswerOfBeforeIsSaidToBe();
    void aMistakeIsShownAtItsPlace();
    void aMistakeLeavesTheExamplesWhole();
    void hostileTextIsPlain();
    void rowsAreCopied();
    void aRowOfARecordLeadsToIt();
    void aQueryIsStopped_data();
    void aQueryIsStopped();
    void whatIsNotFoldedIsFoldedOnce();
    void manyRowsAreCutAndSaidToBe();
    void anAnswerIsExported_data();
    void anAnswerIsExported();
    void theTabKeepsItsQuery();
};

void tst_SqlView::itBeginsWithQueriesThatThisCaptureAnswers()
{
    Shop shop;
    Shown shown(shop);
    // Its columns are read from what it holds.
    QTRY_COMPARE(shown.view.examples().size(), 3U);
    QTRY_VERIFY(shown.view.examples()[0].query.contains(QStringLiteral("state('order', A)")));
    for (const SqlExample& example : shown.view.examples()) {
        shown.ask(example.query);
        QVERIFY2(shown.text("problem").isEmpty(), qPrintable(shown.text("problem")));
    }
    QCOMPARE(shown.rows().rowCount(), 2); // topics
    QCOMPARE(shown.cell(0, 0), QStringLiteral("orders"));
    QCOMPARE(shown.cell(0, 1), QStringLiteral("300"));
}

void tst_SqlView::anExampleIsOneClickAway()
{
    Shop shop;
    Shown shown(shop);
    QTRY_VERIFY(shown.view.examples()[0].query.contains(QStringLiteral("'order'")));
    const auto cards = shown.view.findChildren<SqlExampleCard*>();
    SqlExampleCard* card = nullptr;
    for (SqlExampleCard* one : cards) {
        card = one->example() == shown.view.examples()[0] ? one : card;
    }
    QVERIFY(card);
    QSignalSpy answered(&shown.view, &SqlView::answered);
    QTest::mouseClick(card, Qt::LeftButton);
    QTRY_COMPARE(answered.count(), 1);
    QCOMPARE(shown.editor()->text(), card->example().query);
    QVERIFY(shown.table()->isVisibleTo(&shown.view));
}

void tst_SqlView::theStateAtAIsAnswered()
{
    Shop shop;
    shop.clock.setA(at(250));
    shop.clock.setB(at(500));
    Shown shown(shop);
    QAbstractItemModelTester tester(&const_cast<QAbstractItemModel&>(shown.rows()),
                                    QAbstractItemModelTester::FailureReportingMode::QtTest);
    shown.ask(QStringLiteral("select status, count(*) as n from state('order', A) group by 1 order "
                             "by 1"));
    QCOMPARE(shown.rows().rowCount(), 2);
    QCOMPARE(shown.cell(0, 0), QStringLiteral("CREATED"));
    QCOMPARE(shown.cell(0, 1), QStringLiteral("74"));
    QCOMPARE(shown.cell(1, 1), QStringLiteral("26"));
    QCOMPARE(shown.rows().headerData(1, Qt::Horizontal).toString(), QStringLiteral("n"));
    QVERIFY(shown.text("rows").startsWith(QStringLiteral("2 rows \u00B7 ")));
    QVERIFY(shown.text("trust").contains(QStringLiteral("order: ")));
    shown.ask(
        QStringLiteral("select count(*) from changes('order', A, B) where column = 'status'"));
    QCOMPARE(shown.cell(0, 0), QStringLiteral("100"));
}

void tst_SqlView::anAnswerOfBeforeIsSaidToBe()
{
    Shop shop;
    shop.clock.setA(at(100));
    Shown shown(shop);
    shown.ask(QStringLiteral("select count(*) from state('order', A)"));
    QCOMPARE(shown.cell(0, 0), QStringLiteral("51"));
    QCOMPARE(shown.text("status"), QString());
    shop.clock.setA(at(120));
    QVERIFY(shown.text("status").startsWith(QStringLiteral("A or B has moved since")));
    QCOMPARE(shown.cell(0, 0), QStringLiteral("51")); // what was asked
    shop.clock.setA(at(100));
    QCOMPARE(shown.text("status"), QString());
    shop.clock.setA(at(120));
    QSignalSpy answered(&shown.view, &SqlView::answered);
    shown.view.readAgain();
    QTRY_COMPARE(answered.count(), 1);
    QCOMPARE(shown.cell(0, 0), QStringLiteral("61"));
    QCOMPARE(shown.text("status"), QString());
    // What names no playhead does not mind.
    shown.ask(QStringLiteral("select count(*) from state('order')"));
    shop.clock.setA(at(130));
    QCOMPARE(shown.text("status"), QString());
}

void tst_SqlView::aMistakeIsShownAtItsPlace()
{
    Shop shop;
    Shown shown(shop);
    shown.ask(QStringLiteral("select 1 as one"));
    shown.ask(QStringLiteral("select nosuch from records('orders')"));
    QCOMPARE(shown.text("problem"), QStringLiteral("no such column: nosuch."));
    QVERIFY(shown.editor()->hasMistake());
    QCOMPARE(shown.rows().rowCount(), 1); // the answer before stays
    QVERIFY(!shown.button("export")->isEnabled());
    shown.ask(QStringLiteral("select * from records('nosuch')"));
    QVERIFY(shown.text("problem").contains(QStringLiteral("it holds orders, payments")));
    shown.ask(QStringLiteral("select * from state('nosuch')"));
    QVERIFY(shown.text("problem").contains(QStringLiteral("known: order")));
    QVERIFY(shown.editor()->hasMistake());
    shown.ask(QStringLiteral("select 2 as two"));
    QCOMPARE(shown.text("problem"), QString());
    QVERIFY(!shown.editor()->hasMistake());
    QCOMPARE(shown.cell(0, 0), QStringLiteral("2"));
    QVERIFY(shop.jobs.jobs().empty());
}

void tst_SqlView::aMistakeLeavesTheExamplesWhole()
{
    Shop shop;
    Shown shown(shop);
    shown.view.resize(500, 360);
    QTRY_COMPARE(shown.view.examples().size(), 3U);
    shown.ask(QStringLiteral("select nosuch from records('orders')"));
    QVERIFY(!shown.text("problem").isEmpty());
    QTest::qWait(50); // deleted cards go
    int cards = 0;
    for (const QLabel* label : shown.view.findChildren<QLabel*>()) {
        if (qobject_cast<SqlExampleCard*>(label->parentWidget())) {
            ++cards;
            QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                     qPrintable(label->text()));
        }
    }
    QCOMPARE(cards, 6);
}

void tst_SqlView::hostileTextIsPlain()
{
    Shop shop;
    Shown shown(shop);
    shown.ask(QStringLiteral("select '<b>x</b>' || char(10) || char(8238) || 'y' as '<i>c</i>', "
                             "x'00ff' as bytes, null as absent, 0.1 as tenth, "
                             "9223372036854775807 as big"));
    QCOMPARE(shown.text("problem"), QString());
    QVERIFY(shown.cell(0, 0).startsWith(QStringLiteral("<b>x</b>")));
    QVERIFY(!shown.cell(0, 0).contains(QLatin1Char('\n')));
    QVERIFY(!shown.cell(0, 0).contains(QChar(0x202E)));
    QCOMPARE(shown.rows().headerData(0, Qt::Horizontal).toString(), QStringLiteral("<i>c</i>"));
    QCOMPARE(shown.cell(0, 1), QStringLiteral("2 bytes"));
    QCOMPARE(shown.cell(0, 2), QStringLiteral("null"));
    QCOMPARE(shown.cell(0, 3), QStringLiteral("0.1"));
    QCOMPARE(shown.cell(0, 4), QStringLiteral("9223372036854775807"));
    for (const auto* label : shown.view.findChildren<QLabel*>()) {
        QCOMPARE(label->textFormat(), Qt::PlainText);
    }
}

void tst_SqlView::rowsAreCopied()
{
    Shop shop;
    Shown shown(shop);
    QCOMPARE(shown.view.selectionAsTsv(), QString());
    shown.ask(QStringLiteral("select 'a' || char(9) || 'b' as t, 1 as n, null as z "
                             "union all select 'c', 2.5, x'ff'"));
    shown.table()->selectAll();
    QCOMPARE(shown.view.selectionAsTsv(),
             QStringLiteral("a b\t1\t\nc\t2.5\t\"{\"\"base64\"\":\"\"/w==\"\"}\"\n"));
    QCOMPARE(shown.view.selectionAsJson(),
             QStringLiteral("{\"t\":\"a\\tb\",\"n\":1,\"z\":null}\n"
                            "{\"t\":\"c\",\"n\":2.5,\"z\":{\"base64\":\"/w==\"}}\n"));
}

void tst_SqlView::aRowOfARecordLeadsToIt()
{
    Shop shop;
    Shown shown(shop);
    shown.ask(QStringLiteral("select topic, partition, offset from records('payments') limit 3"));
    QSignalSpy selected(&shop.navigator, &Navigator::selectedChanged);
    QSignalSpy opened(&shop.navigator, &Navigator::openRequested);
    QTest::mouseClick(shown.table()->viewport(), Qt::LeftButton, {},
                      shown.table()->visualRect(shown.rows().index(1, 0)).center());
    QCOMPARE(selected.count(), 1);
    const auto place = selected[0][0].value<Place>();
    QCOMPARE(place.kind, Place::Kind::Record);
    QCOMPARE(QString::fromStdString(place.record->topic), QStringLiteral("payments"));
    QTest::keyClick(shown.table(), Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened[0][0].value<Place>(), place);
}

void tst_SqlView::aQueryIsStopped_data()
{
    QTest::addColumn<int>("how");
    QTest::newRow("by the button") << 0;
    QTest::newRow("by the key") << 1;
    QTest::newRow("in the list of jobs") << 2;
}

void tst_SqlView::aQueryIsStopped()
{
    QFETCH(int, how);
    Shop shop;
    Shown shown(shop);
    shown.view.setQuery(QStringLiteral("with recursive c(x) as (select 1 union all select x + 1 "
                                       "from c) select count(*) from c"));
    shown.view.run();
    QVERIFY(shown.view.busy());
    QVERIFY(shown.button("stop")->isVisibleTo(&shown.view));
    QCOMPARE(shop.jobs.jobs().size(), 1U);
    if (how == 0) {
        QTest::mouseClick(shown.button("stop"), Qt::LeftButton);
    } else if (how == 1) {
        QTest::keyClick(shown.editor(), Qt::Key_Escape);
    } else {
        shop.jobs.cancel(shop.jobs.jobs().front().id);
    }
    QVERIFY(!shown.view.busy());
    QVERIFY(shop.jobs.jobs().empty());
    QVERIFY(shown.text("status").startsWith(QStringLiteral("Stopped after")));
    QVERIFY(workPool().waitForDone(60'000)); // the work itself ends
    shown.ask(QStringLiteral("select 1"));
    QCOMPARE(shown.cell(0, 0), QStringLiteral("1"));
}

void tst_SqlView::whatIsNotFoldedIsFoldedOnce()
{
    Shop shop;
    shop.projections.all[0].log = nullptr;
    Shown shown(shop);
    shown.ask(QStringLiteral("select count(*) from state('order')"));
    QCOMPARE(shown.cell(0, 0), QStringLiteral("100"));
    const SqlAnswerPtr first = static_cast<const SqlAnswerModel&>(shown.rows()).answer();
    QCOMPARE(first->folds.size(), 1U);
    shown.ask(QStringLiteral("select count(*) from history('order')"));
    QCOMPARE(shown.cell(0, 0), QStringLiteral("300"));
    QVERIFY(static_cast<const SqlAnswerModel&>(shown.rows()).answer()->folds.empty());
}

void tst_SqlView::manyRowsAreCutAndSaidToBe()
{
    Shop shop;
    Shown shown(shop);
    shown.ask(QStringLiteral("with recursive c(x) as (select 1 union all select x + 1 from c where "
                             "x < 100001) select x from c"));
    QCOMPARE(shown.rows().rowCount(), 100'000);
    QCOMPARE(shown.text("status"), QStringLiteral("The first 100,000 rows; an export has all"));
    QVERIFY(shown.text("rows").startsWith(QStringLiteral("more than 100,000 rows")));
}

void tst_SqlView::anAnswerIsExported_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("CSV") << QStringLiteral("a.csv");
    QTest::newRow("JSON lines") << QStringLiteral("a.jsonl");
    QTest::newRow("SQLite") << QStringLiteral("a.sqlite");
}

void tst_SqlView::anAnswerIsExported()
{
    QFETCH(QString, name);
    Shop shop;
    shop.clock.setA(at(100));
    const QTemporaryDir folder;
    Shown shown(shop);
    shown.ask(QStringLiteral("select status, count(*) as n from state('order', A) group by 1"));
    shop.clock.setA(at(300)); // the export is of what is shown
    QSignalSpy finished(&shop.jobs, &JobTracker::finished);
    shown.view.exportTo(folder.filePath(name));
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY2(!finished[0][1].toBool(), qPrintable(finished[0][0].toString()));
    QFile file(folder.filePath(name));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray receipt;
    if (name.endsWith(QStringLiteral("sqlite"))) {
        const auto database =
            Database::open(file.fileName().toStdString(), Database::Mode::ReadOnly).value();
        QCOMPARE(database->integer("select n from answer where status = 'CREATED'").value(), 51);
        auto json = database->prepare("select json from receipt").value();
        json.step();
        receipt = QByteArray::fromStdString(std::string(json.bytes(0)));
    } else {
        QCOMPARE(file.readAll(), name.endsWith(QStringLiteral("csv"))
                                     ? QByteArray("status,n\nCREATED,51\n")
                                     : QByteArray("{\"status\":\"CREATED\",\"n\":51}\n"));
        QFile beside(file.fileName() + QStringLiteral(".receipt.json"));
        QVERIFY(beside.open(QIODevice::ReadOnly));
        receipt = beside.readAll();
    }
    QVERIFY2(receipt.contains("\"projection\":\"order\"") && receipt.contains("\"rows\":51"),
             receipt.constData());
}

void tst_SqlView::theTabKeepsItsQuery()
{
    Shop shop;
    Shown shown(shop, QStringLiteral("select 1"));
    QCOMPARE(shown.editor()->text(), QStringLiteral("select 1"));
    QCOMPARE(shown.view.place().field, QStringLiteral("select 1"));
    QVERIFY(shown.view.place().sameDocument(Place::ofSql()));
    shown.view.show(Place::ofSql()); // gone to, with nothing to ask
    QCOMPARE(shown.editor()->text(), QStringLiteral("select 1"));
    shown.view.show(Place::ofSql(QStringLiteral("select 2")));
    QCOMPARE(shown.editor()->text(), QStringLiteral("select 2"));
    shown.editor()->undo();
    QCOMPARE(shown.editor()->text(), QStringLiteral("select 1"));
    QCOMPARE(shown.view.title(), QStringLiteral("SQL"));
}

QTEST_MAIN(tst_SqlView)
#include "tst_sql_view.moc"
