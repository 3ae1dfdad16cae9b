#include "model/lag/group_lag.h"

namespace hindcast {

Severity severityOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Unknown:
    case Verdict::MembersHidden:
    case Verdict::Empty:
    case Verdict::NotAssigned:
    case Verdict::NoCommit:
        return Severity::None;
    case Verdict::Ok:
        return Severity::Ok;
    case Verdict::Rebalancing:
    case Verdict::Lagging:
    case Verdict::HotPartition:
    case Verdict::NoLeader:
    case Verdict::Missed:
        return Severity::Warning;
    case Verdict::Ahead:
    case Verdict::Rewound:
    case Verdict::Stopped:
        return Severity::Error;
    }
    return Severity::None;
}

const char* wordOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Unknown:
        return "unknown";
    case Verdict::Ok:
        return "ok";
    case Verdict::MembersHidden:
        return "members not visible";
    case Verdict::Empty:
        return "empty";
    case Verdict::NotAssigned:
        return "not assigned";
    case Verdict::NoCommit:
        return "no commit";
    case Verdict::Rebalancing:
        return "rebalancing";
    case Verdict::Lagging:
        return "lagging";
    case Verdict::HotPartition:
        return "hot partition";
    case Verdict::NoLeader:
        return "no leader";
    case Verdict::Missed:
        return "records lost";
    case Verdict::Ahead:
        return "ahead of the log";
    case Verdict::Rewound:
        return "rewound";
    case Verdict::Stopped:
        return "stopped";
    }
    return "unknown";
}

const char* sentenceOf(TimeLagMethod method)
{
    switch (method) {
    case TimeLagMethod::None:
        return "Not known.";
    case TimeLagMethod::CaughtUp:
        return "Nothing waits to be read.";
    case TimeLagMethod::RecordTime:
        return "Age of the record at the committed offset, by that record's own timestamp.";
    case TimeLagMethod::PollTime:
        return "Time since the log end passed the committed offset, estimated between two samples.";
    case TimeLagMethod::PollTimeAtLeast:
        return "The log end had passed the committed offset before the first sample: at least this "
               "long.";
    }
    return "";
}

} // namespace hindcast
