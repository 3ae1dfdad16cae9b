#include "widgets/shared/series_colors.h"

#include <QSet>
#include <QTest>

using namespace hindcast;

class tst_SeriesColors : public QObject
{
    Q_OBJECT

private slots:
    void noTwoAreAlikeWhileThePaletteLasts_data()
    {
        QTest::addColumn<QStringList>("names");
        QTest::newRow("topics of a shop") << QStringList{
            QStringLiteral("orders"),    QStringLiteral("payments"), QStringLiteral("shipments"),
            QStringLiteral("inventory"), QStringLiteral("stock"),    QStringLiteral("otlp_spans"),
            QStringLiteral("clicks"),    QStringLiteral("carts")};
        QTest::newRow("services") << QStringList{
            QStringLiteral("checkout"), QStringLiteral("shipping"), QStringLiteral("billing")};
        QTest::newRow("numbered") << QStringList{QStringLiteral("t1"), QStringLiteral("t2"),
                                                 QStringLiteral("t3"), QStringLiteral("t4"),
                                                 QStringLiteral("t5"), QStringLiteral("t6")};
    }
    void noTwoAreAlikeWhileThePaletteLasts()
    {
        QFETCH(QStringList, names);
        SeriesColors colors;
        QSet<int> used;
        for (const QString& name : names) {
            used.insert(colors.indexOf(name));
        }
        QCOMPARE(used.size(), names.size());
    }

    void aNameKeepsItsColourWhateverComesAfterIt()
    {
        SeriesColors colors;
        const int orders = colors.indexOf(QStringLiteral("orders"));
        for (int i = 0; i < 40; ++i) {
            colors.indexOf(QString::number(i));
        }
        QCOMPARE(colors.indexOf(QStringLiteral("orders")), orders);
    }

    void aFullPaletteIsSharedEvenly()
    {
        SeriesColors colors;
        QList<int> users(SeriesColors::kColors, 0);
        for (int i = 0; i < 3 * SeriesColors::kColors; ++i) {
            ++users[colors.indexOf(QString::number(i))];
        }
        QCOMPARE(users, QList<int>(SeriesColors::kColors, 3));
    }

    void theOrderInWhichNamesAreClaimedMakesNoDifference()
    {
        const QStringList names{QStringLiteral("shipments"), QStringLiteral("payments"),
                                QStringLiteral("inventory"), QStringLiteral("orders")};
        SeriesColors one;
        SeriesColors other;
        one.claim(names);
        other.claim({names[3], names[1], names[0], names[2]});
        for (const QString& name : names) {
            QCOMPARE(one.indexOf(name), other.indexOf(name));
        }
    }

    void anotherCaptureBeginsAnew()
    {
        SeriesColors colors;
        const int first = colors.indexOf(QStringLiteral("orders"));
        colors.reset();
        for (int i = 0; i < SeriesColors::kColors; ++i) {
            colors.indexOf(QString::number(i));
        }
        colors.reset();
        QCOMPARE(colors.indexOf(QStringLiteral("orders")), first);
    }
};

QTEST_APPLESS_MAIN(tst_SeriesColors)
#include "tst_series_colors.moc"
