#include "widgets/shared/go_to_box.h"

#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <QKeyEvent>
#include <QListWidget>
#include <QPainter>
#include <QRegularExpression>
#include <QStyledItemDelegate>

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kMost = 12;
constexpr qsizetype kLeastOfTrace = 8; // hex digits: fewer name too many
constexpr int kLineHeight = 26;
constexpr int kKindRole = Qt::UserRole;
constexpr int kSentenceRole = Qt::UserRole + 1; // bool: no place, but what can be typed

// "key:order-1042" asks for keys alone.
struct Wanted
{
    QString kind; // "topic", "group", "state", "key", "trace"; empty: anything
    QString name;

    bool any(const char* of) const { return kind.isEmpty() || kind == QLatin1String(of); }
};

Wanted read(const QString& typed)
{
    static const QRegularExpression prefixed(
        QStringLiteral("^(topic|group|state|key|trace)\\s*:\\s*(.*)$"),
        QRegularExpression::CaseInsensitiveOption);
    const auto match = prefixed.match(typed);
    return match.hasMatch() ? Wanted{match.captured(1).toLower(), match.captured(2)}
                            : Wanted{{}, typed};
}

bool isHex(const QString& text)
{
    static const QRegularExpression hex(QStringLiteral("^[0-9a-fA-F]+$"));
    return hex.match(text).hasMatch();
}

bool isMomentLink(const QString& text)
{
    return text.startsWith(QLatin1String("hindcast:moment?"), Qt::CaseInsensitive);
}

constexpr int kSentenceFlags =
    static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter) | static_cast<int>(Qt::TextWordWrap);

class LineDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        painter->save();
        if ((option.state & QStyle::State_Selected) != 0) {
            painter->fillRect(option.rect, theme::color(theme::Role::AccentTint));
        }
        const QRect line = option.rect.adjusted(10, 0, -10, 0);
        if (index.data(kSentenceRole).toBool()) {
            painter->setFont(theme::textFont());
            painter->setPen(theme::color(theme::Role::Dim));
            painter->drawText(line, kSentenceFlags, index.data().toString());
            painter->restore();
            return;
        }
        const QString kind = index.data(kKindRole).toString();
        painter->setFont(theme::textFont());
        painter->setPen(theme::color(theme::Role::Dim));
        painter->drawText(line, static_cast<int>(Qt::AlignRight | Qt::AlignVCenter), kind);
        const int room = line.width() - painter->fontMetrics().horizontalAdvance(kind) - 12;
        painter->setPen(theme::color(theme::Role::Text));
        painter->drawText(
            line, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
            painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, room));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        const QVariant own = index.data(Qt::SizeHintRole);
        return own.isValid() ? own.toSize() : QSize(200, kLineHeight);
    }
};

std::vector<GoToSuggestion> keysLike(const CaptureSnapshotPtr& snapshot, const QString& text)
{
    std::vector<GoToSuggestion> found;
    const QByteArray key = text.toUtf8();
    for (std::size_t i = 0; i < snapshot->topics().size(); ++i) {
        const auto topic = static_cast<TopicId>(i);
        if (snapshot->findKey(topic, {key.constData(), static_cast<std::size_t>(key.size())})) {
            const QString name = text::fromUtf8(snapshot->topics()[topic]);
            found.push_back({Place::ofKey(name, key), text, QStringLiteral("key of ") + name});
        }
    }
    return found;
}

// Of whose id this is the beginning.
std::vector<GoToSuggestion> tracesLike(const TraceSetPtr& set, const QString& typed,
                                       const std::stop_token& stop)
{
    std::vector<GoToSuggestion> found;
    if (typed.size() < kLeastOfTrace || typed.size() >= 32 || !isHex(typed)) {
        return found;
    }
    const auto bound = [&typed](QChar filler) {
        return *TraceId::parse(text::toUtf8(typed.leftJustified(32, filler)));
    };
    if (!TraceId::parse(text::toUtf8(typed.leftJustified(32, QLatin1Char('0'))))) {
        return found; // nothing but zeros names no trace
    }
    const TraceId first = bound(QLatin1Char('0'));
    const TraceId last = bound(QLatin1Char('f'));
    for (const Trace& trace : set->traces()) {
        if (stop.stop_requested()) {
            return {};
        }
        if (trace.id >= first && trace.id <= last) {
            const QString id = QString::fromStdString(trace.id.toString());
            const QString root = trace.root == kNoSpan
                                     ? QString()
                                     : text::plain(set->text(set->span(trace.root).name)) +
                                           QStringLiteral(" \u00b7 ");
            found.push_back({Place::ofTrace(id), id, root + QStringLiteral("trace")});
        }
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.title < b.title; });
    return found;
}

} // namespace

GoToBox::GoToBox(const ViewContext& context, QWidget* parent)
    : QLineEdit(parent)
    , m_context(context)
    , m_list(new QListWidget(parent ? parent->window() : this))
{
    setObjectName(QStringLiteral("goTo"));
    setPlaceholderText(QStringLiteral("Go to topic, group, key, offset, time, trace\u2026"));
    m_list->setObjectName(QStringLiteral("goToList"));
    m_list->setItemDelegate(new LineDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->hide();
    connect(this, &QLineEdit::textEdited, this, &GoToBox::typed);
    connect(m_list, &QListWidget::itemClicked, this,
            [this](QListWidgetItem* item) { go(m_list->row(item)); });
}

GoToBox::~GoToBox() = default;

// Names may come to be known while somebody types.
void GoToBox::setNames(const GoToNames& names)
{
    if (names == m_names) {
        return;
    }
    m_names = names;
    if (m_list->isVisible()) {
        findNear(text().trimmed());
        offer();
    }
}

void GoToBox::findNear(const QString& text)
{
    m_near = placesMeant(text);
    const auto names = namesLike(text);
    m_near.insert(m_near.end(), names.begin(), names.end());
    const auto made = projectionsMade(text);
    m_near.insert(m_near.end(), made.begin(), made.end());
}

// "new orders", "new projection from orders"; also beside a topic that is named in full.
std::vector<GoToSuggestion> GoToBox::projectionsMade(const QString& typed) const
{
    static const QRegularExpression asked(
        QStringLiteral("^new(?:\\s+projection)?(?:\\s+from)?(?:\\s+(.*))?$"),
        QRegularExpression::CaseInsensitiveOption);
    const auto match = asked.match(typed);
    std::vector<GoToSuggestion> made;
    for (const QString& topic : m_names.topics) {
        const bool meant = match.hasMatch()
                               ? topic.contains(match.captured(1), Qt::CaseInsensitive)
                               : topic.compare(read(typed).name, Qt::CaseInsensitive) == 0 &&
                                     read(typed).any("topic");
        if (meant) {
            made.push_back(
                {Place(),
                 QStringLiteral("New projection from %1").arg(text::plain(topic.toStdString())),
                 QStringLiteral("makes it"), std::nullopt, topic});
        }
    }
    return made;
}

void GoToBox::typed(const QString& text)
{
    const QString wanted = text.trimmed();
    m_found.clear();
    m_goWhenFound = false;
    if (wanted.isEmpty()) {
        close();
        return;
    }
    findNear(wanted);
    offer();
    m_asker.ask(
        [snapshot = m_context.workspace->snapshot(), traces = m_traces,
         wanted](const std::stop_token& stop) {
            // A key may look like a prefix itself.
            auto found = keysLike(snapshot, wanted);
            const Wanted asked = read(wanted);
            const auto add = [&found](std::vector<GoToSuggestion> more) {
                found.insert(found.end(), more.begin(), more.end());
            };
            if (asked.kind == QLatin1String("key")) {
                add(keysLike(snapshot, asked.name));
            }
            const bool same = traces && traces->snapshot()->generation() == snapshot->generation();
            if (same && asked.any("trace") && !stop.stop_requested()) {
                add(tracesLike(traces, asked.name, stop));
            }
            return found;
        },
        [this](std::vector<GoToSuggestion> found) {
            m_found = std::move(found);
            offer();
            if (m_goWhenFound) {
                m_goWhenFound = false;
                go(0);
            }
        });
}

std::vector<GoToSuggestion> GoToBox::namesLike(const QString& typed) const
{
    const Wanted wanted = read(typed);
    const QString& text = wanted.name;
    std::vector<GoToSuggestion> like;
    const auto add = [&](const QStringList& names, const QString& kind, auto placeOf) {
        for (const QString& name : names) {
            if (name.contains(text, Qt::CaseInsensitive)) {
                like.push_back({placeOf(name), text::plain(name.toStdString()), kind});
            }
        }
    };
    if (wanted.any("topic")) {
        add(m_names.topics, QStringLiteral("topic"), &Place::ofTopic);
    }
    if (wanted.any("group")) {
        add(m_names.groups, QStringLiteral("consumer group"), &Place::ofGroup);
    }
    if (wanted.any("state")) {
        add(m_names.projections, QStringLiteral("state"),
            [](const QString& name) { return Place::ofProjection(name); });
    }
    // What begins as typed is nearer than what merely contains it.
    std::stable_sort(like.begin(), like.end(), [&](const auto& a, const auto& b) {
        return a.title.startsWith(text, Qt::CaseInsensitive) >
               b.title.startsWith(text, Qt::CaseInsensitive);
    });
    return like;
}

std::vector<GoToSuggestion> GoToBox::placesMeant(const QString& typed) const
{
    std::vector<GoToSuggestion> meant;
    if (isMomentLink(typed)) {
        if (const auto moment = m_momentOf ? m_momentOf(typed) : Moment{}; moment) {
            meant.push_back(
                {Place(), text::dateTime(moment->time), QStringLiteral("moves A"), *moment});
        }
        return meant;
    }
    const Wanted wanted = read(typed);
    if (wanted.kind.isEmpty() && typed.contains(QLatin1Char('@'))) {
        const auto place = RecordPlace::parse(text::toUtf8(typed));
        if (place && knows(place->topic)) {
            meant.push_back({Place::ofRecord(*place), Place::ofRecord(*place).title(),
                             QStringLiteral("record")});
        }
        return meant;
    }
    if (wanted.any("trace") && wanted.name.size() == 32 && isHex(wanted.name)) {
        meant.push_back({Place::ofTrace(wanted.name.toLower()), wanted.name.toLower(),
                         QStringLiteral("trace")});
        return meant;
    }
    if (!wanted.kind.isEmpty()) {
        return meant;
    }
    const auto base = m_context.moments->a().time;
    const auto time = text::parseTime(typed, base == kNoTimestamp ? currentTimestamp() : base);
    if (time) {
        meant.push_back({Place::ofTime(*time), text::dateTime(*time), QStringLiteral("moves A")});
    }
    return meant;
}

// Before the cluster has answered, any topic may be there.
bool GoToBox::knows(const std::string& topic) const
{
    return m_names.topics.isEmpty() || m_names.topics.contains(text::fromUtf8(topic)) ||
           m_context.workspace->snapshot()->topicId(topic).has_value();
}

// Why nothing is offered, and what can be typed.
QString GoToBox::sentenceFor(const QString& typed) const
{
    if (isMomentLink(typed)) {
        const auto moment = m_momentOf ? m_momentOf(typed) : Moment{};
        return moment ? QString() : text::plain(moment.error().message);
    }
    const Wanted wanted = read(typed);
    const QString name = text::plain(wanted.name.toStdString());
    if (wanted.kind == QLatin1String("key")) {
        return name.isEmpty() ? QStringLiteral("Type a whole key after key:.")
                              : QStringLiteral("No record captured here has the key %1.").arg(name);
    }
    if (wanted.kind == QLatin1String("trace") ||
        (wanted.kind.isEmpty() && wanted.name.size() >= kLeastOfTrace && isHex(wanted.name))) {
        return wanted.name.size() < kLeastOfTrace || !isHex(wanted.name)
                   ? QStringLiteral("Type at least 8 hex digits of the trace's id.")
                   : QStringLiteral("No trace captured here has an id that begins with %1.")
                         .arg(name);
    }
    if (!wanted.kind.isEmpty()) {
        return QStringLiteral("There is no %1 called %2 here.").arg(wanted.kind, name);
    }
    if (typed.contains(QLatin1Char('@'))) {
        const auto place = RecordPlace::parse(text::toUtf8(typed));
        return place ? QStringLiteral("There is no topic %1 here.").arg(text::plain(place->topic))
                     : QStringLiteral("A record is named topic-partition@offset, such as "
                                      "orders-2@1204.");
    }
    return QStringLiteral("Nothing here is called %1. Type a topic, a group, a state, a key "
                          "(key:order-1), topic-partition@offset, a time (14:03, -5m) or 8 digits "
                          "of a trace's id.")
        .arg(name);
}

void GoToBox::offer()
{
    m_shown = m_near;
    for (const GoToSuggestion& found : m_found) {
        if (std::find(m_shown.begin(), m_shown.end(), found) == m_shown.end()) {
            m_shown.push_back(found);
        }
    }
    const std::size_t more = m_shown.size() > kMost ? m_shown.size() - kMost : 0;
    m_shown.resize(m_shown.size() - more);
    m_list->clear();
    for (const GoToSuggestion& suggestion : m_shown) {
        auto* item = new QListWidgetItem(suggestion.title, m_list);
        item->setData(kKindRole, suggestion.kind);
    }
    if (m_shown.empty()) {
        addSentence(m_asker.busy() ? QStringLiteral("Looking\u2026")
                                   : sentenceFor(text().trimmed()));
    } else {
        m_list->setCurrentRow(0);
        if (more > 0) {
            addSentence(QStringLiteral("%1 more; type on to narrow them down.").arg(more));
        }
    }
    placeList();
    emit suggested();
}

void GoToBox::addSentence(const QString& sentence)
{
    auto* item = new QListWidgetItem(sentence, m_list);
    item->setData(kSentenceRole, true);
    item->setFlags(Qt::NoItemFlags);
    const QRect room(0, 0, width() - 22, 1000);
    const int height =
        QFontMetrics(theme::textFont()).boundingRect(room, kSentenceFlags, sentence).height();
    item->setSizeHint({width() - 2, std::max(height + 10, kLineHeight)});
}

QString GoToBox::sentence() const
{
    const QListWidgetItem* const last = m_list->item(m_list->count() - 1);
    return last && last->data(kSentenceRole).toBool() ? last->text() : QString();
}

void GoToBox::placeList()
{
    const QPoint below = mapTo(window(), QPoint(0, height() + 2));
    m_list->setParent(window());
    int height = 2;
    for (int row = 0; row < m_list->count(); ++row) {
        const QVariant own = m_list->item(row)->data(Qt::SizeHintRole);
        height += own.isValid() ? own.toSize().height() : kLineHeight;
    }
    m_list->setGeometry(below.x(), below.y(), width(), height);
    m_list->show();
    m_list->raise();
}

void GoToBox::go(int row)
{
    if (row < 0 || row >= static_cast<int>(m_shown.size())) {
        return;
    }
    const GoToSuggestion chosen = m_shown[static_cast<std::size_t>(row)];
    close();
    clear();
    if (chosen.moment) {
        m_context.moments->setA(*chosen.moment);
    } else if (!chosen.newProjection.isEmpty()) {
        emit newProjectionRequested(chosen.newProjection);
    } else {
        m_context.navigator->open(chosen.place);
    }
}

void GoToBox::close()
{
    m_asker.cancel();
    m_shown.clear();
    m_list->hide();
}

void GoToBox::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Down:
    case Qt::Key_Up: {
        const int step = event->key() == Qt::Key_Down ? 1 : -1;
        const int count = static_cast<int>(m_shown.size());
        if (count > 0) {
            m_list->setCurrentRow((m_list->currentRow() + step + count) % count);
        }
        return;
    }
    case Qt::Key_Return:
    case Qt::Key_Enter:
        // What is still being looked for is gone to when it is found.
        m_goWhenFound = m_shown.empty() && m_asker.busy();
        go(std::max(m_list->currentRow(), 0));
        return;
    case Qt::Key_Escape:
        clear();
        close();
        if (QWidget* next = nextInFocusChain()) {
            next->setFocus();
        }
        return;
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void GoToBox::focusOutEvent(QFocusEvent* event)
{
    QLineEdit::focusOutEvent(event);
    m_list->hide();
}

void GoToBox::paintEvent(QPaintEvent* event)
{
    QLineEdit::paintEvent(event);
    if (text().isEmpty()) {
        QPainter painter(this);
        painter.setPen(theme::color(theme::Role::Dim));
        painter.drawText(rect().adjusted(0, 0, -9, 0),
                         static_cast<int>(Qt::AlignRight | Qt::AlignVCenter),
                         QStringLiteral("Ctrl+K"));
    }
}

} // namespace hindcast
