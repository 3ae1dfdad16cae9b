#pragma once

#include "widgets/inspector/loaded_record.h"
#include "widgets/shared/async.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QPushButton;

namespace hindcast {

class ValueTreeView;

// What a record is, its value as a tree, and what its key did. GUI thread.
class ValuePage final : public QWidget
{
    Q_OBJECT

public:
    explicit ValuePage(QWidget* parent = nullptr);
    ~ValuePage() override;

    void setRecord(LoadedRecordPtr record);
    // Changes as the capture grows.
    void setSummary(const LoadedRecordPtr& record, bool hasState);
    void restyle();

signals:
    void stateAsked();
    void traceAsked();
    void historyAsked();

private:
    QLabel* addFact(const QString& name, const char* objectName, bool fixed);
    void showAll();

    LoadedRecordPtr m_record;
    Asker m_decoder;
    QGridLayout* m_facts = nullptr;
    std::vector<QLabel*> m_names;
    QLabel* m_place = nullptr;
    QLabel* m_time = nullptr;
    QLabel* m_key = nullptr;
    QLabel* m_decoded = nullptr;
    QLabel* m_problem = nullptr;
    ValueTreeView* m_tree = nullptr;
    QWidget* m_cut = nullptr;
    QPushButton* m_showAll = nullptr;
    QWidget* m_summary = nullptr;
    QLabel* m_summaryTitle = nullptr;
    QPushButton* m_summaryText = nullptr;
    QPushButton* m_state = nullptr;
    QPushButton* m_trace = nullptr;
};

} // namespace hindcast
