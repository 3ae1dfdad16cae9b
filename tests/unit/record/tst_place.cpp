#include "model/record/place.h"

#include <QTest>

using namespace hindcast;

class tst_Place : public QObject
{
    Q_OBJECT

private slots:
    void aRecordReadsBackAsItWasWritten_data();
    void aRecordReadsBackAsItWasWritten();
    void textThatIsNoRecordIsRefused_data();
    void textThatIsNoRecordIsRefused();
};

void tst_Place::aRecordReadsBackAsItWasWritten_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<int>("partition");
    QTest::addColumn<qint64>("offset");
    QTest::newRow("plain") << QByteArray("orders-4@48211954") << QByteArray("orders") << 4
                           << qint64{48211954};
    QTest::newRow("as the window writes it")
        << QByteArray("orders-4 @ 48,211,954") << QByteArray("orders") << 4 << qint64{48211954};
    QTest::newRow("dashes and dots in the topic")
        << QByteArray("a-1.b-2-0@0") << QByteArray("a-1.b-2") << 0 << qint64{0};
}

void tst_Place::aRecordReadsBackAsItWasWritten()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, topic);
    QFETCH(int, partition);
    QFETCH(qint64, offset);
    const auto place = RecordPlace::parse(text.toStdString());
    QVERIFY(place.has_value());
    QCOMPARE(place->topic, topic.toStdString());
    QCOMPARE(place->partition, partition);
    QCOMPARE(static_cast<qint64>(place->offset), offset);
    QCOMPARE(RecordPlace::parse(place->toString()).value(), *place);
}

void tst_Place::textThatIsNoRecordIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* bad : {"", "orders", "orders-4", "orders@4", "-4@5", "orders-x@5", "orders-4@",
                            "orders-4@5x", "orders--4@5@6"}) {
        QTest::newRow(bad) << QByteArray(bad);
    }
}

void tst_Place::textThatIsNoRecordIsRefused()
{
    QFETCH(QByteArray, text);
    QVERIFY(!RecordPlace::parse(text.toStdString()).has_value());
}

QTEST_GUILESS_MAIN(tst_Place)
#include "tst_place.moc"
