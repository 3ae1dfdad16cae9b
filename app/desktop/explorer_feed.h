#pragma once

#include "widgets/explorer/explorer_data.h"
#include "widgets/shared/async.h"
#include "widgets/timestrip/density.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <map>

namespace hindcast {

class MomentControl;
class Session;
class Settings;
struct Stores;

// Puts together what the explorer shows, from the capture, the cluster and the stores, at most
// twice a second. GUI thread; rates are counted on the pool.
class ExplorerFeed final : public QObject
{
    Q_OBJECT

public:
    ExplorerFeed(Session* session, MomentControl* moments, const Stores& stores,
                 const Settings* settings, QObject* parent = nullptr);
    ~ExplorerFeed() override;

    const ExplorerData& data() const { return m_data; }
    void touch();   // something changed
    void refresh(); // now

signals:
    void changed();

private:
    static constexpr std::size_t kBars = 12;

    void countRates();
    void claimColors(const ExplorerData& data);
    void sampleCluster();
    std::vector<ExplorerData::Topic> topics() const;
    std::vector<ExplorerData::Group> groups() const;
    std::vector<ExplorerData::Projection> projections() const;
    std::vector<ExplorerData::CaptureFile> captures() const;
    std::vector<float> rateOf(const std::string& topic) const;

    Session* const m_session;
    MomentControl* const m_moments;
    const Stores& m_stores;
    const Settings* const m_settings;
    QTimer m_soon;
    Asker m_counter;
    DensityPtr m_density; // of the whole capture, kBars columns
    // Log ends of each topic, summed, at the last looks at the cluster: rates of what is not read.
    std::map<std::string, std::deque<std::int64_t>> m_ends;
    Timestamp m_lastLook = kNoTimestamp;
    ExplorerData m_data;
    std::uint64_t m_colored = 0; // generation of the capture whose topics have their colours
};

} // namespace hindcast
