#pragma once

#include <Qsci/qsciscintilla.h>

#include <QStringList>

class QsciLexerSQL;

namespace hindcast {

// Edits a query: highlighting, names offered while one types (Ctrl+Space: all), a mistake
// underlined at its place. Knows nothing of queries but their tokens. GUI thread.
class SqlEditor final : public QsciScintilla
{
    Q_OBJECT

public:
    explicit SqlEditor(QWidget* parent = nullptr);
    ~SqlEditor() override;

    // What is offered: words, and inside the quotes of records('..') and state('..').
    struct Names
    {
        QStringList words;
        QStringList topics;
        QStringList projections;
        friend bool operator==(const Names&, const Names&) = default;
    };
    void setNames(const Names& names);
    // What would be offered at the caret.
    QStringList offered(bool all = false) const;

    // Bytes of the UTF-8 text; a single one stands for the word it is in.
    void showMistake(std::size_t at, std::size_t length);
    void clearMistake();
    bool hasMistake() const { return m_mistake; }
    void restyle();

signals:
    void runRequested();  // Ctrl+Enter
    void stopRequested(); // Esc, where no list is open

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void offer(bool all);
    std::string textBeforeCaret() const;

    QsciLexerSQL* m_lexer;
    Names m_names;
    bool m_mistake = false;
};

} // namespace hindcast
