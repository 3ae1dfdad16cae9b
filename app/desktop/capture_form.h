#pragma once

#include "model/record/read_request.h"

#include <QDialog>
#include <QStringList>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;
class QPushButton;

namespace hindcast {

// Asks what to capture: which topics, from where on, into which file. Not modal; says what is
// missing, and asks for nothing until all is there. GUI thread.
class CaptureForm final : public QDialog
{
    Q_OBJECT

public:
    explicit CaptureForm(QWidget* parent = nullptr);
    ~CaptureForm() override;

    // All topics there are, and those to be ticked at first.
    void setTopics(const QStringList& topics, const QStringList& ticked);
    QStringList ticked() const;
    ReadPosition from() const;
    QString file() const; // absolute; empty: none chosen
    // Why it cannot begin; one sentence, empty: it can.
    QString missing() const;

signals:
    void captureRequested(const QStringList& topics, const hindcast::ReadPosition& from,
                          const QString& file);

private:
    void setupUi();
    void showTopicsLike(const QString& text);
    void tickShown(bool ticked);
    void suggestFile();
    void chooseFile();
    void update();
    void begin();

    QLineEdit* m_filter;
    QListWidget* m_list;
    QComboBox* m_from;
    QLineEdit* m_file;
    QLabel* m_note;
    QPushButton* m_begin;
    QString m_suggested; // as long as nobody has written another one
};

} // namespace hindcast
