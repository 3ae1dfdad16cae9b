#pragma once

#include "widgets/sql/sql_question.h"

#include <QAbstractTableModel>

#include <optional>

namespace hindcast {

// The rows of an answer. Cell text is made when asked for; what came from data is plain text. GUI
// thread.
class SqlAnswerModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit SqlAnswerModel(QObject* parent = nullptr);
    ~SqlAnswerModel() override;

    void setAnswer(SqlAnswerPtr answer); // null: nothing
    const SqlAnswerPtr& answer() const { return m_answer; }
    // It is not of the playheads as they are now: greyed.
    void setStale(bool stale);

    // The record that a row names by its columns topic, partition and offset.
    std::optional<RecordPlace> recordOf(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

private:
    std::optional<std::size_t> columnNamed(std::string_view name) const;

    SqlAnswerPtr m_answer;
    std::vector<bool> m_numbers; // columns of numbers alone, in the first rows
    bool m_stale = false;
};

} // namespace hindcast
