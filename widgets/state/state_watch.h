#pragma once

#include "model/replay/columns.h"
#include "model/replay/version_log.h"
#include "widgets/shared/async.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QToolButton;

namespace hindcast {

// The way back: when did a row last, or next, begin to satisfy the view's condition, and when did
// the field of a row last, or next, become another value. Looks for the moment off the GUI thread
// and keeps what it looked at; the view goes there. GUI thread.
class StateWatch final : public QWidget
{
    Q_OBJECT

public:
    using Columns = std::shared_ptr<const std::vector<ProjectionColumn>>;

    explicit StateWatch(QWidget* parent = nullptr);
    ~StateWatch() override;

    // What moments are looked for in; without a condition the buttons rest.
    void setState(const VersionLogPtr& log, const Columns& columns, Rank prefixOfA);
    void setCondition(const QString& condition);

    void goToCondition(bool next);
    void goToField(const QByteArray& key, const QString& column, bool next);
    void restyle();

signals:
    // A belongs behind this record, and this row in sight.
    void found(hindcast::Rank rank, const QByteArray& key);
    void nothing(const QString& why);

private:
    struct Kept; // a condition and what is known of it
    struct Answer
    {
        std::optional<Version> version;
        QString problem; // why there is none
    };
    void there(const VersionLogPtr& log, const Answer& answer, bool next);
    void showButtons();

    VersionLogPtr m_log;
    Columns m_columns;
    Rank m_prefix = 0;
    QString m_condition;
    std::shared_ptr<Kept> m_kept;
    Asker m_asker;
    QToolButton* m_previous = nullptr;
    QToolButton* m_next = nullptr;
};

} // namespace hindcast
