#include "app/desktop/projection_desk.h"

#include "app/desktop/documents.h"
#include "app/desktop/main_window.h"
#include "app/desktop/status_line.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"
#include "widgets/state/projection_store.h"
#include "widgets/state/state_view.h"

#include <QMessageBox>
#include <QPushButton>

namespace hindcast {

namespace {

constexpr std::int64_t kSome = 500; // newest records of each partition, to see what they are

} // namespace

ProjectionDesk::ProjectionDesk(const ViewContext& context, ProjectionStore* store,
                               MainWindow* window, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_store(store)
    , m_window(window)
{
    connect(store, &ProjectionStore::proposed, this, &ProjectionDesk::proposed);
    connect(context.workspace, &Workspace::readChanged, this, [this](quint64 id) {
        if (id == m_read && m_read != 0) {
            readEnded();
        }
    });
    connect(context.workspace, &Workspace::connectionChanged, this, [this] {
        m_topic.clear();
        m_read = 0;
    });
}

ProjectionDesk::~ProjectionDesk() = default;

void ProjectionDesk::makeFrom(const QString& topic)
{
    m_topic = topic;
    m_read = 0;
    if (held() || !m_context.workspace->connected()) {
        m_store->propose(topic);
    } else {
        readSome(topic);
    }
}

void ProjectionDesk::readSome(const QString& topic)
{
    ReadRequest request;
    request.topics.push_back({text::toUtf8(topic), {}, LastN{kSome}, AtEnd{}});
    m_read = m_context.workspace->read(request);
}

void ProjectionDesk::readEnded()
{
    const auto status = m_context.workspace->readStatus(m_read);
    if (status && status->running) {
        return;
    }
    m_read = 0;
    if (!held() && (!status || status->records == 0)) {
        const QString topic = text::plain(text::toUtf8(m_topic));
        say(status && !status->complete
                ? tr("No record of %1 could be read: %2").arg(topic, status->sentence)
                : tr("%1 has no records, so there is nothing to make a projection from.")
                      .arg(topic));
        m_topic.clear();
        return;
    }
    proposeIt();
}

bool ProjectionDesk::held() const
{
    return m_context.workspace->snapshot()->topicId(text::toUtf8(m_topic)).has_value();
}

// What is read comes to be seen a little later.
void ProjectionDesk::proposeIt()
{
    if (held()) {
        m_store->propose(m_topic);
    } else {
        connect(
            m_context.workspace, &Workspace::snapshotChanged, this,
            [this] {
                if (!m_topic.isEmpty() && m_read == 0) {
                    m_store->propose(m_topic);
                }
            },
            Qt::SingleShotConnection);
    }
}

void ProjectionDesk::proposed(const QString& topic, const QString& text, const QString& problem)
{
    if (topic != m_topic) {
        return;
    }
    m_topic.clear();
    if (!problem.isEmpty()) {
        say(problem);
        return;
    }
    const auto parsed = Projection::parse(text::toUtf8(text), "proposal");
    const auto saved =
        parsed ? m_store->saveAs(text, text::fromUtf8(parsed->name)) : m_store->save(text);
    if (!saved) {
        say(text::fromUtf8(saved.error().message));
        return;
    }
    edit(*saved);
}

void ProjectionDesk::edit(const QString& name)
{
    m_context.navigator->open(Place::ofProjection(name));
    if (auto* const view = qobject_cast<StateView*>(m_window->documents()->current())) {
        view->editProjection(true);
    }
}

void ProjectionDesk::duplicate(const QString& name)
{
    const ProjectionStore::Entry* const entry = m_store->find(name);
    if (!entry) {
        return;
    }
    const auto saved = m_store->saveAs(entry->text, tr("%1-copy").arg(name));
    if (saved) {
        edit(*saved);
    } else {
        say(text::fromUtf8(saved.error().message));
    }
}

void ProjectionDesk::askToDelete(const QString& name)
{
    const ProjectionStore::Entry* const entry = m_store->find(name);
    if (!entry || entry->builtIn) {
        return;
    }
    const QString shown = text::plain(text::toUtf8(name));
    auto* box = new QMessageBox(m_window);
    box->setObjectName(QStringLiteral("deleteQuestion"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setWindowTitle(entry->shadows ? tr("Revert a projection") : tr("Delete a projection"));
    box->setText(entry->shadows
                     ? tr("Revert %1 to the definition that came with Hindcast?").arg(shown)
                     : tr("Delete the projection %1?").arg(shown));
    box->setInformativeText(
        tr("Your file %1 will be deleted. This cannot be undone.").arg(entry->file));
    QPushButton* const does =
        box->addButton(entry->shadows ? tr("Revert") : tr("Delete"), QMessageBox::DestructiveRole);
    does->setObjectName(QStringLiteral("doDelete"));
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    connect(does, &QPushButton::clicked, this, [this, name] { remove(name); });
    box->open();
}

void ProjectionDesk::remove(const QString& name)
{
    if (const auto removed = m_store->remove(name); !removed) {
        say(text::fromUtf8(removed.error().message));
        return;
    }
    if (m_store->find(name)) {
        return; // the one that came with Hindcast
    }
    Documents* const documents = m_window->documents();
    for (View* view : documents->views()) {
        if (view->place().sameDocument(Place::ofProjection(name))) {
            documents->close(view);
        }
    }
}

void ProjectionDesk::say(const QString& problem)
{
    m_window->status()->setProblem(problem);
}

} // namespace hindcast
