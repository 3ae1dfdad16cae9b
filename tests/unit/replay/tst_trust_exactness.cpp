#include "model/record/receipt.h"
#include "model/replay/trust_judge.h"
#include "tests/unit/replay/replay_fixture.h"

#include <QTest>
#include <array>
#include <random>

using namespace hindcast;
using namespace hindcast::test;

namespace {

// A topic of three partitions that was written, then cleaned by key and cut by retention.
class SimulatedLog
{
public:
    explicit SimulatedLog(std::mt19937& random)
    {
        const auto upTo = [&](unsigned most) { return static_cast<int>(random() % (most + 1)); };
        std::int64_t now = 1000;
        for (int i = 0; i < 40; ++i) {
            now += upTo(2);
            const int key = upTo(14);
            const auto p = static_cast<std::size_t>(key % 3);
            Event event{"orders",
                        static_cast<std::int32_t>(p),
                        m_ends[p]++,
                        now - (upTo(4) == 0 ? upTo(9) : 0),
                        "k" + std::to_string(key),
                        {}};
            if (upTo(5) != 0) {
                event.value = R"({"f)" + std::to_string(upTo(2)) + "\":" + std::to_string(i) + "}";
            }
            m_written.push_back(event);
        }
        m_kept = m_written;
        if (upTo(3) != 0) {
            clean(random);
        }
        if (upTo(1) != 0) {
            for (std::size_t p = 0; p < m_starts.size(); ++p) {
                m_starts[p] = upTo(2) == 0 ? upTo(6) : 0;
            }
            std::erase_if(m_kept, [this](const Event& event) {
                return event.offset < m_starts[static_cast<std::size_t>(event.partition)];
            });
        }
    }

    // What a reader has of it: all, or in some partition not the end.
    std::shared_ptr<Capture> capture(std::mt19937& random) const
    {
        auto capture = Capture::inMemory();
        auto cluster = std::make_shared<ClusterState>();
        TopicState topic;
        topic.name = "orders";
        Receipt receipt;
        std::vector<Event> read = m_kept;
        for (std::size_t p = 0; p < m_ends.size(); ++p) {
            const auto number = static_cast<std::int32_t>(p);
            topic.partitions.push_back({number, 1, {1}, {1}, m_starts[p], m_ends[p], {}});
            PartitionReceipt part;
            part.place = {"orders", number};
            part.logStart = m_starts[p];
            part.logEnd = m_ends[p];
            part.from = m_starts[p];
            part.to = part.next =
                random() % 5 == 0 ? std::max(m_starts[p], m_ends[p] - 4) : m_ends[p];
            std::erase_if(read, [&](const Event& event) {
                return event.partition == number && event.offset >= part.to;
            });
            receipt.partitions.push_back(part);
        }
        cluster->topics.push_back(topic);
        append(*capture, read);
        if (!capture->putCluster(cluster) || !capture->putReceipt(receipt)) {
            std::abort();
        }
        return capture;
    }

    // The table out of all that was ever written before what a reader's moment has not.
    std::map<std::string, std::string> truth(const TimeOrder& order, Rank prefix,
                                             const ProjectionPtr& projection) const
    {
        std::array<std::int64_t, 3> ends = m_ends;
        for (Rank rank = order.size(); rank-- > prefix;) {
            const RowInfo info = order.snapshot()->row(order.rowAt(rank));
            std::int64_t& end = ends[static_cast<std::size_t>(info.partition)];
            end = std::min(end, info.offset);
        }
        std::vector<Event> events;
        for (const Event& event : m_written) {
            if (event.offset < ends[static_cast<std::size_t>(event.partition)]) {
                events.push_back(event);
            }
        }
        const auto capture = Capture::inMemory();
        append(*capture, events);
        const auto log = fold(*capture, projection);
        return table(log, log->order()->size());
    }

private:
    // Below a point of each partition a record goes where a later one of its key stands there; a
    // tombstone goes too, once it is the oldest of its key.
    void clean(std::mt19937& random)
    {
        for (std::int32_t p = 0; p < 3; ++p) {
            const auto end = m_ends[static_cast<std::size_t>(p)];
            const auto point =
                static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end + 1));
            const auto below = [&](const Event& event) {
                return event.partition == p && event.offset < point && event.offset + 1 < end;
            };
            std::map<std::string, std::int64_t> newest;
            for (const Event& event : m_kept) {
                if (below(event)) {
                    newest[*event.key] = event.offset;
                }
            }
            std::erase_if(m_kept, [&](const Event& event) {
                // A pass of the cleaner need not have come to all of them.
                return below(event) && event.offset < newest[*event.key] && random() % 2 == 0;
            });
            std::map<std::string, std::int64_t> oldest;
            for (const Event& event : m_kept) {
                if (event.partition == p) {
                    oldest.emplace(*event.key, event.offset);
                }
            }
            const bool tombstonesToo = random() % 2 == 0;
            std::erase_if(m_kept, [&](const Event& event) {
                return tombstonesToo && below(event) && !event.value &&
                       event.offset == oldest[*event.key];
            });
        }
    }

    std::vector<Event> m_written;
    std::vector<Event> m_kept;
    std::array<std::int64_t, 3> m_starts{};
    std::array<std::int64_t, 3> m_ends{};
};

} // namespace

// What is called exact against what was there before the broker cleaned its log.
class tst_TrustExactness : public QObject
{
    Q_OBJECT

private slots:
    void whatIsCalledExactIsExact_data();
    void whatIsCalledExactIsExact();
};

void tst_TrustExactness::whatIsCalledExactIsExact_data()
{
    QTest::addColumn<QString>("reduce");
    QTest::newRow("latest") << QStringLiteral("latest");
    QTest::newRow("merge-patch") << QStringLiteral("merge-patch");
}

// Logs as a broker keeps them: cleaned by key below some point, cut by retention, and read whole or
// not. What was there before all that is the truth.
void tst_TrustExactness::whatIsCalledExactIsExact()
{
    QFETCH(QString, reduce);
    const ProjectionPtr folded = projection("orders", reduce.toStdString());
    std::size_t exactMoments = 0;
    std::size_t exactRows = 0;
    std::size_t doubtfulRows = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        std::mt19937 random(seed);
        SimulatedLog simulated(random);
        const auto capture = simulated.capture(random);
        const auto log = fold(*capture, folded);
        const TrustJudge judge(log);
        const TimeOrder& order = *log->order();
        for (Rank prefix = 0; prefix <= order.size(); ++prefix) {
            const auto truth = simulated.truth(order, prefix, folded);
            const auto state = table(log, prefix);
            if (judge.at(prefix).overall == Trust::Exact) {
                ++exactMoments;
                QVERIFY2(state == truth,
                         qPrintable(QStringLiteral("log %1, prefix %2").arg(seed).arg(prefix)));
            }
            for (KeyNo key = 0; key < log->keys().size(); ++key) {
                const PartitionTrust row = judge.ofKey(*log, key, prefix);
                QCOMPARE(row.reason.empty(), row.trust == Trust::Exact);
                if (row.trust != Trust::Exact) {
                    ++doubtfulRows;
                    continue;
                }
                ++exactRows;
                const std::string text(log->keys().text(key));
                const auto is = state.find(text);
                const auto was = truth.find(text);
                QVERIFY2((is == state.end()) == (was == truth.end()) &&
                             (is == state.end() || is->second == was->second),
                         qPrintable(QStringLiteral("log %1, prefix %2, %3")
                                        .arg(seed)
                                        .arg(prefix)
                                        .arg(QString::fromStdString(text))));
            }
        }
    }
    QVERIFY(exactMoments > 20);
    QVERIFY(exactRows > 1000);
    QVERIFY(doubtfulRows > 1000);
}

QTEST_GUILESS_MAIN(tst_TrustExactness)
#include "tst_trust_exactness.moc"
