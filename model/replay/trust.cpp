#include "model/replay/trust.h"

#include "model/replay/trust_words.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

std::string_view trustWord(Trust trust)
{
    switch (trust) {
    case Trust::Exact:
        return "Exact";
    case Trust::ExactSince:
        return "Exact since a snapshot";
    case Trust::BestEffort:
        return "Best effort";
    case Trust::Unknown:
        break;
    }
    return "Unknown";
}

Trust PartitionTrust::verdict() const
{
    return skipped > 0 || skippedMore ? std::max(trust, Trust::BestEffort) : trust;
}

std::string PartitionTrust::why() const
{
    const std::string left = skipped > 0   ? trust_words::leftOut(skipped, skippedMore, 0)
                             : skippedMore ? "more unreadable records were left out than are listed"
                                           : std::string();
    return reason.empty() || left.empty() ? reason + left : reason + "; " + left;
}

std::size_t TrustReport::exact() const
{
    return static_cast<std::size_t>(
        std::count_if(partitions.begin(), partitions.end(),
                      [](const PartitionTrust& p) { return p.trust == Trust::Exact; }));
}

const PartitionTrust* TrustReport::worst() const
{
    const auto found =
        std::max_element(partitions.begin(), partitions.end(),
                         [](const auto& a, const auto& b) { return a.trust < b.trust; });
    return found == partitions.end() || found->trust == Trust::Exact ? nullptr : &*found;
}

std::string TrustReport::sentence() const
{
    if (partitions.empty()) {
        return "Nothing of this projection's topics is in the capture";
    }
    if (!untold.empty()) {
        return "Unknown: " + untold.substr(0, untold.size() - 1);
    }
    const std::size_t good = exact();
    const std::string all = trust_words::counted(partitions.size(), "partition", "partitions");
    const PartitionTrust* const worst = this->worst();
    // A partition that is all there is exact since the snapshot too.
    const bool since = worst && worst->trust == Trust::ExactSince;
    // What is not in the state may be of any partition.
    const std::string left = trust_words::leftOut(skipped, skippedMore, unknownValues);
    std::string result = !left.empty() ? fmt::format("{} on {}", trustWord(overall), all)
                         : since       ? fmt::format("{} on {}", trustWord(worst->trust), all)
                         : !worst      ? fmt::format("Exact on {}", all)
                         : good > 0    ? fmt::format("Exact on {} of {}", good, all)
                                       : fmt::format("{} on {}", trustWord(overall), all);
    if (worst) {
        result += "; " + worst->sentence();
    }
    return left.empty() ? result : result + "; " + left;
}

} // namespace hindcast
