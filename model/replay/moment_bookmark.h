#pragma once

#include "model/replay/moment_link.h"
#include "model/replay/state.h"

#include <string>
#include <vector>

namespace hindcast {

// A `.moment` file: a moment of a projection with the hash of the state that it had, so that a
// colleague who opens it sees the same, or is told what differs. JSON:
//
//   {"hindcast":"moment 1","link":"hindcast:moment?...","projection":"order",
//    "projectionSha256":"...","stateSha256":"...","rows":5012}
//
// The projection's hash is that of Projection::canonical(), the state's that of State::hash().
struct MomentBookmark
{
    MomentLink link;
    std::string projection;
    std::string projectionSha256;
    std::string stateSha256;
    std::size_t rows = 0;

    static Result<MomentBookmark> of(const State& state, const std::stop_token& stop = {});
    // Fails with what is wrong and where.
    static Result<MomentBookmark> load(const std::string& path);
    Result<void> save(const std::string& path) const;

    // A sentence for each thing that is not as it was; empty: the same bytes.
    static std::vector<std::string> differences(const MomentBookmark& was,
                                                const MomentBookmark& is);
};

} // namespace hindcast
