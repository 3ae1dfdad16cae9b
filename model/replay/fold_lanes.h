#pragma once

#include "model/replay/fold_lane.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

namespace hindcast {

// The lanes of a fold: a window's events are parted by their keys, so that what one key's state
// becomes is found out by one lane, event after event, while others work on other keys. What a fold
// does with a window depends on its events alone, not on how many lanes there are. Used by the
// fold's thread, which is the first lane; the others have threads that wait between windows.
class FoldLanes
{
public:
    FoldLanes(const std::vector<ProjectionSource>& sources, unsigned count);
    ~FoldLanes();
    FoldLanes(const FoldLanes&) = delete;
    FoldLanes& operator=(const FoldLanes&) = delete;

    // What the window holds besides its events.
    LaneWindow& window() { return m_window; }
    void add(const LaneEvent& event);
    // Returns when all lanes are through, or have stopped early: then what was done is of no use.
    void run(const std::stop_token& stop);

    // In the order of the events.
    using Take = std::function<void(const LaneEvent&, const LaneDeed&, std::string_view text)>;
    void deeds(const Take& take) const;
    // States, padded, of keys that had no number; may be moved away.
    void fresh(const std::function<void(const std::string& key, std::string& state)>& take);
    void clear(); // for the next window

private:
    struct Lane;
    void work(Lane& lane);

    const std::vector<ProjectionSource>& m_sources;
    LaneWindow m_window;
    std::vector<std::uint32_t> m_laneOf; // by event
    std::stop_token m_stop;
    std::vector<std::unique_ptr<Lane>> m_lanes;
};

} // namespace hindcast
