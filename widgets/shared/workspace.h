#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/capture/time_order.h"
#include "model/record/cluster_state.h"
#include "model/record/read_request.h"

#include <QObject>
#include <QString>

#include <optional>

namespace hindcast {

// A read or a search that a view has asked for, as it goes.
struct ReadStatus
{
    quint64 id = 0;
    bool running = false;
    quint64 records = 0; // read
    quint64 matched = 0;
    double share = -1;
    QString sentence; // progress, or the receipt's sentence at the end
    bool complete = false;
};

// What the views look at and may ask for: the capture in front, and the connection behind it, if
// any. The application implements it; views never see a connector. GUI thread; every answer comes
// by signal.
class Workspace : public QObject
{
    Q_OBJECT

public:
    explicit Workspace(QObject* parent = nullptr);
    ~Workspace() override;

    // Never null. `order` may lie a little behind `snapshot`; both only grow until the capture
    // changes.
    virtual CaptureSnapshotPtr snapshot() const = 0;
    virtual TimeOrderPtr order() const = 0; // null until the first one is built
    // From the broker while connected, else as the capture has it; may be null.
    virtual ClusterStatePtr cluster() const = 0;

    // The clock that order() is built by, or will be once it is there.
    virtual Clock clock() const { return {}; }
    virtual void setClock(const Clock& clock);
    virtual std::optional<ClockProposal> clockProposal() const { return std::nullopt; }

    virtual QString captureName() const = 0;    // empty: a scratch capture not saved yet
    virtual bool connected() const = 0;         // reads can be asked for
    virtual QString connectionName() const = 0; // empty: a file

    // Reads into the capture what it does not hold yet. With `where`, only the matches are kept if
    // `keepMatchesOnly`. Returns the id that readChanged() reports on; 0 when not connected.
    virtual quint64 read(const ReadRequest& request, const QString& where = {},
                         bool keepMatchesOnly = false) = 0;
    virtual void stop(quint64 id) = 0;
    virtual std::optional<ReadStatus> readStatus(quint64 id) const = 0;

signals:
    // At most once a frame. A changed generation() of the snapshot means another capture.
    void snapshotChanged();
    void orderChanged();
    void clockChanged(); // or the proposal
    void clusterChanged();
    void connectionChanged();
    void readChanged(quint64 id);
};

} // namespace hindcast
