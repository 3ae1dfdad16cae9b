#pragma once

#include <QElapsedTimer>
#include <QWidget>

class QPushButton;

namespace hindcast {

class ElidedLabel;
class Recording;

// Over the documents while topics are captured into a file: what, how much of it, how fast, and a
// way to stop. GUI thread.
class RecordingBar final : public QWidget
{
    Q_OBJECT

public:
    explicit RecordingBar(QWidget* parent = nullptr);
    ~RecordingBar() override;

    void show(const Recording* recording); // null: hidden; asked for about once a second
    QString sentence() const;
    void restyle();

signals:
    void stopClicked();

private:
    ElidedLabel* m_sign;
    ElidedLabel* m_what;
    ElidedLabel* m_figures;
    QPushButton* m_stop;
    const Recording* m_shown = nullptr; // compared, never followed
    QElapsedTimer m_sinceRate;
    quint64 m_records = 0; // when the rate was last worked out
    double m_rate = -1;    // records a second; below 0: not known yet
};

} // namespace hindcast
