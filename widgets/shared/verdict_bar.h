#pragma once

#include "model/lag/group_lag.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace hindcast {

// What a lag view leads with: sign, sentence, reason, and the one thing to do next. GUI thread.
class VerdictBar final : public QWidget
{
    Q_OBJECT

public:
    explicit VerdictBar(QWidget* parent = nullptr);
    ~VerdictBar() override;

    void setVerdict(Severity severity, const QString& headline, const QString& detail);
    // An empty text hides the button; `reason` says why it cannot be pressed, if it cannot.
    void setAction(const QString& text, bool primary, bool enabled, const QString& reason);
    void restyle();

    QString headline() const;
    QString detail() const;
    QPushButton* button() const { return m_button; }

signals:
    void actionRequested();

private:
    Severity m_severity = Severity::None;
    QLabel* m_sign;
    QLabel* m_headline;
    QLabel* m_detail;
    QPushButton* m_button;
};

} // namespace hindcast
