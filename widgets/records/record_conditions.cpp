#include "widgets/records/record_conditions.h"

#include "model/decode/value_tree.h"
#include "widgets/shared/text.h"

namespace hindcast {

namespace {

constexpr std::size_t kLongest = 2000; // bytes of a value that a filter line can hold

std::optional<QString> textCondition(const QString& name, std::string_view value, bool exclude)
{
    if (value.size() > kLongest || decode(value, 1).format == Format::Binary) {
        return std::nullopt;
    }
    return name + (exclude ? QStringLiteral(" is not ") : QStringLiteral(" = ")) +
           quoted(text::fromUtf8(value));
}

} // namespace

QString quoted(const QString& text)
{
    QString inside = text;
    inside.replace(QLatin1Char('\''), QStringLiteral("''"));
    return QLatin1Char('\'') + inside + QLatin1Char('\'');
}

QString keyFilter(const QByteArray& key)
{
    return QStringLiteral("key = ") + quoted(QString::fromUtf8(key));
}

std::optional<QString> conditionFor(const FieldPath& path, const FieldValue& value, bool exclude)
{
    const QString name = text::fromUtf8(path.toString());
    // `is not` rather than <>: a record without the field is not excluded by what it does not have.
    const QString equals = exclude ? QStringLiteral(" is not ") : QStringLiteral(" = ");
    switch (value.kind) {
    case FieldValue::Kind::Missing:
    case FieldValue::Kind::Null:
        return name + (exclude ? QStringLiteral(" is not null") : QStringLiteral(" is null"));
    case FieldValue::Kind::Bool:
        return name + equals + (value.boolean ? QStringLiteral("1") : QStringLiteral("0"));
    case FieldValue::Kind::Integer:
    case FieldValue::Kind::Number:
        return name + equals + text::fromUtf8(value.text);
    case FieldValue::Kind::String:
    case FieldValue::Kind::Json:
        return textCondition(name, value.text, exclude);
    case FieldValue::Kind::Bytes:
        break;
    }
    return std::nullopt;
}

std::optional<QString> conditionFor(const RecordView& record, const RecordColumn& column,
                                    bool exclude)
{
    const QString equals = exclude ? QStringLiteral(" <> ") : QStringLiteral(" = ");
    switch (column.what) {
    case RecordColumn::What::Time:
        return QStringLiteral("timestamp") + equals + QString::number(toMs(record.timestamp));
    case RecordColumn::What::Topic:
        return QStringLiteral("topic") + equals + quoted(text::fromUtf8(record.topic));
    case RecordColumn::What::Partition:
        return QStringLiteral("partition") + equals + QString::number(record.partition);
    case RecordColumn::What::Offset:
        return QStringLiteral("offset") + equals + QString::number(record.offset);
    case RecordColumn::What::Key:
        if (!record.key) {
            return exclude ? QStringLiteral("key is not null") : QStringLiteral("key is null");
        }
        return textCondition(QStringLiteral("key"), *record.key, exclude);
    case RecordColumn::What::Value:
        if (!record.value) {
            return exclude ? QStringLiteral("value is not null") : QStringLiteral("value is null");
        }
        return textCondition(QStringLiteral("value"), *record.value, exclude);
    case RecordColumn::What::Field: {
        FieldReader reader({column.path});
        return conditionFor(column.path, reader.read(record).front(), exclude);
    }
    }
    return std::nullopt;
}

} // namespace hindcast
