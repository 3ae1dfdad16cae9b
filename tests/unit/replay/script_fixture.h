#pragma once

#include "tests/unit/replay/fold_ways.h"

#include <QStringList>

#include <string>
#include <vector>

namespace hindcast::test {

inline ProjectionPtr script(const std::string& text)
{
    return projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\nreduce = \"script\"\nscript = "
                      "'''\n" +
                      text + "\n'''\n");
}

// Values of one key, one after another; "-": null.
inline VersionLogPtr told(const std::string& text, const QStringList& values)
{
    const auto capture = Capture::inMemory();
    std::vector<Event> events;
    for (const QString& value : values) {
        const auto at = static_cast<std::int64_t>(events.size());
        events.push_back({"orders", 3, at, 100 + at, "k", std::nullopt});
        if (value != QLatin1String("-")) {
            events.back().value = value.toStdString();
        }
    }
    append(*capture, events);
    return fold(*capture, script(text));
}

inline QString stateOf(const VersionLogPtr& log)
{
    const auto rows = table(log, log->order()->size());
    return rows.empty() ? QString() : QString::fromStdString(rows.begin()->second);
}

} // namespace hindcast::test
