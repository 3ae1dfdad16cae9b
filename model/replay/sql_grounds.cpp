#include "model/replay/sql_grounds.h"

#include "model/replay/moment_finder.h"
#include "model/replay/state_writer.h"
#include "model/replay/trust_words.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace hindcast {

SqlGrounds SqlGrounds::of(const StateCatalog& catalog, Judges judges)
{
    SqlGrounds grounds;
    for (const StateCatalog::Rest& rest : catalog.rests()) {
        TrustJudgePtr& judge = judges[rest.log];
        if (!judge) {
            judge = std::make_shared<TrustJudge>(rest.log);
        }
        TrustReport trust = judge->at(rest.prefix);
        grounds.complete = grounds.complete && trust.skipped == 0 && trust.untold.empty();
        grounds.states.push_back({State::at(rest.log, rest.prefix), std::move(trust)});
    }
    grounds.more = catalog.moreRests();
    grounds.notes = catalog.notes();
    grounds.complete = grounds.complete && catalog.complete();
    return grounds;
}

std::vector<std::string> SqlGrounds::sentences() const
{
    std::vector<std::string> said;
    std::set<const VersionLog*> folds;
    for (const auto& [state, trust] : states) {
        const VersionLog& log = *state->log();
        said.push_back(fmt::format("{}: {} {}, {}", log.projection().name,
                                   trust_words::grouped(static_cast<std::int64_t>(state->size())),
                                   state->size() == 1 ? "row" : "rows",
                                   momentText(*log.order(), state->prefix())));
        said.push_back(trust.sentence());
        if (folds.insert(&log).second) {
            said.push_back(log.report().sentence());
        }
    }
    if (more > 0) {
        said.push_back(fmt::format("And {} more moments.", more));
    }
    for (const std::string& note : notes) {
        said.push_back(note + '.');
    }
    return said;
}

std::string SqlGrounds::toJson(std::string_view query, std::uint64_t rows, std::uint64_t records,
                               const std::stop_token& stop) const
{
    nlohmann::ordered_json json;
    json["complete"] = complete;
    json["rows"] = rows;
    json["records"] = records;
    json["query"] = query;
    if (!readJson.empty()) {
        json["read"] = nlohmann::ordered_json::parse(readJson, nullptr, false);
    }
    if (!attached.empty()) {
        json["attached"] = attached;
    }
    auto& list = json["states"] = nlohmann::ordered_json::array();
    for (const auto& [state, trust] : states) {
        const auto sha = state->hash(stop);
        list.push_back(nlohmann::ordered_json::parse(
            stateReceiptJson(*state, trust, sha.value_or(std::string())), nullptr, false));
    }
    json["moreStates"] = more;
    json["notes"] = notes;
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace hindcast
