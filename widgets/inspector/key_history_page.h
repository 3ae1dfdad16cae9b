#pragma once

#include "widgets/inspector/loaded_record.h"
#include "widgets/shared/async.h"
#include "widgets/shared/view.h"

#include <QWidget>

class QLabel;

namespace hindcast {

class RecordTable;
class RowSet;
class RecordTableModel;

// Every record of a key, in all topics, in time order; those after A are greyed. A click selects,
// a double click moves A. GUI thread.
class KeyHistoryPage final : public QWidget
{
    Q_OBJECT

public:
    explicit KeyHistoryPage(const ViewContext& context, QWidget* parent = nullptr);
    ~KeyHistoryPage() override;

    void setRecord(LoadedRecordPtr record);
    const RecordTableModel* model() const { return m_model; }
    void restyle();

private:
    static bool sameHistory(const RowSet& a, const RowSet& b);
    void selectShown();
    void updatePlayhead();
    void chooseFields();

    const ViewContext m_context;
    LoadedRecordPtr m_record;
    Asker m_ranker;
    Asker m_surveyor;
    RecordTableModel* const m_model;
    RecordTable* m_table = nullptr;
    QLabel* m_note = nullptr;
    bool m_selecting = false;
};

} // namespace hindcast
