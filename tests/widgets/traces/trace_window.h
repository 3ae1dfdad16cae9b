#pragma once

#include "tests/unit/trace/order_story.h"
#include "tests/widgets/shared/fake_workspace.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/trace_store.h"
#include "widgets/shared/view.h"

#include <QSignalSpy>
#include <QTest>

namespace hindcast::test {

// The order's story with a failure in it; billing has not read the payment.
inline TraceBuilder failedOrderStory()
{
    TraceBuilder b = orderStory("no address for <b>order</b>");
    b.list()->addSamples({billingAt(9)});
    return b;
}

// What a trace view stands on, without a window.
struct TraceWindow
{
    FakeWorkspace workspace;
    MomentControl moments;
    Navigator navigator{&moments};
    JobTracker jobs;
    TraceStore store{&workspace, &jobs};

    ViewContext context() { return {&workspace, &moments, &navigator, &jobs}; }

    void open(CaptureSnapshotPtr snapshot)
    {
        workspace.setSnapshot(snapshot);
        QTRY_VERIFY(store.set() && store.set()->snapshot() == snapshot);
    }
};

} // namespace hindcast::test
