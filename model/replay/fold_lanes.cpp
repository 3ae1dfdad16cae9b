#include "model/replay/fold_lanes.h"

#include <exception>
#include <semaphore>
#include <thread>

namespace hindcast {

struct FoldLanes::Lane
{
    std::unique_ptr<FoldLane> lane; // made and ended by its thread, as scripts want it
    std::vector<std::uint32_t> own;
    std::exception_ptr failure;
    bool ends = false;
    std::binary_semaphore start{0};
    std::binary_semaphore done{0};
    std::thread thread; // none: the fold's
};

FoldLanes::FoldLanes(const std::vector<ProjectionSource>& sources, unsigned count)
    : m_sources(sources)
{
    for (unsigned i = 0; i < count; ++i) {
        m_lanes.push_back(std::make_unique<Lane>());
    }
    for (unsigned i = 1; i < count; ++i) {
        m_lanes[i]->thread = std::thread([this, i] { work(*m_lanes[i]); });
    }
    m_lanes.front()->lane = std::make_unique<FoldLane>(sources);
}

FoldLanes::~FoldLanes()
{
    for (const auto& lane : m_lanes) {
        if (lane->thread.joinable()) {
            lane->ends = true;
            lane->start.release();
            lane->thread.join();
        }
    }
}

void FoldLanes::work(Lane& lane)
{
    for (lane.start.acquire(); !lane.ends; lane.start.acquire()) {
        try {
            if (!lane.lane) {
                lane.lane = std::make_unique<FoldLane>(m_sources);
            }
            lane.lane->run(m_window, lane.own, m_stop);
        } catch (...) {
            lane.failure = std::current_exception();
        }
        lane.done.release();
    }
    lane.lane.reset();
}

void FoldLanes::add(const LaneEvent& event)
{
    // A key gets its number between windows, so within one it is told apart in one way.
    const std::size_t key = event.number != kNoKeyNo ? event.number
                            : event.key              ? std::hash<std::string_view>{}(*event.key)
                                                     : 0;
    const auto lane = static_cast<std::uint32_t>(key % m_lanes.size());
    const auto at = static_cast<std::uint32_t>(m_window.events.size());
    m_window.events.push_back(event);
    m_laneOf.push_back(lane);
    if (event.leftOut.empty()) {
        m_lanes[lane]->own.push_back(at);
    }
}

void FoldLanes::run(const std::stop_token& stop)
{
    m_stop = stop;
    for (std::size_t i = 1; i < m_lanes.size(); ++i) {
        m_lanes[i]->start.release();
    }
    Lane& first = *m_lanes.front();
    try {
        first.lane->run(m_window, first.own, stop);
    } catch (...) {
        first.failure = std::current_exception();
    }
    for (std::size_t i = 1; i < m_lanes.size(); ++i) {
        m_lanes[i]->done.acquire();
    }
    for (const auto& lane : m_lanes) {
        if (lane->failure) {
            std::rethrow_exception(lane->failure);
        }
    }
}

void FoldLanes::deeds(const Take& take) const
{
    std::vector<std::size_t> next(m_lanes.size(), 0);
    for (std::uint32_t at = 0; at < m_window.events.size(); ++at) {
        const LaneEvent& event = m_window.events[at];
        if (!event.leftOut.empty()) {
            take(event, {LaneDeed::Kind::Skip, at}, event.leftOut);
            continue;
        }
        const FoldLane& lane = *m_lanes[m_laneOf[at]]->lane;
        const std::vector<LaneDeed>& deeds = lane.deeds();
        std::size_t& i = next[m_laneOf[at]];
        for (; i < deeds.size() && deeds[i].event == at; ++i) {
            take(event, deeds[i], lane.textOf(deeds[i]));
        }
    }
}

void FoldLanes::fresh(const std::function<void(const std::string&, std::string&)>& take)
{
    for (const auto& lane : m_lanes) {
        if (lane->lane) {
            for (auto& [key, state] : lane->lane->fresh()) {
                take(key, state);
            }
        }
    }
}

void FoldLanes::clear()
{
    m_window.events.clear();
    m_laneOf.clear();
    for (const auto& lane : m_lanes) {
        lane->own.clear();
    }
}

} // namespace hindcast
