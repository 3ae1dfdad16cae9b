#include "widgets/records/check_popup.h"

#include "widgets/shared/palette.h"

#include <QBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

namespace hindcast {

namespace {

constexpr int kMostRows = 12;

} // namespace

CheckPopup::CheckPopup(const QString& title, const std::vector<Entry>& entries, QWidget* parent)
    : QFrame(parent, Qt::Popup)
    , m_list(new QListWidget)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setFrameShape(QFrame::StyledPanel);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(2 * theme::kStep);
    layout->setSizeConstraint(QLayout::SetNoConstraint); // sized when it opens
    auto* const head = new QHBoxLayout;
    auto* const label = new QLabel(title);
    label->setTextFormat(Qt::PlainText);
    head->addWidget(label);
    head->addStretch(1);
    for (const bool on : {true, false}) {
        auto* const button = new QPushButton(on ? QStringLiteral("All") : QStringLiteral("None"));
        button->setObjectName(on ? QStringLiteral("all") : QStringLiteral("none"));
        connect(button, &QPushButton::clicked, this, [this, on] { setAll(on); });
        head->addWidget(button);
    }
    layout->addLayout(head);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->setMinimumWidth(240);
    for (const Entry& entry : entries) {
        add(entry);
        m_before.push_back(entry.checked);
    }
    const int rows = std::clamp(static_cast<int>(entries.size()), 2, kMostRows);
    m_list->setFixedHeight(rows * theme::kRowHeight + theme::kStep);
    layout->addWidget(m_list);
}

CheckPopup::~CheckPopup() = default;

QListWidgetItem* CheckPopup::add(const Entry& entry)
{
    const QString shown = entry.detail.isEmpty()
                              ? entry.text
                              : QString(entry.text + QStringLiteral("  \u00b7  ") + entry.detail);
    auto* const item = new QListWidgetItem(shown, m_list);
    item->setData(Qt::UserRole, entry.value);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable);
    item->setCheckState(entry.checked ? Qt::Checked : Qt::Unchecked);
    item->setSizeHint({0, theme::kRowHeight});
    return item;
}

void CheckPopup::addLine(const QString& hint, Read read)
{
    auto* const edit = new QLineEdit;
    edit->setPlaceholderText(hint);
    edit->setFont(theme::fixedFont());
    auto* const complaint = new QLabel;
    complaint->setTextFormat(Qt::PlainText);
    complaint->setWordWrap(true);
    complaint->setVisible(false);
    theme::setTextColor(complaint, theme::Role::Error);
    layout()->addWidget(edit);
    layout()->addWidget(complaint);
    connect(edit, &QLineEdit::returnPressed, this, [this, edit, complaint, read = std::move(read)] {
        const auto answer = read(edit->text());
        if (const auto* const sentence = std::get_if<QString>(&answer)) {
            complaint->setText(*sentence);
            complaint->setVisible(true);
            adjustSize();
            return;
        }
        complaint->setVisible(false);
        add(std::get<Entry>(answer));
        m_list->scrollToBottom();
        edit->clear();
    });
}

void CheckPopup::setAll(bool checked)
{
    for (int i = 0; i < m_list->count(); ++i) {
        m_list->item(i)->setCheckState(checked ? Qt::Checked : Qt::Unchecked);
    }
}

void CheckPopup::openUnder(QWidget* button, bool alignRight)
{
    adjustSize();
    const int x = alignRight ? button->width() - width() : 0;
    move(button->mapToGlobal(QPoint(x, button->height() + theme::kStep / 2)));
    show();
}

void CheckPopup::closeEvent(QCloseEvent* event)
{
    QFrame::closeEvent(event);
    if (m_told) {
        return;
    }
    m_told = true;
    std::vector<bool> now;
    QVariantList values;
    for (int i = 0; i < m_list->count(); ++i) {
        now.push_back(m_list->item(i)->checkState() == Qt::Checked);
        if (now.back()) {
            values.append(m_list->item(i)->data(Qt::UserRole));
        }
    }
    if (now != m_before) {
        emit chosen(values);
    }
}

} // namespace hindcast
