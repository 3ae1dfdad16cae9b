#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/state/state_view_fixture.h"
#include "widgets/shared/palette.h"
#include "widgets/state/projection_editor.h"
#include "widgets/state/toml_lexer.h"

#include <Qsci/qsciscintilla.h>

#include <QApplication>
#include <QLabel>

using namespace hindcast;
using namespace hindcast::test;

// The editor of a definition, in the state's view.
class tst_ProjectionEditor : public QObject, private StateViewFixture
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }
    void init() { begin(); }
    void cleanup() { end(); }

    void tomlIsColouredAsWhatItIs_data();
    void tomlIsColouredAsWhatItIs();
    void aButtonThatDoesNothingLooksSo_data();
    void aButtonThatDoesNothingLooksSo();
    void whatIsNotAppliedIsThereAgain();
    void whatIsNotAppliedOutlivesItsTab();
    void whatIsDiscardedIsGone();
    void itIsFoldedWhenThatIsSaid();
    void aDefinitionOfAnotherCaptureIsSaved();
    void aRefusedDefinitionOpensWithItsMistake();

private:
    QsciScintilla* edit() const { return m_view->editor()->findChild<QsciScintilla*>(); }
    QString words() const
    {
        return m_view->editor()->findChild<QLabel*>(QStringLiteral("words"))->text();
    }
    QPushButton* editorButton(const char* name) const
    {
        return m_view->editor()->findChild<QPushButton*>(QLatin1String(name));
    }
    void type(const QString& comment)
    {
        edit()->setFocus();
        QTest::keyClick(edit(), Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClicks(edit(), comment);
        QTest::keyClick(edit(), Qt::Key_Return);
    }
    StateView* another(const QString& name)
    {
        m_view->hide();
        m_tester.reset();
        delete m_view;
        m_view = new StateView(m_shop->context(), m_shop->store.get(), name, m_frame.get());
        m_view->resize(m_frame->size());
        m_view->QWidget::show();
        return m_view;
    }
};

void tst_ProjectionEditor::tomlIsColouredAsWhatItIs_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("styles"); // one letter a byte
    const auto row = [](const char* name, const char* text, const char* styles) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromLatin1(styles);
    };
    row("a key and a text", "name = \"a\"", "kkkk...sss");
    row("a literal text", "a = 'b\\'", "k...ssss");
    row("an escaped quote", "a = \"\\\"\" #", "k...ssss.c");
    row("a table", "[[source]] # x", "tttttttttt.ccc");
    row("a table whose name has a bracket", "[a.\"]\"]\nb", "ttttttt.k");
    row("numbers and booleans", "a = -1.5\nb = true", "k...nnnn.k...bbbb");
    row("a date", "a = 2026-11-20T14:03:00Z", "k...nnnnnnnnnnnnnnnnnnnn");
    row("a list", "a = [\"b\", 2]", "k....sss..n.");
    row("a list over lines", "a = [\n1,\n]\nb", "k.....n....k");
    row("an inline table", "a = { b = 1, c = 'd' }", "k.....k...n..k...sss..");
    row("a text of several lines", "s = \"\"\"\nlet x = 1 # y\n\"\"\"\nb",
        "k...sssssssssssssssssssss.k");
    row("a quote before its end", "s = '''a''''\nb", "k...ssssssss.k");
    row("a text that is not ended", "a = \"b\nc = 1", "k...ss.k...n");
    row("letters of several bytes", "\xC3\xA9 = \"\xC3\xA9\"", "kk...ssss");
}

void tst_ProjectionEditor::tomlIsColouredAsWhatItIs()
{
    QFETCH(QString, text);
    QFETCH(QString, styles);
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    edit()->setText(text);
    edit()->recolor();
    QString seen;
    for (int i = 0; i < text.toUtf8().size(); ++i) {
        const long style = edit()->SendScintilla(QsciScintilla::SCI_GETSTYLEAT, i);
        QVERIFY(style >= 0 && style < TomlLexer::StyleTotal);
        seen += QLatin1Char(".ctksnb"[style]);
    }
    QCOMPARE(seen, styles);
}

void tst_ProjectionEditor::aButtonThatDoesNothingLooksSo_data()
{
    QTest::addColumn<theme::Scheme>("scheme");
    QTest::newRow("light") << theme::Scheme::Light;
    QTest::newRow("dark") << theme::Scheme::Dark;
}

void tst_ProjectionEditor::aButtonThatDoesNothingLooksSo()
{
    QFETCH(theme::Scheme, scheme);
    theme::apply(*qApp, scheme);
    m_view->restyle();
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    QPushButton* const apply = editorButton("apply");
    QTRY_VERIFY(apply->height() > 10);
    const auto ground = [apply] { return apply->grab().toImage().pixelColor(4, 12); };
    QCOMPARE(ground().name(), QStringLiteral("#2563eb"));
    edit()->setText(QStringLiteral("name = "));
    QVERIFY(!apply->isEnabled());
    QCOMPARE(ground(), theme::color(theme::Role::Head));
    qApp->setStyleSheet({});
}

void tst_ProjectionEditor::whatIsNotAppliedIsThereAgain()
{
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    QVERIFY(!editorButton("discard")->isVisible());
    type(QStringLiteral("# mine"));
    QVERIFY(edit()->text().startsWith(QStringLiteral("# mine")));
    QTest::mouseClick(editorButton("close"), Qt::LeftButton);
    QVERIFY(!m_view->editor()->isVisible());
    QCOMPARE(button("edit")->text(), QStringLiteral("Edit projection*"));
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    QVERIFY(edit()->text().startsWith(QStringLiteral("# mine")));
    while (edit()->isUndoAvailable()) {
        edit()->undo();
    }
    QCOMPARE(edit()->text(), kOrderToml);
    QTest::mouseClick(editorButton("close"), Qt::LeftButton);
    QCOMPARE(button("edit")->text(), QStringLiteral("Edit projection"));
}

void tst_ProjectionEditor::whatIsNotAppliedOutlivesItsTab()
{
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    type(QStringLiteral("# mine"));
    const QString typed = edit()->text();
    another(QStringLiteral("order"));
    QVERIFY(!m_view->editor()->isVisible());
    QCOMPARE(button("edit")->text(), QStringLiteral("Edit projection*"));
    QCOMPARE(m_shop->store->find(QStringLiteral("order"))->text, kOrderToml);
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    QCOMPARE(edit()->text(), typed);
    edit()->undo();
    QCOMPARE(edit()->text(), kOrderToml);
    edit()->redo();
    QTest::mouseClick(editorButton("apply"), Qt::LeftButton);
    QCOMPARE(m_shop->store->find(QStringLiteral("order"))->text, typed);
    another(QStringLiteral("order"));
    QCOMPARE(button("edit")->text(), QStringLiteral("Edit projection"));
}

void tst_ProjectionEditor::whatIsDiscardedIsGone()
{
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    type(QStringLiteral("# mine"));
    QTRY_VERIFY(editorButton("discard")->isVisible());
    QTest::mouseClick(editorButton("discard"), Qt::LeftButton);
    QCOMPARE(edit()->text(), kOrderToml);
    edit()->undo();
    QVERIFY(edit()->text().startsWith(QStringLiteral("# mine")));
    edit()->redo();
    another(QStringLiteral("order"));
    QVERIFY(m_shop->store->draft(QStringLiteral("order")).isEmpty());
}

void tst_ProjectionEditor::itIsFoldedWhenThatIsSaid()
{
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    type(QStringLiteral("# mine"));
    QTest::mouseClick(editorButton("apply"), Qt::LeftButton);
    QCOMPARE(words(), QStringLiteral("Saved; folding\u2026"));
    QTRY_COMPARE(words(), QStringLiteral("order is saved and folded again."));
    const ProjectionStore::Entry* const entry = m_shop->store->find(QStringLiteral("order"));
    QVERIFY(entry->log->projectionPtr() == entry->projection);
}

void tst_ProjectionEditor::aDefinitionOfAnotherCaptureIsSaved()
{
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    QString other = kOrderToml;
    edit()->setText(other.replace(QStringLiteral("orders"), QStringLiteral("parcels")));
    QTest::mouseClick(editorButton("apply"), Qt::LeftButton);
    QVERIFY2(words().contains(QStringLiteral("holds none of its records")), qPrintable(words()));
}

void tst_ProjectionEditor::aRefusedDefinitionOpensWithItsMistake()
{
    const QString file = QDir(m_shop->userFolder.path()).filePath(QStringLiteral("bad.toml"));
    QFile bad(file);
    QVERIFY(bad.open(QIODevice::WriteOnly));
    bad.write("name = \"bad\"\n[[source]]\ntopic = \"orders\"\nreduce = \"newest\"\n");
    bad.close();
    m_shop->store->reload();
    another(QStringLiteral("bad"));
    QVERIFY(m_view->editor()->isVisible());
    QVERIFY2(words().startsWith(QStringLiteral("Line 4: ")), qPrintable(words()));
    QVERIFY(!editorButton("apply")->isEnabled());
    QVERIFY(!button("differ")->text().isEmpty());
    // Mended, it is the same file.
    edit()->setText(edit()->text().replace(QStringLiteral("newest"), QStringLiteral("latest")));
    QTest::mouseClick(editorButton("apply"), Qt::LeftButton);
    QVERIFY(m_shop->store->find(QStringLiteral("bad"))->projection);
    QCOMPARE(m_shop->store->find(QStringLiteral("bad"))->file, file);
    QTRY_COMPARE(words(), QStringLiteral("bad is saved and folded again."));
}

QTEST_MAIN(tst_ProjectionEditor)
#include "tst_projection_editor.moc"
