#include "app/desktop/capture_form.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QComboBox>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace hindcast {

namespace {

// The documents where there are any: a fresh home has no such folder.
QDir capturesFolder()
{
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    return documents.exists() ? documents : QDir::home();
}

enum From { Now, MinutesAgo, HourAgo, Beginning };
const QString kSuffix = QStringLiteral(".hindcast");

} // namespace

CaptureForm::CaptureForm(QWidget* parent)
    : QDialog(parent)
    , m_filter(new QLineEdit(this))
    , m_list(new QListWidget(this))
    , m_from(new QComboBox(this))
    , m_file(new QLineEdit(this))
    , m_note(new QLabel(this))
    , m_begin(new QPushButton(QStringLiteral("Start capturing"), this))
{
    setObjectName(QStringLiteral("captureForm"));
    setWindowTitle(QStringLiteral("Capture topics to a file"));
    setAttribute(Qt::WA_DeleteOnClose);
    setupUi();
    resize(460, 520);
    update();
}

CaptureForm::~CaptureForm() = default;

void CaptureForm::setupUi()
{
    m_filter->setObjectName(QStringLiteral("captureFilter"));
    m_filter->setPlaceholderText(QStringLiteral("Filter topics"));
    m_filter->setClearButtonEnabled(true);
    connect(m_filter, &QLineEdit::textChanged, this, &CaptureForm::showTopicsLike);
    m_list->setObjectName(QStringLiteral("captureTopics"));
    m_list->setUniformItemSizes(true);
    m_list->setIconSize({10, 10});
    connect(m_list, &QListWidget::itemChanged, this, [this] {
        suggestFile();
        update();
    });
    auto* all = new QPushButton(QStringLiteral("All"), this);
    auto* none = new QPushButton(QStringLiteral("None"), this);
    all->setObjectName(QStringLiteral("captureAll"));
    none->setObjectName(QStringLiteral("captureNone"));
    connect(all, &QPushButton::clicked, this, [this] { tickShown(true); });
    connect(none, &QPushButton::clicked, this, [this] { tickShown(false); });
    m_from->setObjectName(QStringLiteral("captureFrom"));
    m_from->addItem(QStringLiteral("now on"), Now);
    m_from->addItem(QStringLiteral("10 minutes ago on"), MinutesAgo);
    m_from->addItem(QStringLiteral("an hour ago on"), HourAgo);
    m_from->addItem(QStringLiteral("the beginning on"), Beginning);
    m_file->setObjectName(QStringLiteral("captureFile"));
    m_file->setPlaceholderText(QStringLiteral("Where to: name a file"));
    connect(m_file, &QLineEdit::textChanged, this, &CaptureForm::update);
    auto* choose = new QPushButton(QStringLiteral("Choose\u2026"), this);
    connect(choose, &QPushButton::clicked, this, &CaptureForm::chooseFile);
    m_note->setObjectName(QStringLiteral("captureNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setMinimumHeight(2 * fontMetrics().lineSpacing());
    m_note->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* cancel = new QPushButton(QStringLiteral("Cancel"), this);
    connect(cancel, &QPushButton::clicked, this, &QDialog::close);
    m_begin->setObjectName(QStringLiteral("captureBegin"));
    m_begin->setProperty("primary", true);
    m_begin->setDefault(true);
    connect(m_begin, &QPushButton::clicked, this, &CaptureForm::begin);

    auto* find = new QHBoxLayout;
    find->addWidget(m_filter, 1);
    find->addWidget(all);
    find->addWidget(none);
    auto* file = new QHBoxLayout;
    file->addWidget(m_file, 1);
    file->addWidget(choose);
    auto* fields = new QFormLayout;
    fields->setVerticalSpacing(8);
    fields->addRow(QStringLiteral("From"), m_from);
    fields->addRow(QStringLiteral("To the file"), file);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_begin);
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(16, 16, 16, 16);
    page->setSpacing(8);
    page->addLayout(find);
    page->addWidget(m_list, 1);
    page->addLayout(fields);
    page->addWidget(m_note);
    page->addLayout(buttons);
}

void CaptureForm::setTopics(const QStringList& topics, const QStringList& ticked)
{
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    QListWidgetItem* first = nullptr;
    for (const QString& topic : topics) {
        auto* item = new QListWidgetItem(theme::swatch(theme::seriesColor(topic)),
                                         text::plain(topic.toStdString()), m_list);
        item->setData(Qt::UserRole, topic);
        item->setCheckState(ticked.contains(topic) ? Qt::Checked : Qt::Unchecked);
        if (!first && ticked.contains(topic)) {
            first = item;
        }
    }
    if (first) {
        m_list->scrollToItem(first);
    }
    suggestFile();
    update();
}

QStringList CaptureForm::ticked() const
{
    QStringList topics;
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->checkState() == Qt::Checked) {
            topics << m_list->item(i)->data(Qt::UserRole).toString();
        }
    }
    return topics;
}

ReadPosition CaptureForm::from() const
{
    using namespace std::chrono_literals;
    switch (m_from->currentData().toInt()) {
    case MinutesAgo:
        return AtTime{currentTimestamp() - 10min};
    case HourAgo:
        return AtTime{currentTimestamp() - 1h};
    case Beginning:
        return AtBeginning{};
    default:
        return AtEnd{};
    }
}

QString CaptureForm::file() const
{
    QString path = m_file->text().trimmed();
    if (path.isEmpty()) {
        return {};
    }
    if (path.startsWith(QLatin1String("~/"))) {
        path = QDir::homePath() + path.mid(1);
    }
    if (QFileInfo(path).suffix().isEmpty()) {
        path += kSuffix;
    }
    return capturesFolder().absoluteFilePath(path);
}

// Named after the topic, or how many there are, and when: no two captures get the same name.
void CaptureForm::suggestFile()
{
    if (m_file->text() != m_suggested) {
        return;
    }
    const QStringList topics = ticked();
    QString name =
        topics.size() == 1 ? topics.first() : QStringLiteral("%1-topics").arg(topics.size());
    name.replace(QLatin1Char('/'), QLatin1Char('_'));
    m_suggested =
        topics.isEmpty()
            ? QString()
            : capturesFolder().absoluteFilePath(
                  name + QDateTime::currentDateTime().toString(QStringLiteral("-yyyyMMdd-HHmmss")) +
                  kSuffix);
    m_file->setText(m_suggested);
}

void CaptureForm::chooseFile()
{
    auto* dialog = new QFileDialog(this, QStringLiteral("Capture to"), file(),
                                   QStringLiteral("Captures (*%1)").arg(kSuffix));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // nothing is ever overwritten
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

QString CaptureForm::missing() const
{
    if (m_list->count() == 0) {
        return QStringLiteral("No topic is known yet: the cluster has not answered.");
    }
    if (ticked().isEmpty()) {
        return QStringLiteral("Tick the topics to capture.");
    }
    const QString path = file();
    if (path.isEmpty()) {
        return QStringLiteral("Name the file to capture to.");
    }
    if (QFileInfo::exists(path)) {
        return QStringLiteral("%1 is there already; choose another name.")
            .arg(QFileInfo(path).fileName());
    }
    if (!QFileInfo(QFileInfo(path).path()).isDir()) {
        return QStringLiteral("There is no folder %1; choose another place.")
            .arg(QFileInfo(path).path());
    }
    return {};
}

void CaptureForm::update()
{
    const QString problem = missing();
    m_begin->setEnabled(problem.isEmpty());
    m_note->setText(problem.isEmpty()
                        ? QStringLiteral("What has been read of them already goes in too, and so "
                                         "do the samples of all consumer groups.")
                        : problem);
    theme::setTextColor(m_note, problem.isEmpty() ? theme::Role::Dim : theme::Role::Warning);
}

void CaptureForm::showTopicsLike(const QString& text)
{
    for (int i = 0; i < m_list->count(); ++i) {
        QListWidgetItem* const item = m_list->item(i);
        item->setHidden(!item->text().contains(text.trimmed(), Qt::CaseInsensitive));
    }
}

void CaptureForm::tickShown(bool ticked)
{
    {
        const QSignalBlocker quiet(m_list);
        for (int i = 0; i < m_list->count(); ++i) {
            if (!m_list->item(i)->isHidden()) {
                m_list->item(i)->setCheckState(ticked ? Qt::Checked : Qt::Unchecked);
            }
        }
    }
    m_list->viewport()->update();
    suggestFile();
    update();
}

void CaptureForm::begin()
{
    update(); // the file may have come to be meanwhile
    if (missing().isEmpty()) {
        emit captureRequested(ticked(), from(), file());
        close();
    }
}

} // namespace hindcast
