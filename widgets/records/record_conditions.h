#pragma once

#include "model/decode/field_reader.h"
#include "model/record/record_batch.h"
#include "widgets/items/record_table_model.h"

#include <QString>

#include <optional>

namespace hindcast {

// A condition of a filter that is true of this cell's value, as `value.status = 'FAILED'`; nullopt
// where no expression can say it.
std::optional<QString> conditionFor(const RecordView& record, const RecordColumn& column,
                                    bool exclude = false);
std::optional<QString> conditionFor(const FieldPath& path, const FieldValue& value,
                                    bool exclude = false);
// "key = 'order-1042'": of all records with that key.
QString keyFilter(const QByteArray& key);
// "'it''s'"
QString quoted(const QString& text);

} // namespace hindcast
