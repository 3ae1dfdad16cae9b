// The part of Application that makes the stores which the views share.

#include "app/desktop/application.h"

#include "app/desktop/session.h"
#include "app/desktop/store_projections.h"
#include "app/desktop/subject.h"
#include "widgets/shared/text.h"

#include <QCoreApplication>
#include <QDir>

namespace hindcast {

void Application::setupStores(const QString& projectionFolder)
{
    m_stores.lag = new LagStore(m_session, this);
    m_stores.traces = new TraceStore(m_session, m_context.jobs, this);
    // Beside the program, installed or as it was built.
    const QStringList builtIn{
        QDir(QCoreApplication::applicationDirPath())
            .absoluteFilePath(QStringLiteral("../share/hindcast/projections"))};
    m_stores.projections =
        new ProjectionStore(m_session, m_context.jobs, builtIn, projectionFolder, this);
    m_stores.sqlProjections = new StoreProjections(m_stores.projections, this);
    m_stores.statePlace = [this](const RecordPlace& record) { return stateOf(record); };
}

// Of a record that no projection reads, the state of what it is about.
std::optional<Place> Application::stateOf(const RecordPlace& record) const
{
    const CaptureSnapshotPtr snapshot = m_session->snapshot();
    const auto row = snapshot->find(record);
    if (!row) {
        return std::nullopt;
    }
    const auto stored = snapshot->record(*row);
    if (!stored) {
        return std::nullopt;
    }
    const auto entryOf = [this](const std::string& topic) -> const ProjectionStore::Entry* {
        for (const auto& entry : m_stores.projections->entries()) {
            if (entry->projection && entry->projection->hasTopic(topic)) {
                return entry.get();
            }
        }
        return nullptr;
    };
    if (const auto* const entry = entryOf(record.topic)) {
        const auto key = stored->view().key.value_or(std::string_view());
        return Place::ofProjection(entry->name,
                                   QByteArray(key.data(), static_cast<qsizetype>(key.size())));
    }
    const auto subject = subjectOf(*snapshot, stored->view(), [&](const std::string& topic) {
        return entryOf(topic) != nullptr;
    });
    if (!subject) {
        return std::nullopt;
    }
    return Place::ofProjection(entryOf(text::toUtf8(subject->topics.value(0)))->name, subject->key);
}

} // namespace hindcast
