#include "widgets/state/step_difference.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QPainter>
#include <QResizeEvent>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kStepPadding = 12;
constexpr std::size_t kMostFields = 60;
constexpr std::size_t kMostStepChars = 600;

} // namespace

StepDifference::StepDifference(QWidget* parent)
    : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

StepDifference::~StepDifference() = default;

void StepDifference::setChanges(std::vector<FieldChange> changes)
{
    m_changes = std::move(changes);
    setFixedHeight(std::max(heightForWidth(width()), 1));
    updateGeometry();
    update();
}

int StepDifference::heightForWidth(int width) const
{
    return layOut(width, nullptr);
}

QSize StepDifference::sizeHint() const
{
    return {240, heightForWidth(std::max(width(), 240))};
}

void StepDifference::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) {
        setFixedHeight(std::max(heightForWidth(width()), 1));
    }
}

void StepDifference::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    layOut(width(), &painter);
}

// Measures, and paints where there is a painter; gives the height.
int StepDifference::layOut(int width, QPainter* painter) const
{
    const QFont font = theme::fixedFont();
    const QFontMetrics metrics(font);
    const int room = std::max(width - 2 * kStepPadding, 40);
    int y = 10;
    const auto line = [&](const QString& words, theme::Role role) {
        const auto flags = static_cast<int>(Qt::AlignLeft | Qt::AlignTop | Qt::TextWrapAnywhere);
        const QRect need = metrics.boundingRect(QRect(0, 0, room, 100'000), flags, words);
        if (painter) {
            painter->setFont(font);
            painter->setPen(theme::color(role));
            painter->drawText(QRect(kStepPadding, y, room, need.height()), flags, words);
        }
        y += need.height() + 1;
    };
    std::size_t shown = 0;
    for (const FieldChange& change : m_changes) {
        if (++shown > kMostFields) {
            line(tr("%1 more fields").arg(m_changes.size() - kMostFields), theme::Role::Dim);
            break;
        }
        const auto value = [](const std::optional<std::string>& text) {
            return text::plain(std::string_view(*text).substr(0, kMostStepChars));
        };
        line(text::plain(change.name), theme::Role::Dim);
        if (change.before) {
            line(QStringLiteral("- ") + value(change.before), theme::Role::Error);
        }
        if (change.after) {
            line(QStringLiteral("+ ") + value(change.after), theme::Role::Ok);
        }
        y += 5;
    }
    return y + 6;
}

} // namespace hindcast
