#pragma once

#include "model/lag/group_lag.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace hindcast {

// What the explorer shows, put together by the application so that the explorer depends on no other
// view. A value; set whole, the model finds out what changed.
struct ExplorerData
{
    struct Topic
    {
        QString name;
        std::vector<float> rate; // the newest stretch of time, oldest first; 0..1 of the busiest
        QString detail;          // for the tooltip: partitions, records
        friend bool operator==(const Topic&, const Topic&) = default;
    };
    struct Group
    {
        QString name;
        Severity sign = Severity::None;
        QString behind; // "2m 11s", "empty"
        QString detail; // the verdict in words
        friend bool operator==(const Group&, const Group&) = default;
    };
    struct TraceList
    {
        QString title;  // "Longest first"
        QString filter; // Place::name
        QString count;
        Severity sign = Severity::None;
        friend bool operator==(const TraceList&, const TraceList&) = default;
    };
    struct Projection
    {
        QString name;
        QString note;         // "(cdc)"
        QString keys;         // "142,031 keys"
        QString detail{};     // for the tooltip: why it shows nothing here, or its mistake
        bool fits = true;     // this capture has records of it
        bool refused = false; // its definition has a mistake
        bool own = false;     // a file of the person's, which can be deleted
        bool shadows = false; // one that came with Hindcast is behind it
        friend bool operator==(const Projection&, const Projection&) = default;
    };
    struct CaptureFile
    {
        QString path;
        QString name;
        QString note; // "open", "not saved"
        friend bool operator==(const CaptureFile&, const CaptureFile&) = default;
    };

    std::vector<Topic> topics;
    std::vector<Group> groups;
    std::vector<TraceList> traces;
    QString traceCount;
    std::vector<Projection> projections;
    std::vector<CaptureFile> captures;

    friend bool operator==(const ExplorerData&, const ExplorerData&) = default;
};

} // namespace hindcast
