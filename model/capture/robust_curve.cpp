#include "model/capture/robust_curve.h"

#include "model/record/timestamp.h"

#include <algorithm>
#include <limits>

namespace hindcast {

namespace {

// The breakpoints of the cost of a curve that ends at or below x, the greatest first. They are kept
// apart as they came: those not below all before them in rising order, the others in a heap.
class Breakpoints
{
public:
    bool empty() const { return m_rising.empty() && m_heap.empty(); }
    std::int64_t top() const
    {
        if (m_heap.empty() || (!m_rising.empty() && m_rising.back() >= m_heap.front())) {
            return m_rising.back();
        }
        return m_heap.front();
    }
    void push(std::int64_t time)
    {
        if (empty() || time >= top()) {
            m_rising.push_back(time);
        } else {
            m_heap.push_back(time);
            std::push_heap(m_heap.begin(), m_heap.end());
        }
    }
    void pop()
    {
        if (m_heap.empty() || (!m_rising.empty() && m_rising.back() >= m_heap.front())) {
            m_rising.pop_back();
        } else {
            std::pop_heap(m_heap.begin(), m_heap.end());
            m_heap.pop_back();
        }
    }

private:
    std::vector<std::int64_t> m_rising;
    std::vector<std::int64_t> m_heap;
};

} // namespace

// Slope trick: the least cost of the first i records as a function of a bound x on the curve is
// convex and falls up to its greatest breakpoint, which is the lowest place where the curve may
// stand after i of them. Backwards, each record then stands there or where the next one does.
std::vector<std::int64_t> robustCurve(std::span<const std::int64_t> times)
{
    constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max();
    const std::int64_t none = toMs(kNoTimestamp);
    std::vector<std::int64_t> curve;
    curve.reserve(times.size());
    Breakpoints points;
    for (const std::int64_t time : times) {
        if (time != none) {
            const bool late = !points.empty() && time < points.top();
            points.push(time);
            if (late) {
                points.push(time);
                points.pop();
            }
        }
        curve.push_back(points.empty() ? kOpen : points.top());
    }
    if (points.empty()) {
        curve.assign(times.size(), none);
    }
    for (std::size_t i = curve.size(); i-- > 1;) {
        curve[i - 1] = std::min(curve[i - 1], curve[i]);
    }
    return curve;
}

} // namespace hindcast
