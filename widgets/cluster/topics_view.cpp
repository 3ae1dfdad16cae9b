#include "widgets/cluster/topics_view.h"

#include "widgets/cluster/overview_table.h"
#include "widgets/cluster/topic_detail.h"
#include "widgets/shared/hairline.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/verdict_bar.h"
#include "widgets/shared/workspace.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

namespace {

// While a capture grows by every frame, its newest records are looked up this often.
constexpr int kNewestEveryMs = 500;

std::map<std::string, Timestamp> newestOf(const CaptureSnapshot& snapshot,
                                          const std::stop_token& stop)
{
    std::vector<Timestamp> byTopic(snapshot.topics().size(), kNoTimestamp);
    for (std::size_t i = 0; i < snapshot.blockCount() && !stop.stop_requested(); ++i) {
        const BlockInfo block = snapshot.block(i);
        byTopic[block.topic] = std::max(byTopic[block.topic], block.times.to);
    }
    std::map<std::string, Timestamp> newest;
    for (std::size_t i = 0; i < byTopic.size(); ++i) {
        newest.emplace(snapshot.topics()[i], byTopic[i]);
    }
    return newest;
}

std::int64_t endOf(const TopicState& topic)
{
    std::int64_t end = 0;
    for (const PartitionState& p : topic.partitions) {
        end += std::max<std::int64_t>(0, p.logEnd);
    }
    return end;
}

// Offsets a second by which each topic grew from one look to the next.
std::map<std::string, double> ratesBetween(const ClusterState& before, const ClusterState& now)
{
    std::map<std::string, double> rates;
    const double seconds = std::chrono::duration<double>(now.time - before.time).count();
    if (seconds <= 0) {
        return rates;
    }
    std::map<std::string, std::int64_t> ends;
    for (const TopicState& topic : before.topics) {
        ends.emplace(topic.name, endOf(topic));
    }
    for (const TopicState& topic : now.topics) {
        const auto found = ends.find(topic.name);
        if (found != ends.end() && endOf(topic) >= found->second) {
            rates[topic.name] = static_cast<double>(endOf(topic) - found->second) / seconds;
        }
    }
    return rates;
}

} // namespace

TopicsView::TopicsView(const ViewContext& context, QWidget* parent)
    : View(context, parent)
{
    setupUi();
    m_newestWait.setSingleShot(true);
    m_newestWait.setInterval(kNewestEveryMs);
    connectAll();
    clusterChanged();
    lookUpNewest();
}

TopicsView::~TopicsView() = default;

void TopicsView::setupUi()
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setAccessibleName(tr("Topics"));
    m_verdict = new VerdictBar(this);
    m_model = new TopicTableModel(this);
    m_table = overview_table::make(m_model, this);
    m_table->setAccessibleName(tr("Topics"));
    overview_table::setWidths(*m_table, {200, 78, 104, 58, 100, 72});
    overview_table::sortBy(*m_table, TopicTableModel::TopicColumn, Qt::AscendingOrder);
    m_detail = new TopicDetail(this);
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("Filter topics"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(320);
    m_internal = new QCheckBox(tr("Internal topics"), this);
    m_note = new QLabel(this);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setForegroundRole(QPalette::PlaceholderText);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 7, 10, 7);
    bar->setSpacing(3 * theme::kStep);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_internal);
    bar->addStretch(1);
    bar->addWidget(m_note);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(1);
    split->addWidget(m_table);
    split->addWidget(m_detail);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_verdict);
    column->addWidget(hairline(this));
    column->addLayout(bar);
    column->addWidget(split, 1);
    m_table->installEventFilter(this);
}

void TopicsView::connectAll()
{
    connect(m_filter, &QLineEdit::textChanged, m_model, &TopicTableModel::setFilter);
    connect(m_internal, &QCheckBox::toggled, m_model, &TopicTableModel::setInternalShown);
    connect(m_model, &QAbstractItemModel::modelReset, this, &TopicsView::showDetail);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &TopicsView::showDetail);
    connect(m_table, &QTableView::doubleClicked, this, &TopicsView::open);
    connect(m_table, &QTableView::customContextMenuRequested, this, &TopicsView::contextMenu);
    connect(context().workspace, &Workspace::clusterChanged, this, &TopicsView::clusterChanged);
    connect(context().workspace, &Workspace::connectionChanged, this, &TopicsView::refresh);
    connect(&m_newestWait, &QTimer::timeout, this, &TopicsView::lookUpNewest);
    connect(context().workspace, &Workspace::snapshotChanged, this, [this] {
        if (!m_newestWait.isActive()) {
            m_newestWait.start();
        }
    });
}

Place TopicsView::place() const
{
    return Place::ofTopics({}); // none in particular: all
}

QString TopicsView::title() const
{
    return tr("Topics");
}

void TopicsView::clusterChanged()
{
    const ClusterStatePtr now = context().workspace->cluster();
    if (m_cluster && now && now != m_cluster && now->time > m_cluster->time) {
        m_rates = ratesBetween(*m_cluster, *now);
    } else if (!now || !m_cluster || now->clusterId != m_cluster->clusterId) {
        m_rates.clear();
    }
    m_cluster = now;
    refresh();
}

void TopicsView::lookUpNewest()
{
    if (m_newestAsker.busy()) {
        m_newestAgain = true;
        return;
    }
    m_newestAgain = false;
    m_newestAsker.ask([snapshot = context().workspace->snapshot()](
                          const std::stop_token& stop) { return newestOf(*snapshot, stop); },
                      [this](std::map<std::string, Timestamp> newest) {
                          m_newest = std::move(newest);
                          refresh();
                          if (m_newestAgain) {
                              m_newestWait.start();
                          }
                      });
}

void TopicsView::refresh()
{
    std::vector<TopicRow> rows;
    std::map<std::string, bool> named;
    if (m_cluster) {
        for (const TopicState& state : m_cluster->topics) {
            TopicRow row{state, kNoTimestamp, std::nullopt};
            if (const auto found = m_newest.find(state.name); found != m_newest.end()) {
                row.newest = found->second;
            }
            if (const auto found = m_rates.find(state.name); found != m_rates.end()) {
                row.rate = found->second;
            }
            named[state.name] = true;
            rows.push_back(std::move(row));
        }
    }
    // What was captured of a topic that the cluster does not name (any more) is still to be seen.
    for (const auto& [name, newest] : m_newest) {
        if (!named.contains(name)) {
            TopicRow row;
            row.state.name = name;
            row.newest = newest;
            rows.push_back(std::move(row));
        }
    }
    std::sort(rows.begin(), rows.end(),
              [](const TopicRow& a, const TopicRow& b) { return a.state.name < b.state.name; });
    m_model->setTopics(std::move(rows));
    m_table->setColumnHidden(TopicTableModel::SizeColumn, !m_model->anySize());
    m_note->setText(m_cluster && m_cluster->time != kNoTimestamp
                        ? tr("as of %1").arg(text::shortTime(m_cluster->time))
                        : QString());
    lead();
    showDetail();
}

void TopicsView::lead()
{
    const auto& topics = m_model->topics();
    if (topics.empty()) {
        m_verdict->setVerdict(Severity::None, tr("No topics"),
                              context().workspace->connected()
                                  ? tr("The cluster names none, or the first answer is on its way.")
                                  : tr("Every topic with its partitions and records would stand "
                                       "here: connect to a cluster or open a capture."));
        return;
    }
    std::size_t troubled = 0;
    QString first;
    std::size_t own = 0; // not the cluster's
    std::int64_t records = 0;
    for (const TopicRow& row : topics) {
        const QString problem = topicProblem(row.state);
        own += row.state.internal ? 0U : 1U;
        records += row.state.internal ? 0 : row.state.offsetSpan();
        if (!problem.isEmpty()) {
            first = troubled++ == 0 ? text::plain(row.state.name) + QStringLiteral(": ") + problem
                                    : first;
        }
    }
    const QString all =
        tr("%1 hold at most %2.")
            .arg(text::count(own, tr("topic"), tr("topics")),
                 text::count(static_cast<quint64>(records), tr("record"), tr("records")));
    if (m_cluster && !m_cluster->problem.empty()) {
        m_verdict->setVerdict(Severity::Warning, tr("The cluster does not answer"),
                              text::plain(m_cluster->problem));
    } else if (troubled > 0) {
        m_verdict->setVerdict(Severity::Warning, first,
                              troubled == 1 ? all
                                            : tr("%1 topics have a problem. ").arg(troubled) + all);
    } else if (m_cluster) {
        m_verdict->setVerdict(Severity::Ok, tr("Every partition has its leader and replicas"), all);
    } else {
        m_verdict->setVerdict(Severity::None,
                              text::count(topics.size(), tr("topic"), tr("topics")) +
                                  tr(" in this capture"),
                              tr("It holds records and nothing of the cluster they came from."));
    }
}

void TopicsView::showDetail()
{
    const QModelIndex current = m_table->currentIndex();
    if (current.isValid()) {
        m_detail->setTopic(m_model->topicAt(current.row()).state);
    } else {
        m_detail->clear();
    }
}

QStringList TopicsView::selectedTopics() const
{
    QStringList topics;
    for (const int row : overview_table::selectedRows(*m_table)) {
        topics.append(m_model->nameAt(row));
    }
    return topics;
}

void TopicsView::open()
{
    // Several topics are one list in time order.
    const QStringList topics = selectedTopics();
    if (!topics.isEmpty()) {
        context().navigator->open(Place::ofTopics(topics));
    }
}

void TopicsView::contextMenu(const QPoint& position)
{
    const QStringList topics = selectedTopics();
    if (topics.isEmpty()) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(topics.size() == 1
                        ? tr("Records of %1").arg(text::plain(text::toUtf8(topics.first())))
                        : tr("Records of %1 topics as one list").arg(topics.size()),
                    this, &TopicsView::open);
    menu->addSeparator();
    const auto copy = [](const QString& words) { QGuiApplication::clipboard()->setText(words); };
    menu->addAction(topics.size() == 1 ? tr("Copy name") : tr("Copy names"), this,
                    [copy, topics] { copy(topics.join(QLatin1Char('\n'))); });
    menu->addAction(tr("Copy rows"), this, [this, copy] { copy(selectionAsTsv()); });
    menu->addAction(tr("Copy rows as JSON"), this, [this, copy] { copy(selectionAsJson()); });
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

bool TopicsView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            open();
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

void TopicsView::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

QString TopicsView::selectionAsTsv() const
{
    return overview_table::selectionAsTsv(*m_table);
}

QString TopicsView::selectionAsJson() const
{
    QString lines;
    for (const int row : overview_table::selectedRows(*m_table)) {
        const TopicRow& t = m_model->topicAt(row);
        const QJsonObject line{
            {QStringLiteral("topic"), m_model->nameAt(row)},
            {QStringLiteral("partitions"), static_cast<qint64>(t.state.partitions.size())},
            {QStringLiteral("recordsAtMost"), qint64{t.state.offsetSpan()}},
            {QStringLiteral("inPerSecond"), t.rate ? QJsonValue(*t.rate) : QJsonValue()},
            {QStringLiteral("newestMs"),
             t.newest == kNoTimestamp ? QJsonValue() : QJsonValue(qint64{toMs(t.newest)})}};
        lines += QString::fromUtf8(QJsonDocument(line).toJson(QJsonDocument::Compact)) +
                 QLatin1Char('\n');
    }
    return lines;
}

void TopicsView::restyle()
{
    m_verdict->restyle();
    m_model->restyle();
    refresh();
}

} // namespace hindcast
