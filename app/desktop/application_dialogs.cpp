// The part of Application that asks a person something.

#include "app/desktop/application.h"

#include "app/desktop/capture_form.h"
#include "app/desktop/connection.h"
#include "app/desktop/documents.h"
#include "app/desktop/explorer_feed.h"
#include "app/desktop/kept_tabs.h"
#include "app/desktop/main_window.h"
#include "app/desktop/moment_opening.h"
#include "app/desktop/page_views.h"
#include "app/desktop/secrets.h"
#include "app/desktop/session.h"
#include "app/desktop/status_line.h"
#include "widgets/explorer/explorer_pane.h"
#include "widgets/shared/text.h"

#include <QFileDialog>
#include <QMessageBox>
#include <QPointer>

namespace hindcast {

namespace {

const QString kFiles = QStringLiteral("Captures (*.hindcast)");
const QString kFilesAndMoments = QStringLiteral("Captures and moments (*.hindcast *.moment)");

// Never exec(): a nested event loop would let anything happen below it.
QFileDialog* fileDialog(QWidget* parent, QFileDialog::AcceptMode mode, const QString& title)
{
    auto* dialog = new QFileDialog(parent, title, {}, kFiles);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(mode);
    dialog->setFileMode(mode == QFileDialog::AcceptOpen ? QFileDialog::ExistingFile
                                                        : QFileDialog::AnyFile);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // nothing is ever overwritten
    dialog->setDefaultSuffix(QStringLiteral("hindcast"));
    return dialog;
}

} // namespace

void Application::chooseCapture()
{
    auto* dialog = fileDialog(m_window.get(), QFileDialog::AcceptOpen,
                              QStringLiteral("Open a capture, or a moment of this one"));
    dialog->setNameFilter(kFilesAndMoments);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        if (path.endsWith(kMomentSuffix, Qt::CaseInsensitive)) {
            openFile(path);
        } else {
            askAboutUnsaved([this, path] { openFile(path); });
        }
    });
    dialog->open();
}

void Application::chooseName(const std::function<void()>& then)
{
    auto* dialog =
        fileDialog(m_window.get(), QFileDialog::AcceptSave, QStringLiteral("Save the capture"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, then](const QString& path) {
        if (then) {
            connect(
                m_session, &Session::saved, this, [then] { then(); }, Qt::SingleShotConnection);
        }
        m_session->saveAs(path);
    });
    dialog->open();
}

void Application::askAboutUnsaved(const std::function<void()>& then)
{
    if (!m_session->unsaved()) {
        then();
        return;
    }
    auto* box = new QMessageBox(
        QMessageBox::NoIcon, QStringLiteral("Unsaved capture"),
        QStringLiteral("The capture holds %1 and has no name yet.")
            .arg(text::count(m_session->snapshot()->rowCount(), QStringLiteral("record"),
                             QStringLiteral("records"))),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, m_window.get());
    box->setObjectName(QStringLiteral("unsavedQuestion"));
    box->setInformativeText(QStringLiteral("Save it under a name, or discard what was read."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setDefaultButton(QMessageBox::Save);
    connect(box, &QMessageBox::finished, this, [this, then](int answer) {
        if (answer == QMessageBox::Save) {
            chooseName(then);
        } else if (answer == QMessageBox::Discard) {
            m_session->discard();
            then();
        }
    });
    box->open();
}

bool Application::mayClose()
{
    if (m_closing || !m_session->unsaved()) {
        closeNow();
        return true;
    }
    if (!m_window->findChild<QMessageBox*>(QStringLiteral("unsavedQuestion"))) {
        askAboutUnsaved([this] {
            m_closing = true;
            m_window->close();
        });
    }
    return false;
}

void Application::closeNow()
{
    m_settings.setLayout(m_window->saveState());
    m_settings.setGeometry(m_window->saveGeometry());
    m_session->stopRecording();
    m_tabs->keep();
}

// Without topics named, what is open is what somebody is interested in.
void Application::toggleRecording()
{
    if (m_session->recording()) {
        m_session->stopRecording();
        return;
    }
    QStringList topics = m_window->explorer()->markedTopics();
    for (const View* view : m_window->documents()->views()) {
        topics += view->place().topics;
    }
    recordTopics(topics);
}

void Application::recordTopics(const QStringList& topics)
{
    if (!m_session->connected()) {
        m_window->status()->setProblem(QStringLiteral(
            "There is nothing to capture from: connect to a cluster first. A capture that is open "
            "is saved under another name with Ctrl+S."));
        return;
    }
    if (auto* open = m_window->findChild<CaptureForm*>()) {
        open->raise();
        open->activateWindow();
        return;
    }
    auto* form = new CaptureForm(m_window.get());
    const auto known = [this] {
        QStringList names;
        for (const auto& topic : m_feed->data().topics) {
            names << topic.name;
        }
        return names;
    };
    form->setTopics(known(), topics);
    // The cluster may answer while it is open.
    connect(m_feed, &ExplorerFeed::changed, form, [form, known, shown = known()]() mutable {
        if (const QStringList now = known(); now != shown) {
            shown = now;
            form->setTopics(now, form->ticked());
        }
    });
    connect(form, &CaptureForm::captureRequested, m_session,
            [this](const QStringList& chosen, const ReadPosition& from, const QString& file) {
                m_session->startRecording(file, chosen, from);
            });
    form->show();
}

void Application::showConnectForm()
{
    Documents* const documents = m_window->documents();
    for (View* view : documents->views()) {
        if (qobject_cast<ConnectPage*>(view)) {
            documents->goTo(view);
            return;
        }
    }
    auto* page = new ConnectPage(m_context);
    ConnectForm* const form = page->form();
    form->setProfiles(m_settings.profiles());
    m_secrets->askForKeychain([form = QPointer<ConnectForm>(form)](bool available) {
        if (form) {
            form->setKeychain(available);
        }
    });
    form->setTest(&tryConnection);
    connect(form, &ConnectForm::connectRequested, this, [this](const ConnectionProfile& profile) {
        m_settings.keepProfile(profile);
        m_secrets->keep(profile.name, profile.password);
        askAboutUnsaved([this, profile] { connectTo(profile); });
    });
    connect(form, &ConnectForm::removeRequested, this, [this, form](const QString& name) {
        m_settings.forgetProfile(name);
        m_secrets->forget(name);
        form->setProfiles(m_settings.profiles());
    });
    connect(form, &ConnectForm::profileChosen, this, [this, form](ConnectionProfile profile) {
        m_secrets->find(profile.name, [form = QPointer<ConnectForm>(form),
                                       profile](const QString& password) mutable {
            if (form && form->profile().name == profile.name && !password.isEmpty()) {
                profile.password = password;
                form->setProfile(profile);
            }
        });
    });
    documents->add(page);
}

} // namespace hindcast
