// The parts of SqlView that are seen: its widgets and what they say.

#include "widgets/items/row_table.h"
#include "widgets/shared/elided_label.h"
#include "widgets/shared/hairline.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/row_delegate.h"
#include "widgets/shared/text.h"
#include "widgets/shared/trust_look.h"
#include "widgets/sql/sql_answer_model.h"
#include "widgets/sql/sql_editor.h"
#include "widgets/sql/sql_examples_page.h"
#include "widgets/sql/sql_view.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kNarrowest = 56; // px
constexpr int kWidest = 320;
constexpr int kRowsMeasured = 40;
constexpr int kPadding = 20;

} // namespace

void SqlView::setUp()
{
    m_editor = new SqlEditor(this);
    m_editor->setMinimumHeight(72);
    connect(m_editor, &SqlEditor::runRequested, this, &SqlView::run);
    connect(m_editor, &SqlEditor::stopRequested, this, &SqlView::stop);
    connect(m_editor, &QsciScintilla::textChanged, this, &SqlView::showState);

    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(12, 6, 12, 6);
    m_problem->hide();

    makeTable();
    m_examples = new SqlExamplesPage(this);
    connect(m_examples, &SqlExamplesPage::chosen, this, [this](const QString& query) {
        setQuery(query);
        m_editor->setFocus();
        run();
    });
    m_nothing = new QLabel(tr("No row answers this."), this);
    m_nothing->setTextFormat(Qt::PlainText);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setAutoFillBackground(true);
    m_nothing->setBackgroundRole(QPalette::Base);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_examples);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_nothing);

    auto* below = new QWidget(this);
    auto* lower = new QVBoxLayout(below);
    lower->setContentsMargins(0, 0, 0, 0);
    lower->setSpacing(0);
    lower->addWidget(m_problem);
    lower->addWidget(m_stack, 1);
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_editor);
    m_splitter->addWidget(below);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({128, 400});

    m_bottom = new QWidget(this);
    auto* bottom = new QHBoxLayout(m_bottom);
    bottom->setContentsMargins(10, 6, 10, 6);
    bottom->setSpacing(12);
    m_trust = new ElidedLabel(m_bottom);
    m_trust->setObjectName(QStringLiteral("trust"));
    m_rows = new QLabel(m_bottom);
    m_rows->setObjectName(QStringLiteral("rows"));
    m_rows->setTextFormat(Qt::PlainText);
    bottom->addWidget(m_trust, 1);
    bottom->addWidget(m_rows);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(hairline(this));
    layout->addWidget(m_splitter, 1);
    layout->addWidget(hairline(this));
    layout->addWidget(m_bottom);
    setFocusProxy(m_editor);
    restyle();
    showState();
}

QWidget* SqlView::makeBar()
{
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(8);
    m_run = new QPushButton(tr("Run"), bar);
    m_run->setObjectName(QStringLiteral("run"));
    m_run->setProperty("primary", true);
    m_run->setToolTip(tr("Run the query (Ctrl+Enter)"));
    m_stop = new QPushButton(tr("Stop"), bar);
    m_stop->setObjectName(QStringLiteral("stop"));
    m_stop->setToolTip(tr("Stop the query (Esc)"));
    m_stop->hide();
    m_status = new ElidedLabel(bar);
    m_status->setObjectName(QStringLiteral("status"));
    m_export = new QPushButton(tr("Export\u2026"), bar);
    m_export->setObjectName(QStringLiteral("export"));
    m_export->setToolTip(tr("All rows as CSV, JSON lines or a SQLite file, with their receipt"));
    connect(m_run, &QPushButton::clicked, this, &SqlView::run);
    connect(m_stop, &QPushButton::clicked, this, &SqlView::stop);
    connect(m_export, &QPushButton::clicked, this, &SqlView::openExportDialog);
    layout->addWidget(m_run);
    layout->addWidget(m_stop);
    layout->addWidget(m_status, 1);
    layout->addWidget(m_export);
    return bar;
}

void SqlView::makeTable()
{
    m_model = new SqlAnswerModel(this);
    m_table = new RowTable(this);
    m_table->setObjectName(QStringLiteral("answer"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(m_table));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setTabKeyNavigation(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setMinimumSectionSize(40);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& row) {
                if (const auto record = m_model->recordOf(row.row())) {
                    context().navigator->select(Place::ofRecord(*record));
                }
            });
    connect(m_table, &QAbstractItemView::activated, this, [this](const QModelIndex& row) {
        if (const auto record = m_model->recordOf(row.row())) {
            context().navigator->open(Place::ofRecord(*record));
        }
    });
    connect(m_table, &QWidget::customContextMenuRequested, this, &SqlView::showMenu);
}

// Columns as wide as the first rows want, the room that is left shared out to all.
void SqlView::fitColumns()
{
    const int columns = m_model->columnCount();
    const QFontMetrics metrics(theme::fixedFont());
    std::vector<int> widths;
    int sum = 0;
    for (int c = 0; c < columns; ++c) {
        int width = m_table->horizontalHeader()->sectionSizeHint(c);
        for (int r = 0; r < std::min(m_model->rowCount(), kRowsMeasured); ++r) {
            width =
                std::max(width, metrics.horizontalAdvance(m_model->index(r, c).data().toString()) +
                                    kPadding);
        }
        widths.push_back(std::clamp(width, kNarrowest, kWidest));
        sum += widths.back();
    }
    const int room = m_table->width() - 12 - sum;
    for (int c = 0; c < columns; ++c) {
        // Where there is room, a few columns are not torn apart by it.
        const int more = room > 0 ? std::min(room / columns, 40) : 0;
        m_table->setColumnWidth(c, widths[static_cast<std::size_t>(c)] + more);
    }
}

void SqlView::showState()
{
    const SqlAnswerPtr& answer = m_model->answer();
    const bool asking = m_asker.busy();
    m_run->setEnabled(!asking && !m_editor->text().trimmed().isEmpty());
    m_stop->setVisible(asking);
    m_export->setEnabled(!asking && answer && !m_problem->isVisibleTo(this));
    QString status;
    if (asking) {
        status =
            tr("Asking\u2026 %1").arg(text::duration(std::chrono::milliseconds(m_since.elapsed())));
    } else if (m_moved) {
        status = tr("A or B has moved since: run again to ask at where they are now");
    } else if (answer && answer->cut) {
        status = tr("The first %1 rows; an export has all")
                     .arg(text::number(static_cast<qint64>(answer->rows)));
    } else if (!answer) {
        status = tr("Ctrl+Enter runs it, Ctrl+Space offers names");
    }
    m_status->setText(status);
    m_status->setColor(theme::color(m_moved ? theme::Role::Warning : theme::Role::Dim));
    m_stack->setCurrentWidget(!answer             ? static_cast<QWidget*>(m_examples)
                              : answer->rows == 0 ? static_cast<QWidget*>(m_nothing)
                                                  : m_table);
    m_bottom->setVisible(answer != nullptr);
    showTrust();
}

void SqlView::showTrust()
{
    const SqlAnswerPtr& answer = m_model->answer();
    if (!answer) {
        return;
    }
    const auto took = answer->took.count();
    m_rows->setText(
        (answer->cut ? tr("more than %1") : QStringLiteral("%1"))
            .arg(text::count(answer->rows, tr("row"), tr("rows"))) +
        QStringLiteral(" \u00B7 ") +
        (took < 1000 ? tr("%1 ms").arg(took) : text::duration(std::chrono::milliseconds(took))));
    const SqlGrounds& grounds = answer->grounds;
    QStringList all;
    for (const std::string& sentence : grounds.sentences()) {
        all << text::fromUtf8(sentence);
    }
    const auto worst =
        std::max_element(grounds.states.begin(), grounds.states.end(),
                         [](const SqlGrounds::OfState& a, const SqlGrounds::OfState& b) {
                             return a.trust.overall < b.trust.overall;
                         });
    QString words;
    theme::Role role = theme::Role::Dim;
    if (worst != grounds.states.end()) {
        const Trust trust = worst->trust.overall;
        role = trustRole(trust);
        words = trustSign(trust) + text::fromUtf8(worst->state->log()->projection().name + ": " +
                                                  worst->trust.sentence());
        for (const std::string& note : grounds.notes) {
            words += QStringLiteral(". ") + text::fromUtf8(note);
        }
    }
    m_trust->setText(words);
    m_trust->setColor(theme::color(role));
    m_rows->setToolTip(text::tip(all.join(QLatin1Char('\n'))));
}

void SqlView::showMenu(const QPoint& at)
{
    const QModelIndex cell = m_table->indexAt(at);
    if (!cell.isValid()) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (const auto record = m_model->recordOf(cell.row())) {
        menu->addAction(tr("Open the record"), this, [this, record = *record] {
            context().navigator->open(Place::ofRecord(record));
        });
        menu->addSeparator();
    }
    menu->addAction(tr("Copy the cell"), this, [this, at = QPersistentModelIndex(cell)] {
        const SqlAnswerPtr& answer = m_model->answer();
        if (at.isValid() && answer) {
            const SqlCell& value = answer->cell(static_cast<std::size_t>(at.row()),
                                                static_cast<std::size_t>(at.column()));
            QGuiApplication::clipboard()->setText(value.kind == SqlCell::Kind::Text
                                                      ? text::fromUtf8(value.text())
                                                      : at.data().toString());
        }
    });
    menu->addAction(tr("Copy the rows"), this,
                    [this] { QGuiApplication::clipboard()->setText(selectionAsTsv()); });
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

void SqlView::openExportDialog()
{
    auto* dialog = new QFileDialog(this, tr("Export the answer"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(
        {tr("CSV (*.csv)"), tr("JSON lines (*.jsonl)"), tr("SQLite (*.sqlite)")});
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.section(QStringLiteral("*."), 1).chopped(1));
    });
    dialog->selectFile(QStringLiteral("answer.csv"));
    connect(dialog, &QFileDialog::fileSelected, this, &SqlView::exportTo);
    dialog->open();
}

void SqlView::restyle()
{
    m_editor->restyle();
    m_examples->restyle();
    m_rows->setFont(theme::fixedFont());
    theme::setTextColor(m_rows, theme::Role::Dim);
    theme::setTextColor(m_nothing, theme::Role::Dim);
    theme::setTextColor(m_problem, theme::Role::Error);
    showState();
    m_table->viewport()->update();
}

} // namespace hindcast
