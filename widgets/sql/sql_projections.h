#pragma once

#include "model/replay/trust_judge.h"
#include "model/replay/version_log.h"

#include <QObject>
#include <QString>

#include <functional>
#include <stop_token>
#include <vector>

namespace hindcast {

// The projections that a query may name, as the application has them; views know nothing of the
// store behind. GUI thread.
class SqlProjections : public QObject
{
    Q_OBJECT

public:
    struct Item
    {
        QString name;
        ProjectionPtr projection;
        VersionLogPtr log;   // the newest fold; null: it is folded for the query
        TrustJudgePtr trust; // of `log`; may be null
        // How it is folded; on a worker thread. Empty: as VersionLog::fold() does.
        std::function<Result<VersionLogPtr>(const TimeOrderPtr&, const std::stop_token&)> fold = {};
    };

    explicit SqlProjections(QObject* parent = nullptr);
    ~SqlProjections() override;

    // Those that can be folded and have one of their topics in the capture, by name.
    virtual std::vector<Item> items() const = 0;

signals:
    void changed();
};

} // namespace hindcast
