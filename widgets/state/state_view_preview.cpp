// The part of StateView that shows what a definition makes of the rows in sight while it is being
// written.

#include "widgets/state/state_view.h"

#include "model/replay/fold_preview.h"
#include "widgets/shared/text.h"
#include "widgets/state/projection_editor.h"
#include "widgets/state/state_table_model.h"

#include <QPushButton>

namespace hindcast {

void StateView::definitionEdited(const ProjectionPtr& definition)
{
    const bool same = m_log && definition->canonical() == m_log->projection().canonical() &&
                      definition->columns == m_log->projection().columns;
    if (!m_log || same || !m_edit->isChecked()) {
        endPreview();
        return;
    }
    if (!m_edited && m_model->frame() && m_model->frame()->log == m_log) {
        m_previewOf = m_log;
        m_previewRows.clear();
        for (const StateFrame::Row& row : m_model->frame()->page) {
            m_previewRows.push_back(row.key);
        }
    }
    if (m_previewOf) {
        m_edited = definition;
        m_previewTimer.start();
    }
}

void StateView::askPreview()
{
    if (!m_edited) {
        return;
    }
    const FoldPreview preview{m_edited, m_previewOf, m_previewOf->order()->prefix(m_a),
                              m_previewRows};
    if (!preview.possible()) {
        endPreview();
        m_editor->showPreview(tr("Which records make a row is known once all are folded: Apply."));
        return;
    }
    m_previewer.ask(
        [preview, first = topRow(),
         count = rowsInSight()](const std::stop_token& stop) -> Result<StateFramePtr> {
            auto log = preview.fold(stop);
            if (!log) {
                return tl::unexpected<Error>(log.error());
            }
            if (!*log) {
                return StateFramePtr();
            }
            StateFrame::Request request;
            request.log = *log;
            request.prefixA = (*log)->order() == preview.older->order() ? preview.prefix
                                                                        : (*log)->order()->size();
            request.cache = std::make_shared<RowCache>();
            request.first = first;
            request.count = count;
            if (!(*log)->projection().columns.empty()) {
                request.columns = std::make_shared<const std::vector<ProjectionColumn>>(
                    (*log)->projection().columns);
            }
            return StateFrame::make(request, stop);
        },
        [this](const Result<StateFramePtr>& frame) {
            if (!m_edited) {
                return;
            }
            if (!frame || !*frame) {
                m_editor->showPreview(frame ? tr("These rows have too many records to fold them "
                                                 "as one types: Apply.")
                                            : text::fromUtf8(frame.error().message));
                return;
            }
            const bool whole = (*frame)->log->order() == m_previewOf->order();
            m_model->setFrame(*frame);
            m_editor->showPreview(
                whole ? tr("The table as this definition shows it; Apply keeps it.")
                      : tr("%1 in sight as this definition makes them at A; Apply folds all.")
                            .arg(text::count((*frame)->rows.size(), tr("row"), tr("rows"))));
        });
}

void StateView::endPreview()
{
    m_previewTimer.stop();
    m_previewer.cancel();
    m_previewRows.clear();
    m_previewOf.reset();
    if (std::exchange(m_edited, nullptr)) {
        wantFrame(true);
    }
}

} // namespace hindcast
