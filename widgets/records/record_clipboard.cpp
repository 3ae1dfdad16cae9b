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
                     const std::vector<RecordColumn>& columns, std::stop_token stop)
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
                      std::stop_token stop)
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

void RecordClipboard::setSelection(CaptureSnapshotPtr snapshot, std::vector<Row> rows,
                                   std::vector<RecordColumn> columns)
{
    if (rows == m_rows && columns == m_columns && (m_texts || m_asker.busy())) {
        return;
    }
    m_asker.cancel();
    m_texts.reset();
    if (rows != m_rows) {
        m_copyWhenReady.reset(); // other columns alone do not take a copy back that was asked for
    }
    m_snapshot = std::move(snapshot);
    m_rows = std::move(rows);
    m_columns = std::move(columns);
    if (m_rows.size() > kOnTheSpot) {
        start();
    }
}

void RecordClipboard::start()
{
    m_asker.ask(
        [snapshot = m_snapshot, rows = m_rows, columns = m_columns](std::stop_token stop) {
            return Texts{recordsAsTsv(*snapshot, rows, columns, stop),
                         recordsAsJson(*snapshot, rows, stop)};
        },
        [this](Texts texts) {
            m_texts = std::move(texts);
            if (m_copyWhenReady) {
                QGuiApplication::clipboard()->setText(
                    *m_copyWhenReady == Shape::Tsv ? m_texts->tsv : m_texts->json);
                m_copyWhenReady.reset();
                emit copiedLater(m_rows.size());
            }
        });
}

QString RecordClipboard::text(Shape shape)
{
    if (m_rows.empty() || !m_snapshot) {
        return {};
    }
    if (m_rows.size() <= kOnTheSpot) {
        return shape == Shape::Tsv ? recordsAsTsv(*m_snapshot, m_rows, m_columns)
                                   : recordsAsJson(*m_snapshot, m_rows);
    }
    if (m_texts) {
        return shape == Shape::Tsv ? m_texts->tsv : m_texts->json;
    }
    m_copyWhenReady = shape;
    return {};
}

} // namespace hindcast
