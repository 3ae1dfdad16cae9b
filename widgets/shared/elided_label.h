#pragma once

#include <QWidget>

namespace hindcast {

// One line of plain text that gives way: what does not fit is elided and stands in the tooltip.
// Made for data: it never reads markup.
class ElidedLabel final : public QWidget
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    ~ElidedLabel() override;

    void setText(const QString& text);
    const QString& text() const { return m_text; }
    void setColor(const QColor& color);         // invalid: the palette's text
    void setAlignment(Qt::Alignment alignment); // horizontal; left by default
    void setElide(Qt::TextElideMode mode);      // right by default
    bool elided() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QString m_text;
    QColor m_color;
    Qt::Alignment m_alignment = Qt::AlignLeft;
    Qt::TextElideMode m_elide = Qt::ElideRight;
};

} // namespace hindcast
