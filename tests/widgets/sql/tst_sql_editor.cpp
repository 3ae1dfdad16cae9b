#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/sql/sql_editor.h"
#include "widgets/sql/sql_examples.h"

#include <QSignalSpy>
#include <QTest>

using namespace hindcast;

class tst_SqlEditor : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }
    void namesAreOffered_data();
    void namesAreOffered();
    void whatIsChosenIsWritten();
    void controlEnterRunsAndWritesNoLine();
    void escapeClosesTheListFirst();
    void aMistakeIsUnderlinedAtItsPlace_data();
    void aMistakeIsUnderlinedAtItsPlace();
    void typingTakesTheMistakeAway();
    void examplesFitWhatThereIs();
};

void tst_SqlEditor::namesAreOffered_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("all");
    QTest::addColumn<QStringList>("offered");
    const auto row = [](const char* name, const char* typed, bool all, const QStringList& offered) {
        QTest::newRow(name) << QString::fromUtf8(typed) << all << offered;
    };
    const QString status = QStringLiteral("status");
    const QString state = QStringLiteral("state");
    row("the beginning of a word", "select st", false, {status, state});
    row("in any case", "select STA", false, {status, state});
    row("one letter is too little", "select s", false, {});
    row("but not when asked for", "select s", true, {status, state});
    row("all of them", "select ", true, {status, state, QStringLiteral("größe")});
    row("behind a dot", "select a.", false, {status, state, QStringLiteral("größe")});
    row("a whole word is there already", "select status", false, {});
    row("no ASCII", "select größ", false, {QStringLiteral("größe")});
    row("topics", "select * from records('", false,
        {QStringLiteral("orders"), QStringLiteral("odd 'one'")});
    row("topics by their beginning", "select * from records ( 'or", false,
        {QStringLiteral("orders")});
    row("projections", "select * from STATE('", false, {QStringLiteral("order")});
    row("projections of changes", "select * from changes('o", false, {QStringLiteral("order")});
    row("no text is a name", "select 'st", false, {});
    row("a comment is none", "select * from records('orders') -- re", false, {});
}

void tst_SqlEditor::namesAreOffered()
{
    QFETCH(QString, typed);
    QFETCH(bool, all);
    SqlEditor editor;
    editor.setNames({{QStringLiteral("status"), QStringLiteral("state"), QStringLiteral("größe")},
                     {QStringLiteral("orders"), QStringLiteral("odd 'one'")},
                     {QStringLiteral("order")}});
    editor.setText(typed);
    editor.SendScintilla(QsciScintilla::SCI_DOCUMENTEND);
    QTEST(editor.offered(all), "offered");
}

void tst_SqlEditor::whatIsChosenIsWritten()
{
    SqlEditor editor;
    editor.setNames({{QStringLiteral("status"), QStringLiteral("standing")}, {}, {}});
    editor.show();
    editor.setFocus();
    QTest::keyClicks(&editor, QStringLiteral("select stat"));
    QVERIFY(editor.SendScintilla(QsciScintilla::SCI_AUTOCACTIVE) != 0);
    QTest::keyClick(&editor, Qt::Key_Tab);
    QCOMPARE(editor.text(), QStringLiteral("select status"));
}

void tst_SqlEditor::controlEnterRunsAndWritesNoLine()
{
    SqlEditor editor;
    editor.show();
    QSignalSpy runs(&editor, &SqlEditor::runRequested);
    editor.setText(QStringLiteral("select 1"));
    QTest::keyClick(&editor, Qt::Key_Return, Qt::ControlModifier);
    QTest::keyClick(&editor, Qt::Key_Enter, Qt::ControlModifier);
    QCOMPARE(runs.count(), 2);
    QCOMPARE(editor.text(), QStringLiteral("select 1"));
}

void tst_SqlEditor::escapeClosesTheListFirst()
{
    SqlEditor editor;
    editor.setNames({{QStringLiteral("status")}, {}, {}});
    editor.show();
    QSignalSpy stops(&editor, &SqlEditor::stopRequested);
    QTest::keyClicks(&editor, QStringLiteral("sta"));
    QVERIFY(editor.SendScintilla(QsciScintilla::SCI_AUTOCACTIVE) != 0);
    QTest::keyClick(&editor, Qt::Key_Escape);
    QCOMPARE(editor.SendScintilla(QsciScintilla::SCI_AUTOCACTIVE), 0L);
    QCOMPARE(stops.count(), 0);
    QTest::keyClick(&editor, Qt::Key_Escape);
    QCOMPARE(stops.count(), 1);
}

void tst_SqlEditor::aMistakeIsUnderlinedAtItsPlace_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("at");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("underlined");
    QTest::newRow("the word it is in")
        << QStringLiteral("select nosuch from x") << 7 << 1 << QStringLiteral("nosuch");
    QTest::newRow("as long as it is said")
        << QStringLiteral("select nosuch from x") << 7 << 11 << QStringLiteral("nosuch from");
    QTest::newRow("behind letters of two bytes")
        << QStringLiteral("select 'äöü', oops") << 17 << 1 << QStringLiteral("oops");
    QTest::newRow("at the end") << QStringLiteral("select") << 6 << 1 << QStringLiteral("t");
}

void tst_SqlEditor::aMistakeIsUnderlinedAtItsPlace()
{
    QFETCH(QString, text);
    QFETCH(int, at);
    QFETCH(int, length);
    SqlEditor editor;
    editor.setText(text);
    editor.showMistake(static_cast<std::size_t>(at), static_cast<std::size_t>(length));
    QVERIFY(editor.hasMistake());
    const QByteArray bytes = text.toUtf8();
    QByteArray underlined;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        if (editor.SendScintilla(QsciScintilla::SCI_INDICATORVALUEAT, 8UL, static_cast<long>(i)) !=
            0) {
            underlined += bytes[i];
        }
    }
    QTEST(QString::fromUtf8(underlined), "underlined");
}

void tst_SqlEditor::typingTakesTheMistakeAway()
{
    SqlEditor editor;
    editor.show();
    editor.setText(QStringLiteral("select nosuch"));
    editor.showMistake(7, 1);
    QTest::keyClick(&editor, Qt::Key_Space);
    QVERIFY(!editor.hasMistake());
}

void tst_SqlEditor::examplesFitWhatThereIs()
{
    QVERIFY(sqlExamples({}).empty());
    SqlMaterial material;
    material.topics = QStringList{QStringLiteral("it's")};
    QCOMPARE(sqlExamples(material).size(), 3U);
    QVERIFY(sqlExamples(material)[1].query.contains(QStringLiteral("records('it''s')")));
    material.tables = {{QStringLiteral("a"), {QStringLiteral("country")}, 9},
                       {QStringLiteral("none"), {}, 100},
                       {QStringLiteral("b"), {QStringLiteral("x"), QStringLiteral("Status")}, 2},
                       {QStringLiteral("c"), {QStringLiteral("status")}, 5}};
    const auto examples = sqlExamples(material);
    QCOMPARE(examples.size(), 3U);
    QVERIFY(examples[0].query.contains(QStringLiteral("select status")));
    QVERIFY(examples[0].query.contains(QStringLiteral("state('c', A)")));
    QVERIFY(examples[1].query.contains(QStringLiteral("state('c', 'end')")));
    material.hasB = true;
    QVERIFY(sqlExamples(material)[1].query.contains(QStringLiteral("state('c', B)")));
    material.tables = {{QStringLiteral("d"), {QStringLiteral("order")}, 1}};
    QVERIFY(sqlExamples(material)[0].query.contains(QStringLiteral("select \"order\"")));
}

QTEST_MAIN(tst_SqlEditor)
#include "tst_sql_editor.moc"
