#include "widgets/sql/sql_view.h"

#include "model/query/sql_text.h"
#include "model/replay/columns.h"
#include "widgets/items/row_table.h"
#include "widgets/shared/elided_label.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"
#include "widgets/sql/sql_answer_model.h"
#include "widgets/sql/sql_editor.h"
#include "widgets/sql/sql_examples_page.h"

#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kTickMs = 100;
constexpr int kSoonMs = 300;
constexpr std::size_t kRowsForColumns = 50;

// Words of SQL worth offering; what is shorter is sooner typed.
const QStringList& words()
{
    static const QStringList all{
        QStringLiteral("select"),     QStringLiteral("distinct"),   QStringLiteral("from"),
        QStringLiteral("where"),      QStringLiteral("group by"),   QStringLiteral("order by"),
        QStringLiteral("having"),     QStringLiteral("limit"),      QStringLiteral("join"),
        QStringLiteral("left join"),  QStringLiteral("using"),      QStringLiteral("between"),
        QStringLiteral("is not"),     QStringLiteral("is null"),    QStringLiteral("case"),
        QStringLiteral("when"),       QStringLiteral("then"),       QStringLiteral("else"),
        QStringLiteral("union all"),  QStringLiteral("except"),     QStringLiteral("intersect"),
        QStringLiteral("with"),       QStringLiteral("regexp"),     QStringLiteral("like"),
        QStringLiteral("records"),    QStringLiteral("state"),      QStringLiteral("history"),
        QStringLiteral("changes"),    QStringLiteral("count"),      QStringLiteral("sum"),
        QStringLiteral("avg"),        QStringLiteral("min"),        QStringLiteral("max"),
        QStringLiteral("total"),      QStringLiteral("coalesce"),   QStringLiteral("substr"),
        QStringLiteral("length"),     QStringLiteral("round"),      QStringLiteral("cast"),
        QStringLiteral("strftime"),   QStringLiteral("julianday"),  QStringLiteral("json_extract"),
        QStringLiteral("json_each"),  QStringLiteral("json_valid"), QStringLiteral("group_concat"),
        QStringLiteral("row_number"), QStringLiteral("over"),       QStringLiteral("partition by"),
        QStringLiteral("topic"),      QStringLiteral("partition"),  QStringLiteral("offset"),
        QStringLiteral("time"),       QStringLiteral("timestamp"),  QStringLiteral("key"),
        QStringLiteral("value"),      QStringLiteral("headers"),    QStringLiteral("deleted"),
        QStringLiteral("change"),     QStringLiteral("column"),     QStringLiteral("before"),
        QStringLiteral("after")};
    return all;
}

QStringList topicsBySize(const CaptureSnapshot& snapshot)
{
    std::vector<std::pair<std::uint64_t, QString>> topics;
    for (const std::string& topic : snapshot.topics()) {
        topics.emplace_back(0, text::fromUtf8(topic));
    }
    for (std::size_t i = 0; i < snapshot.blockCount(); ++i) {
        const BlockInfo block = snapshot.block(i);
        if (block.topic < topics.size()) {
            topics[block.topic].first += block.count;
        }
    }
    std::sort(topics.begin(), topics.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    QStringList names;
    for (const auto& [count, name] : topics) {
        names << name;
    }
    return names;
}

// What the states of each projection hold, where its file does not say.
std::map<QString, QStringList> columnsIn(const std::vector<SqlProjections::Item>& items,
                                         const std::stop_token& stop)
{
    std::map<QString, QStringList> found;
    for (const SqlProjections::Item& item : items) {
        if (!item.log) {
            continue;
        }
        const auto columns =
            columnsOf(*State::at(item.log, item.log->order()->size()), kRowsForColumns, stop);
        if (columns) {
            for (const ProjectionColumn& column : *columns) {
                found[item.name] << text::fromUtf8(column.name);
            }
        }
    }
    return found;
}

} // namespace

SqlView::SqlView(const ViewContext& context, SqlProjections* projections, const Place& place,
                 QWidget* parent)
    : View(context, parent)
    , m_projections(projections)
{
    m_tick.setInterval(kTickMs);
    connect(&m_tick, &QTimer::timeout, this, &SqlView::showState);
    m_soon.setInterval(kSoonMs);
    m_soon.setSingleShot(true);
    connect(&m_soon, &QTimer::timeout, this, &SqlView::materialChanged);
    setUp();
    const auto soon = [this] {
        if (!m_soon.isActive()) {
            m_soon.start();
        }
    };
    connect(m_projections, &SqlProjections::changed, this, soon);
    connect(context.workspace, &Workspace::snapshotChanged, this, soon);
    connect(context.moments, &MomentControl::bChanged, this, soon);
    connect(context.moments, &MomentControl::aChanged, this, &SqlView::momentsMoved);
    connect(context.moments, &MomentControl::bChanged, this, &SqlView::momentsMoved);
    materialChanged();
    if (!place.field.isEmpty()) {
        m_editor->setText(place.field);
    }
}

SqlView::~SqlView()
{
    if (m_job != 0) {
        context().jobs->finish(m_job);
    }
}

Place SqlView::place() const
{
    return Place::ofSql(m_editor->text());
}

QString SqlView::title() const
{
    return place().title();
}

void SqlView::show(const Place& place)
{
    if (!place.field.isEmpty() && place.field != m_editor->text()) {
        setQuery(place.field);
    }
}

void SqlView::focusFilter()
{
    m_editor->setFocus(Qt::ShortcutFocusReason);
}

void SqlView::readAgain()
{
    run();
}

void SqlView::setQuery(const QString& text)
{
    // As if typed: it can be undone.
    m_editor->selectAll();
    m_editor->replaceSelectedText(text);
}

SqlQuestion SqlView::question() const
{
    SqlQuestion question;
    question.text = text::toUtf8(m_editor->text());
    question.snapshot = context().workspace->snapshot();
    question.order = context().workspace->order();
    question.projections = m_projections->items();
    for (SqlProjections::Item& item : question.projections) {
        // One by the clock before the present one is no answer by this one.
        if (item.log && question.order && item.log->order()->clock() != question.order->clock()) {
            item.log = nullptr;
            item.trust = nullptr;
        }
        const auto folded = m_folds.find(text::toUtf8(item.name));
        if (!item.log && folded != m_folds.end() && folded->second->order() == question.order &&
            folded->second->projectionPtr() == item.projection) {
            item.log = folded->second;
        }
    }
    if (!question.order) {
        question.projections.clear(); // in a moment
        return question;
    }
    question.a = context().moments->a();
    question.b = context().moments->b();
    return question;
}

void SqlView::run()
{
    if (m_editor->text().trimmed().isEmpty()) {
        m_editor->setFocus();
        return;
    }
    stop();
    m_editor->clearMistake();
    m_problem->hide();
    m_asked = question();
    m_moved = false;
    m_model->setStale(true); // of the question before
    m_since.start();
    m_tick.start();
    m_job = context().jobs->start(tr("Asking in SQL"), [this] { stop(); });
    m_asker.ask([asked = m_asked](const std::stop_token& stop) { return asked.ask(stop); },
                [this](const SqlAnswerPtr& answer) { take(answer); });
    showState();
}

void SqlView::stop()
{
    if (!m_asker.busy()) {
        return;
    }
    m_asker.cancel();
    m_tick.stop();
    context().jobs->finish(m_job);
    m_job = 0;
    m_status->setText(
        tr("Stopped after %1").arg(text::duration(std::chrono::milliseconds(m_since.elapsed()))));
    m_run->setEnabled(true);
    m_stop->hide();
}

void SqlView::take(const SqlAnswerPtr& answer)
{
    m_tick.stop();
    context().jobs->finish(m_job);
    m_job = 0;
    for (const auto& [name, log] : answer->folds) {
        m_folds[name] = log;
    }
    if (answer->failed) {
        showMistake(*answer);
    } else {
        m_model->setAnswer(answer);
        fitColumns();
    }
    showState();
    momentsMoved();
    emit answered();
}

void SqlView::showMistake(const SqlAnswer& answer)
{
    m_problem->setText(text::fromUtf8(answer.mistake ? answer.mistake->message : answer.problem));
    m_problem->show();
    if (answer.mistake) {
        m_editor->showMistake(answer.mistake->offset, answer.mistake->length);
    }
}

// The answer was made with the playheads where they were.
void SqlView::momentsMoved()
{
    const SqlAnswerPtr& answer = m_model->answer();
    const MomentControl& moments = *context().moments;
    m_moved = answer && !m_asker.busy() &&
              ((m_asked.namesA() && m_asked.a != std::optional(moments.a())) ||
               (m_asked.namesB() && m_asked.b != moments.b()));
    m_model->setStale(m_moved || m_asker.busy() || m_problem->isVisibleTo(this));
    showState();
}

void SqlView::materialChanged()
{
    SqlMaterial next;
    const CaptureSnapshotPtr snapshot = context().workspace->snapshot();
    next.topics = topicsBySize(*snapshot);
    next.hasB = context().moments->b().has_value();
    const auto items = m_projections->items();
    SqlEditor::Names names;
    names.topics = next.topics;
    names.words = words();
    bool unknown = false;
    for (const SqlProjections::Item& item : items) {
        SqlMaterial::Table table{item.name, {}, item.log ? item.log->keys().size() : -1};
        for (const ProjectionColumn& column : item.projection->columns) {
            table.columns << text::fromUtf8(column.name);
        }
        if (table.columns.isEmpty()) {
            const auto read = m_columns.find(item.name);
            unknown = unknown || (read == m_columns.end() && item.log);
            table.columns = read == m_columns.end() ? QStringList() : read->second;
        }
        names.projections << item.name;
        names.words << table.columns;
        next.tables.push_back(std::move(table));
    }
    m_editor->setNames(names);
    if (!(next == m_material)) {
        m_material = std::move(next);
        m_examples->setExamples(sqlExamples(m_material));
    }
    if (unknown && !m_columnsAsker.busy()) {
        readColumns();
    }
    showState();
}

void SqlView::readColumns()
{
    m_columnsAsker.ask([items = m_projections->items()](
                           const std::stop_token& stop) { return columnsIn(items, stop); },
                       [this](const std::map<QString, QStringList>& found) {
                           m_columns = found;
                           materialChanged();
                       });
}

std::vector<int> SqlView::selectedRows() const
{
    std::vector<int> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        rows.push_back(index.row());
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

QString SqlView::selectionAsTsv() const
{
    QString lines;
    const SqlAnswerPtr& answer = m_model->answer();
    for (const int row : selectedRows()) {
        QStringList cells;
        for (std::size_t column = 0; column < answer->columns.size(); ++column) {
            std::string cell;
            const SqlValue value = answer->value(static_cast<std::size_t>(row), column);
            if (value.kind == SqlValue::Kind::Text) {
                cell = value.bytes;
            } else {
                appendSqlCsv(value, cell);
            }
            std::replace_if(
                cell.begin(), cell.end(),
                [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
            cells << text::fromUtf8(cell);
        }
        lines += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return lines;
}

QString SqlView::selectionAsJson() const
{
    QString lines;
    const SqlAnswerPtr& answer = m_model->answer();
    for (const int row : selectedRows()) {
        std::vector<SqlValue> cells;
        for (std::size_t column = 0; column < answer->columns.size(); ++column) {
            cells.push_back(answer->value(static_cast<std::size_t>(row), column));
        }
        lines += text::fromUtf8(sqlJsonLine(answer->columns, cells)) + QLatin1Char('\n');
    }
    return lines;
}

void SqlView::exportTo(const QString& path)
{
    JobTracker* const jobs = context().jobs;
    const auto job = jobs->start(tr("Exporting the answer"), [this] { m_exporter.cancel(); });
    m_exporter.ask([asked = m_asked, file = text::toUtf8(path)](
                       const std::stop_token& stop) { return asked.write(file, stop); },
                   [jobs, job](const Result<std::string>& done) {
                       jobs->finish(job, text::fromUtf8(done ? *done : done.error().message),
                                    !done);
                   });
}

} // namespace hindcast
