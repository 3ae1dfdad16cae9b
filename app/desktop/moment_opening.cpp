#include "app/desktop/moment_opening.h"

#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"
#include "widgets/state/projection_store.h"

#include <QFile>
#include <QFileInfo>

namespace hindcast {

MomentOpening::MomentOpening(const ViewContext& context, ProjectionStore* projections,
                             QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_projections(projections)
{
    connect(context.moments, &MomentControl::orderChanged, this, &MomentOpening::proceed);
    connect(projections, &ProjectionStore::logChanged, this, &MomentOpening::proceed);
}

MomentOpening::~MomentOpening() = default;

void MomentOpening::open(const QString& path)
{
    m_name = QFileInfo(path).fileName();
    m_context.jobs->finish(m_job);
    m_kept.reset();
    m_shown = false;
    m_job = m_context.jobs->start(tr("Opening %1").arg(m_name), [this] {
        m_asker.cancel();
        end({}, false);
    });
    m_asker.ask([file = QFile::encodeName(path).toStdString()](
                    const std::stop_token&) { return MomentBookmark::load(file); },
                [this](Result<MomentBookmark> kept) { loaded(std::move(kept)); });
}

void MomentOpening::loaded(Result<MomentBookmark> kept)
{
    if (!kept) {
        end(text::fromUtf8(kept.error().message), true);
        return;
    }
    if (!m_context.moments->order()) {
        end(tr("%1 is a moment of a capture; open that first.").arg(m_name), true);
        return;
    }
    const QString projection = text::fromUtf8(kept->projection);
    const ProjectionStore::Entry* const entry = m_projections->find(projection);
    if (entry == nullptr || !entry->projection) {
        end(tr("%1 is a moment of the projection %2, which is not here.").arg(m_name, projection),
            true);
        return;
    }
    m_kept = std::move(*kept);
    if (m_context.workspace->clock() != m_kept->link.clock) {
        m_context.workspace->setClock(m_kept->link.clock);
    }
    proceed();
}

void MomentOpening::proceed()
{
    const TimeOrderPtr& order = m_context.moments->order();
    if (!m_kept || !order || order->clock() != m_kept->link.clock) {
        return;
    }
    const QString projection = text::fromUtf8(m_kept->projection);
    if (!m_shown) {
        const auto prefix = m_kept->link.prefixIn(*order);
        if (!prefix) {
            end(tr("%1 is a moment of records that this capture does not hold, or holds more of.")
                    .arg(m_name),
                true);
            return;
        }
        m_shown = true;
        m_context.moments->setRankA(*prefix);
        m_context.navigator->open(Place::ofProjection(projection));
        m_projections->want(projection);
    }
    const ProjectionStore::Entry* const entry = m_projections->find(projection);
    if (entry == nullptr || (!entry->log && !entry->folding && !entry->problem.isEmpty())) {
        end(tr("%1 cannot be verified: %2").arg(m_name, entry ? entry->problem : projection), true);
    } else if (entry->log && entry->log->order()->clock() == m_kept->link.clock) {
        verify(entry->log);
    }
}

void MomentOpening::verify(const VersionLogPtr& log)
{
    m_asker.ask(
        [log, kept = *m_kept](const std::stop_token& stop) -> Result<std::vector<std::string>> {
            const auto prefix = kept.link.prefixIn(*log->order());
            if (!prefix) {
                return fail(ErrorCode::NotFound, "its records are not those of this capture.");
            }
            const auto is = MomentBookmark::of(*State::at(log, *prefix), stop);
            if (!is) {
                return tl::unexpected<Error>(is.error());
            }
            return MomentBookmark::differences(kept, *is);
        },
        [this](const Result<std::vector<std::string>>& differences) {
            if (!differences) {
                end(tr("%1 cannot be verified: %2")
                        .arg(m_name, text::fromUtf8(differences.error().message)),
                    true);
                return;
            }
            QStringList said;
            for (const std::string& difference : *differences) {
                said << text::fromUtf8(difference);
            }
            end(said.isEmpty() ? tr("%1: the same state as was kept; projection and SHA-256 agree.")
                                     .arg(m_name)
                               : m_name + QStringLiteral(": ") + said.join(QLatin1Char(' ')),
                !said.isEmpty());
        });
}

void MomentOpening::end(const QString& sentence, bool failed)
{
    m_kept.reset();
    m_context.jobs->finish(std::exchange(m_job, 0), sentence, failed);
}

} // namespace hindcast
