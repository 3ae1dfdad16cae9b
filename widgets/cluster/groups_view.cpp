#include "widgets/cluster/groups_view.h"

#include "model/lag/lag_text.h"
#include "widgets/cluster/group_table_model.h"
#include "widgets/cluster/overview_table.h"
#include "widgets/shared/hairline.h"
#include "widgets/shared/lag_store.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/verdict_bar.h"
#include "widgets/shared/workspace.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kFrameMs = 16;

// "billing has stopped on payments-2", or the worst of them and how many more need a look.
void lead(VerdictBar& bar, const std::vector<GroupLag>& groups, bool connected)
{
    if (groups.empty()) {
        bar.setVerdict(Severity::None, GroupsView::tr("No consumer groups"),
                       connected ? GroupsView::tr("The cluster names none, or the first answer is "
                                                  "on its way.")
                                 : GroupsView::tr("Every group with its verdict and its lag would "
                                                  "stand here: capture groups from a connected "
                                                  "cluster."));
        return;
    }
    const auto worst =
        std::max_element(groups.begin(), groups.end(), [](const GroupLag& a, const GroupLag& b) {
            return a.severity != b.severity ? a.severity < b.severity : a.verdict < b.verdict;
        });
    const auto troubled = std::count_if(groups.begin(), groups.end(), [](const GroupLag& g) {
        return g.severity >= Severity::Warning;
    });
    if (troubled == 0) {
        const auto empty = std::count_if(groups.begin(), groups.end(), [](const GroupLag& g) {
            return g.verdict == Verdict::Empty;
        });
        bar.setVerdict(Severity::Ok,
                       groups.size() == 1
                           ? GroupsView::tr("The one group keeps up")
                           : GroupsView::tr("None of %1 groups needs a look").arg(groups.size()),
                       empty == 0
                           ? GroupsView::tr("Each keeps up, or has nothing to read.")
                           : GroupsView::tr("%1 without members, the others keep up.").arg(empty));
        return;
    }
    const LagText words =
        describeLag(*worst, [](Timestamp t) { return text::toUtf8(text::time(t)); });
    const QString more =
        troubled == 1
            ? GroupsView::tr("It is the only one of %1 groups that needs a look.")
                  .arg(groups.size())
            : GroupsView::tr("%1 of %2 groups need a look.").arg(troubled).arg(groups.size());
    bar.setVerdict(worst->severity, text::plain(words.headline), more);
}

} // namespace

GroupsView::GroupsView(const ViewContext& context, LagStore* store, QWidget* parent)
    : View(context, parent)
    , m_store(store)
{
    setupUi();
    m_frame.setSingleShot(true);
    m_frame.setInterval(kFrameMs);
    connect(&m_frame, &QTimer::timeout, this, &GroupsView::refresh);
    connect(m_store, &LagStore::changed, this, &GroupsView::schedule);
    connect(context.moments, &MomentControl::aChanged, this, [this] {
        if (!pinned()) {
            schedule();
        }
    });
    connect(context.moments, &MomentControl::liveChanged, this, &GroupsView::schedule);
    connect(context.workspace, &Workspace::clusterChanged, this, &GroupsView::schedule);
    connect(context.workspace, &Workspace::connectionChanged, this, &GroupsView::schedule);
    refresh();
}

GroupsView::~GroupsView() = default;

void GroupsView::setupUi()
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setAccessibleName(tr("Consumer groups"));
    m_verdict = new VerdictBar(this);
    m_model = new GroupTableModel(this);
    m_table = overview_table::make(m_model, this);
    m_table->setAccessibleName(tr("Consumer groups"));
    overview_table::setWidths(*m_table, {150, 96, 70, 74, 64, 54, 76, 70});
    overview_table::sortBy(*m_table, GroupTableModel::VerdictColumn, Qt::DescendingOrder);
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("Filter groups and topics"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(320);
    connect(m_filter, &QLineEdit::textChanged, m_model, &GroupTableModel::setFilter);
    m_note = new QLabel(this);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setForegroundRole(QPalette::PlaceholderText);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 7, 10, 7);
    bar->addWidget(m_filter, 1);
    bar->addStretch(1);
    bar->addWidget(m_note);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_verdict);
    column->addWidget(hairline(this));
    column->addLayout(bar);
    column->addWidget(m_table, 1);

    m_table->installEventFilter(this);
    connect(m_table, &QTableView::doubleClicked, this, &GroupsView::open);
    connect(m_table, &QTableView::customContextMenuRequested, this, &GroupsView::contextMenu);
}

Place GroupsView::place() const
{
    Place place;
    place.kind = Place::Kind::Groups;
    return place;
}

void GroupsView::schedule()
{
    if (!m_frame.isActive()) {
        m_frame.start();
    }
}

void GroupsView::refresh()
{
    const Timestamp now = LagStore::timeOf(*context().moments);
    std::vector<GroupLag> groups;
    Timestamp newest = kNoTimestamp;
    for (const QString& name : m_store->groups()) {
        groups.push_back(m_store->at(name, now));
        if (groups.back().known()) {
            newest = std::max(newest, groups.back().sample->time);
        }
    }
    lead(*m_verdict, groups, context().workspace->connected());
    m_model->setGroups(std::move(groups));
    m_note->setText(newest == kNoTimestamp ? QString()
                                           : tr("as of %1").arg(text::shortTime(newest)));
    m_note->setToolTip(text::full(newest));
}

void GroupsView::open(const QModelIndex& index)
{
    if (index.isValid()) {
        context().navigator->open(Place::ofGroup(m_model->nameAt(index.row())));
    }
}

void GroupsView::contextMenu(const QPoint& position)
{
    const QModelIndex index = m_table->indexAt(position);
    if (!index.isValid()) {
        return;
    }
    const QString name = m_model->nameAt(index.row());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Lag of %1 here").arg(text::plain(text::toUtf8(name))), this,
                    [this, name] { context().navigator->open(Place::ofGroup(name)); });
    menu->addSeparator();
    const auto copy = [](const QString& words) { QGuiApplication::clipboard()->setText(words); };
    menu->addAction(tr("Copy name"), this, [copy, name] { copy(name); });
    menu->addAction(tr("Copy rows"), this, [this, copy] { copy(selectionAsTsv()); });
    menu->addAction(tr("Copy rows as JSON"), this, [this, copy] { copy(selectionAsJson()); });
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

bool GroupsView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            open(m_table->currentIndex());
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

void GroupsView::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

QString GroupsView::selectionAsTsv() const
{
    return overview_table::selectionAsTsv(*m_table);
}

QString GroupsView::selectionAsJson() const
{
    QString lines;
    for (const int row : overview_table::selectedRows(*m_table)) {
        const GroupLag& g = m_model->groupAt(row);
        QJsonObject line{{QStringLiteral("group"), m_model->nameAt(row)},
                         {QStringLiteral("verdict"), QString::fromLatin1(wordOf(g.verdict))},
                         {QStringLiteral("available"), qint64{g.available}},
                         {QStringLiteral("missed"), qint64{g.missed}}};
        line.insert(QStringLiteral("behindMs"),
                    g.behind.known() ? QJsonValue(qint64{g.behind.lag.count()}) : QJsonValue());
        if (g.known()) {
            line.insert(QStringLiteral("state"), text::fromUtf8(g.sample->state));
            line.insert(QStringLiteral("members"), static_cast<qint64>(g.sample->members.size()));
        }
        lines += QString::fromUtf8(QJsonDocument(line).toJson(QJsonDocument::Compact)) +
                 QLatin1Char('\n');
    }
    return lines;
}

void GroupsView::restyle()
{
    m_verdict->restyle();
    m_model->restyle();
    refresh();
}

} // namespace hindcast
