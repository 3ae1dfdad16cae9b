#include "widgets/items/record_text.h"

#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kKeyChars = 120;
constexpr std::size_t kPreviewChars = 300;

bool looksLikeText(std::string_view bytes)
{
    const Decoded decoded = decode(bytes, 1);
    return decoded.format != Format::Binary;
}

} // namespace

std::string_view cutUtf8(std::string_view text, std::size_t maxBytes)
{
    if (text.size() <= maxBytes) {
        return text;
    }
    std::size_t end = maxBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end);
}

RecordText::Cell makeFieldText(const FieldValue& value, std::size_t maxChars)
{
    RecordText::Cell cell;
    cell.kind = value.kind;
    switch (value.kind) {
    case FieldValue::Kind::Missing:
        break;
    case FieldValue::Kind::Null:
        cell.text = QStringLiteral("null");
        break;
    case FieldValue::Kind::Bool:
        cell.text = value.boolean ? QStringLiteral("true") : QStringLiteral("false");
        break;
    case FieldValue::Kind::Integer:
    case FieldValue::Kind::Number:
    case FieldValue::Kind::String:
    case FieldValue::Kind::Json:
        cell.text = text::fromUtf8(preview(cutUtf8(value.text, maxChars * 4), maxChars));
        break;
    case FieldValue::Kind::Bytes:
        cell.text = text::fromUtf8(preview(value.text, maxChars));
        break;
    }
    cell.text = text::plain(cell.text.toStdString());
    return cell;
}

RecordText makeRecordText(const RecordView& record, FieldReader& reader, std::size_t paths)
{
    RecordText row;
    row.timestampType = record.timestampType;
    row.headers = record.headers.count();
    row.keyIsNull = !record.key.has_value();
    if (record.key) {
        row.keyIsBinary = !looksLikeText(*record.key);
        row.key = text::plain(preview(record.key, kKeyChars));
    }
    const Decoded decoded = decode(record.value);
    row.format = decoded.format;
    row.problem = text::plain(decoded.error);
    row.valueBytes = record.value ? record.value->size() : 0;
    row.value = text::plain(preview(record.value, kPreviewChars));
    if (paths > 0) {
        const auto values = reader.read(record);
        row.fields.reserve(paths);
        for (std::size_t i = 0; i < std::min(paths, values.size()); ++i) {
            row.fields.push_back(makeFieldText(values[i]));
        }
    }
    return row;
}

} // namespace hindcast
