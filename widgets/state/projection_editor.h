#pragma once

#include "model/replay/projection.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QsciScintilla;

namespace hindcast {

// Edits a projection's TOML; a mistake is marked at its line. Knows nothing of files: who shows it
// saves what applied() brings. GUI thread.
class ProjectionEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit ProjectionEditor(QWidget* parent = nullptr);
    ~ProjectionEditor() override;

    void setText(const QString& text);
    // Where files that the definition names are looked for.
    void setFolder(const QString& folder) { m_folder = folder; }
    QString text() const;
    void showProblem(int line, const QString& words);
    void showSaved(const QString& name);
    void showPreview(const QString& words); // behind what the definition is
    void restyle();

signals:
    void edited(const ProjectionPtr& definition); // as it is typed, where it is whole
    void applied(const QString& text);
    void closed();

private:
    void check();
    void apply();

    QsciScintilla* m_edit = nullptr;
    QLabel* m_words = nullptr;
    QPushButton* m_apply = nullptr;
    QString m_folder;
};

} // namespace hindcast
