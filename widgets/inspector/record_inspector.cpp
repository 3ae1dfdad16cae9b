#include "widgets/inspector/record_inspector.h"

#include "widgets/inspector/headers_page.h"
#include "widgets/inspector/key_history_page.h"
#include "widgets/inspector/raw_page.h"
#include "widgets/inspector/trace_page.h"
#include "widgets/inspector/value_page.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <QTabBar>

namespace hindcast {

namespace {

constexpr int kLoadAgainAfter = 300; // ms; a growing capture changes what a key did

QString tabStyle()
{
    return QStringLiteral("QTabBar::tab { padding: 7px 7px; border: none; background: %1; "
                          "color: %2; }"
                          "QTabBar::tab:selected { color: %4; border-bottom: 2px solid %5; }"
                          "QTabBar::tab:disabled { color: %3; }"
                          "QTabWidget::pane { border: none; border-top: 1px solid %3; }")
        .arg(theme::color(theme::Role::Side).name(), theme::color(theme::Role::Dim).name(),
             theme::color(theme::Role::Line).name(), theme::color(theme::Role::Text).name(),
             theme::color(theme::Role::Accent).name());
}

} // namespace

RecordInspector::RecordInspector(const ViewContext& context, QWidget* parent)
    : QTabWidget(parent)
    , m_context(context)
    , m_value(new ValuePage)
    , m_raw(new RawPage)
    , m_headers(new HeadersPage)
    , m_history(new KeyHistoryPage(context))
    , m_trace(new TracePage)
{
    setDocumentMode(true);
    tabBar()->setExpanding(false);
    tabBar()->setDrawBase(false);
    addTab(m_value, QStringLiteral("Value"));
    addTab(m_raw, QStringLiteral("Raw"));
    addTab(m_headers, QStringLiteral("Headers"));
    addTab(m_history, QStringLiteral("Key history"));
    addTab(m_trace, QStringLiteral("Trace"));
    m_loadAgain.setSingleShot(true);
    m_loadAgain.setInterval(kLoadAgainAfter);
    connect(&m_loadAgain, &QTimer::timeout, this, &RecordInspector::load);
    connect(context.workspace, &Workspace::orderChanged, this, [this] {
        if (m_place && !m_loadAgain.isActive()) {
            m_loadAgain.start();
        }
    });
    connect(m_value, &ValuePage::stateAsked, this, &RecordInspector::openState);
    connect(m_value, &ValuePage::traceAsked, this, [this] { openTrace(0); });
    connect(m_value, &ValuePage::historyAsked, this, [this] { setCurrentWidget(m_history); });
    connect(m_trace, &TracePage::traceAsked, this, &RecordInspector::openTrace);
    restyle();
}

RecordInspector::~RecordInspector() = default;

void RecordInspector::setRecord(const RecordPlace& place)
{
    m_place = place;
    load();
}

void RecordInspector::load()
{
    if (!m_place) {
        return;
    }
    m_loader.ask([snapshot = m_context.workspace->snapshot(), place = *m_place](
                     const std::stop_token&) { return loadRecord(*snapshot, place); },
                 [this](LoadedRecordPtr loaded) { take(std::move(loaded)); });
}

void RecordInspector::take(LoadedRecordPtr loaded)
{
    const bool same =
        m_loaded && m_loaded->there() && loaded->there() && m_loaded->place == loaded->place;
    const bool sameKey = same && m_loaded->keyRows.size() == loaded->keyRows.size();
    m_loaded = std::move(loaded);
    const bool state = m_loaded->there() && m_statePlace && m_statePlace(m_loaded->place);
    m_value->setSummary(m_loaded, state);
    if (!sameKey) {
        m_history->setRecord(m_loaded);
    }
    if (same) {
        return; // a record never changes; what is open and scrolled stays
    }
    m_value->setRecord(m_loaded);
    m_raw->setRecord(m_loaded);
    m_headers->setRecord(m_loaded);
    m_trace->setRecord(m_loaded);
    const auto headers = static_cast<qint64>(m_loaded->headers.size());
    setTabText(indexOf(m_headers), headers > 0
                                       ? QString(QStringLiteral("Headers ") + text::number(headers))
                                       : QStringLiteral("Headers"));
    for (QWidget* const page : std::initializer_list<QWidget*>{m_raw, m_headers, m_history}) {
        setTabEnabled(indexOf(page), m_loaded->there());
    }
    setTabVisible(indexOf(m_trace), !m_loaded->contexts.empty());
}

// Of the record that was asked for last, which may not be loaded yet.
void RecordInspector::openState()
{
    const auto state = m_place && m_statePlace ? m_statePlace(*m_place) : std::nullopt;
    if (!state) {
        return;
    }
    const TimeOrderPtr& order = m_context.moments->order();
    const auto row = order ? order->snapshot()->find(*m_place) : std::nullopt;
    if (row && *row < order->size()) {
        m_context.moments->setRankA(order->rankOf(*row) + 1);
    }
    m_context.navigator->open(*state);
    m_context.navigator->select(*state); // and its history instead of the record
}

void RecordInspector::openTrace(std::size_t context)
{
    if (m_loaded && context < m_loaded->contexts.size()) {
        const LoadedRecord::Context& found = m_loaded->contexts[context];
        m_context.navigator->open(
            Place::ofTrace(text::fromUtf8(found.trace), text::fromUtf8(found.span)));
    }
}

void RecordInspector::restyle()
{
    setStyleSheet(tabStyle());
    m_value->restyle();
    m_raw->restyle();
    m_headers->restyle();
    m_history->restyle();
    m_trace->restyle();
}

} // namespace hindcast
