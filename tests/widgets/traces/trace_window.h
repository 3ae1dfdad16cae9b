#pragma once

#include "tests/unit/trace/trace_builder.h"
#include "tests/widgets/shared/fake_workspace.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/trace_store.h"
#include "widgets/shared/view.h"

#include <QSignalSpy>
#include <QTest>

namespace hindcast::test {

// An order that is paid and shipped, over three linked traces; billing has not read the payment.
inline TraceBuilder orderStory()
{
    TraceBuilder b;
    b.span(SpanText("t1", "1").service("checkout").named("POST /orders").kind("server").at(1, 182));
    b.span(SpanText("t1", "2", "1")
               .service("checkout")
               .named("orders send")
               .kind("producer")
               .topic("orders")
               .at(25, 9));
    b.record("orders", 4, 17, 34, "order-483710", {{"traceparent", traceparent("t1", "2")}});
    b.span(SpanText("t2", "3")
               .service("payment")
               .named("orders process")
               .kind("consumer")
               .topic("orders")
               .place(4, 17)
               .link("t1", "2")
               .at(95, 540));
    b.span(SpanText("t2", "4", "3")
               .service("payment")
               .named("charge card")
               .kind("client")
               .at(105, 388));
    b.span(SpanText("t2", "5", "3")
               .service("payment")
               .named("payments send")
               .kind("producer")
               .topic("payments")
               .at(501, 7));
    b.record("payments", 2, 9, 508, "order-483710", {{"traceparent", traceparent("t2", "5")}});
    b.span(SpanText("t3", "6")
               .service("shipping")
               .named("orders process")
               .kind("consumer")
               .topic("orders")
               .place(4, 17)
               .link("t1", "2")
               .error("no address for <b>order</b>")
               .at(97, 120));
    auto sample = std::make_shared<GroupSample>();
    sample->group = "billing";
    sample->time = timestampFromMs(ns(5000) / 1'000'000);
    GroupPartitionSample partition;
    partition.place = {"payments", 2};
    partition.committed = 9;
    sample->partitions = {partition};
    b.list()->addSamples({sample});
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
