#pragma once

#include "model/replay/history.h"

#include <QWidget>

#include <vector>

namespace hindcast {

// Which fields one step changed, before and after, as a difference: "- "PAID"", "+ "FAILED"".
// Plain text, wrapped; GUI thread.
class StepDifference final : public QWidget
{
    Q_OBJECT

public:
    explicit StepDifference(QWidget* parent = nullptr);
    ~StepDifference() override;

    void setChanges(std::vector<FieldChange> changes);
    const std::vector<FieldChange>& changes() const { return m_changes; }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    int layOut(int width, QPainter* painter) const;

    std::vector<FieldChange> m_changes;
};

} // namespace hindcast
