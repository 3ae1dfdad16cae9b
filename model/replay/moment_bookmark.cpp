#include "model/replay/moment_bookmark.h"

#include "model/record/whole_file.h"
#include "model/replay/trust_words.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

constexpr const char* kFormat = "moment 1";

std::string sha256(const std::string& bytes)
{
    return QCryptographicHash::hash(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())),
                                    QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

} // namespace

Result<MomentBookmark> MomentBookmark::of(const State& state, const std::stop_token& stop)
{
    const VersionLog& log = *state.log();
    auto hash = state.hash(stop);
    if (!hash) {
        return tl::unexpected<Error>(hash.error());
    }
    MomentBookmark bookmark;
    bookmark.link = MomentLink::of(*log.order(), state.prefix(), log.projection().topics());
    bookmark.projection = log.projection().name;
    bookmark.projectionSha256 = sha256(log.projection().canonical());
    bookmark.stateSha256 = std::move(*hash);
    bookmark.rows = state.size();
    return bookmark;
}

Result<MomentBookmark> MomentBookmark::load(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorCode::NotFound, fmt::format("The bookmark {} cannot be read.", path));
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || json.value("hindcast", nlohmann::json()) != kFormat) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is no bookmark of a moment: it is not JSON with \"hindcast\": "
                                "\"{}\".",
                                path, kFormat));
    }
    MomentBookmark bookmark;
    std::string link;
    for (const auto& [name, to] : std::initializer_list<std::pair<const char*, std::string*>>{
             {"link", &link},
             {"projection", &bookmark.projection},
             {"projectionSha256", &bookmark.projectionSha256},
             {"stateSha256", &bookmark.stateSha256}}) {
        const auto member = json.find(name);
        if (member == json.end() || !member->is_string()) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("The bookmark {} lacks \"{}\".", path, name));
        }
        *to = member->get<std::string>();
    }
    const auto rows = json.find("rows");
    bookmark.rows = rows != json.end() && rows->is_number_unsigned() ? rows->get<std::size_t>() : 0;
    auto parsed = MomentLink::parse(link);
    if (!parsed) {
        return fail(parsed.error().code, fmt::format("{}: {}", path, parsed.error().message));
    }
    bookmark.link = std::move(*parsed);
    return bookmark;
}

Result<void> MomentBookmark::save(const std::string& path) const
{
    const nlohmann::ordered_json json{
        {"hindcast", kFormat},        {"link", link.toString()},
        {"projection", projection},   {"projectionSha256", projectionSha256},
        {"stateSha256", stateSha256}, {"rows", rows}};
    auto saved = WholeFile::writeJson(path, json.dump(2) + '\n');
    if (!saved) {
        saved.error().message = "The bookmark " + saved.error().message;
    }
    return saved;
}

std::vector<std::string> MomentBookmark::differences(const MomentBookmark& was,
                                                     const MomentBookmark& is)
{
    std::vector<std::string> differences;
    if (was.projectionSha256 != is.projectionSha256) {
        differences.push_back(
            was.projection == is.projection
                ? fmt::format("The projection {} is defined otherwise than when the moment was "
                              "kept.",
                              was.projection)
                : fmt::format("The moment was kept of the projection {}, this is {}.",
                              was.projection, is.projection));
    }
    // The definition is part of what is hashed.
    const bool comparable = differences.empty();
    if (was.rows != is.rows || (comparable && was.stateSha256 != is.stateSha256)) {
        differences.push_back(fmt::format("The state is not the one that was kept: {} now, {} "
                                          "then; SHA-256 {} now, {} then.",
                                          trust_words::counted(is.rows, "row", "rows"),
                                          trust_words::grouped(static_cast<std::int64_t>(was.rows)),
                                          is.stateSha256.substr(0, 12),
                                          was.stateSha256.substr(0, 12)));
    } else if (!comparable) {
        differences.emplace_back(
            "So whether its states are the same cannot be told by their hashes.");
    }
    return differences;
}

} // namespace hindcast
