#pragma once

#include "widgets/sql/sql_examples.h"

#include <QFrame>
#include <QScrollArea>

class QLabel;
class QVBoxLayout;

namespace hindcast {

// An example as something to click: what it answers, and the query. GUI thread.
class SqlExampleCard final : public QFrame
{
    Q_OBJECT

public:
    SqlExampleCard(SqlExample example, QWidget* parent);
    ~SqlExampleCard() override;

    const SqlExample& example() const { return m_example; }

signals:
    void chosen(const QString& query);

protected:
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    const SqlExample m_example;
    bool m_hovered = false;
};

// What stands where the answer will be, before the first: what can be asked, and queries to begin
// with. Scrolls where there is too little room for them. GUI thread.
class SqlExamplesPage final : public QScrollArea
{
    Q_OBJECT

public:
    explicit SqlExamplesPage(QWidget* parent = nullptr);
    ~SqlExamplesPage() override;

    void setExamples(const std::vector<SqlExample>& examples);
    void restyle();

signals:
    void chosen(const QString& query);

private:
    std::vector<SqlExample> m_examples;
    QLabel* m_lead;
    QLabel* m_tables;
    QVBoxLayout* m_cards;
};

} // namespace hindcast
