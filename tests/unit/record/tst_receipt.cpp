#include "model/record/receipt.h"

#include <QTest>

using namespace hindcast;
using namespace std::chrono_literals;

namespace {

Receipt readOf(std::uint64_t records)
{
    Receipt receipt;
    PartitionReceipt part;
    part.place = {"orders", 0};
    part.logEnd = part.to = part.next = 12;
    part.records = records;
    part.holes = 12 - records;
    receipt.partitions.push_back(part);
    receipt.took = 3'100ms;
    return receipt;
}

} // namespace

// A receipt's sentence says what a read rests on.
class tst_Receipt : public QObject
{
    Q_OBJECT

private slots:
    void aWholeReadSaysSo();
    void anUncommittedReadSaysThatAbortedRecordsAreAmongThem();
    void whatIsMissingIsSaid();
};

void tst_Receipt::aWholeReadSaysSo()
{
    const Receipt receipt = readOf(10);
    QVERIFY(receipt.complete());
    QCOMPARE(receipt.sentence(),
             std::string("Complete: 10 records read in 3.1s, 2 offsets without a record"));
    QVERIFY(receipt.toJson().find("abortedRecords") == std::string::npos);
}

void tst_Receipt::anUncommittedReadSaysThatAbortedRecordsAreAmongThem()
{
    Receipt receipt = readOf(12);
    receipt.isolation = Isolation::ReadUncommitted;
    QCOMPARE(receipt.sentence(), std::string("Complete: 12 records read in 3.1s, aborted ones "
                                             "included and not told apart (read_uncommitted)"));
    QVERIFY(receipt.toJson().find(R"("abortedRecords":"included, not told apart")") !=
            std::string::npos);
}

void tst_Receipt::whatIsMissingIsSaid()
{
    Receipt receipt = readOf(12);
    receipt.partitions[0].next = 7;
    receipt.partitions[0].problem = "not read from offset 7 on";
    QVERIFY(!receipt.complete());
    QCOMPARE(receipt.sentence(),
             std::string("Incomplete: 12 records read in 3.1s, 1 of 1 partitions not read to the "
                         "end; orders-0: not read from offset 7 on"));
}

QTEST_GUILESS_MAIN(tst_Receipt)
#include "tst_receipt.moc"
