#include "model/capture/csv_writer.h"

#include "model/capture/base64.h"
#include "model/capture/interchange_writer.h"

#include <fmt/format.h>
#include <iterator>
#include <simdjson.h>

namespace hindcast {

namespace {

std::optional<std::string> asText(std::optional<std::string_view> bytes)
{
    if (!bytes) {
        return std::nullopt;
    }
    if (simdjson::validate_utf8(bytes->data(), bytes->size())) {
        return std::string(*bytes);
    }
    std::string text = R"({"base64":")";
    appendBase64(*bytes, text);
    return text + "\"}";
}

std::string headersAsJson(const HeaderView& headers)
{
    std::string json = "[";
    for (const Header& header : headers.toVector()) {
        json += json.size() > 1 ? "," : "";
        appendJsonString(*asText(header.name), json);
        json += ',';
        if (header.value) {
            appendJsonString(*asText(header.value), json);
        } else {
            json += "null";
        }
    }
    return json + "]";
}

} // namespace

void appendCsvField(std::optional<std::string_view> text, std::string& to)
{
    if (!text) {
        return;
    }
    if (!text->empty() && text->find_first_of(",\"\r\n") == std::string_view::npos) {
        to += *text;
        return;
    }
    to += '"';
    for (const char c : *text) {
        to.append(c == '"' ? 2 : 1, c);
    }
    to += '"';
}

void appendCsvHeader(std::string& to)
{
    to += "topic,partition,offset,timestamp,key,value,headers\n";
}

void appendCsvLine(const RecordView& record, std::string& to)
{
    appendCsvField(record.topic, to);
    fmt::format_to(std::back_inserter(to), ",{},{},", record.partition, record.offset);
    if (record.timestamp != kNoTimestamp) {
        to += formatUtc(record.timestamp);
    }
    to += ',';
    appendCsvField(asText(record.key), to);
    to += ',';
    appendCsvField(asText(record.value), to);
    to += ',';
    if (!record.headers.empty()) {
        appendCsvField(headersAsJson(record.headers), to);
    }
    to += "\n";
}

} // namespace hindcast
