// Positions in a database's log and names of transactions, looked up in the order.
#include "model/replay/change_place.h"
#include "model/replay/commit_order.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>

namespace hindcast {

Result<std::uint32_t> CommitOrder::sourceNumber(std::string_view source) const
{
    if (m_sources.empty()) {
        return fail(ErrorCode::NotFound,
                    "The capture holds no change events with a position in a database's log.");
    }
    if (source.empty() && m_sources.size() == 1) {
        return 0;
    }
    const auto found = std::find(m_sources.begin(), m_sources.end(), source);
    if (found == m_sources.end()) {
        return fail(
            source.empty() ? ErrorCode::InvalidArgument : ErrorCode::NotFound,
            source.empty()
                ? fmt::format("The capture holds changes of several databases; say which one, as "
                              "in lsn:{}:NUMBER or tx:{}:NUMBER: {}.",
                              m_sources.front(), m_sources.front(), fmt::join(m_sources, ", "))
                : fmt::format("The capture holds no changes of \"{}\"; it has those of {}.", source,
                              fmt::join(m_sources, ", ")));
    }
    return static_cast<std::uint32_t>(found - m_sources.begin());
}

Result<Rank> CommitOrder::prefixOfLsn(std::uint64_t lsn, std::string_view source) const
{
    const auto number = sourceNumber(source);
    if (!number) {
        return tl::unexpected(number.error());
    }
    if (m_positions[*number] == Positions::Binlog) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The changes of {} stand in a binary log, which has no LSN; name a "
                                "position of it, as binlog:{}.",
                                m_sources[*number],
                                lastBinlog(source).value_or(BinlogPosition()).toString()));
    }
    if (m_positions[*number] != Positions::Lsn) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The changes of {} do not say where in the database's log they "
                                "stand; name a time, a record or a transaction (tx:ID).",
                                m_sources[*number]));
    }
    Rank prefix = 0;
    bool any = false;
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        const Group& group = m_groups[i];
        if (group.source != *number) {
            continue;
        }
        if (!(group.behind ? group.position < lsn : group.position <= lsn)) {
            return any ? prefix : group.first;
        }
        any = true;
        prefix = endOf(i);
    }
    return prefix;
}

// Why a source has no positions of a binary log.
Error CommitOrder::noBinlog(std::uint32_t source) const
{
    const std::string& name = m_sources[source];
    const auto error = [](std::string text) {
        return Error{ErrorCode::NotFound, std::move(text), {}};
    };
    if (m_positions[source] == Positions::SeveralServers) {
        return error(fmt::format("The positions in the changes of {} fall along a partition: they "
                                 "are of several servers, or of a binary log that began anew, and "
                                 "cannot be compared; name a time, a record or a transaction.",
                                 name));
    }
    if (m_positions[source] == Positions::Lsn) {
        return error(fmt::format("The changes of {} stand in no binary log; name a position of its "
                                 "own log, as lsn:{}.",
                                 name, lastLsn(name).value_or(0)));
    }
    if (name == changeShapeName(ChangeShape::Maxwell)) {
        return error("The changes of Maxwell do not all say where in the binary log they stand "
                     "(it writes that with output_binlog_position); name a time, a record or a "
                     "transaction (tx:ID).");
    }
    return error(fmt::format("{} does not write where in the binary log its changes stand; name a "
                             "time, a record or a transaction.",
                             name));
}

Result<CommitOrder::InBinlog> CommitOrder::inBinlog(const BinlogPosition& position,
                                                    std::string_view source) const
{
    const auto number = sourceNumber(source);
    if (!number) {
        return tl::unexpected(number.error());
    }
    if (m_positions[*number] != Positions::Binlog) {
        return tl::unexpected(noBinlog(*number));
    }
    const auto at = m_binlogs.find(position);
    const Group* first = nullptr;
    const Group* last = nullptr;
    bool named = false; // the file's name is one of the source's
    InBinlog result;
    result.untold = m_untold[*number];
    bool before = true;
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        const Group& group = m_groups[i];
        if (group.source != *number) {
            continue;
        }
        named = named || (at && BinlogNames::nameOf(group.position) == BinlogNames::nameOf(*at));
        if (at && before && group.position > *at) {
            result.prefix = first == nullptr ? group.first : result.prefix;
            result.inside = group.position - group.span <= *at;
            before = false;
        }
        if (before) {
            result.prefix = endOf(i);
        }
        first = first == nullptr ? &group : first;
        last = &group;
    }
    if (first == nullptr || last == nullptr) {
        return tl::unexpected(noBinlog(*number));
    }
    if (!named) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The changes of {} are in no file like {}, but from {} to {}.",
                                m_sources[*number], position.file,
                                m_binlogs.at(first->position).toString(),
                                m_binlogs.at(last->position).toString()));
    }
    result.beyond = last->position < *at;
    return result;
}

Result<Rank> CommitOrder::prefixOfTransaction(std::int64_t txId, std::string_view source) const
{
    const auto number = sourceNumber(source);
    if (!number) {
        return tl::unexpected(number.error());
    }
    bool numbers = false;
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        if (m_groups[i].source != *number || m_groups[i].server != kLoose) {
            continue;
        }
        if (m_groups[i].txId == txId) {
            return endOf(i);
        }
        numbers = numbers || m_groups[i].txId >= 0;
    }
    if (!numbers && m_positions[*number] == Positions::Binlog) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The transactions of {} have no numbers; name a position of its "
                                "binary log, as binlog:{}, or a GTID (gtid:SERVER:N).",
                                m_sources[*number],
                                lastBinlog(source).value_or(BinlogPosition()).toString()));
    }
    return fail(ErrorCode::NotFound,
                fmt::format("The transaction {} is not in this capture.", txId));
}

std::optional<CommitOrder::Gtid> CommitOrder::Gtid::parse(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    const std::size_t split = colon != std::string_view::npos ? colon : text.rfind('-');
    if (split == std::string_view::npos || split == 0 || text.find('=') != std::string_view::npos) {
        return std::nullopt;
    }
    Gtid gtid;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + split + 1, end, gtid.sequence);
    if (read.ec != std::errc() || read.ptr != end || gtid.sequence < 0) {
        return std::nullopt;
    }
    gtid.server = text.substr(0, split);
    std::transform(gtid.server.begin(), gtid.server.end(), gtid.server.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return gtid;
}

Result<Rank> CommitOrder::prefixOfGtid(const Gtid& gtid) const
{
    const auto server = std::find(m_servers.begin(), m_servers.end(), gtid.server);
    const auto at = static_cast<std::uint32_t>(server - m_servers.begin());
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        if (m_groups[i].server == at && m_groups[i].txId == gtid.sequence) {
            return endOf(i);
        }
    }
    if (m_servers.size() <= 1) {
        return fail(ErrorCode::NotFound, "No change of this capture tells a GTID.");
    }
    return fail(ErrorCode::NotFound,
                server == m_servers.end()
                    ? fmt::format("No change of this capture is of the server {}; known: {}.",
                                  gtid.server,
                                  fmt::join(m_servers.begin() + 1, m_servers.end(), ", "))
                    : fmt::format("The transaction {} of {} is not in this capture.", gtid.sequence,
                                  gtid.server));
}

// The last group of a prefix that says where in a log it stands.
const CommitOrder::Group* CommitOrder::lastTold(Rank prefix) const
{
    for (std::size_t i = prefix == 0 ? 0 : groupOf(prefix - 1) + 1; i-- > 0;) {
        const Group& group = m_groups[i];
        if (group.source != kLoose && (m_positions[group.source] == Positions::Lsn ||
                                       m_positions[group.source] == Positions::Binlog)) {
            return &group;
        }
    }
    return nullptr;
}

std::optional<std::uint64_t> CommitOrder::lsnOf(Rank prefix) const
{
    const Group* const group = lastTold(prefix);
    return group != nullptr && m_positions[group->source] == Positions::Lsn
               ? std::optional(group->position)
               : std::nullopt;
}

std::optional<BinlogPosition> CommitOrder::binlogOf(Rank prefix) const
{
    const Group* const group = lastTold(prefix);
    return group != nullptr && m_positions[group->source] == Positions::Binlog
               ? std::optional(m_binlogs.at(group->position))
               : std::nullopt;
}

const CommitOrder::Group* CommitOrder::lastOf(std::string_view source) const
{
    const auto number = sourceNumber(source);
    const auto last = std::find_if(m_groups.rbegin(), m_groups.rend(), [&number](const Group& g) {
        return number && g.source == *number;
    });
    return last == m_groups.rend() ? nullptr : &*last;
}

std::optional<std::uint64_t> CommitOrder::lastLsn(std::string_view source) const
{
    const Group* const last = lastOf(source);
    return last == nullptr || last->behind || m_positions[last->source] != Positions::Lsn
               ? std::nullopt
               : std::optional(last->position);
}

std::optional<BinlogPosition> CommitOrder::lastBinlog(std::string_view source) const
{
    const Group* const last = lastOf(source);
    return last == nullptr || m_positions[last->source] != Positions::Binlog
               ? std::nullopt
               : std::optional(m_binlogs.at(last->position));
}

} // namespace hindcast
