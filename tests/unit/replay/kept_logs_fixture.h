#pragma once

#include "model/replay/kept_logs.h"
#include "tests/unit/replay/fold_ways.h"

#include <QTemporaryDir>
#include <nlohmann/json.hpp>

// Captures in files, their projections, and the folds that are kept of them.
namespace hindcast::test {

inline KeptLogs::Options keptIn(const QTemporaryDir& folder,
                                std::vector<std::string>* notes = nullptr)
{
    KeptLogs::Options options;
    options.folder = folder.filePath(QStringLiteral("folds")).toStdString();
    options.worth = std::chrono::milliseconds(0);
    if (notes) {
        options.note = [notes](const std::string& words) { notes->push_back(words); };
    }
    return options;
}

inline std::vector<Event> orders(std::mt19937& random, std::size_t count, unsigned keys)
{
    return randomEvents(random, {"orders", "payments"}, count, keys, [&](const Event&) {
        if (random() % 20 == 0) {
            return std::string("{broken");
        }
        nlohmann::json value;
        value["state"] = std::string(1, static_cast<char>('a' + random() % 4));
        value["amount"] = static_cast<int>(random() % 100);
        return value.dump();
    });
}

inline std::shared_ptr<Capture> captureFile(const QTemporaryDir& folder, const char* name,
                                            const std::vector<Event>& events)
{
    auto capture = Capture::create(folder.filePath(QString::fromLatin1(name)).toStdString());
    if (!capture) {
        std::fprintf(stderr, "create: %s\n", capture.error().message.c_str());
        std::abort();
    }
    append(**capture, events, 7 + events.size() / 100);
    return *capture;
}

// One of each reducer that reads such records.
inline const std::map<std::string, std::string>& definitions()
{
    static const std::map<std::string, std::string> all{
        {"latest", "topic = \"orders\"\nreduce = \"latest\"\n"},
        {"two sources", "topic = \"orders\"\nreduce = \"latest\"\n[[source]]\n"
                        "topic = \"payments\"\nreduce = \"latest\"\ninto = \"payment\"\n"},
        {"where", "topic = [\"orders\", \"payments\"]\nreduce = \"latest\"\n"
                  "where = \"value.amount > 30\"\n"},
        {"merge-patch", "topic = [\"orders\", \"payments\"]\nreduce = \"merge-patch\"\n"},
        {"aggregate", "topic = \"orders\"\nreduce = \"aggregate\"\ngroup = \"value.state\"\n"
                      "[source.compute]\nn = \"count\"\nspent = \"sum(value.amount)\"\n"},
        {"distinct", "topic = \"orders\"\nreduce = \"aggregate\"\ngroup = \"value.state\"\n"
                     "[source.compute]\nkinds = \"distinct(value.amount)\"\n"},
        {"machine", "topic = \"orders\"\nreduce = \"machine\"\nstate = \"value.state\"\n"
                    "initial = \"a\"\n[source.transitions]\na = [\"b\"]\nb = [\"c\", \"a\"]\n"
                    "c = [\"d\"]\nd = [\"a\"]\n"},
        {"script", "topic = \"orders\"\nreduce = \"script\"\nscript = \"\"\"\n"
                   "function init(key) { return { n: 0 }; }\n"
                   "function apply(state, event) { state.n += event.value.amount; return state; }\n"
                   "\"\"\"\n"},
    };
    return all;
}

inline ProjectionPtr defined(const std::string& name)
{
    return projection("name = \"p\"\n[[source]]\n" + definitions().at(name));
}

inline void compare(const VersionLogPtr& log, const VersionLogPtr& expected, std::mt19937& random)
{
    QVERIFY(log);
    QCOMPARE(log->size(), expected->size());
    QCOMPARE(log->keys().size(), expected->keys().size());
    QCOMPARE(log->report().sentence(), expected->report().sentence());
    QCOMPARE(log->report().firstSkipped.size(), expected->report().firstSkipped.size());
    QCOMPARE(log->report().firstFindings.size(), expected->report().firstFindings.size());
    for (std::size_t i = 0; i < log->report().firstSkipped.size(); ++i) {
        QCOMPARE(log->report().firstSkipped[i].rank, expected->report().firstSkipped[i].rank);
        QCOMPARE(log->report().firstSkipped[i].place.toString(),
                 expected->report().firstSkipped[i].place.toString());
        QCOMPARE(log->report().firstSkipped[i].reason, expected->report().firstSkipped[i].reason);
    }
    for (std::size_t i = 0; i < log->report().firstFindings.size(); ++i) {
        QCOMPARE(log->report().firstFindings[i].what, expected->report().firstFindings[i].what);
        QCOMPARE(log->report().firstFindings[i].key, expected->report().firstFindings[i].key);
    }
    const Rank end = expected->order()->size();
    for (int i = 0; i < 6; ++i) {
        const Rank prefix = i == 0 ? end : static_cast<Rank>(random() % (end + 1));
        const StatePtr state = State::at(log, prefix);
        QCOMPARE(state->hash().value(), State::at(expected, prefix)->hash().value());
        QVERIFY(table(log, prefix) == table(expected, prefix));
    }
    for (KeyNo key = 0; key < log->keys().size(); key += 1 + log->keys().size() / 40) {
        const KeyNo same = expected->keys().find(log->keys().text(key));
        QVERIFY(same != kNoKeyNo);
        QCOMPARE(log->chains().all(key), expected->chains().all(same));
    }
}

} // namespace hindcast::test
