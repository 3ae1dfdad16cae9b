#pragma once

#include "model/record/place.h"
#include "model/record/timestamp.h"

#include <QMetaType>
#include <QString>
#include <QStringList>

#include <optional>

namespace hindcast {

// Anything the window can show or link to. A value; compare with ==.
struct Place
{
    enum class Kind {
        None,
        Topics,     // topics: one, or several as one list in time order
        Record,     // record
        Key,        // topics[0], key
        Group,      // name; record: the partition looked at, if any
        Groups,     // all of them
        TraceList,  // name: "", "errors"
        Trace,      // name: the trace id in lower-case hex; span: the span id looked at
        Projection, // name; key: the row looked at, if any; field: its column
        Time,       // time
        Capture,    // name: file path
        Sql,        // field: the query, if there is one yet
    };

    Kind kind = Kind::None;
    QStringList topics;
    std::optional<RecordPlace> record;
    QByteArray key; // raw bytes of the key
    QString name;
    QString span;
    QString field;
    Timestamp time = kNoTimestamp;

    static Place ofTopic(const QString& topic);
    static Place ofTopics(const QStringList& topics);
    static Place ofRecord(const RecordPlace& record);
    static Place ofKey(const QString& topic, const QByteArray& key);
    static Place ofGroup(const QString& group);
    static Place ofTrace(const QString& traceId, const QString& spanId = {});
    static Place ofTraceList(const QString& filter = {});
    static Place ofProjection(const QString& name, const QByteArray& key = {},
                              const QString& field = {});
    static Place ofTime(Timestamp t);
    static Place ofSql(const QString& query = {});

    bool isNull() const { return kind == Kind::None; }
    QString title() const; // short, for a tab or a list
    // The same view shows both (only what it looks at differs), so no second tab is opened.
    bool sameDocument(const Place& other) const;

    friend bool operator==(const Place&, const Place&) = default;
};

} // namespace hindcast

Q_DECLARE_METATYPE(hindcast::Place)
