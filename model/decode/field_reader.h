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
    std::span<const FieldValue> read(const RecordView& record);
    bool broken() const; // of the last read(): key or value that a path leads into was not JSON

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace hindcast
