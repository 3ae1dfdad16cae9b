// The menu of StateView's rows, and what leaves the table as text.
#include "model/replay/state_writer.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/text.h"
#include "widgets/state/state_conditions.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_totals.h"
#include "widgets/state/state_view.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>

#include <algorithm>

namespace hindcast {

namespace {

QString tsvCell(QString text)
{
    for (const char separator : {'\t', '\n', '\r'}) {
        text.replace(QLatin1Char(separator), QLatin1Char(' '));
    }
    return text;
}

QString wholeText(const Cell& cell)
{
    return cell.kind == Cell::Kind::Null ? QStringLiteral("null") : text::fromUtf8(cell.text);
}

// The value in sight: B's where the two differ. Null: it is no column of the projection's, or not
// read yet.
const Cell* cellInSight(const StateTableModel& model, const QModelIndex& index)
{
    const StateFrame::Row* const row = model.frame()->row(static_cast<std::size_t>(index.row()));
    if (!row || index.column() < 1 || index.column() > model.valueColumns()) {
        return nullptr;
    }
    const bool atB = !row->cellsA || index.data(StateTableModel::OldTextRole).isValid();
    const auto& cells = atB ? row->cellsB : row->cellsA;
    const auto field = static_cast<std::size_t>(index.column() - 1);
    return cells && field < cells->size() ? &(*cells)[field] : nullptr;
}

// The rows that are selected and read, from the top. What is left out is said.
std::vector<int> rowsToCopy(const QTableView& table, const StateTableModel& model, JobTracker* jobs)
{
    std::vector<int> rows;
    const QModelIndexList selected = table.selectionModel()->selectedRows();
    for (const QModelIndex& index : selected) {
        if (model.frame()->row(static_cast<std::size_t>(index.row()))) {
            rows.push_back(index.row());
        }
    }
    std::sort(rows.begin(), rows.end());
    if (const auto all = static_cast<std::size_t>(selected.size()); rows.size() < all) {
        jobs->finish(
            jobs->start(StateView::tr("Copying")),
            StateView::tr("%1 of %2 selected rows are copied, those in sight. Export writes all.")
                .arg(text::number(static_cast<qint64>(rows.size())),
                     text::number(static_cast<qint64>(all))),
            true);
    }
    return rows;
}

} // namespace

// A row is copied as it is at A; one that is only at B, as it is there.
QString StateView::selectionAsTsv() const
{
    QString text;
    for (const int row : rowsToCopy(*m_table, *m_model, context().jobs)) {
        const StateFrame::Row& of = *m_model->frame()->row(static_cast<std::size_t>(row));
        const auto& cells = of.cellsA ? of.cellsA : of.cellsB;
        QStringList line{tsvCell(text::fromUtf8(m_model->keyAt(row).toStdString()))};
        for (int c = 1; c < m_model->columnCount(); ++c) {
            const auto field = static_cast<std::size_t>(c - 1);
            const bool value = c <= m_model->valueColumns();
            line << tsvCell(!value ? m_model->index(row, c).data().toString()
                            : cells && field < cells->size() ? wholeText((*cells)[field])
                                                             : QString());
        }
        text += line.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return text;
}

QString StateView::selectionAsJson() const
{
    QString text;
    const std::vector<int> rows = rowsToCopy(*m_table, *m_model, context().jobs);
    const StateFramePtr& frame = m_model->frame();
    if (rows.empty()) {
        return text;
    }
    const std::vector<std::string> names = uniqueNames({"key"}, *frame->columns);
    for (const int row : rows) {
        const StateFrame::Row& of = *frame->row(static_cast<std::size_t>(row));
        const auto& cells = of.cellsA ? of.cellsA : of.cellsB;
        if (cells) {
            text += text::fromUtf8(rowAsJson(frame->log->keys().text(of.key), names, *cells)) +
                    QLatin1Char('\n');
        }
    }
    return text;
}

void StateView::addConditions(QMenu* menu, const QModelIndex& cell)
{
    const StateFramePtr& frame = m_model->frame();
    const Cell* const value = cellInSight(*m_model, cell);
    if (!value && cell.column() != 0) {
        return;
    }
    const auto condition = [&](bool exclude) {
        return value ? cellCondition((*frame->columns)[static_cast<std::size_t>(cell.column() - 1)],
                                     *value, exclude)
                     : keyCondition(m_model->keyAt(cell.row()), *frame->columns, exclude);
    };
    menu->addSeparator();
    for (const bool exclude : {false, true}) {
        const std::optional<QString> words = condition(exclude);
        QAction* const action = menu->addAction(
            exclude ? tr("Exclude this value") : tr("Filter by this value"), this,
            [this, words] { m_filter->setText(bothConditions(m_filter->text(), *words)); });
        action->setEnabled(words.has_value());
    }
}

void StateView::openMenu(const QModelIndex& cell, const QPoint& at)
{
    const QString field = m_model->fieldAt(cell.column());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(field.isEmpty() ? tr("Open the record that set this row")
                                    : tr("Open the record that set this value"),
                    this, [this, cell = QPersistentModelIndex(cell)] { openRecordOf(cell); });
    menu->addAction(tr("Previous change of this row\t["), this, &StateView::previousChange);
    menu->addAction(tr("Next change of this row\t]"), this, &StateView::nextChange);
    if (!field.isEmpty()) {
        menu->addAction(tr("Previous change of this field\tAlt+["), this,
                        [this] { goToFieldChange(false); });
        menu->addAction(tr("Next change of this field\tAlt+]"), this,
                        [this] { goToFieldChange(true); });
    }
    addConditions(menu, cell);
    menu->addSeparator();
    const int column = cell.column();
    QString name = m_model->nameOf(column);
    name.replace(QLatin1Char('&'), QStringLiteral("&&"));
    menu->addAction(tr("Sort by %1, rising").arg(name), this,
                    [this, column] { sortBy(column, false); });
    menu->addAction(tr("Sort by %1, falling").arg(name), this,
                    [this, column] { sortBy(column, true); });
    QAction* const totals = menu->addAction(tr("Totals of the numbers\tCtrl+T"), this,
                                            [this](bool on) { setTotals(on); });
    totals->setCheckable(true);
    totals->setChecked(m_totals->isOn());
    menu->addSeparator();
    const Cell* const value = cellInSight(*m_model, cell);
    menu->addAction(tr("Copy the cell"), this,
                    [text = value ? wholeText(*value) : cell.data().toString()] {
                        QGuiApplication::clipboard()->setText(text);
                    });
    menu->popup(at);
}

} // namespace hindcast
