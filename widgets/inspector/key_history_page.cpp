#include "widgets/inspector/key_history_page.h"

#include "widgets/items/field_survey.h"
#include "widgets/items/record_table.h"
#include "widgets/items/record_table_model.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/workspace.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>

namespace hindcast {

namespace {

constexpr std::size_t kSurveyed = 60;

} // namespace

KeyHistoryPage::KeyHistoryPage(const ViewContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new RecordTableModel(this))
{
    m_table = new RecordTable(m_model);
    m_table->setObjectName(QStringLiteral("keyHistory"));
    m_table->setGreysAfterA(true);
    m_table->setContextMenuPolicy(Qt::NoContextMenu);
    m_note = new QLabel(QStringLiteral("The key of this record is null: it has no history."));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setMargin(3 * theme::kStep);
    m_note->setWordWrap(true);
    m_note->setVisible(false);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_note);
    layout->addWidget(m_table, 1);
    connect(context.moments, &MomentControl::aChanged, this, &KeyHistoryPage::updatePlayhead);
    connect(context.workspace, &Workspace::orderChanged, this, [this] {
        const TimeOrderPtr order = m_context.workspace->order();
        const TimeOrderPtr& shown = m_model->rows()->order();
        if (m_record && order && shown && order->clock() != shown->clock()) {
            setRecord(m_record);
        }
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) {
                if (now.isValid() && !m_selecting) {
                    m_context.navigator->select(Place::ofRecord(m_model->placeAt(now.row())));
                }
            });
    connect(m_table, &RecordTable::activatedRow, this, [this](int row) {
        const TimeOrderPtr& order = m_context.moments->order();
        const Row number = m_model->rowAt(row);
        if (order && number < order->size()) {
            m_context.moments->setRankA(order->rankOf(number) + 1);
        }
    });
    restyle();
}

KeyHistoryPage::~KeyHistoryPage() = default;

bool KeyHistoryPage::sameHistory(const RowSet& a, const RowSet& b)
{
    return a.order() && b.order() && a.size() == b.size() && a.size() > 0 &&
           a.rowAt(0) == b.rowAt(0) && a.order()->clock() == b.order()->clock();
}

void KeyHistoryPage::setRecord(LoadedRecordPtr record)
{
    const bool none = record->keyRows.empty();
    m_note->setVisible(none && record->there());
    m_table->setVisible(!none);
    m_record = std::move(record);
    const TimeOrderPtr order = m_context.workspace->order();
    if (none || !order) {
        m_ranker.cancel();
        m_model->setRows(RowSet::empty());
        return;
    }
    m_ranker.ask([order, rows = m_record->keyRows](
                     const std::stop_token&) { return RowSet::of(order, rows); },
                 [this](RowSetPtr rows) {
                     // The history of the same key stays scrolled as it was.
                     if (!sameHistory(*m_model->rows(), *rows)) {
                         m_model->setTopicShown(m_record->keyTopics > 1);
                         m_model->setRows(std::move(rows));
                         chooseFields();
                     }
                     updatePlayhead();
                     selectShown();
                 });
}

void KeyHistoryPage::chooseFields()
{
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const auto what = m_model->columns()[static_cast<std::size_t>(column)].what;
        m_table->setColumnHidden(column, what == RecordColumn::What::Partition ||
                                             what == RecordColumn::What::Offset ||
                                             what == RecordColumn::What::Key);
    }
    std::vector<Row> sample;
    const RowSetPtr& rows = m_model->rows();
    for (std::size_t i = 0; i < std::min(rows->size(), kSurveyed); ++i) {
        sample.push_back(rows->rowAt(rows->size() - 1 - i));
    }
    m_surveyor.ask(
        [snapshot = rows->snapshot(), sample = std::move(sample)](const std::stop_token& stop) {
            return surveyFields(*snapshot, sample, stop);
        },
        [this](const FieldSurvey& survey) {
            std::vector<RecordColumn> fields;
            for (const SurveyedField& field : survey.telling(1)) {
                fields.push_back(fieldColumn(field.path, field.numeric));
            }
            m_model->setFields(fields);
        });
}

void KeyHistoryPage::updatePlayhead()
{
    const RowSetPtr& rows = m_model->rows();
    if (!rows->order()) {
        m_table->setPlayheads(std::nullopt, std::nullopt);
        return;
    }
    m_table->setPlayheads(static_cast<int>(rows->prefix(m_context.moments->a())), std::nullopt);
}

void KeyHistoryPage::selectShown()
{
    const int at = m_record ? m_model->indexOf(m_record->row) : -1;
    if (at < 0) {
        return;
    }
    m_selecting = true;
    m_table->setCurrentIndex(m_model->index(at, 0));
    m_table->scrollTo(m_model->index(at, 0));
    m_selecting = false;
}

void KeyHistoryPage::restyle()
{
    m_model->restyle();
    m_table->restyle();
    theme::setTextColor(m_note, theme::Role::Dim);
}

} // namespace hindcast
