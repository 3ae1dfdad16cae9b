#include "widgets/state/state_inspector.h"

#include "widgets/shared/elided_label.h"
#include "widgets/shared/hairline.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/trust_look.h"
#include "widgets/state/history_delegate.h"
#include "widgets/state/projection_store.h"
#include "widgets/state/provenance_list.h"
#include "widgets/state/step_difference.h"

#include <QEvent>
#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QListView>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kColumnRows = 200;
constexpr int kLeastStep = 64; // px for what the step changed

} // namespace

StateInspector::StateInspector(const ViewContext& context, ProjectionStore* store, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_store(store)
{
    setUp();
    connect(m_context.moments, &MomentControl::aChanged, this, &StateInspector::clockMoved);
    connect(m_store, &ProjectionStore::logChanged, this, [this](const QString& name) {
        if (name == m_place.name) {
            read();
        }
    });
    connect(m_list, &QListView::clicked, this, &StateInspector::goTo);
    connect(m_list, &QListView::doubleClicked, this, &StateInspector::openRecord);
    connect(m_setBy, &QLabel::linkActivated, this,
            [this] { openRecord(m_history->index(m_history->current())); });
    connect(m_provenance, &ProvenanceList::momentRequested, this, &StateInspector::goToRank);
    connect(m_provenance, &ProvenanceList::recordRequested, this, &StateInspector::openPlace);
    connect(m_history, &QAbstractItemModel::dataChanged, this, &StateInspector::showStep);
    connect(m_history, &QAbstractItemModel::modelReset, this, &StateInspector::showStep);
    restyle();
    showStep();
}

StateInspector::~StateInspector() = default;

void StateInspector::setUp()
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* head = new QWidget(this);
    auto* grid = new QGridLayout(head);
    grid->setContentsMargins(12, 8, 12, 8);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->setColumnMinimumWidth(0, 88);
    grid->setColumnStretch(1, 1);
    const auto row = [&](int at, const QString& name, const char* object) {
        auto* label = new QLabel(name, head);
        m_names.push_back(label);
        auto* value = new QLabel(head);
        value->setObjectName(QLatin1String(object));
        value->setTextFormat(Qt::PlainText);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setMinimumWidth(40);
        value->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        grid->addWidget(label, at, 0);
        grid->addWidget(value, at, 1);
        return value;
    };
    m_key = row(0, tr("Key"), "key");
    m_at = row(1, tr("At A"), "at");
    m_setBy = row(2, tr("Set by"), "setBy");
    m_setBy->setTextFormat(Qt::RichText); // a link; what is in it is escaped
    m_setBy->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_setBy->installEventFilter(this);
    auto* trust = new QLabel(tr("Trust"), head);
    m_names.push_back(trust);
    m_trust = new ElidedLabel(head);
    m_trust->setObjectName(QStringLiteral("trust"));
    grid->addWidget(trust, 3, 0);
    grid->addWidget(m_trust, 3, 1);
    layout->addWidget(head);
    layout->addWidget(hairline(this));
    m_provenance = new ProvenanceList(this);
    layout->addWidget(m_provenance);

    m_caption = new QLabel(tr("HISTORY"), this);
    m_caption->setContentsMargins(12, 8, 12, 4);
    layout->addWidget(m_caption);
    m_note = new QLabel(this);
    m_note->setObjectName(QStringLiteral("note"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(12, 0, 12, 8);
    layout->addWidget(m_note);

    m_history = new HistoryModel(this);
    m_list = new QListView(this);
    m_list->setObjectName(QStringLiteral("history"));
    m_list->setModel(m_history);
    m_list->setItemDelegate(new HistoryDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->viewport()->setAutoFillBackground(false);
    layout->addWidget(m_list);

    auto* below = hairline(this);
    layout->addWidget(below);
    m_difference = new StepDifference(this);
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* holder = new QWidget(m_scroll);
    auto* holderLayout = new QVBoxLayout(holder);
    holderLayout->setContentsMargins(0, 0, 0, 0);
    holderLayout->addWidget(m_difference);
    holderLayout->addStretch(1);
    m_scroll->setWidget(holder);
    m_scroll->viewport()->setAutoFillBackground(false);
    holder->setAutoFillBackground(false);
    m_scroll->setMinimumHeight(kLeastStep);
    layout->addWidget(m_scroll, 1);
}

void StateInspector::restyle()
{
    m_key->setFont(theme::fixedFont());
    m_at->setFont(theme::fixedFont());
    m_setBy->setFont(theme::fixedFont());
    for (QLabel* const name : m_names) {
        theme::setTextColor(name, theme::Role::Dim);
    }
    QFont caption = theme::textFont();
    caption.setPointSizeF(caption.pointSizeF() * 0.86);
    caption.setWeight(QFont::DemiBold);
    m_caption->setFont(caption);
    theme::setTextColor(m_caption, theme::Role::Dim);
    theme::setTextColor(m_note, theme::Role::Dim);
    m_list->setStyleSheet(QStringLiteral("QListView { background: transparent; }"));
    m_history->restyle();
    m_provenance->restyle();
    m_difference->update();
    showStep();
}

void StateInspector::showPlace(const Place& place)
{
    const bool same = place.name == m_place.name && place.key == m_place.key;
    const bool sameField = place.field == m_place.field;
    m_place = place;
    if (same && m_log) {
        if (!sameField) {
            showProvenance();
        }
        return;
    }
    m_history->setSteps(nullptr);
    showProvenance();
    m_key->setText(
        text::plain({place.key.constData(), static_cast<std::size_t>(place.key.size())}));
    m_key->setToolTip(m_key->text().toHtmlEscaped());
    m_store->want(place.name);
    read();
}

void StateInspector::read()
{
    const ProjectionStore::Entry* const entry = m_store->find(m_place.name);
    m_log = entry ? entry->log : nullptr;
    if (!m_log || m_place.kind != Place::Kind::Projection || m_place.key.isEmpty()) {
        m_reader.cancel();
        m_history->setSteps(nullptr);
        showProvenance();
        return;
    }
    m_reader.ask(
        [log = m_log, key = m_place.key.toStdString()](const std::stop_token& stop) {
            const StatePtr end = State::at(log, log->order()->size());
            const auto columns = columnsOf(*end, kColumnRows, stop);
            if (!columns) {
                return Read{tl::unexpected(columns.error()), {}};
            }
            return Read{HistoryModel::read(*log, key, *columns), *columns};
        },
        [this](Read read) { there(std::move(read)); });
}

void StateInspector::there(Read read)
{
    m_history->setPrefix(m_log->order()->prefix(m_context.moments->a()));
    m_columns = std::move(read.columns);
    m_history->setSteps(read.steps ? *read.steps : nullptr);
    if (!read.steps) {
        m_note->setText(text::fromUtf8(read.steps.error().message));
        m_note->show();
    }
    showProvenance();
    if (m_history->current() >= 0) {
        m_list->scrollTo(m_history->index(m_history->current()), QAbstractItemView::EnsureVisible);
    }
}

// The cell looked at; one whose name the sampled rows do not have is a member of the state.
void StateInspector::showProvenance()
{
    std::optional<ProjectionColumn> column;
    if (!m_place.field.isEmpty() && m_history->steps()) {
        const std::string name = text::toUtf8(m_place.field);
        const auto known =
            std::find_if(m_columns.begin(), m_columns.end(),
                         [&name](const ProjectionColumn& c) { return c.name == name; });
        if (known != m_columns.end()) {
            column = *known;
        } else {
            FieldPath path;
            path.steps.emplace_back(name);
            column = ProjectionColumn{name, std::move(path)};
        }
        m_provenance->setPrefix(m_log->order()->prefix(m_context.moments->a()));
    }
    m_provenance->setRow(m_history->steps(), column);
    showStep();
}

void StateInspector::clockMoved()
{
    if (m_log) {
        const Rank prefix = m_log->order()->prefix(m_context.moments->a());
        m_history->setPrefix(prefix);
        m_provenance->setPrefix(prefix);
        showStep();
        if (m_history->current() >= 0) {
            m_list->scrollTo(m_history->index(m_history->current()),
                             QAbstractItemView::EnsureVisible);
        }
    }
}

void StateInspector::showStep()
{
    const Moment& a = m_context.moments->a();
    m_at->setText(text::time(a.time));
    m_at->setToolTip(text::full(a.time));
    showTrust();
    const int rows = m_history->rowCount();
    const int current = m_history->current();
    m_list->setFixedHeight(std::min(rows * theme::kRowHeight + 8, mostOfHistory()));
    m_caption->setText(rows > 1 ? tr("HISTORY  %1").arg(text::number(qint64{rows}))
                                : tr("HISTORY"));
    if (current < 0) {
        m_setBy->setText(QString());
        m_difference->setChanges({});
        m_note->setText(rows > 0 ? tr("It does not exist at A yet: it is first written later.")
                                 : QString());
        m_note->setVisible(rows > 0);
        return;
    }
    m_note->hide();
    const HistoryEntry& entry = (*m_history->steps())[static_cast<std::size_t>(current)].entry;
    showSetBy(entry);
    m_difference->setChanges(entry.changes);
}

void StateInspector::showSetBy(const HistoryEntry& entry)
{
    // Both ends of a place tell it from others. Before it is laid out the label has no width.
    const QString place = text::place(entry.place);
    const QString shown =
        m_setBy->testAttribute(Qt::WA_Resized)
            ? m_setBy->fontMetrics().elidedText(place, Qt::ElideMiddle, m_setBy->width() - 2)
            : place;
    m_setBy->setText(
        QStringLiteral("<a href='record' style='text-decoration:none; color:%1'>%2</a>")
            .arg(theme::color(theme::Role::Accent).name(), shown.toHtmlEscaped()));
    m_setBy->setToolTip(text::tip(place + QLatin1Char('\n') + text::full(entry.time)));
}

// Up to two thirds of the inspector, and never so much that nothing is left for the step.
int StateInspector::mostOfHistory() const
{
    const int share = m_provenance->isVisibleTo(this) ? height() / 3 : height() * 2 / 3;
    int others = 0;
    for (int i = 0; i < layout()->count(); ++i) {
        QWidget* const widget = layout()->itemAt(i)->widget();
        if (widget && widget != m_list && widget != m_scroll && widget->isVisibleTo(this)) {
            QLayoutItem* const item = layout()->itemAt(i);
            others += item->hasHeightForWidth() ? item->heightForWidth(width())
                                                : item->sizeHint().height();
        }
    }
    const int left = height() - others - kLeastStep;
    return std::max(std::min(std::max(share, 6 * theme::kRowHeight), left),
                    2 * theme::kRowHeight + 8);
}

void StateInspector::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    showStep();
}

bool StateInspector::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_setBy && event->type() == QEvent::Resize) {
        showStep();
    }
    return QWidget::eventFilter(watched, event);
}

// How far this row can be believed at A; the table as a whole may be worse off.
void StateInspector::showTrust()
{
    const ProjectionStore::Entry* const entry = m_log ? m_store->find(m_place.name) : nullptr;
    const KeyNo key = m_log ? m_log->keys().find(m_place.key.toStdString()) : kNoKeyNo;
    if (!entry || !entry->trust || entry->log != m_log || key == kNoKeyNo) {
        m_trust->setText(QString());
        return;
    }
    const PartitionTrust row =
        entry->trust->ofKey(*m_log, key, m_log->order()->prefix(m_context.moments->a()));
    const QString reason = text::fromUtf8(row.reason);
    const QString word = text::fromUtf8(trustWord(row.trust));
    m_trust->setText(trustSign(row.trust) +
                     (reason.isEmpty() ? word : word + QStringLiteral(": ") + reason));
    m_trust->setColor(theme::color(trustRole(row.trust)));
}

void StateInspector::goTo(const QModelIndex& index)
{
    if (!m_log || !index.isValid()) {
        return;
    }
    goToRank((*m_history->steps())[static_cast<std::size_t>(index.row())].entry.rank);
}

void StateInspector::goToRank(Rank rank)
{
    if (m_log) {
        m_context.moments->setA(m_log->order()->momentOf(rank + 1));
    }
}

void StateInspector::openRecord(const QModelIndex& index)
{
    if (!index.isValid() || !m_history->steps()) {
        return;
    }
    openPlace((*m_history->steps())[static_cast<std::size_t>(index.row())].entry.place);
}

void StateInspector::openPlace(const RecordPlace& place)
{
    m_context.navigator->open(Place::ofRecord(place));
}

} // namespace hindcast
