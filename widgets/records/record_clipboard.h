#pragma once

#include "widgets/items/record_table_model.h"
#include "widgets/shared/async.h"

#include <QObject>

#include <optional>

namespace hindcast {

// The selected rows as text. A few are read on the spot; many are made ready off the GUI thread
// while they stand selected, so that copying answers at once, or puts them on the clipboard when
// they are there. GUI thread.
class RecordClipboard final : public QObject
{
    Q_OBJECT

public:
    enum class Shape { Tsv, Json };
    static constexpr std::size_t kMostRows = 100'000;
    static constexpr std::size_t kOnTheSpot = 50; // rows read without leaving the GUI thread

    explicit RecordClipboard(QObject* parent = nullptr);
    ~RecordClipboard() override;

    void setSelection(CaptureSnapshotPtr snapshot, std::vector<Row> rows,
                      std::vector<RecordColumn> columns);
    // Empty: nothing is selected, or it is not ready; it then goes to the clipboard when it is.
    QString text(Shape shape);

signals:
    void copiedLater(std::size_t rows);

private:
    struct Texts
    {
        QString tsv;
        QString json;
    };
    void start();

    CaptureSnapshotPtr m_snapshot;
    std::vector<Row> m_rows;
    std::vector<RecordColumn> m_columns;
    std::optional<Texts> m_texts;
    std::optional<Shape> m_copyWhenReady;
    Asker m_asker;
};

// One line a row, cells as the table shows them but whole; tabs and line breaks in them as \t, \n.
QString recordsAsTsv(const CaptureSnapshot& snapshot, const std::vector<Row>& rows,
                     const std::vector<RecordColumn>& columns, std::stop_token stop = {});
// One interchange line a record, as `hindcast-cli export` writes it.
QString recordsAsJson(const CaptureSnapshot& snapshot, const std::vector<Row>& rows,
                      std::stop_token stop = {});

} // namespace hindcast
