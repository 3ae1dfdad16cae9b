#pragma once

#include "widgets/inspector/loaded_record.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace hindcast {

// A record's headers in their order; a value that is no text in hex. GUI thread.
class HeadersPage final : public QWidget
{
    Q_OBJECT

public:
    explicit HeadersPage(QWidget* parent = nullptr);
    ~HeadersPage() override;

    void setRecord(const LoadedRecordPtr& record);
    void restyle();

private:
    void openMenu(const QPoint& at);

    LoadedRecordPtr m_record;
    QTableWidget* const m_table;
    QLabel* const m_note;
};

} // namespace hindcast
