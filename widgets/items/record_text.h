#pragma once

#include "model/decode/field_reader.h"
#include "model/decode/value_tree.h"
#include "model/record/record_batch.h"

#include <QString>

#include <vector>

namespace hindcast {

// What one row of a record list says, beyond what the index knows. Plain text: hostile characters
// are made visible, length is bounded.
struct RecordText
{
    struct Cell
    {
        QString text;
        FieldValue::Kind kind = FieldValue::Kind::Missing;
    };

    QString key;
    bool keyIsNull = false;
    bool keyIsBinary = false;
    QString value;
    Format format = Format::Null;
    TimestampType timestampType = TimestampType::None;
    std::size_t valueBytes = 0;
    std::size_t headers = 0;
    std::vector<Cell> fields; // in the order of the reader's paths
    QString problem;          // why the record is not what it looks like; empty: none
};

// `reader` reads `paths` fields. In any thread; the reader belongs to that thread.
RecordText makeRecordText(const RecordView& record, FieldReader& reader, std::size_t paths);

// A cell's text from a field's value, at most `maxChars` long.
RecordText::Cell makeFieldText(const FieldValue& value, std::size_t maxChars = 200);

// A piece of at most `maxBytes` that does not end inside a UTF-8 sequence.
std::string_view cutUtf8(std::string_view text, std::size_t maxBytes);

} // namespace hindcast
