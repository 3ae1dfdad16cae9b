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
constexpr int kKindRole = Qt::UserRole;

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
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {200, 26};
    }
};

std::vector<GoToSuggestion> keysLike(const CaptureSnapshotPtr& snapshot, const QString& text)
{
    std::vector<GoToSuggestion> found;
    const QByteArray key = text.toUtf8();
    for (TopicId topic = 0; topic < snapshot->topics().size(); ++topic) {
        if (snapshot->findKey(topic, {key.constData(), static_cast<std::size_t>(key.size())})) {
            const QString name = text::fromUtf8(snapshot->topics()[topic]);
            found.push_back({Place::ofKey(name, key), text, QStringLiteral("key of ") + name});
        }
    }
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
}

void GoToBox::typed(const QString& text)
{
    const QString wanted = text.trimmed();
    m_found.clear();
    if (wanted.isEmpty()) {
        close();
        return;
    }
    findNear(wanted);
    offer();
    m_asker.ask(
        [snapshot = m_context.workspace->snapshot(), finder = m_finder,
         wanted](const std::stop_token& stop) {
            auto found = keysLike(snapshot, wanted);
            if (finder && !stop.stop_requested()) {
                const auto more = finder(wanted, stop);
                found.insert(found.end(), more.begin(), more.end());
            }
            return found;
        },
        [this](std::vector<GoToSuggestion> found) {
            m_found = std::move(found);
            offer();
        });
}

std::vector<GoToSuggestion> GoToBox::namesLike(const QString& text) const
{
    std::vector<GoToSuggestion> like;
    const auto add = [&](const QStringList& names, const QString& kind, auto placeOf) {
        for (const QString& name : names) {
            if (name.contains(text, Qt::CaseInsensitive)) {
                like.push_back({placeOf(name), text::plain(name.toStdString()), kind});
            }
        }
    };
    add(m_names.topics, QStringLiteral("topic"), &Place::ofTopic);
    add(m_names.groups, QStringLiteral("consumer group"), &Place::ofGroup);
    add(m_names.projections, QStringLiteral("state"),
        [](const QString& name) { return Place::ofProjection(name); });
    // What begins as typed is nearer than what merely contains it.
    std::stable_sort(like.begin(), like.end(), [&](const auto& a, const auto& b) {
        return a.title.startsWith(text, Qt::CaseInsensitive) >
               b.title.startsWith(text, Qt::CaseInsensitive);
    });
    return like;
}

std::vector<GoToSuggestion> GoToBox::placesMeant(const QString& text) const
{
    std::vector<GoToSuggestion> meant;
    if (text.contains(QLatin1Char('@'))) {
        if (const auto place = RecordPlace::parse(text::toUtf8(text))) {
            meant.push_back({Place::ofRecord(*place), Place::ofRecord(*place).title(),
                             QStringLiteral("record")});
        }
        return meant;
    }
    static const QRegularExpression traceId(QStringLiteral("^[0-9a-fA-F]{32}$"));
    if (traceId.match(text).hasMatch()) {
        meant.push_back({Place::ofTrace(text.toLower()), text, QStringLiteral("trace")});
        return meant;
    }
    const auto base = m_context.moments->a().time;
    const auto time = text::parseTime(text, base == kNoTimestamp ? currentTimestamp() : base);
    if (time) {
        meant.push_back({Place::ofTime(*time), text::dateTime(*time), QStringLiteral("moves A")});
    }
    return meant;
}

void GoToBox::offer()
{
    m_shown = m_near;
    m_shown.insert(m_shown.end(), m_found.begin(), m_found.end());
    m_shown.resize(std::min(m_shown.size(), kMost));
    m_list->clear();
    for (const GoToSuggestion& suggestion : m_shown) {
        auto* item = new QListWidgetItem(suggestion.title, m_list);
        item->setData(kKindRole, suggestion.kind);
    }
    if (m_shown.empty()) {
        auto* none =
            new QListWidgetItem(m_asker.busy() ? QStringLiteral("Looking\u2026")
                                               : QStringLiteral("Nothing of that name here"),
                                m_list);
        none->setFlags(Qt::NoItemFlags);
    } else {
        m_list->setCurrentRow(0);
    }
    placeList();
    emit suggested();
}

void GoToBox::placeList()
{
    const QPoint below = mapTo(window(), QPoint(0, height() + 2));
    m_list->setParent(window());
    m_list->setGeometry(below.x(), below.y(), width(), 26 * std::max(m_list->count(), 1) + 2);
    m_list->show();
    m_list->raise();
}

void GoToBox::go(int row)
{
    if (row < 0 || row >= static_cast<int>(m_shown.size())) {
        return;
    }
    const Place place = m_shown[static_cast<std::size_t>(row)].place;
    close();
    clear();
    m_context.navigator->open(place);
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
