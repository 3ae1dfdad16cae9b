#include "widgets/state/state_watch.h"

#include "model/replay/condition_watch.h"
#include "model/replay/history.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QHBoxLayout>
#include <QToolButton>

#include <algorithm>
#include <mutex>

namespace hindcast {

// Asked in one thread at a time; an outdated question may still be on its way out.
struct StateWatch::Kept
{
    std::mutex mutex;
    VersionLogPtr log;
    Columns columns;
    std::string condition;
    std::optional<ConditionWatch> watch;
};

namespace {

QString nothingFound(bool next)
{
    return next ? StateWatch::tr("No row begins to satisfy this after A.")
                : StateWatch::tr("No row began to satisfy this before A.");
}

} // namespace

StateWatch::StateWatch(QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    const auto button = [&](Qt::ArrowType arrow, const char* name, const QString& tip) {
        auto* result = new QToolButton(this);
        result->setObjectName(QLatin1String(name));
        result->setArrowType(arrow);
        result->setToolTip(tip);
        result->setAccessibleName(tip);
        layout->addWidget(result);
        return result;
    };
    m_previous = button(Qt::LeftArrow, "becameTrueBefore",
                        tr("Go back to where a row last began to satisfy the filter (Ctrl+[)"));
    m_next = button(Qt::RightArrow, "becomesTrueNext",
                    tr("Go to where a row next begins to satisfy the filter (Ctrl+])"));
    connect(m_previous, &QToolButton::clicked, this, [this] { goToCondition(false); });
    connect(m_next, &QToolButton::clicked, this, [this] { goToCondition(true); });
    showButtons();
}

StateWatch::~StateWatch() = default;

void StateWatch::setState(const VersionLogPtr& log, const Columns& columns, Rank prefixOfA)
{
    m_log = log;
    m_columns = columns;
    m_prefix = prefixOfA;
    showButtons();
}

void StateWatch::setCondition(const QString& condition)
{
    m_condition = condition.trimmed();
    showButtons();
}

void StateWatch::showButtons()
{
    const bool can = m_log && m_columns && !m_condition.isEmpty();
    m_previous->setEnabled(can);
    m_next->setEnabled(can);
}

void StateWatch::goToCondition(bool next)
{
    if (!m_log || !m_columns || m_condition.isEmpty()) {
        return;
    }
    const std::string condition = text::toUtf8(m_condition);
    if (!m_kept || m_kept->log != m_log || m_kept->columns != m_columns ||
        m_kept->condition != condition) {
        m_kept = std::make_shared<Kept>();
        m_kept->log = m_log;
        m_kept->columns = m_columns;
        m_kept->condition = condition;
    }
    m_asker.ask(
        [kept = m_kept, prefix = m_prefix, next](const std::stop_token& stop) {
            const std::lock_guard lock(kept->mutex);
            if (!kept->watch) {
                auto watch = ConditionWatch::compile(kept->log, kept->condition, *kept->columns);
                if (!watch) {
                    return Answer{std::nullopt, text::fromUtf8(watch.error().message)};
                }
                kept->watch.emplace(std::move(*watch));
            }
            // A stands behind its last record: where that is the one found, it is not it again.
            const VersionLog& log = *kept->log;
            const Version at = log.prefixOf(prefix);
            const Version before = prefix == 0 ? 0 : log.prefixOf(prefix - 1);
            const auto found = next ? kept->watch->next(at, kNoKeyNo, stop)
                                    : kept->watch->previous(before, kNoKeyNo, stop);
            if (!found) {
                return Answer{std::nullopt, text::fromUtf8(found.error().message)};
            }
            return Answer{*found, {}};
        },
        [this, log = m_log, next](const Answer& answer) { there(log, answer, next); });
}

void StateWatch::goToField(const QByteArray& key, const QString& column, bool next)
{
    if (!m_log || !m_columns || key.isEmpty()) {
        return;
    }
    const std::string name = text::toUtf8(column);
    const auto known = std::find_if(m_columns->begin(), m_columns->end(),
                                    [&](const ProjectionColumn& c) { return c.name == name; });
    if (known == m_columns->end()) {
        return;
    }
    m_asker.ask(
        [log = m_log, key = key.toStdString(), field = *known, prefix = m_prefix,
         next](const std::stop_token&) {
            const auto entries = historyOf(*log, key);
            if (!entries) {
                return Answer{std::nullopt, text::fromUtf8(entries.error().message)};
            }
            std::optional<Version> before;
            for (const std::size_t step : stepsThatSet(*entries, field)) {
                const HistoryEntry& entry = (*entries)[step];
                if (entry.rank >= prefix) {
                    return next ? Answer{entry.version, {}} : Answer{before, {}};
                }
                if (entry.rank + 1 < prefix) {
                    before = entry.version;
                }
            }
            return next ? Answer{} : Answer{before, {}};
        },
        [this, log = m_log, next](const Answer& answer) { there(log, answer, next); });
}

void StateWatch::there(const VersionLogPtr& log, const Answer& answer, bool next)
{
    if (answer.version) {
        const std::string_view key = log->keys().text(log->keyOf(*answer.version));
        emit found(log->rankOf(*answer.version),
                   QByteArray(key.data(), static_cast<qsizetype>(key.size())));
        return;
    }
    emit nothing(answer.problem.isEmpty() ? nothingFound(next) : answer.problem);
}

void StateWatch::restyle()
{
    const int side = theme::kRowHeight + 2;
    m_previous->setFixedSize(side, side);
    m_next->setFixedSize(side, side);
}

} // namespace hindcast
