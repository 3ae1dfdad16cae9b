#pragma once

#include "app/desktop/stores.h"
#include "widgets/shared/view.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace hindcast {

class Documents;
class Session;

// How a capture is first seen: at the moment something went wrong in it, with the views that tell
// about it. All of it comes from the data: a group that has stopped by its verdict, the record it
// stands before, that record's key, trace and projection; without such a group the newest records.
//
// GUI thread; made for one capture, opens tabs as the stores come to know, and ends by itself.
class Opening final : public QObject
{
    Q_OBJECT

public:
    Opening(const ViewContext& context, Session* session, const Stores& stores,
            Documents* documents, QObject* parent = nullptr);
    ~Opening() override;

signals:
    void done();

private:
    struct Stuck
    {
        QString group;
        RecordPlace record;
        Timestamp since;
    };

    void proceed();
    void end();
    std::optional<Stuck> findStuck() const;
    Timestamp firstSeen(const QString& group, Timestamp since) const;
    void begin();
    void compareWithNext();
    void openTrace();
    void openState();
    void openInFront(const Place& place);
    void openBehind(const Place& place);

    const ViewContext m_context;
    Session* const m_session;
    const Stores& m_stores;
    Documents* const m_documents;
    QTimer m_patience; // a store that never answers does not hold up the others
    std::optional<Stuck> m_stuck;
    QByteArray m_key; // what the record it is stuck on is about, and the topic that tells of it
    QString m_topic;
    bool m_began = false;
    bool m_traceOpen = false;
    bool m_ended = false;
};

} // namespace hindcast
