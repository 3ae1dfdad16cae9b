#include "widgets/records/record_clipboard.h"

#include "model/capture/interchange_writer.h"
#include "model/decode/field_reader.h"
#include "widgets/shared/text.h"

#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kMostBytes = 64U << 20; // a clipboard is not an export

QString oneLine(std::string_view bytes)
{
    QString cell = text::fromUtf8(bytes);
    cell.replace(QLatin1Char('\\'), QStringLiteral("\\\\"));
    cell.replace(QLatin1Char('\t'), QStringLiteral("\\t"));
    cell.replace(QLatin1Char('\n'), QStringLiteral("\\n"));
    cell.replace(QLatin1Char('\r'), QStringLiteral("\\r"));
    return cell;
}

QString wholeField(const FieldValue& value)
{
    switch (value.kind) {
    case FieldValue::Kind::Missing:
    case FieldValue::Kind::Null:
        return {};
    case FieldValue::Kind::Bool:
        return value.boolean ? QStringLiteral("true") : QStringLiteral("false");
    default:
        return oneLine(value.text);
    }
}

} // namespace

QString recordsAsTsv(const CaptureSnapshot& snapshot, const std::vector<Row>& rows,
                     const std::vector<RecordColumn>& columns, const std::stop_token& stop)
{
    std::vector<FieldPath> paths;
    for (const RecordColumn& column : columns) {
        if (column.what == RecordColumn::What::Field) {
            paths.push_back(column.path);
        }
    }
    FieldReader reader(paths);
    QString all;
    for (const Row row : rows) {
        if (stop.stop_requested() || static_cast<std::size_t>(all.size()) > kMostBytes) {
            break;
        }
        const auto stored = snapshot.record(row);
        if (!stored) {
            continue;
        }
        const RecordView record = stored->view();
        const auto values = reader.read(record);
        std::size_t field = 0;
        QStringList cells;
        for (const RecordColumn& column : columns) {
            switch (column.what) {
            case RecordColumn::What::Time:
                cells << text::dateTime(record.timestamp);
                break;
            case RecordColumn::What::Topic:
                cells << text::fromUtf8(record.topic);
                break;
            case RecordColumn::What::Partition:
                cells << QString::number(record.partition);
                break;
            case RecordColumn::What::Offset:
                cells << QString::number(record.offset);
                break;
            case RecordColumn::What::Key:
                cells << oneLine(record.key.value_or(std::string_view{}));
                break;
            case RecordColumn::What::Field:
                cells << wholeField(values[field++]);
                break;
            case RecordColumn::What::Value:
                cells << oneLine(record.value.value_or(std::string_view{}));
                break;
            }
        }
        all += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return all;
}

QString recordsAsJson(const CaptureSnapshot& snapshot, const std::vector<Row>& rows,
                      const std::stop_token& stop)
{
    std::string all;
    for (const Row row : rows) {
        if (stop.stop_requested() || all.size() > kMostBytes) {
            break;
        }
        const auto stored = snapshot.record(row);
        if (!stored) {
            continue;
        }
        appendInterchangeLine(stored->view(), all);
    }
    return text::fromUtf8(all);
}

RecordClipboard::RecordClipboard(QObject* parent)
    : QObject(parent)
{
}

RecordClipboard::~RecordClipboard() = default;

std::size_t RowSelection::size() const
{
    std::size_t count = 0;
    for (const auto& [first, last] : ranges) {
        count += static_cast<std::size_t>(last - first) + 1;
    }
    return count;
}

std::vector<Row> RowSelection::rows(std::size_t most) const
{
    std::vector<Row> rows;
    for (const auto& [first, last] : ranges) {
        for (int i = first; i <= last && rows.size() < most; ++i) {
            rows.push_back(list->rowAt(static_cast<std::size_t>(i)));
        }
    }
    return rows;
}

QString RecordClipboard::text(const RowSelection& selection, Shape shape)
{
    m_asker.cancel(); // what is copied last is what the clipboard gets
    const CaptureSnapshotPtr snapshot = selection.list->snapshot();
    if (selection.ranges.empty() || !snapshot) {
        return {};
    }
    const auto read = [selection, snapshot, shape](const std::stop_token& stop) {
        const std::vector<Row> rows = selection.rows(kMostRows);
        return shape == Shape::Tsv ? recordsAsTsv(*snapshot, rows, selection.columns, stop)
                                   : recordsAsJson(*snapshot, rows, stop);
    };
    const std::size_t selected = selection.size();
    if (selected <= kOnTheSpot) {
        return read({});
    }
    m_asker.ask(read, [this, selected](const QString& lines) {
        QGuiApplication::clipboard()->setText(lines);
        const auto copied = static_cast<std::size_t>(lines.count(QLatin1Char('\n')));
        emit copiedLater(copied, selected);
    });
    return {};
}

} // namespace hindcast
