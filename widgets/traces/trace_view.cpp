#include "widgets/traces/trace_view.h"

#include "model/trace/story_search.h"
#include "model/trace/trace_jsonl.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/trace_store.h"
#include "widgets/shared/workspace.h"
#include "widgets/traces/sentence_line.h"
#include "widgets/traces/trace_text.h"
#include "widgets/traces/waterfall.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>

#include <algorithm>

namespace hindcast {

namespace {

// An event's other traces and spans are sought this long before and after what is known of it.
constexpr std::chrono::minutes kBefore{10};
constexpr std::chrono::minutes kAfter{5};

QFrame* makeLine(QWidget* parent)
{
    auto* line = new QFrame(parent);
    line->setFixedHeight(1);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    return line;
}

QPushButton* makeToggle(const QString& text, bool on)
{
    auto* button = new QPushButton(text);
    button->setCheckable(true);
    button->setChecked(on);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

TraceView::TraceView(const ViewContext& context, TraceStore* store, const Place& place,
                     QWidget* parent)
    : View(context, parent)
    , m_traceId(place.name.toLower())
    , m_span(place.span)
    , m_store(store)
{
    setupUi();
    connectAll();
    moveA();
    rebuild();
}

TraceView::~TraceView() = default;

void TraceView::setupUi()
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_waterfall = new Waterfall;
    m_message = new QLabel;
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setMargin(40);
    m_message->setForegroundRole(QPalette::PlaceholderText);
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_waterfall);
    m_pages->addWidget(m_message);
    m_sentence = new SentenceLine;

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    layout->addWidget(makeLine(this));
    layout->addWidget(m_sentence);
    layout->addWidget(makeLine(this));
    layout->addWidget(m_pages, 1);
    setFocusProxy(m_waterfall);
}

QWidget* TraceView::makeHead()
{
    auto* head = new QWidget;
    m_title = new QLabel;
    m_title->setTextFormat(Qt::PlainText);
    m_title->setMinimumWidth(60);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_path = makeToggle(QStringLiteral("Critical path"), true);
    m_path->setToolTip(QStringLiteral("Underline what decided when the event ended"));
    m_records = makeToggle(QStringLiteral("Records"), false);
    m_records->setToolTip(QStringLiteral("Mark the records that spans wrote and read"));
    m_findButton = new QPushButton(QStringLiteral("Find span"));
    m_findButton->setFocusPolicy(Qt::TabFocus);
    m_readAround = new QPushButton(QStringLiteral("Read around it"));
    m_readAround->setObjectName(QStringLiteral("readAround"));
    m_readAround->setFocusPolicy(Qt::TabFocus);
    m_readAround->hide();
    m_findBox = new QLineEdit;
    m_findBox->setPlaceholderText(QStringLiteral("Service, name, attribute, key\u2026"));
    m_findBox->setClearButtonEnabled(true);
    m_findBox->setFixedWidth(200);
    m_findBox->hide();
    m_findBox->installEventFilter(this);
    m_foundCount = new QLabel;
    m_foundCount->setTextFormat(Qt::PlainText);
    m_foundCount->setForegroundRole(QPalette::PlaceholderText);
    m_foundCount->hide();

    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(10, 0, 10, 0);
    layout->setSpacing(2 * theme::kStep);
    layout->addWidget(m_title, 1);
    layout->addWidget(m_readAround);
    layout->addWidget(m_path);
    layout->addWidget(m_records);
    layout->addWidget(m_foundCount);
    layout->addWidget(m_findBox);
    layout->addWidget(m_findButton);
    head->setFixedHeight(40);
    restyle();
    return head;
}

void TraceView::connectAll()
{
    connect(m_store, &TraceStore::changed, this, &TraceView::rebuild);
    connect(context().moments, &MomentControl::aChanged, this, &TraceView::moveA);
    connect(context().moments, &MomentControl::bChanged, this, &TraceView::moveA);
    connect(this, &View::pinnedChanged, this, &TraceView::moveA);
    connect(m_path, &QPushButton::toggled, m_waterfall, &Waterfall::setShowPath);
    connect(m_records, &QPushButton::toggled, m_waterfall, &Waterfall::setShowRecords);
    connect(m_findButton, &QPushButton::clicked, this, [this] { openFind(true); });
    connect(m_readAround, &QPushButton::clicked, this, &TraceView::readAround);
    const Workspace* const workspace = context().workspace;
    connect(workspace, &Workspace::connectionChanged, this, &TraceView::updateReadAround);
    connect(workspace, &Workspace::readChanged, this, [this](quint64 id) {
        if (id == m_read) {
            updateReadAround();
        }
    });
    connect(m_findBox, &QLineEdit::textChanged, this, &TraceView::find);
    connect(m_waterfall, &Waterfall::rowSelected, this, &TraceView::rowSelected);
    connect(m_waterfall, &Waterfall::rowActivated, this, &TraceView::rowActivated);
    connect(m_waterfall, &Waterfall::menuRequested, this, &TraceView::rowMenu);
    connect(m_waterfall, &Waterfall::timePicked, this, [this](Timestamp t) {
        context().moments->setA({t, std::nullopt});
    });
}

Place TraceView::place() const
{
    return Place::ofTrace(m_traceId, m_span);
}

void TraceView::show(const Place& place)
{
    if (!place.span.isEmpty()) {
        m_span = place.span.toLower();
        selectSpan();
    }
}

void TraceView::restyle()
{
    QFont bold = theme::textFont();
    bold.setPointSizeF(13.5 * 0.75);
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    update();
    m_waterfall->viewport()->update();
    if (m_sentence) {
        m_sentence->update();
    }
}

void TraceView::rebuild()
{
    const TraceSetPtr set = m_store->set();
    const auto id = TraceId::parse(text::toUtf8(m_traceId));
    const auto trace = set && id ? set->find(*id) : std::nullopt;
    if (!trace) {
        take(nullptr);
        return;
    }
    using Answer = std::shared_ptr<const TraceStory>;
    m_build.ask(
        [set, index = *trace](const std::stop_token&) -> Answer {
            return std::make_shared<const TraceStory>(TraceStory::build(set, index));
        },
        [this](Answer story) { take(std::move(story)); });
}

void TraceView::take(std::shared_ptr<const TraceStory> story)
{
    const bool same =
        m_story && story &&
        m_story->set->snapshot()->generation() == story->set->snapshot()->generation();
    m_story = std::move(story);
    m_waterfall->setStory(m_story, same);
    m_pages->setCurrentIndex(m_story ? 0 : 1);
    updateReadAround();
    if (!m_story) {
        showMessage();
        return;
    }
    const QString title = trace_text::headline(*m_story);
    m_title->setText(title);
    m_title->setToolTip(trace_text::escaped(title + QStringLiteral("\nTrace ") + m_traceId +
                                            QStringLiteral("\n") +
                                            text::full(trace_text::timestampOf(m_story->startNs))));
    m_sentence->setSentence(trace_text::sentence(*m_story));
    selectSpan();
    if (!m_findBox->text().isEmpty()) {
        find();
    }
}

void TraceView::showMessage()
{
    m_title->setText(QStringLiteral("Trace %1").arg(m_traceId.left(8)));
    m_sentence->setSentence({});
    const bool looking = !m_store->set();
    m_message->setText(
        looking ? QStringLiteral("Looking for trace %1\u2026").arg(m_traceId)
                : QStringLiteral(
                      "Trace %1 is not in this capture.\nA trace is put together from headers of "
                      "records (traceparent, b3, X-B3-*) and from topics that carry spans (OTLP or "
                      "Zipkin, JSON). Open the topic that carries its spans.")
                      .arg(m_traceId));
}

// A record found on a cluster is rarely read together with the topics that carry its spans.
void TraceView::readAround()
{
    Workspace* const workspace = context().workspace;
    const ClusterStatePtr cluster = workspace->cluster();
    if (!m_story || !cluster || !workspace->connected() || m_read != 0) {
        return;
    }
    ReadRequest request;
    for (const TopicState& topic : cluster->topics) {
        if (!topic.internal) {
            request.topics.push_back({topic.name,
                                      {},
                                      AtTime{trace_text::timestampOf(m_story->startNs) - kBefore},
                                      AtTime{trace_text::timestampOf(m_story->endNs) + kAfter}});
        }
    }
    if (!request.topics.empty()) {
        m_read = workspace->read(request);
        updateReadAround();
    }
}

void TraceView::updateReadAround()
{
    const Workspace* const workspace = context().workspace;
    const auto status = m_read != 0 ? workspace->readStatus(m_read) : std::nullopt;
    if (status ? !status->running : !workspace->connected()) {
        m_read = 0;
    }
    m_readAround->setVisible(m_story && workspace->connected());
    m_readAround->setEnabled(m_read == 0);
    m_readAround->setText(m_read == 0 ? QStringLiteral("Read around it")
                                      : QStringLiteral("Reading\u2026"));
    if (m_story) {
        m_readAround->setToolTip(
            QStringLiteral("Read what all topics hold from %1 to %2: the spans and records of this "
                           "event that are not in the capture yet")
                .arg(text::time(trace_text::timestampOf(m_story->startNs) - kBefore),
                     text::time(trace_text::timestampOf(m_story->endNs) + kAfter)));
    }
}

void TraceView::selectSpan()
{
    const auto id = SpanId::parse(text::toUtf8(m_span));
    if (!m_story || !id) {
        return;
    }
    for (const TraceIndex trace : m_story->traces) {
        const auto span = m_story->set->findSpan(m_story->set->traces()[trace].id, *id);
        if (span) {
            m_waterfall->selectRow(m_story->rowOf(*span), false);
            return;
        }
    }
}

void TraceView::rowSelected(std::uint32_t index)
{
    const StoryRow& row = m_story->rows[index];
    const bool ofRecord = row.kind == StoryRow::Kind::Wait || row.kind == StoryRow::Kind::Record;
    if (ofRecord && row.record != kNoRecord) {
        lookAt(Place::ofRecord(m_story->set->placeOf(row.record)));
        return;
    }
    if (row.span != kNoSpan) {
        const Span& span = m_story->set->span(row.span);
        m_span = row.kind == StoryRow::Kind::Span ? QString::fromStdString(span.id.toString())
                                                  : QString();
        lookAt(Place::ofTrace(QString::fromStdString(span.trace.toString()), m_span));
    }
}

void TraceView::rowActivated(std::uint32_t index)
{
    const StoryRow& row = m_story->rows[index];
    if (row.record != kNoRecord) {
        context().navigator->open(Place::ofRecord(m_story->set->placeOf(row.record)));
    }
}

void TraceView::rowMenu(std::uint32_t index, const QPoint& globalPosition)
{
    const StoryRow row = m_story->rows[index];
    const auto story = m_story; // the menu may outlive it
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (row.record != kNoRecord) {
        const Place place = Place::ofRecord(story->set->placeOf(row.record));
        menu->addAction(QStringLiteral("Open record %1").arg(place.title()), this,
                        [this, place] { context().navigator->open(place); });
    }
    menu->addAction(QStringLiteral("Move A here"), this, [this, row] {
        context().moments->setA({trace_text::timestampOf(row.startNs), std::nullopt});
    });
    menu->addAction(QStringLiteral("Zoom to it"), this,
                    [this, index] { m_waterfall->zoomToRow(index); });
    menu->addAction(QStringLiteral("Show all of it"), m_waterfall, &Waterfall::zoomToAll);
    if (row.span != kNoSpan) {
        menu->addSeparator();
        const Span span = story->set->span(row.span);
        const auto copy = [menu](const QString& name, const QString& text) {
            menu->addAction(name, menu, [text] { QGuiApplication::clipboard()->setText(text); });
        };
        copy(QStringLiteral("Copy span id"), QString::fromStdString(span.id.toString()));
        copy(QStringLiteral("Copy trace id"), QString::fromStdString(span.trace.toString()));
        copy(QStringLiteral("Copy as JSON"),
             QString::fromStdString(spanJsonLine(*story->set, row.span)));
    }
    menu->popup(globalPosition);
}

void TraceView::moveA()
{
    if (pinned()) {
        return;
    }
    const MomentControl& moments = *context().moments;
    m_waterfall->setPlayheads(moments.a().time,
                              moments.b() ? std::optional(moments.b()->time) : std::nullopt);
}

void TraceView::focusFilter()
{
    openFind(true);
}

void TraceView::openFind(bool open)
{
    m_findBox->setVisible(open);
    m_findButton->setVisible(!open);
    if (open) {
        m_findBox->setFocus();
        m_findBox->selectAll();
    } else {
        m_findBox->clear();
        m_waterfall->setFocus();
    }
}

void TraceView::find()
{
    const QString text = m_findBox->text();
    if (!m_story || text.isEmpty()) {
        m_search.cancel();
        m_found.clear();
        m_waterfall->setMatches({});
        showFound();
        return;
    }
    m_search.ask([story = m_story, needle = text::toUtf8(text)](
                     const std::stop_token& stop) { return findRows(*story, needle, stop); },
                 [this](std::vector<std::uint32_t> rows) {
                     m_found = std::move(rows);
                     m_waterfall->setMatches(m_found);
                     if (!m_found.empty() && !std::binary_search(m_found.begin(), m_found.end(),
                                                                 m_waterfall->selectedRow())) {
                         m_waterfall->selectRow(m_found.front());
                     }
                     showFound();
                 });
}

void TraceView::stepFound(int direction)
{
    const std::uint32_t next =
        WaterfallLayout::nextOf(m_found, m_waterfall->selectedRow(), direction);
    if (next != kNoStoryRow) {
        m_waterfall->selectRow(next);
        showFound();
    }
}

void TraceView::showFound()
{
    m_foundCount->setVisible(!m_findBox->isHidden() && !m_findBox->text().isEmpty());
    if (m_found.empty()) {
        m_foundCount->setText(QStringLiteral("none"));
        return;
    }
    const auto at = std::lower_bound(m_found.begin(), m_found.end(), m_waterfall->selectedRow());
    const auto number = at == m_found.end() ? 0 : at - m_found.begin() + 1;
    m_foundCount->setText(QStringLiteral("%1 of %2")
                              .arg(text::number(static_cast<qint64>(number)),
                                   text::number(static_cast<qint64>(m_found.size()))));
}

bool TraceView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_findBox && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        switch (key->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            stepFound((key->modifiers() & Qt::ShiftModifier) != 0 ? -1 : 1);
            return true;
        case Qt::Key_Down:
            stepFound(1);
            return true;
        case Qt::Key_Up:
            stepFound(-1);
            return true;
        case Qt::Key_Escape:
            openFind(false);
            return true;
        default:
            break;
        }
    }
    return View::eventFilter(watched, event);
}

QString TraceView::selectionAsTsv() const
{
    const std::uint32_t index = m_waterfall->selectedRow();
    if (!m_story || index == kNoStoryRow) {
        return {};
    }
    const StoryRow& row = m_story->rows[index];
    QString label = trace_text::rowLabel(*m_story, row);
    label.replace(QLatin1Char('\t'), QLatin1Char(' '));
    return QStringList{
        text::dateTime(trace_text::timestampOf(row.startNs)), label, trace_text::rowDuration(row),
        row.record == kNoRecord ? QString() : trace_text::recordLabel(*m_story->set, row.record)}
        .join(QLatin1Char('\t'));
}

QString TraceView::selectionAsJson() const
{
    const std::uint32_t index = m_waterfall->selectedRow();
    if (!m_story || index == kNoStoryRow || m_story->rows[index].span == kNoSpan) {
        return {};
    }
    return QString::fromStdString(spanJsonLine(*m_story->set, m_story->rows[index].span));
}

} // namespace hindcast
