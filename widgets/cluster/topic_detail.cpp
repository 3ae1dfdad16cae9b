#include "widgets/cluster/topic_detail.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/row_delegate.h"
#include "widgets/shared/text.h"

#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

namespace {

QString idList(const std::vector<std::int32_t>& ids)
{
    QStringList list;
    for (const std::int32_t id : ids) {
        list.append(QString::number(id));
    }
    return list.join(QStringLiteral(", "));
}

QTableWidgetItem* cell(const QString& words, bool fixed, bool right)
{
    auto* item = new QTableWidgetItem(words);
    if (fixed) {
        item->setFont(theme::fixedFont());
    }
    item->setTextAlignment((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return item;
}

QString offset(std::int64_t n)
{
    return n < 0 ? QStringLiteral("\u2013") : text::number(qint64{n});
}

} // namespace

TopicDetail::TopicDetail(QWidget* parent)
    : QWidget(parent)
    , m_pages(new QStackedWidget(this))
    , m_title(new QLabel(this))
    , m_partitions(makeTable({tr("Partition"), tr("Leader"), tr("Replicas"), tr("In sync"),
                              tr("Log start"), tr("Log end"), tr("Problem")},
                             tr("Partitions of the topic")))
    , m_configs(makeTable({tr("Configuration"), tr("Value")}, tr("Configuration of the topic")))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto* hint = new QLabel(tr("Choose a topic to see its partitions."), this);
    hint->setAlignment(Qt::AlignCenter);
    hint->setForegroundRole(QPalette::PlaceholderText);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setContentsMargins(10, 6, 10, 6);

    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(1);
    split->addWidget(m_partitions);
    split->addWidget(m_configs);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    split->setSizes({500, 240});
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(split, 1);
    m_pages->addWidget(hint);
    m_pages->addWidget(page);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_pages);
}

TopicDetail::~TopicDetail() = default;

QTableWidget* TopicDetail::makeTable(const QStringList& titles, const QString& name)
{
    auto* table = new QTableWidget(0, static_cast<int>(titles.size()), this);
    table->setHorizontalHeaderLabels(titles);
    table->setObjectName(name);
    table->setAccessibleName(name);
    table->setItemDelegate(new RowDelegate(table));
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->verticalHeader()->hide();
    table->verticalHeader()->setMinimumSectionSize(theme::kRowHeight);
    table->verticalHeader()->setDefaultSectionSize(theme::kRowHeight + 1);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setSectionResizeMode(static_cast<int>(titles.size()) - 1,
                                                    QHeaderView::Stretch);
    return table;
}

void TopicDetail::clear()
{
    m_pages->setCurrentIndex(0);
}

void TopicDetail::setTopic(const TopicState& topic)
{
    m_title->setText(
        tr("%1 \u00b7 %2")
            .arg(text::plain(topic.name),
                 text::count(topic.partitions.size(), tr("partition"), tr("partitions"))));
    fillPartitions(topic);
    fillConfigs(topic);
    m_configs->setVisible(!topic.configs.empty());
    m_pages->setCurrentIndex(1);
}

void TopicDetail::fillPartitions(const TopicState& topic)
{
    static constexpr int kLeader = 1;
    static constexpr int kProblem = 6;
    const bool problems = std::any_of(topic.partitions.begin(), topic.partitions.end(),
                                      [](const PartitionState& p) { return !p.problem.empty(); });
    m_partitions->setColumnHidden(kProblem, !problems);
    m_partitions->setRowCount(static_cast<int>(topic.partitions.size()));
    int row = 0;
    for (const PartitionState& p : topic.partitions) {
        m_partitions->setItem(row, 0, cell(QString::number(p.partition), true, false));
        m_partitions->setItem(
            row, kLeader,
            cell(p.leader < 0 ? tr("no leader") : QString::number(p.leader), true, false));
        m_partitions->setItem(row, 2, cell(idList(p.replicas), true, false));
        m_partitions->setItem(row, 3, cell(idList(p.inSync), true, false));
        m_partitions->setItem(row, 4, cell(offset(p.logStart), true, true));
        m_partitions->setItem(row, 5, cell(offset(p.logEnd), true, true));
        m_partitions->setItem(row, kProblem, cell(text::plain(p.problem), false, false));
        if (p.leader < 0) {
            m_partitions->item(row, kLeader)->setForeground(theme::color(theme::Role::Warning));
        }
        m_partitions->item(row, kProblem)->setForeground(theme::color(theme::Role::Warning));
        ++row;
    }
    for (const int column : {4, 5}) {
        m_partitions->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight |
                                                                     Qt::AlignVCenter);
    }
    const int widths[] = {76, 68, 70, 70, 90, 90};
    for (int column = 0; column < kProblem; ++column) {
        m_partitions->setColumnWidth(column, widths[column]);
    }
}

void TopicDetail::fillConfigs(const TopicState& topic)
{
    m_configs->setRowCount(static_cast<int>(topic.configs.size()));
    int row = 0;
    for (const auto& [name, value] : topic.configs) {
        m_configs->setItem(row, 0, cell(text::plain(name), false, false));
        m_configs->setItem(row, 1, cell(text::plain(value), true, false));
        ++row;
    }
    m_configs->setColumnWidth(0, 140);
}

} // namespace hindcast
