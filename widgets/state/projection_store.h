#pragma once

#include "model/replay/kept_logs.h"
#include "model/replay/trust_judge.h"
#include "model/replay/version_log.h"
#include "widgets/shared/async.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace hindcast {

class JobTracker;
class Workspace;

// The projections a person can open, and their folds over the capture in front. Definitions are
// TOML files: those that come with the program, and the person's own folder, which wins where both
// have a name. Folding runs one projection at a time off the GUI thread, shown as a job; a capture
// that grows is folded on. GUI thread; owned by the application.
class ProjectionStore final : public QObject
{
    Q_OBJECT

public:
    struct Entry
    {
        QString name;
        QString file;
        bool builtIn = false;
        bool shadows = false;     // the person's own, with the name of one that came with Hindcast
        QString text;             // the TOML as written
        ProjectionPtr projection; // null: the file is refused
        QString problem;          // why it is refused, or why folding failed
        int problemLine = 0;
        bool inCapture = false;                  // the capture has one of its topics
        VersionLogPtr log;                       // the newest fold; null before the first
        std::shared_ptr<const TrustJudge> trust; // of `log`
        std::shared_ptr<const std::vector<TrustSpan>> band; // of `trust`
        bool folding = false;

        // "142,031", or empty before the first fold.
        qint64 keys() const { return log ? static_cast<qint64>(log->report().keys) : -1; }
    };

    ProjectionStore(Workspace* workspace, JobTracker* jobs, QStringList builtInFolders,
                    QString userFolder, QObject* parent = nullptr);
    ~ProjectionStore() override;

    // Folds of a capture that has a name are kept there, and read back.
    void setKept(KeptLogsPtr kept) { m_kept = std::move(kept); }
    // What would take more memory is not folded, and says so; 0: whatever it takes.
    void setFoldMemory(std::uint64_t bytes) { m_foldMemory = bytes; }

    // By name.
    const std::vector<std::unique_ptr<Entry>>& entries() const { return m_entries; }
    const Entry* find(const QString& name) const;
    // Reads the folders again.
    void reload();

    // Folds it as the store does: from what is kept, and within the bound of memory. The function
    // is for a worker thread and outlives the store.
    using Fold = std::function<Result<VersionLogPtr>(const TimeOrderPtr&, const std::stop_token&)>;
    Fold folder(const ProjectionPtr& projection) const;

    // A view shows it: it is folded first, and kept up to date.
    void want(const QString& name);

    // Writes a definition into the person's folder, under its name, and folds it if it is wanted.
    // Gives the name; a definition that is refused is not written. `mended`: the refused file of
    // this name is the one that is written.
    Result<QString> save(const QString& text, int* problemLine = nullptr,
                         const QString& mended = {});
    // The same under a name that nothing has yet: this one, or with a number behind it.
    Result<QString> saveAs(const QString& text, const QString& name);
    // Deletes a file of the person's own; what it stood in front of is back.
    Result<void> remove(const QString& name);

    // What a person has written of a definition and not applied; empty: nothing. Outlives the
    // program.
    QString draft(const QString& name) const;
    void keepDraft(const QString& name, const QString& text);

    // A definition for a topic as its records suggest it; the text comes with proposed().
    void propose(const QString& topic);

signals:
    void changed();                       // the list, or what is known of one
    void logChanged(const QString& name); // a newer fold is there, or folding failed
    void proposed(const QString& topic, const QString& text, const QString& problem);

private:
    // How a fold of the capture in front is made.
    struct Means
    {
        KeptLogsPtr kept;         // null: nothing is kept
        std::uint64_t memory = 0; // 0: no bound

        Result<VersionLogPtr> fold(const ProjectionPtr& projection, const TimeOrderPtr& order,
                                   const std::stop_token& stop,
                                   const VersionLog::Progress& progress = {},
                                   const VersionLogPtr& older = nullptr) const;
    };
    Means means() const;

    struct Folded
    {
        Result<VersionLogPtr> log;
        std::shared_ptr<const TrustJudge> trust;
        std::shared_ptr<const std::vector<TrustSpan>> band;
    };

    void load(const QString& file, bool builtIn);
    void sort();
    QString fileFor(const QString& name, const QString& mended) const;
    QString draftFile(const QString& name) const;
    Entry* entry(const QString& name);
    void captureChanged();
    void foldNext();
    void fold(Entry& entry);
    void folded(const QString& name, const ProjectionPtr& projection, Folded result);
    bool needsFold(const Entry& entry) const;

    Workspace* const m_workspace;
    JobTracker* const m_jobs;
    const QStringList m_builtInFolders;
    const QString m_userFolder;
    KeptLogsPtr m_kept; // may be null
    std::uint64_t m_foldMemory = 0;
    std::vector<std::unique_ptr<Entry>> m_entries;
    QStringList m_wanted; // newest first
    std::optional<std::uint64_t> m_generation;
    Asker m_folder;
    Asker m_proposer;
    quint64 m_job = 0;
    QTimer m_soon;
};

} // namespace hindcast
