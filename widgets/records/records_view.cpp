#include "widgets/records/records_view.h"

#include "widgets/items/record_table.h"
#include "widgets/records/filter_edit.h"
#include "widgets/records/receipt_line.h"
#include "widgets/records/record_clipboard.h"
#include "widgets/records/record_conditions.h"
#include "widgets/records/record_list.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>

#include <algorithm>

namespace hindcast {

namespace {

constexpr qint64 kNewestAtOpening = 500; // what opening a topic reads
constexpr std::size_t kSurveyed = 200;   // records
constexpr std::size_t kSurveyEnough = 50;
constexpr std::size_t kFieldColumns = 2; // chosen unasked
constexpr int kProgressEvery = 100;      // ms

struct Compiled
{
    std::shared_ptr<Filter> filter; // null: there is a mistake
    std::optional<FilterExpression> expression;
    FilterMistake mistake;
};

Compiled compile(const std::string& text)
{
    Compiled compiled;
    auto filter = Filter::compile(text, &compiled.mistake);
    if (filter) {
        compiled.filter = std::make_shared<Filter>(std::move(*filter));
        if (auto expression = FilterExpression::parse(text, currentTimestamp())) {
            compiled.expression = std::move(*expression);
        }
    } else if (compiled.mistake.message.empty()) {
        compiled.mistake.message = filter.error().message;
    }
    return compiled;
}

QWidget* hairline()
{
    auto* const line = new QWidget;
    line->setFixedHeight(1);
    line->setBackgroundRole(QPalette::Mid); // the theme's line colour
    line->setAutoFillBackground(true);
    return line;
}

std::vector<Row> sampleOf(const RowSet& rows)
{
    // Evenly over all, the newest included: old records may be of an older shape.
    std::vector<Row> sample;
    const std::size_t count = std::min(rows.size(), kSurveyed);
    for (std::size_t i = 0; i < count; ++i) {
        sample.push_back(rows.rowAt(rows.size() - 1 - i * rows.size() / count));
    }
    return sample;
}

} // namespace

RecordsView::RecordsView(const ViewContext& context, const QStringList& topics, QWidget* parent)
    : View(context, parent)
    , m_topics(topics)
    , m_model(new RecordTableModel(this))
    , m_list(new RecordList(context.workspace, this))
    , m_clipboard(new RecordClipboard(this))
{
    setUp();
    connectAll();
    connectMoments();
    const bool connected = context.workspace->connected();
    if (connected) {
        m_range.from = {RangeEnd::Kind::LastN, kNewestAtOpening, kNoTimestamp, {}};
        m_range.to.kind = RangeEnd::Kind::Live;
    }
    updateToolbar();
    read();
    ask();
}

RecordsView::~RecordsView()
{
    if (m_search) {
        m_search->stop();
    }
    if (m_job != 0) {
        context().jobs->finish(m_job);
    }
    if (m_readId != 0) {
        context().workspace->stop(m_readId); // what was read stays in the capture
    }
}

Place RecordsView::place() const
{
    return m_key && m_filterEdit->text() == keyFilter(*m_key)
               ? Place::ofKey(m_topics.value(0), *m_key)
               : Place::ofTopics(m_topics);
}

void RecordsView::setUp()
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_model->setTopicShown(m_topics.size() > 1);
    m_table = new RecordTable(m_model);
    setFocusProxy(m_table);
    m_receipt = new ReceiptLine;
    m_mistake = new QLabel;
    m_mistake->setObjectName(QStringLiteral("mistake"));
    m_mistake->setTextFormat(Qt::PlainText);
    m_mistake->setWordWrap(true);
    m_mistake->setContentsMargins(10, 0, 10, 7);
    m_mistake->setVisible(false);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_table);
    m_stack->addWidget(makeEmptyState());

    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeToolbar());
    layout->addWidget(m_mistake);
    layout->addWidget(hairline());
    layout->addWidget(m_stack, 1);
    layout->addWidget(hairline());
    layout->addWidget(m_receipt);

    paintLabels();
    m_receiptSoon.setSingleShot(true);
    m_receiptSoon.setInterval(kProgressEvery / 2);
    m_progress.setInterval(kProgressEvery);
}

void RecordsView::paintLabels()
{
    theme::setTextColor(m_mistake, theme::Role::Error);
    theme::setTextColor(m_emptyText, theme::Role::Dim);
}

QWidget* RecordsView::makeToolbar()
{
    auto* const bar = new QWidget;
    auto* const layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 7, 10, 7);
    layout->setSpacing(2 * theme::kStep);
    const auto button = [layout](const char* name) {
        auto* const made = new QPushButton;
        made->setObjectName(QLatin1String(name));
        layout->addWidget(made);
        return made;
    };
    m_from = button("from");
    m_to = button("to");
    m_partitions = button("partitions");
    m_filterEdit = new FilterEdit;
    layout->addWidget(m_filterEdit, 1);
    m_searchButton = button("search");
    m_searchButton->setText(QStringLiteral("Search"));
    m_searchButton->setProperty("primary", true);
    m_columnsButton = button("columns");
    m_columnsButton->setText(QStringLiteral("\u22ee"));
    m_columnsButton->setToolTip(QStringLiteral("Columns"));
    m_columnsButton->setAccessibleName(QStringLiteral("Columns"));
    m_columnsButton->setFixedWidth(6 * theme::kStep);
    m_columnsButton->setStyleSheet(QStringLiteral("QPushButton { padding: 3px 0; }"));
    return bar;
}

QWidget* RecordsView::makeEmptyState()
{
    auto* const page = new QWidget;
    auto* const layout = new QVBoxLayout(page);
    layout->setSpacing(3 * theme::kStep);
    m_emptyText = new QLabel;
    m_emptyText->setObjectName(QStringLiteral("emptyText"));
    m_emptyText->setTextFormat(Qt::PlainText);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    m_emptyAction = new QPushButton;
    m_emptyAction->setObjectName(QStringLiteral("emptyAction"));
    m_emptyAction->setProperty("primary", true);
    layout->addStretch(2);
    layout->addWidget(m_emptyText);
    layout->addWidget(m_emptyAction, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    return page;
}

void RecordsView::connectAll()
{
    connect(m_list, &RecordList::replaced, this, &RecordsView::rowsReplaced);
    connect(m_list, &RecordList::grown, this, &RecordsView::rowsGrown);
    connect(m_list, &RecordList::stateChanged, this, &RecordsView::updateReceipt);
    connect(m_filterEdit, &FilterEdit::submitted, this, &RecordsView::search);
    connect(m_filterEdit, &FilterEdit::mistakeChanged, this, [this] {
        m_mistake->setText(m_filterEdit->mistake());
        m_mistake->setVisible(!m_filterEdit->mistake().isEmpty());
    });
    connect(m_searchButton, &QPushButton::clicked, this, &RecordsView::search);
    connect(m_from, &QPushButton::clicked, this, [this] { openRange(true); });
    connect(m_to, &QPushButton::clicked, this, [this] { openRange(false); });
    connect(m_partitions, &QPushButton::clicked, this, &RecordsView::openPartitions);
    connect(m_columnsButton, &QPushButton::clicked, this, &RecordsView::openColumns);
    connect(m_table->horizontalHeader(), &QWidget::customContextMenuRequested, this,
            &RecordsView::openColumns);
    connect(m_table, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        const QModelIndex index = m_table->indexAt(at);
        if (index.isValid()) {
            auto* const menu = menuFor(index).release();
            menu->setAttribute(Qt::WA_DeleteOnClose);
            menu->popup(m_table->viewport()->mapToGlobal(at));
        }
    });
    connect(m_receipt, &ReceiptLine::actionTriggered, this, &RecordsView::receiptAction);
    connect(m_receipt, &ReceiptLine::undecodableTriggered, this, [this] {
        if (m_expression) {
            m_showsUndecodable = !m_showsUndecodable;
            ask();
        }
    });
    connect(m_emptyAction, &QPushButton::clicked, this, &RecordsView::emptyAction);
    connect(&m_receiptSoon, &QTimer::timeout, this, &RecordsView::updateReceipt);
    connect(&m_progress, &QTimer::timeout, this, &RecordsView::updateReceipt);
    connect(m_clipboard, &RecordClipboard::copiedLater, this,
            [this](std::size_t rows, std::size_t selected) {
                const auto id = context().jobs->start(QStringLiteral("Copying"));
                QString said =
                    text::count(rows, QStringLiteral("row copied"), QStringLiteral("rows copied"));
                if (rows < selected) {
                    said += QStringLiteral(" of %1; `hindcast-cli export` writes any number")
                                .arg(text::count(selected, QStringLiteral("selected row"),
                                                 QStringLiteral("selected rows")));
                }
                context().jobs->finish(id, said);
            });
    const Workspace* const workspace = context().workspace;
    connect(workspace, &Workspace::readChanged, this, [this](quint64 id) {
        if (id == m_readId && !m_receiptSoon.isActive()) {
            m_receiptSoon.start();
        }
    });
    connect(workspace, &Workspace::connectionChanged, this, [this] {
        updateToolbar();
        updateReceipt();
    });
    connect(workspace, &Workspace::clusterChanged, this, [this] { updateToolbar(); });
}

void RecordsView::updateToolbar()
{
    m_from->setText(m_range.fromText());
    m_to->setText(m_range.toText());
    const std::size_t chosen = m_range.partitions.size();
    std::size_t all = 0;
    if (const ClusterStatePtr cluster = context().workspace->cluster()) {
        for (const TopicState& topic : cluster->topics) {
            if (m_topics.contains(text::fromUtf8(topic.name))) {
                all = std::max(all, topic.partitions.size());
            }
        }
    }
    m_partitions->setText(chosen == 1
                              ? QStringLiteral("Partition %1").arg(*m_range.partitions.begin())
                          : chosen > 1 ? QStringLiteral("%1 partitions").arg(chosen)
                          : all > 1    ? QStringLiteral("All %1 partitions").arg(all)
                                       : QStringLiteral("All partitions"));
}

void RecordsView::setRange(const ReadRange& range)
{
    if (range == m_range) {
        return;
    }
    m_range = range;
    updateToolbar();
    // With nothing to match, "only what matches" would be everything: the search will read.
    if (!m_keepMatchesOnly || !m_filter.isEmpty()) {
        read();
    }
    ask();
}

void RecordsView::read()
{
    Workspace* const workspace = context().workspace;
    const auto request = m_range.request(m_topics);
    if (!workspace->connected() || !request) {
        return;
    }
    if (m_readId != 0) {
        workspace->stop(m_readId);
    }
    const bool matchesOnly = m_keepMatchesOnly && !m_filter.isEmpty();
    m_readId = workspace->read(*request, matchesOnly ? m_filter : QString(), matchesOnly);
}

void RecordsView::setFilter(const QString& expression)
{
    m_filterEdit->setText(expression);
    m_filterEdit->setCursorPosition(0); // its beginning says what it is about
    search();
}

void RecordsView::search()
{
    if (m_key) {
        emit titleChanged(); // it may be the list of one key no more, or again
    }
    const QString filter = m_filterEdit->text().trimmed();
    if (filter.isEmpty()) {
        m_compiler.cancel();
        m_filter.clear();
        m_prototype.reset();
        m_expression.reset();
        m_showsUndecodable = false;
        ask();
        return;
    }
    // As written, blanks and all: the place of a mistake is counted in it.
    const QString written = m_filterEdit->text();
    m_compiler.ask([expression = text::toUtf8(written)](
                       const std::stop_token&) { return compile(expression); },
                   [this, written](Compiled compiled) {
                       if (!compiled.filter) {
                           m_filterEdit->setMistake(compiled.mistake);
                           return;
                       }
                       const bool another = m_filter != written;
                       m_filter = written;
                       m_prototype = compiled.filter;
                       m_expression = compiled.expression;
                       m_showsUndecodable = false;
                       const auto status = context().workspace->readStatus(m_readId);
                       if (m_readId == 0 || (m_keepMatchesOnly && another) ||
                           (status && !status->running && !status->complete)) {
                           read();
                       }
                       ask();
                   });
}

void RecordsView::ask()
{
    if (m_search) {
        m_search->stop();
        m_search.reset();
    }
    if (m_showsUndecodable && m_expression) {
        m_search = RecordSearch::undecodableBy(*m_expression);
    } else if (m_prototype) {
        m_search = RecordSearch::matching(m_prototype->clone());
    }
    m_searchMs = 0;
    m_searchClock.start();
    m_list->setQuestion(
        m_range.scope(m_topics,
                      [this](const QString& name) -> GroupSamplePtr {
                          const std::string group = text::toUtf8(name);
                          if (const auto cluster = context().workspace->cluster()) {
                              for (const GroupSamplePtr& sample : cluster->groups) {
                                  if (sample->group == group && !sample->partitions.empty()) {
                                      return sample;
                                  }
                              }
                          }
                          const auto kept = context().workspace->snapshot()->groupSamples();
                          const auto newest =
                              std::find_if(kept.rbegin(), kept.rend(), [&](const auto& sample) {
                                  return sample->group == group;
                              });
                          return newest == kept.rend() ? nullptr : *newest;
                      }),
        m_search ? m_search->matcher() : RowMatcher());
    m_progress.start();
    updateReceipt();
}

void RecordsView::rowsReplaced()
{
    m_model->setRows(m_list->rows());
    updatePlayheads(false);
    if (m_selectedRow) {
        const int at = m_model->indexOf(*m_selectedRow);
        if (at >= 0) {
            const QSignalBlocker silent(m_table->selectionModel());
            m_table->setCurrentIndex(m_model->index(at, 0));
        }
    }
    if (followsEnd()) {
        m_table->scrollToBottom();
    } else if (m_table->currentIndex().isValid()) {
        m_table->scrollTo(m_table->currentIndex(), QAbstractItemView::PositionAtCenter);
    } else {
        m_table->keepPlayheadInSight();
    }
    survey();
    goToPending();
    updateEmptyState();
}

void RecordsView::rowsGrown(const RowSetGrowth& growth)
{
    const bool atEnd = m_table->atEnd();
    const int top = m_table->topRow();
    const std::optional<Row> topRow =
        m_model->rowCount() > 0 ? std::optional<Row>(m_model->rowAt(top)) : std::nullopt;
    m_model->grow(growth);
    updatePlayheads(false);
    if (atEnd && followsEnd()) {
        m_table->scrollToBottom();
    } else if (growth.kind == RowSetGrowth::Kind::Middle && topRow) {
        m_table->setTopRow(m_model->indexOf(*topRow)); // rows that land above push nothing away
    }
    if (m_surveyAgain) {
        survey();
    }
    goToPending();
    updateEmptyState();
}

void RecordsView::survey()
{
    if (!m_surveyAgain || m_model->rowCount() == 0 || m_surveyor.busy()) {
        return;
    }
    m_surveyor.ask(
        [snapshot = m_model->rows()->snapshot(), sample = sampleOf(*m_model->rows())](
            const std::stop_token& stop) { return surveyFields(*snapshot, sample, stop); },
        [this](FieldSurvey surveyed) {
            m_surveyed = std::move(surveyed);
            m_surveyAgain = m_surveyed.records < kSurveyEnough;
            QStringList paths;
            for (const SurveyedField& field : m_surveyed.fields) {
                paths << text::plain(field.path.toString());
            }
            m_filterEdit->setPaths(paths);
            if (m_columnsChosen || m_surveyed.records == 0) {
                return;
            }
            std::vector<RecordColumn> fields;
            for (const SurveyedField& field : m_surveyed.telling(kFieldColumns)) {
                fields.push_back(fieldColumn(field.path, field.numeric));
            }
            m_model->setFields(fields);
        });
}

} // namespace hindcast
