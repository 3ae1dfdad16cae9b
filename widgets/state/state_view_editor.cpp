// The part of StateView that edits the definition and saves it.

#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/state/projection_editor.h"
#include "widgets/state/projection_store.h"
#include "widgets/state/state_view.h"

#include <QFileInfo>
#include <QPushButton>

namespace hindcast {

void StateView::makeEditor()
{
    m_editor = new ProjectionEditor(this);
    m_editor->setMinimumHeight(160);
    m_editor->hide();
    connect(m_editor, &ProjectionEditor::applied, this, &StateView::apply);
    connect(m_editor, &ProjectionEditor::closed, this, [this] { editProjection(false); });
    connect(m_editor, &ProjectionEditor::edited, this, &StateView::definitionEdited);
    connect(m_store, &ProjectionStore::logChanged, this, [this](const QString& name) {
        if (name == m_name && m_editor->showsSaved()) {
            definitionSaved();
        }
    });
    connect(m_store, &ProjectionStore::changed, this, [this] {
        const ProjectionStore::Entry* const entry = m_store->find(m_name);
        if (m_editor->isVisibleTo(this) && entry && entry->text != m_editor->saved()) {
            m_editor->setText(entry->text);
        }
    });
}

// A definition with a mistake shows nothing else.
void StateView::beginEditing()
{
    const ProjectionStore::Entry* const entry = m_store->find(m_name);
    if (entry && !entry->projection && !entry->builtIn) {
        editProjection(true);
    }
    keepDraft();
}

void StateView::editProjection(bool edit)
{
    m_edit->setChecked(edit);
    m_editor->setVisible(edit);
    if (!edit) {
        endPreview();
        keepDraft();
        return;
    }
    const ProjectionStore::Entry* const entry = m_store->find(m_name);
    m_editor->setFolder(entry ? QFileInfo(entry->file).absolutePath() : QString());
    m_editor->setText(entry ? entry->text : QString());
    if (const QString draft = m_store->draft(m_name); !draft.isEmpty()) {
        m_editor->setDraft(draft);
    }
    m_editor->setFocus();
}

// What is written and not applied is there again when somebody edits it, in this tab or a later
// one.
void StateView::keepDraft()
{
    const bool seen = !m_editor->saved().isEmpty();
    if (seen && m_store->find(m_name)) {
        m_store->keepDraft(m_name, m_editor->changed() ? m_editor->text() : QString());
    }
    const bool draft = seen ? m_editor->changed() : !m_store->draft(m_name).isEmpty();
    m_edit->setToolTip(draft ? tr("There are changes that are not applied") : QString());
    showDifferenceButton();
}

void StateView::apply(const QString& definition)
{
    int problemLine = 0;
    const auto saved = m_store->save(definition, &problemLine, m_name);
    if (!saved) {
        m_editor->showProblem(problemLine, text::fromUtf8(saved.error().message));
        return;
    }
    endPreview();
    m_store->want(*saved);
    if (*saved != m_name) {
        // Another projection now; this one is as it was.
        m_editor->discard();
        editProjection(false);
        context().navigator->open(Place::ofProjection(*saved));
        return;
    }
    m_editor->setText(definition);
    keepDraft();
    definitionSaved();
}

void StateView::definitionSaved()
{
    const ProjectionStore::Entry* const entry = m_store->find(m_name);
    if (!entry) {
        return;
    }
    if (!entry->inCapture) {
        m_editor->showSaved(tr("%1 is saved. This capture holds none of its records.").arg(m_name));
    } else if (entry->log && entry->log->projectionPtr() == entry->projection) {
        m_editor->showSaved(tr("%1 is saved and folded again.").arg(m_name));
    } else if (!entry->problem.isEmpty()) {
        m_editor->showSaved(tr("%1 is saved. %2").arg(m_name, entry->problem));
    } else {
        m_editor->showSaved(tr("Saved; folding\u2026"));
    }
}

} // namespace hindcast
