#include "widgets/inspector/headers_page.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QTableWidget>

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kMost = 1000; // headers; more is an attack or a mistake
constexpr std::size_t kValueChars = 2000;

} // namespace

HeadersPage::HeadersPage(QWidget* parent)
    : QWidget(parent)
    , m_table(new QTableWidget(0, 2))
    , m_note(new QLabel)
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_table->setObjectName(QStringLiteral("headers"));
    m_table->setHorizontalHeaderLabels({QStringLiteral("Name"), QStringLiteral("Value")});
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->resizeSection(0, 110);
    m_table->verticalHeader()->setVisible(false);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setMinimumSectionSize(theme::kRowHeight);
    m_table->verticalHeader()->setDefaultSectionSize(theme::kRowHeight);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_table, &QWidget::customContextMenuRequested, this, &HeadersPage::openMenu);
    layout->addWidget(m_table, 1);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setMargin(3 * theme::kStep);
    m_note->setWordWrap(true);
    layout->addWidget(m_note);
    restyle();
}

HeadersPage::~HeadersPage() = default;

void HeadersPage::setRecord(const LoadedRecordPtr& record)
{
    m_record = record;
    const std::size_t all = record->headers.size();
    const std::size_t shown = std::min(all, kMost);
    m_table->setRowCount(static_cast<int>(shown));
    m_table->setVisible(shown > 0);
    for (std::size_t i = 0; i < shown; ++i) {
        const Header& header = record->headers[i];
        const auto set = [&](int column, const QString& text, bool dim) {
            auto* const item = new QTableWidgetItem(text);
            item->setFont(theme::fixedFont());
            item->setToolTip(QStringLiteral("<p>%1</p>").arg(text.toHtmlEscaped()));
            if (dim) {
                item->setForeground(theme::color(theme::Role::Dim));
            }
            m_table->setItem(static_cast<int>(i), column, item);
        };
        set(0, text::plain(preview(header.name, 200)), false);
        set(1,
            header.value ? text::plain(preview(header.value, kValueChars)) : QStringLiteral("null"),
            !header.value || decode(header.value, 1).format == Format::Binary);
    }
    m_note->setText(all == 0      ? QStringLiteral("This record has no headers.")
                    : all > kMost ? QStringLiteral("The first %1 of %2 headers.")
                                        .arg(text::number(static_cast<qint64>(kMost)),
                                             text::number(static_cast<qint64>(all)))
                                  : QString());
    m_note->setVisible(!m_note->text().isEmpty());
}

void HeadersPage::openMenu(const QPoint& at)
{
    const int row = m_table->rowAt(at.y());
    if (row < 0 || !m_record) {
        return;
    }
    const Header header = m_record->headers[static_cast<std::size_t>(row)];
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString value = text::fromUtf8(header.value.value_or(std::string_view{}));
    const QString name = text::fromUtf8(header.name);
    connect(menu->addAction(QStringLiteral("Copy value")), &QAction::triggered, this,
            [value] { QGuiApplication::clipboard()->setText(value); });
    connect(menu->addAction(QStringLiteral("Copy name")), &QAction::triggered, this,
            [name] { QGuiApplication::clipboard()->setText(name); });
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

void HeadersPage::restyle()
{
    m_table->setStyleSheet(QStringLiteral("QTableWidget { background: %1; } "
                                          "QTableWidget::item { padding: 0 8px; }")
                               .arg(theme::color(theme::Role::Side).name()));
    theme::setTextColor(m_note, theme::Role::Dim);
    if (m_record) {
        setRecord(m_record);
    }
}

} // namespace hindcast
