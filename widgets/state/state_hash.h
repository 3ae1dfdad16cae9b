#pragma once

#include "model/replay/state.h"
#include "widgets/shared/async.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <utility>

namespace hindcast {

// The SHA-256 of the state in front. It reads every row, so it waits until nothing has moved for a
// moment. GUI thread.
class StateHash final : public QObject
{
    Q_OBJECT

public:
    explicit StateHash(QObject* parent = nullptr);
    ~StateHash() override;

    void want(const VersionLogPtr& log, Rank prefix);
    // Of the state that was wanted last; empty: not there yet.
    const QString& text() const { return m_text; }
    bool isOf(const VersionLogPtr& log, Rank prefix) const
    {
        return m_of == std::pair{log.get(), prefix};
    }
    bool busy() const { return m_timer.isActive() || m_asker.busy(); }

signals:
    void found();

private:
    void ask();

    VersionLogPtr m_log; // as it was wanted
    Rank m_prefix = 0;
    QString m_text;
    std::pair<const VersionLog*, Rank> m_of{nullptr, 0};
    QTimer m_timer;
    Asker m_asker;
};

} // namespace hindcast
