#pragma once

#include "model/decode/field_path.h"
#include "model/record/record_batch.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hindcast {

// A field's value as it stands in the record. Views are valid until the next read().
//
// A path without steps (`key`, `value`) gives the bytes as they are: String where they are UTF-8
// text (JSON is not looked into), else Bytes. Where an object names a member twice the first counts
// (as in SQLite's json_extract).
struct FieldValue
{
    enum class Kind : std::uint8_t { Missing, Null, Bool, Integer, Number, String, Json, Bytes };
    Kind kind = Kind::Missing;
    bool boolean = false;
    std::int64_t integer = 0; // Integer: fits 64 bits
    double number = 0;        // Integer and Number
    std::string_view
        text; // String: unescaped; Integer, Number, Json (object or array): as written; Bytes: raw
};

// Reads the same few paths from many records; simdjson on demand, no allocation a record once warm.
// One thread an object.
class FieldReader
{
public:
    explicit FieldReader(std::vector<FieldPath> paths);
    ~FieldReader();

    // The values in the order of the paths. A record whose JSON is broken gives Missing for the
    // paths into it, and broken() says so. The record's bytes must be followed by
    // RecordBatch::kPadding readable bytes (as in any batch).
    // What lies behind the last field needed is not looked at beyond UTF-8, closed strings and the
    // closing bracket at the end.
    std::span<const FieldValue> read(const RecordView& record);

    // The same one path at a time, for callers that often need only the first few: start() costs
    // nothing, field() reads what it needs. The record must live until the last field().
    void start(const RecordView& record);
    const FieldValue& field(std::size_t path);

    // Of the fields read since the last read() or start(): the key or value that a path leads into
    // was not JSON. Null and empty payloads have no fields and are not broken.
    bool broken() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace hindcast
