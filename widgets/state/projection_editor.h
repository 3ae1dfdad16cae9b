#pragma once

#include "model/replay/projection.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QsciScintilla;

namespace hindcast {

class TomlLexer;

// Edits a projection's TOML; a mistake is marked at its line. What is changed and not applied stays
// when it is closed. Knows nothing of files: who shows it saves what applied() brings. GUI thread.
class ProjectionEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit ProjectionEditor(QWidget* parent = nullptr);
    ~ProjectionEditor() override;

    // The definition as it is saved; what is changed already stays changed.
    void setText(const QString& text);
    // What was changed before, and not applied; undoing it brings what is saved.
    void setDraft(const QString& text);
    bool changed() const { return text() != m_saved; }
    const QString& saved() const { return m_saved; }
    void discard(); // what is changed
    // Where files that the definition names are looked for.
    void setFolder(const QString& folder) { m_folder = folder; }
    QString text() const;
    void showProblem(int line, const QString& words);
    void showSaved(const QString& words);
    bool showsSaved() const { return m_showsSaved; } // nothing was typed since
    void showPreview(const QString& words);          // behind what the definition is
    void restyle();

signals:
    void edited(const ProjectionPtr& definition); // as it is typed, where it is whole
    void applied(const QString& text);
    void closed();

private:
    void check();
    void apply();
    void replace(const QString& text);

    QsciScintilla* m_edit = nullptr;
    TomlLexer* m_lexer = nullptr;
    QLabel* m_words = nullptr;
    QPushButton* m_apply = nullptr;
    QPushButton* m_discard = nullptr;
    QString m_folder;
    QString m_saved;
    bool m_showsSaved = false;
};

} // namespace hindcast
