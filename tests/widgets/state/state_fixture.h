#pragma once

#include "model/capture/capture.h"
#include "tests/unit/replay/replay_fixture.h"
#include "tests/widgets/shared/fake_workspace.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/shared/view.h"
#include "widgets/state/projection_store.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace hindcast::test {

inline const QString kOrderToml = QStringLiteral("name = \"order\"\n"
                                                 "[[source]]\n"
                                                 "topic = \"orders\"\n"
                                                 "reduce = \"merge-patch\"\n"
                                                 "[columns]\n"
                                                 "status = \"status\"\n"
                                                 "amount = \"amount\"\n");

// A small shop: 100 orders created second by second from 14:00:00, order-010 and order-020 paid at
// 14:05:00, order-010 failed at 14:06:00, order-030 deleted at 14:07:00, order-new created at
// 14:08:00.
inline std::vector<Event> shopEvents()
{
    const std::int64_t start = 1'795'183'200'000; // 2026-11-20T14:00:00Z
    std::vector<Event> events;
    const auto add = [&](int second, const std::string& key, std::optional<std::string> value) {
        events.push_back({"orders", 0, static_cast<std::int64_t>(events.size()),
                          start + second * 1000, key, std::move(value)});
    };
    const auto key = [](int i) {
        std::string digits = std::to_string(i);
        return "order-" + std::string(3 - digits.size(), '0') + digits;
    };
    for (int i = 0; i < 100; ++i) {
        add(i, key(i), R"({"status":"CREATED","amount":)" + std::to_string(i) + ".50}");
    }
    add(300, key(10), R"({"status":"PAID"})");
    add(300, key(20), R"({"status":"PAID"})");
    add(360, key(10), R"({"status":"FAILED"})");
    add(420, key(30), std::nullopt);
    add(480, "order-new", R"({"status":"<b>CREATED</b>","amount":1})");
    return events;
}

inline Timestamp shopTime(int second)
{
    return timestampFromMs(1'795'183'200'000 + second * 1000);
}

// A window's worth of what a state view stands on, over the shop.
struct Shop
{
    Shop()
    {
        text::setZone(text::Zone::Utc);
        QFile file(QDir(folder.path()).filePath(QStringLiteral("order.toml")));
        if (file.open(QIODevice::WriteOnly)) {
            file.write(kOrderToml.toUtf8());
        }
        file.close();
        append(*capture, shopEvents());
        publish();
        store = std::make_unique<ProjectionStore>(&workspace, &jobs, QStringList{folder.path()},
                                                  userFolder.path());
    }

    void publish()
    {
        workspace.setSnapshot(capture->snapshot(),
                              TimeOrder::build(capture->snapshot(), workspace.order()));
        clock.setOrder(workspace.order());
    }
    ViewContext context() { return {&workspace, &clock, &navigator, &jobs}; }

    QTemporaryDir folder;
    QTemporaryDir userFolder;
    std::shared_ptr<Capture> capture = Capture::inMemory();
    FakeWorkspace workspace;
    MomentControl clock;
    Navigator navigator{&clock};
    JobTracker jobs;
    std::unique_ptr<ProjectionStore> store;
};

} // namespace hindcast::test
