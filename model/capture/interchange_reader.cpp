#include "model/capture/interchange_reader.h"

#include "model/capture/base64.h"
#include "model/capture/line_reader.h"

#include <cstring>
#include <fmt/core.h>
#include <limits>
#include <map>
#include <simdjson.h>

namespace hindcast {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kProblemsKept = 10;

// A line's fields; the bytes live until the next line is read.
struct Line
{
    std::string topic;
    std::int64_t partition = -1;
    std::int64_t offset = -1;
    std::int64_t timestampMs = -1;
    TimestampType type = TimestampType::CreateTime;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    bool hasPayload = false; // be it null

    void clear()
    {
        topic.clear();
        partition = offset = timestampMs = -1;
        type = TimestampType::CreateTime;
        key.reset();
        value.reset();
        headers.clear();
        hasPayload = false;
    }
};

// The first thing that is wrong with a line, as the end of a sentence; empty: nothing.
class LineParser
{
public:
    std::string parse(std::string_view text, Line& line)
    {
        line.clear();
        m_problem.clear();
        auto document =
            m_parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING);
        ondemand::object object;
        if (auto error = document.get_object().get(object)) {
            return describe(error);
        }
        for (auto field : object) {
            std::string_view name;
            ondemand::value value;
            if (auto error = field.unescaped_key().get(name)) {
                return describe(error);
            }
            // The parser reuses the buffer of the name for the value.
            const std::string member(name);
            if (auto error = field.value().get(value)) {
                return describe(error);
            }
            if (auto error = read(member, value, line)) {
                return m_problem.empty() ? fmt::format("in \"{}\": {}", member, describe(error))
                                         : m_problem;
            }
        }
        if (document.current_location().error() == simdjson::SUCCESS) {
            return "there is more after the object";
        }
        if (line.topic.empty()) {
            return "\"topic\" is missing";
        }
        if (line.partition < 0 || line.partition > std::numeric_limits<std::int32_t>::max()) {
            return "\"partition\" is missing or not a partition number";
        }
        if (line.offset < 0) {
            return "\"offset\" is missing or negative";
        }
        // A record without one would be a deletion: a name that was mistaken must not be one.
        if (!line.hasPayload) {
            return "\"payload\" is missing (null is a record without a value)";
        }
        return {};
    }

private:
    static std::string describe(simdjson::error_code error)
    {
        switch (error) {
        case simdjson::UTF8_ERROR:
            return "it is not UTF-8";
        case simdjson::STRING_ERROR:
            return "a string has an escape that is not valid, as half of a surrogate pair";
        default:
            break;
        }
        // The sentence around it ends in a full stop of its own.
        std::string_view words = simdjson::error_message(error);
        if (words.ends_with('.')) {
            words.remove_suffix(1);
        }
        return std::string(words);
    }

    simdjson::error_code read(const std::string& member, ondemand::value value, Line& line)
    {
        if (member == "topic") {
            return readString(value, line.topic);
        }
        if (member == "partition") {
            return value.get_int64().get(line.partition);
        }
        if (member == "offset") {
            return value.get_int64().get(line.offset);
        }
        if (member == "ts") {
            return value.is_null() ? simdjson::SUCCESS : value.get_int64().get(line.timestampMs);
        }
        if (member == "tstype") {
            return readType(value, line.type);
        }
        if (member == "key") {
            return readBytes(value, line.key);
        }
        if (member == "payload") {
            line.hasPayload = true;
            return readBytes(value, line.value);
        }
        if (member == "headers") {
            return readHeaders(value, line);
        }
        return simdjson::SUCCESS;
    }

    simdjson::error_code readType(ondemand::value value, TimestampType& type)
    {
        std::string_view text;
        if (auto error = value.get_string().get(text)) {
            return error;
        }
        type = text == "logappend" ? TimestampType::LogAppendTime
               : text == "create"  ? TimestampType::CreateTime
                                   : TimestampType::None;
        return simdjson::SUCCESS;
    }

    simdjson::error_code readString(ondemand::value value, std::string& to)
    {
        std::string_view text;
        if (auto error = value.get_string().get(text)) {
            return error;
        }
        // The text was checked to be UTF-8; only an escape can have made half of a surrogate pair.
        for (std::size_t at = text.find('\xed'); at != std::string_view::npos;
             at = text.find('\xed', at + 1)) {
            if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xa0) {
                return simdjson::STRING_ERROR;
            }
        }
        to = text;
        return simdjson::SUCCESS;
    }

    simdjson::error_code readBytes(ondemand::value value, std::optional<std::string>& to)
    {
        ondemand::json_type type{};
        if (auto error = value.type().get(type)) {
            return error;
        }
        if (type == ondemand::json_type::null) {
            to.reset();
            return value.is_null() ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
        }
        if (type == ondemand::json_type::string) {
            return readString(value, to.emplace());
        }
        ondemand::object object;
        if (auto error = value.get_object().get(object)) {
            return error;
        }
        std::string text;
        ondemand::value base64;
        if (auto error = object.find_field("base64").get(base64)) {
            m_problem = "bytes are a string, null, or {\"base64\":\"...\"}";
            return error;
        }
        if (auto error = readString(base64, text)) {
            return error;
        }
        to = decodeBase64(text);
        if (!to) {
            m_problem = "the base64 text is not valid";
            return simdjson::STRING_ERROR;
        }
        return simdjson::SUCCESS;
    }

    simdjson::error_code readHeaders(ondemand::value value, Line& line)
    {
        if (value.is_null()) {
            return simdjson::SUCCESS;
        }
        ondemand::array array;
        if (auto error = value.get_array().get(array)) {
            return error;
        }
        bool isName = true;
        for (auto item : array) {
            ondemand::value element;
            if (auto error = item.get(element)) {
                return error;
            }
            std::optional<std::string> bytes;
            if (auto error = readBytes(element, bytes)) {
                return error;
            }
            if (isName && !bytes) {
                m_problem = "a header has no name";
                return simdjson::INCORRECT_TYPE;
            }
            if (isName) {
                line.headers.emplace_back(std::move(*bytes), std::nullopt);
            } else {
                line.headers.back().second = std::move(bytes);
            }
            isName = !isName;
        }
        if (!isName) {
            m_problem = "the last header has a name and no value";
            return simdjson::INCORRECT_TYPE;
        }
        return simdjson::SUCCESS;
    }

    ondemand::parser m_parser;
    std::string m_problem;
};

// One builder a topic; full ones go to the sink, and all of them when together they are large.
class BatchesByTopic
{
public:
    explicit BatchesByTopic(RecordSink& sink)
        : m_sink(sink)
    {
    }

    Result<void> add(const Line& line)
    {
        RecordBatchBuilder& to = m_builders.try_emplace(line.topic, line.topic).first->second;
        const std::size_t before = to.arenaBytes();
        to.add(static_cast<std::int32_t>(line.partition), line.offset, line.timestampMs, line.type,
               line.key, line.value);
        for (const auto& [name, value] : line.headers) {
            to.addHeader(name, value);
        }
        m_bytes += to.arenaBytes() - before;
        if (m_bytes >= 16 * RecordBatch::kTargetBytes) {
            return flush();
        }
        return to.full() ? hand(to) : Result<void>{};
    }

    Result<void> flush()
    {
        for (auto& [topic, builder] : m_builders) {
            if (builder.size() > 0) {
                if (auto done = hand(builder); !done) {
                    return done;
                }
            }
        }
        return {};
    }

private:
    Result<void> hand(RecordBatchBuilder& builder)
    {
        m_bytes -= builder.arenaBytes();
        return m_sink.accept(builder.take());
    }

    RecordSink& m_sink;
    std::map<std::string, RecordBatchBuilder> m_builders;
    std::size_t m_bytes = 0;
};

} // namespace

Result<ImportReport> importInterchange(const std::string& path, RecordSink& sink,
                                       const std::stop_token& stop)
{
    auto lines = LineReader::open(path);
    if (!lines) {
        return tl::unexpected(lines.error());
    }
    ImportReport report;
    ReadProgress progress;
    LineParser parser;
    BatchesByTopic batches(sink);
    Line line;
    while (const auto text = lines->next()) {
        if (stop.stop_requested()) {
            report.cancelled = true;
            break;
        }
        progress.bytes += text->size() + 1;
        if (text->find_first_not_of(" \t") == std::string_view::npos) {
            continue;
        }
        ++report.lines;
        const std::string problem = parser.parse(*text, line);
        if (!problem.empty()) {
            ++report.badLines;
            if (report.problems.size() < kProblemsKept) {
                report.problems.push_back(
                    fmt::format("{}, line {}: {}.", path, lines->lineNumber(), problem));
            }
            continue;
        }
        if (auto done = batches.add(line); !done) {
            return tl::unexpected(done.error());
        }
        progress.records = ++report.records;
        if (report.records % RecordBatch::kTargetRecords == 0) {
            sink.progress(progress);
        }
    }
    if (auto done = batches.flush(); !done) {
        return tl::unexpected(done.error());
    }
    sink.progress(progress);
    if (lines->error()) {
        report.problems.push_back(lines->error()->message);
    }
    return report;
}

} // namespace hindcast
