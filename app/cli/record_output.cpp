#include "app/cli/record_output.h"

#include "model/capture/base64.h"
#include "model/capture/interchange_writer.h"

#include <simdjson.h>

namespace hindcast {

namespace {

std::string headersJson(const HeaderView& headers)
{
    // As in the interchange line: names and values in turn, doubled names kept.
    std::string text = "[";
    for (const Header& header : headers.toVector()) {
        text += text.size() > 1 ? "," : "";
        appendJsonString(simdjson::validate_utf8(header.name.data(), header.name.size())
                             ? header.name
                             : std::string_view("\uFFFD"),
                         text);
        text += ',';
        if (!header.value) {
            text += "null";
        } else if (simdjson::validate_utf8(header.value->data(), header.value->size())) {
            appendJsonString(*header.value, text);
        } else {
            text += base64Json(*header.value);
        }
    }
    return text + "]";
}

} // namespace

RecordOutput::RecordOutput(Console& console, OutputFormat format)
    : m_console(console)
    , m_format(format)
{
    if (format == OutputFormat::Table) {
        m_rows = std::make_unique<RowWriter>(
            console, format, std::vector<std::string>{"time", "record", "key", "value"});
    } else if (format == OutputFormat::Csv) {
        m_rows = std::make_unique<RowWriter>(console, format,
                                             std::vector<std::string>{"topic", "partition",
                                                                      "offset", "time", "timestamp",
                                                                      "key", "value", "headers"});
    }
}

void RecordOutput::write(const RecordView& record)
{
    ++m_records;
    if (m_format == OutputFormat::JsonLines) {
        m_line.clear();
        appendInterchangeLine(record, m_line);
        m_console.out(m_line);
        return;
    }
    const bool timed = record.timestamp != kNoTimestamp;
    const OutCell time = timed ? OutCell::of(formatUtc(record.timestamp)) : OutCell::null();
    if (m_format == OutputFormat::Table) {
        const RecordPlace place{std::string(record.topic), record.partition, record.offset};
        m_rows->row({time, OutCell::of(place.toString()), OutCell::payload(record.key),
                     OutCell::payload(record.value)});
        return;
    }
    m_rows->row({OutCell::of(record.topic), OutCell::number(record.partition),
                 OutCell::number(record.offset), time,
                 timed ? OutCell::number(toMs(record.timestamp)) : OutCell::null(),
                 OutCell::payload(record.key), OutCell::payload(record.value),
                 OutCell::json(headersJson(record.headers))});
}

void RecordOutput::finish()
{
    if (m_rows) {
        m_rows->finish();
    }
}

} // namespace hindcast
