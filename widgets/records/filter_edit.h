#pragma once

#include "model/query/filter_expression.h"
#include "widgets/shared/async.h"

#include <QLineEdit>
#include <QStringListModel>
#include <QTimer>

#include <optional>

class QCompleter;

namespace hindcast {

// The line a filter is written in: completes names, and shows a mistake at its place while the
// person writes. SQLite reads the expression off the GUI thread. GUI thread.
class FilterEdit final : public QLineEdit
{
    Q_OBJECT

public:
    explicit FilterEdit(QWidget* parent = nullptr);
    ~FilterEdit() override;

    // What can be completed besides the names that every filter knows.
    void setPaths(const QStringList& paths);
    // One sentence; empty: the text is an expression, or nothing.
    QString mistake() const { return m_mistake ? m_sentence : QString(); }
    // A mistake that was found elsewhere, when the expression was run.
    void setMistake(const std::optional<FilterMistake>& mistake);
    // Adds a condition to what is written.
    void addCondition(const QString& condition);
    void restyle();

signals:
    void submitted(); // Enter
    void mistakeChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void edited();
    void check();
    void underline();
    void complete();
    void insertCompletion(const QString& name);
    int wordStart() const;

    QStringListModel m_names;
    QCompleter* const m_completer;
    QTimer m_checkSoon;
    Asker m_checker;
    std::optional<FilterMistake> m_mistake;
    QString m_sentence;
};

} // namespace hindcast
