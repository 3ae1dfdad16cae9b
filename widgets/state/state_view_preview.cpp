// The part of StateView that shows what a definition makes of the rows in sight while it is being
// written.

#include "widgets/state/state_view.h"

#include "model/replay/fold_preview.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"
#include "widgets/state/projection_editor.h"
#include "widgets/state/state_table_model.h"

#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

namespace hindcast {

void StateView::definitionEdited(const ProjectionPtr& definition)
{
    const bool same = m_log && definition->canonical() == m_log->projection().canonical() &&
                      definition->columns == m_log->projection().columns;
    if (!m_log || same || !m_edit->isChecked()) {
        endPreview();
        return;
    }
    const std::vector<std::string> topics = definition->topics();
    const CaptureSnapshotPtr snapshot = context().workspace->snapshot();
    if (std::none_of(topics.begin(), topics.end(), [&snapshot](const std::string& topic) {
            return snapshot->topicId(topic).has_value();
        })) {
        endPreview();
        m_editor->showPreview(tr("The capture holds nothing of what this is folded from."));
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

namespace {

// What a person sees of a definition: the rows, and what of the question does not fit it.
struct Previewed
{
    StateFramePtr frame; // null: it would take too many records
    bool all = false;    // of all records, not only of those of the rows in sight
    QString problem;
};

// `question`: what the table is filtered and sorted by; its log and moments come with the fold.
Result<Previewed> previewOf(const FoldPreview& preview, StateWhole::Request question,
                            const std::optional<Moment>& b, StateFrame::Request request,
                            const std::stop_token& stop)
{
    const auto log = preview.fold(stop);
    if (!log) {
        return tl::unexpected<Error>(log.error());
    }
    Previewed previewed;
    if (!*log) {
        return previewed;
    }
    previewed.all = (*log)->order() == preview.older->order();
    request.log = *log;
    request.prefixA = previewed.all ? preview.prefix : (*log)->order()->size();
    if (previewed.all && b) {
        request.prefixB = (*log)->order()->prefix(*b);
    }
    request.cache = std::make_shared<RowCache>();
    if (!(*log)->projection().columns.empty()) {
        request.columns =
            std::make_shared<const std::vector<ProjectionColumn>>((*log)->projection().columns);
    }
    if (!question.filter.isEmpty() || question.onlyDifferent || question.sort != RowSort{}) {
        if (!request.columns) {
            request.columns = StateFrame::make(request, stop)->columns;
        }
        question.log = request.log;
        question.columns = request.columns;
        question.prefixA = request.prefixA;
        question.prefixB = request.prefixB;
        const StateWholePtr whole = StateWhole::make(question, stop);
        request.only = whole->only;
        request.sorted = whole->sorted;
        previewed.problem = whole->problem;
    }
    previewed.frame = StateFrame::make(request, stop);
    return previewed;
}

} // namespace

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
    StateWhole::Request question;
    question.filter = m_filter->text().trimmed();
    question.onlyDifferent = m_differ->isChecked() && m_b;
    question.sort = m_sort;
    StateFrame::Request request;
    request.first = topRow();
    request.count = rowsInSight();
    m_previewer.ask(
        [preview, question, request, b = m_b](const std::stop_token& stop) {
            return previewOf(preview, question, b, request, stop);
        },
        [this](const Result<Previewed>& previewed) {
            if (!m_edited) {
                return;
            }
            if (!previewed || !previewed->frame) {
                m_editor->showPreview(previewed ? tr("These rows have too many records to fold "
                                                     "them as one types: Apply.")
                                                : text::fromUtf8(previewed.error().message));
                return;
            }
            m_model->setFrame(previewed->frame);
            showSorted();
            m_editor->showPreview(
                !previewed->problem.isEmpty() ? previewed->problem
                : previewed->all
                    ? tr("The table as this definition shows it; Apply keeps it.")
                    : tr("%1 in sight as this definition makes them at A; Apply folds all.")
                          .arg(text::count(previewed->frame->rows.size(), tr("row"), tr("rows"))));
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
