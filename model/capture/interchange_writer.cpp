#include "model/capture/interchange_writer.h"

#include "model/capture/base64.h"

#include <fmt/format.h>
#include <iterator>
#include <simdjson.h>

namespace hindcast {

namespace {

void appendBytes(std::optional<std::string_view> bytes, std::string& to)
{
    if (!bytes) {
        to += "null";
    } else if (simdjson::validate_utf8(bytes->data(), bytes->size())) {
        appendJsonString(*bytes, to);
    } else {
        to += base64Json(*bytes);
    }
}

std::string_view typeName(TimestampType type)
{
    switch (type) {
    case TimestampType::CreateTime:
        return "create";
    case TimestampType::LogAppendTime:
        return "logappend";
    case TimestampType::None:
        break;
    }
    return "unknown";
}

} // namespace

void appendJsonString(std::string_view text, std::string& to)
{
    to += '"';
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        to.append(text, done, at - done);
        done = at + 1;
        switch (c) {
        case '"':
            to += "\\\"";
            break;
        case '\\':
            to += "\\\\";
            break;
        case '\n':
            to += "\\n";
            break;
        case '\r':
            to += "\\r";
            break;
        case '\t':
            to += "\\t";
            break;
        default:
            fmt::format_to(std::back_inserter(to), "\\u{:04x}", c);
        }
    }
    to.append(text, done, text.size() - done);
    to += '"';
}

void appendInterchangeLine(const RecordView& record, std::string& to)
{
    to += R"({"topic":)";
    appendBytes(record.topic, to);
    fmt::format_to(
        std::back_inserter(to), R"(,"partition":{},"offset":{},"tstype":"{}","ts":{},"headers":[)",
        record.partition, record.offset, typeName(record.timestampType), toMs(record.timestamp));
    bool first = true;
    for (const Header& header : record.headers.toVector()) {
        to += first ? "" : ",";
        first = false;
        appendBytes(header.name, to);
        to += ',';
        appendBytes(header.value, to);
    }
    to += R"(],"key":)";
    appendBytes(record.key, to);
    to += R"(,"payload":)";
    appendBytes(record.value, to);
    to += "}\n";
}

} // namespace hindcast
