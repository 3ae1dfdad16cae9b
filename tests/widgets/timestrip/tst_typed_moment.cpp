#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/shared/shop_capture.h"
#include "widgets/shared/elided_label.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/timestrip/time_strip.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QTest>
#include <QToolButton>

using namespace hindcast;

// The fields of A and B while a person types in them.
class tst_TypedMoment : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }

    void init()
    {
        text::setZone(text::Zone::Utc);
        m_capture = test::shopCapture();
        m_moments = std::make_unique<MomentControl>();
        m_strip = std::make_unique<TimeStrip>(m_moments.get());
        m_strip->resize(1280, 104);
        m_strip->show();
        m_strip->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_strip.get()));
        m_moments->setOrder(TimeOrder::build(m_capture->snapshot()));
        m_moments->setRankA(20);
        m_a = field("momentA");
        m_b = field("momentB");
        m_reason = m_strip->findChild<ElidedLabel*>(QStringLiteral("refusal"));
    }
    void cleanup()
    {
        m_strip.reset();
        m_moments.reset();
    }

    void theReasonStaysInSightWithTheText()
    {
        const Moment before = m_moments->a();
        type(m_a, QStringLiteral("<b>half</b> past"));
        QCOMPARE(m_moments->a(), before);
        QCOMPARE(m_a->text(), QStringLiteral("<b>half</b> past"));
        QVERIFY(refused(m_a));
        QVERIFY(m_reason->isVisible());
        QVERIFY(m_reason->text().contains(QStringLiteral("is neither a time")));
        QVERIFY(m_a->toolTip().contains(QStringLiteral("is neither a time")));
        QVERIFY(m_a->toolTip().contains(QStringLiteral("&lt;b&gt;")));
        QTest::qWait(400);
        QVERIFY(m_reason->isVisible());
        type(m_a, QStringLiteral("+5")); // put right
        QCOMPARE(m_moments->rankA(), Rank(25));
        QVERIFY(shown(m_a));
        QVERIFY(!m_a->toolTip().contains(QStringLiteral("is neither a time")));
    }

    void escapeBringsTheTimeBack_data() { fields(); }
    void escapeBringsTheTimeBack()
    {
        QFETCH(bool, isA);
        m_moments->setRankB(30);
        QLineEdit* const edit = isA ? m_a : m_b;
        const QString time = edit->text();
        type(edit, QStringLiteral("half past"));
        QVERIFY(refused(edit));
        QTest::keyClick(edit, Qt::Key_Escape);
        QCOMPARE(edit->text(), time);
        QVERIFY(shown(edit));
        edit->selectAll();
        QTest::keyClicks(edit, QStringLiteral("14:0")); // not even entered
        QTest::keyClick(edit, Qt::Key_Escape);
        QCOMPARE(edit->text(), time);
        QCOMPARE(m_moments->rankA(), Rank(20));
        QCOMPARE(m_moments->rankB(), std::optional<Rank>(30));
    }

    void leavingTheFieldBringsTheTimeBack_data() { fields(); }
    void leavingTheFieldBringsTheTimeBack()
    {
        QFETCH(bool, isA);
        m_moments->setRankB(30);
        QLineEdit* const edit = isA ? m_a : m_b;
        const QString time = edit->text();
        type(edit, QStringLiteral("half past"));
        QVERIFY(refused(edit));
        m_strip->findChild<QToolButton*>(QStringLiteral("play"))->setFocus();
        QCOMPARE(edit->text(), time);
        QVERIFY(shown(edit));
    }

    void aTimeIsTakenWhenTheFieldIsLeft()
    {
        m_a->setFocus();
        m_a->selectAll();
        QTest::keyClicks(m_a, QStringLiteral("+5"));
        m_b->setFocus();
        QCOMPARE(m_moments->rankA(), Rank(25));
    }

    void aMoveOfAIsShown()
    {
        type(m_a, QStringLiteral("half past"));
        m_moments->stepA(1);
        QVERIFY(shown(m_a));
        QCOMPARE(m_a->text(), text::dateTime(m_moments->a().time));
    }

    void aLongTextDoesNotWidenTheStrip()
    {
        const int before = m_strip->minimumSizeHint().width();
        m_strip->copyLink(true);
        const QString link = QGuiApplication::clipboard()->text() + QString(2000, QLatin1Char('0'));
        for (QLineEdit* const edit : {m_a, m_b}) {
            QGuiApplication::clipboard()->setText(link);
            edit->setFocus();
            edit->selectAll();
            edit->paste();
            QTest::keyClicks(edit, QStringLiteral("0"));
            QCOMPARE(edit->text().size(), link.size() + 1);
            QVERIFY(edit->width() < 300);
            const QString full = QStringLiteral("2026-11-20 14:03:12.418 +01:00");
            QVERIFY(edit->width() > edit->fontMetrics().horizontalAdvance(full));
        }
        QVERIFY(m_strip->minimumSizeHint().width() < before + 400);
    }

private:
    static void fields()
    {
        QTest::addColumn<bool>("isA");
        QTest::newRow("A") << true;
        QTest::newRow("B") << false;
    }
    QLineEdit* field(const char* name) const
    {
        return m_strip->findChild<QLineEdit*>(QLatin1String(name));
    }
    static void type(QLineEdit* edit, const QString& text)
    {
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }
    static bool refused(const QLineEdit* edit)
    {
        return edit->palette().color(QPalette::Text) == theme::color(theme::Role::Error);
    }
    bool shown(const QLineEdit* edit) const { return !refused(edit) && !m_reason->isVisible(); }

    std::shared_ptr<Capture> m_capture;
    std::unique_ptr<MomentControl> m_moments;
    std::unique_ptr<TimeStrip> m_strip;
    QLineEdit* m_a = nullptr;
    QLineEdit* m_b = nullptr;
    ElidedLabel* m_reason = nullptr;
};

QTEST_MAIN(tst_TypedMoment)
#include "tst_typed_moment.moc"
