#pragma once

#include "widgets/items/record_table_model.h"
#include "widgets/shared/async.h"

#include <QObject>

#include <utility>
#include <vector>

namespace hindcast {

// Selected rows of a list: numbers and ranges only, however many rows they name.
struct RowSelection
{
    RowSetPtr list;
    std::vector<std::pair<int, int>> ranges; // first and last in the list, ascending
    std::vector<RecordColumn> columns;

    std::size_t size() const;
    // In the order of the list, no more than `most`.
    std::vector<Row> rows(std::size_t most) const;
};

// Selected rows as text. A few are read on the spot; many off the GUI thread, and put on the
// clipboard when they are there. GUI thread.
class RecordClipboard final : public QObject
{
    Q_OBJECT

public:
    enum class Shape { Tsv, Json };
    static constexpr std::size_t kMostRows = 100'000;
    static constexpr std::size_t kOnTheSpot = 50; // rows read without leaving the GUI thread

    explicit RecordClipboard(QObject* parent = nullptr);
    ~RecordClipboard() override;

    // Empty: nothing is selected, or so much that it goes to the clipboard by itself later.
    QString text(const RowSelection& selection, Shape shape);

signals:
    // Fewer than selected: more would be no clipboard's size.
    void copiedLater(std::size_t rows, std::size_t selected);

private:
    Asker m_asker;
};

// One line a row, cells as the table shows them but whole; tabs and line breaks in them as \t, \n.
QString recordsAsTsv(const CaptureSnapshot& snapshot, const std::vector<Row>& rows,
                     const std::vector<RecordColumn>& columns, const std::stop_token& stop = {});
// One interchange line a record, as `hindcast-cli export` writes it.
QString recordsAsJson(const CaptureSnapshot& snapshot, const std::vector<Row>& rows,
                      const std::stop_token& stop = {});

} // namespace hindcast
