#pragma once

#include <QColor>
#include <QString>
#include <QWidget>

#include <vector>

namespace hindcast {

// The box over a plot that lists what the mouse points at. Painted, so that names from a cluster
// are never read as markup. GUI thread.
class PlotReadout final : public QWidget
{
    Q_OBJECT

public:
    struct Line
    {
        QColor color; // invalid: no square
        QString name;
        QString value;
    };

    explicit PlotReadout(QWidget* parent);
    ~PlotReadout() override;

    void setLines(QString title, std::vector<Line> lines);
    const QString& title() const { return m_title; }
    const std::vector<Line>& lines() const { return m_lines; }

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int rowHeight() const;

    QString m_title;
    std::vector<Line> m_lines;
};

} // namespace hindcast
