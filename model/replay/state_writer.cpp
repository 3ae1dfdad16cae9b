#include "model/replay/state_writer.h"

#include "model/capture/base64.h"
#include "model/decode/json_text.h"
#include "model/replay/clock_proposal.h"
#include "model/replay/commit_order.h"
#include "model/replay/json_members.h"
#include "model/replay/key_reader.h"
#include "model/replay/moment_link.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <simdjson.h>

namespace hindcast {

namespace {

void appendCsv(const Cell& cell, std::string& line)
{
    if (cell.absent()) {
        return;
    }
    const bool plain =
        !cell.text.empty() && cell.text.find_first_of(",\"\r\n") == std::string::npos;
    if (plain) {
        line += cell.text;
        return;
    }
    line += '"';
    for (const char c : cell.text) {
        line += c;
        if (c == '"') {
            line += c;
        }
    }
    line += '"';
}

void appendCsv(std::string_view text, std::string& line)
{
    appendCsv(Cell{Cell::Kind::String, std::string(text)}, line);
}

void appendJson(const Cell& cell, std::string& line)
{
    switch (cell.kind) {
    case Cell::Kind::Missing:
    case Cell::Kind::Unreadable:
    case Cell::Kind::Null:
        line += "null";
        break;
    case Cell::Kind::Bool:
    case Cell::Kind::Number:
    case Cell::Kind::Json:
        line += cell.text;
        break;
    case Cell::Kind::String:
        appendJsonText(cell.text, line);
        break;
    }
}

// Whether a text is one JSON value; numbers past a double's range are.
bool isJson(std::string_view text)
{
    thread_local JsonMembers members;
    std::string object = "{\"v\":";
    object += text;
    object += '}';
    const std::size_t size = object.size();
    object.append(RecordBatch::kPadding, '\0');
    if (members.read(std::string_view(object).substr(0, size), true) != JsonMembers::Kind::Object) {
        return false;
    }
    return members.members().size() == 1; // and not 1,"w":2
}

// A state (or a field of one) as JSON: as it is where it is JSON on one line, else as a string.
void appendJsonValue(std::optional<std::string_view> value, std::string& line)
{
    if (!value) {
        line += "null";
    } else if (isJson(withoutBom(*value))) {
        for (const char c : withoutBom(*value)) {
            line += c == '\n' || c == '\r' ? ' ' : c;
        }
    } else {
        appendJsonText(*value, line);
    }
}

Result<void> written(std::ostream& out)
{
    if (!out) {
        return fail(ErrorCode::NoSpace, "The output cannot be written; check the space left and "
                                        "that nobody closed it.");
    }
    return {};
}

std::string_view changeWord(RowDiff::Change change)
{
    switch (change) {
    case RowDiff::Change::Added:
        return "added";
    case RowDiff::Change::Removed:
        return "removed";
    case RowDiff::Change::Changed:
        break;
    }
    return "changed";
}

std::string csvHeader(const std::vector<std::string>& names)
{
    std::string line;
    for (const std::string& name : names) {
        line += line.empty() ? "" : ",";
        appendCsv(name, line);
    }
    return line + "\n";
}

bool isText(std::string_view key)
{
    return simdjson::validate_utf8(key.data(), key.size());
}

void appendKeyJson(std::string_view key, std::string& line)
{
    if (isText(key)) {
        appendJsonText(key, line);
    } else {
        line += base64Json(key);
    }
}

void appendKeyCsv(std::string_view key, std::string& line)
{
    appendCsv(isText(key) ? std::string(key) : base64Json(key), line);
}

} // namespace

std::string rowAsJson(std::string_view key, const std::vector<std::string>& names,
                      const std::vector<Cell>& cells)
{
    std::string line = "{";
    appendJsonText(names.front(), line);
    line += ':';
    appendKeyJson(key, line);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i].missing()) {
            continue;
        }
        line += ',';
        appendJsonText(names[i + 1], line);
        line += ':';
        appendJson(cells[i], line);
    }
    return line + '}';
}

Result<void> StateWriter::state(std::ostream& out, const State& state) const
{
    ColumnReader reader(columns);
    const std::vector<std::string> names = uniqueNames({"key"}, columns);
    std::string line;
    if (format == Format::Csv) {
        out << csvHeader(names);
    }
    const auto read = state.forEach(
        0, state.size(),
        [&](std::size_t, const StateRow& row, std::string_view bytes) {
            if (only && !(*only)[row.key]) {
                return true;
            }
            const auto cells = reader.read(bytes);
            line.clear();
            if (format == Format::Csv) {
                appendKeyCsv(state.keyText(row), line);
                for (const Cell& cell : cells) {
                    line += ',';
                    appendCsv(cell, line);
                }
            } else {
                line += rowAsJson(state.keyText(row), names, cells);
            }
            line += '\n';
            out << line;
            return static_cast<bool>(out);
        },
        stop);
    return read ? written(out) : read;
}

Result<void> StateWriter::diff(std::ostream& out, const VersionLog& log,
                               const StateDiff& diff) const
{
    ColumnReader reader(columns);
    if (format == Format::Csv) {
        out << "change,key,column,a,b\n";
    }
    std::string line;
    const auto read = diff.forEach(
        log,
        [&](const RowDiff& row, std::optional<std::string_view> before,
            std::optional<std::string_view> after) {
            const auto a = reader.read(before);
            const auto b = reader.read(after);
            const auto changed = StateDiff::changedCells(a, b);
            const std::string_view key = log.keys().text(row.key);
            line.clear();
            if (format == Format::JsonLines) {
                line += "{\"change\":\"";
                line += changeWord(row.change);
                line += "\",\"key\":";
                appendKeyJson(key, line);
                line += ",\"cells\":{";
            }
            bool first = true;
            for (std::size_t i = 0; i < columns.size(); ++i) {
                if (!changed[i]) {
                    continue;
                }
                if (format == Format::Csv) {
                    line += changeWord(row.change);
                    line += ',';
                    appendKeyCsv(key, line);
                    line += ',';
                    appendCsv(columns[i].name, line);
                    line += ',';
                    appendCsv(a[i], line);
                    line += ',';
                    appendCsv(b[i], line);
                    line += '\n';
                    continue;
                }
                line += first ? "" : ",";
                first = false;
                appendJsonText(columns[i].name, line);
                line += ":{";
                if (!a[i].missing()) {
                    line += "\"a\":";
                    appendJson(a[i], line);
                }
                if (!b[i].missing()) {
                    line += !a[i].missing() ? ",\"b\":" : "\"b\":";
                    appendJson(b[i], line);
                }
                line += '}';
            }
            if (format == Format::JsonLines) {
                line += "}}\n";
            } else if (line.empty()) {
                // It differs outside the columns shown.
                line += changeWord(row.change);
                line += ',';
                appendKeyCsv(key, line);
                line += ",,,\n";
            }
            out << line;
            return static_cast<bool>(out);
        },
        stop);
    return read ? written(out) : read;
}

Result<void> StateWriter::history(std::ostream& out, const std::vector<HistoryEntry>& entries) const
{
    ColumnReader reader(columns);
    if (format == Format::Csv) {
        out << csvHeader(uniqueNames({"time", "record"}, columns));
    }
    std::string line;
    for (const HistoryEntry& entry : entries) {
        line.clear();
        if (format == Format::Csv) {
            line += entry.time == kNoTimestamp ? std::string() : formatUtc(entry.time);
            line += ',';
            appendCsv(entry.place.toString(), line);
            for (const Cell& cell : reader.read(entry.state)) {
                line += ',';
                appendCsv(cell, line);
            }
        } else {
            line += "{\"time\":";
            if (entry.time == kNoTimestamp) {
                line += "null";
            } else {
                appendJsonText(formatUtc(entry.time), line);
            }
            line += ",\"record\":";
            appendJsonText(entry.place.toString(), line);
            line += ",\"state\":";
            appendJsonValue(entry.state, line);
            line += ",\"changes\":{";
            bool first = true;
            for (const FieldChange& change : entry.changes) {
                line += first ? "" : ",";
                first = false;
                appendJsonText(change.name, line);
                line += ":{";
                if (change.before) {
                    line += "\"before\":";
                    appendJsonValue(change.before, line);
                }
                if (change.after) {
                    line += change.before ? ",\"after\":" : "\"after\":";
                    appendJsonValue(change.after, line);
                }
                line += '}';
            }
            line += "}}";
        }
        line += '\n';
        out << line;
    }
    return written(out);
}

std::string stateReceiptJson(const State& state, const TrustReport& trust,
                             const std::string& sha256, const StateWritten& written)
{
    const VersionLog& log = *state.log();
    const TimeOrder& order = *log.order();
    nlohmann::ordered_json json;
    json["projection"] = log.projection().name;
    json["definition"] = log.projection().canonical();
    const auto* const commits = dynamic_cast<const CommitOrder*>(&order);
    json["clock"] = order.clock().toString();
    if (!order.clock().field.empty()) {
        json["withoutField"] = recordsWithoutField(order, log.projection());
    }
    const Moment moment = order.momentOf(state.prefix());
    json["at"] = formatUtc(moment.time);
    json["last"] = moment.last ? nlohmann::ordered_json(moment.last->toString())
                               : nlohmann::ordered_json(nullptr);
    if (const auto lsn = commits == nullptr ? std::nullopt : commits->lsnOf(state.prefix())) {
        json["lsn"] = *lsn;
    }
    if (const auto at = commits == nullptr ? std::nullopt : commits->binlogOf(state.prefix())) {
        json["binlog"] = at->toString();
    }
    // By the clocks `commit` and `event-time` a moment is no offset vector: its exact form is the
    // log position, or the time and the last record.
    const Clock::Kind clock = order.clock().kind;
    if (clock == Clock::Kind::Log || clock == Clock::Kind::Robust) {
        auto& offsets = json["offsets"] = nlohmann::ordered_json::object();
        for (const auto& [place, offset] : order.offsets(state.prefix())) {
            if (log.projection().hasTopic(place.topic)) {
                offsets[place.toString()] = offset;
            }
        }
    }
    json["link"] = MomentLink::of(order, state.prefix(), log.projection().topics()).toString();
    json["rows"] = state.size();
    if (written.rows) {
        json["written"] = {{"rows", *written.rows}, {"filter", written.filter}};
    }
    if (written.unreadable > 0) {
        json["unreadableRows"] = written.unreadable;
    }
    json["sha256"] = sha256;
    json["trust"] = trustWord(trust.overall);
    json["sentence"] = trust.sentence();
    auto& parts = json["partitions"] = nlohmann::ordered_json::array();
    for (const PartitionTrust& part : trust.partitions) {
        parts.push_back({{"partition", part.place.toString()},
                         {"trust", trustWord(part.verdict())},
                         {"reason", part.why()}});
    }
    const FoldReport& report = log.report();
    json["folded"] = {{"records", report.records},         {"filtered", report.filtered},
                      {"redelivered", report.redelivered}, {"withoutKey", report.withoutKey},
                      {"skipped", report.skipped},         {"unknownValues", report.unknownValues},
                      {"findings", report.findings}};
    if (!report.changes.empty()) {
        const ChangeCounts all = report.allChanges();
        auto& changes = json["changeEvents"] = nlohmann::ordered_json::object();
        for (std::size_t i = 0; i < all.records.size(); ++i) {
            if (const auto name = changeShapeName(static_cast<ChangeShape>(i));
                all.records[i] > 0 && !name.empty()) {
                changes[std::string(name)] = all.records[i];
            }
        }
        json["folded"]["withoutRows"] = all.withoutRows;
        json["folded"]["otherTables"] = all.otherTables;
    }
    auto& skipped = json["skipped"] = nlohmann::ordered_json::array();
    for (const SkippedRecord& record : report.firstSkipped) {
        skipped.push_back({{"record", record.place.toString()}, {"reason", record.reason}});
    }
    auto& findings = json["findings"] = nlohmann::ordered_json::array();
    for (const FoldFinding& finding : report.firstFindings) {
        findings.push_back(
            {{"record", finding.place.toString()}, {"key", finding.key}, {"what", finding.what}});
    }
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace hindcast
