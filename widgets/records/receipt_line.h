#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace hindcast {

// What the list rests on, in one line: a sign and a word, the figures, and what can be done about
// them. GUI thread.
class ReceiptLine final : public QWidget
{
    Q_OBJECT

public:
    enum class Verdict { Plain, Running, Complete, Partial, Failed };

    explicit ReceiptLine(QWidget* parent = nullptr);
    ~ReceiptLine() override;

    void setText(Verdict verdict, const QString& word, const QString& figures);
    // One action each; an empty text hides it.
    void setAction(const QString& text);          // Stop, Show all
    void setShowUndecodable(const QString& text); // "3 undecodable (show)"
    QString text() const;                         // for tests: the line as it reads
    void restyle();

signals:
    void actionTriggered();
    void undecodableTriggered();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void elide();

    Verdict m_verdict = Verdict::Plain;
    QString m_figures;
    QLabel* const m_word;
    QLabel* const m_text;
    QPushButton* const m_undecodable;
    QPushButton* const m_action;
};

} // namespace hindcast
