#pragma once

#include "widgets/inspector/loaded_record.h"

#include <QWidget>

class QVBoxLayout;

namespace hindcast {

// The trace contexts in a record's headers. GUI thread.
class TracePage final : public QWidget
{
    Q_OBJECT

public:
    explicit TracePage(QWidget* parent = nullptr);
    ~TracePage() override;

    void setRecord(LoadedRecordPtr record);
    void restyle();

signals:
    void traceAsked(std::size_t context);

private:
    LoadedRecordPtr m_record;
    QVBoxLayout* const m_layout;
    QWidget* m_content = nullptr;
};

} // namespace hindcast
