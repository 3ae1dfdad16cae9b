#include "model/replay/script_engine.h"

#include "model/capture/base64.h"
#include "model/replay/key_reader.h"
#include "model/replay/script_guards.h"
#include "model/replay/script_numbers.h"
#include "model/replay/script_prelude.h"

#include <QCoreApplication>
#include <QJSEngine>

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <clocale>
#include <condition_variable>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <time.h>
#include <unistd.h>

namespace hindcast {

namespace {

using std::chrono::milliseconds;

constexpr auto kLookEvery = milliseconds(20);
constexpr auto kLongest = milliseconds(ScriptEngine::kLongestMs);

// The engine puts the elements of f(...list) on its own stack and does not look where that ends;
// with the 4 MB that it has by itself half a million of them crash the process. This is more than
// an iterator can give before it is broken off; only what is used of it takes memory. The engine
// reads it from the environment, which nothing else reads before main().
const bool kStackIsSet = qputenv("QV4_JS_MAX_STACK_SIZE", "268435456");

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

// A QJSEngine asks for an application object; a command line has none. Its making changes the
// process's locale, which nothing else here asked for.
void ensureApplication()
{
    if (QCoreApplication::instance() != nullptr) {
        return;
    }
    static int count = 1;
    static char name[] = "hindcast";
    static char* names[] = {name, nullptr};
    const std::string locale = std::setlocale(LC_ALL, nullptr);
    const QtMessageHandler handler =
        qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
    static QCoreApplication application(count, names);
    qInstallMessageHandler(handler);
    std::setlocale(LC_ALL, locale.c_str());
}

// What the process holds in memory; 0 where that cannot be told.
std::size_t residentBytes()
{
    std::ifstream file("/proc/self/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Of "apply@file:script:3" in a stack's lines the first that is the script's own. 0: none.
int scriptLine(const QString& stack)
{
    for (const QString& frame : stack.split(QLatin1Char('\n'))) {
        const QString place = frame.mid(frame.indexOf(QLatin1Char('@')) + 1);
        if (place.startsWith(QLatin1String("script:")) ||
            place.startsWith(QLatin1String("file:script:"))) {
            return place.mid(place.lastIndexOf(QLatin1Char(':')) + 1).toInt();
        }
    }
    return 0;
}

tl::unexpected<ScriptMistake> refused(int line, std::string words)
{
    ScriptMistake mistake;
    mistake.line = line;
    mistake.words = std::move(words);
    return tl::unexpected<ScriptMistake>(std::move(mistake));
}

} // namespace

struct ScriptEngine::Private
{
    Private()
    {
        if (pthread_getcpuclockid(pthread_self(), &processorClock) != 0) {
            processorClock = CLOCK_MONOTONIC;
        }
        watchdog = std::jthread([this](const std::stop_token& stop) { watch(stop); });
    }

    // What the engine's thread has worked: a busy machine breaks no script off.
    milliseconds worked() const
    {
        timespec time{};
        clock_gettime(processorClock, &time);
        return milliseconds(time.tv_sec * 1000 + time.tv_nsec / 1'000'000);
    }

    // Breaks off the call that has taken too long or too much.
    void watch(const std::stop_token& stop)
    {
        std::uint64_t seen = 0;
        std::size_t memory = 0;
        milliseconds before{};
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            wake.wait_for(lock, stop, kLookEvery, [] { return false; });
            const std::uint64_t now = call.load();
            if (now % 2 == 0) {
                continue; // nothing runs
            }
            if (now != seen) {
                seen = now;
                before = worked();
                memory = residentBytes();
                continue;
            }
            const bool tooLong = worked() - before > kLongest;
            const bool tooMuch = residentBytes() > memory + kMostMemory;
            if (tooLong || tooMuch) {
                outOfMemory = tooMuch;
                brokenOff = seen;
                engine.setInterrupted(true);
            }
        }
    }

    // A call under watch. One that the watchdog meant for the call before is made again: it leaves
    // nothing behind.
    template <typename Call>
    QJSValue watched(Call make, bool& interrupted)
    {
        for (;;) {
            const std::uint64_t mine = ++call;
            QJSValue result = make();
            ++call;
            const bool stopped = engine.isInterrupted();
            if (stopped) {
                const std::lock_guard lock(mutex);
                engine.setInterrupted(false);
            }
            interrupted = stopped && result.isError() && brokenOff == mine;
            if (interrupted || !stopped || !result.isError()) {
                return result;
            }
        }
    }

    std::string whyBroken() const
    {
        return outOfMemory
                   ? fmt::format("it took more than {} MB and was stopped", kMostMemory >> 20)
                   : fmt::format("it ran for more than {} s and was stopped",
                                 kLongest.count() / 1000);
    }

    const Answer& run(bool removes, std::optional<std::string_view> state, std::string_view key,
                      const RecordView& record);
    QJSValue textValue(std::string_view text) const { return QJSValue(fromUtf8(text)); }
    QJSValue stateValue(std::optional<std::string_view> state);
    QJSValue recordValue(const RecordView& record, int& kind);
    QJSValue headersValue(const RecordView& record);
    const QJSValue& topicValue(std::string_view topic);

    QJSEngine engine;
    QJSValue drive;
    bool removes = false;
    std::map<std::string, QJSValue, std::less<>> topics;
    std::string quoted;
    Answer answer;

    std::atomic<std::uint64_t> call = 0;      // odd: one runs
    std::atomic<std::uint64_t> brokenOff = 0; // the call that was too long or too much
    std::atomic<bool> outOfMemory = false;
    clockid_t processorClock = CLOCK_MONOTONIC;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread watchdog; // last: ends before what it looks at
};

ScriptEngine::ScriptEngine(std::unique_ptr<Private> engine)
    : d(std::move(engine))
{
}

ScriptEngine::~ScriptEngine() = default;

tl::expected<std::unique_ptr<ScriptEngine>, ScriptMistake>
ScriptEngine::compile(std::string_view script)
{
    Q_UNUSED(kStackIsSet);
    ensureApplication();
    auto d = std::make_unique<Private>();
    const auto made = [&d](const char* text) {
        return d->engine.evaluate(QString::fromLatin1(text), QStringLiteral("prelude"));
    };
    const QJSValue lookAtEach = made(kScriptGuards);
    const QJSValue driver = lookAtEach.isError() ? lookAtEach : made(kScriptPrelude);
    if (driver.isError()) {
        return refused(0, "The scripting engine cannot be made ready: " +
                              driver.toString().toStdString());
    }
    // The script's first line stays its first. Its own end is on a line of its own, so that a
    // comment there ends.
    const QJSValue make = d->engine.evaluate(
        QStringLiteral("(function () { 'use strict'; ") + fromUtf8(script) +
            QStringLiteral("\nreturn { init: typeof init === 'function' ? init : undefined, "
                           "apply: typeof apply === 'function' ? apply : undefined, "
                           "remove: typeof remove === 'function' ? remove : undefined }; })"),
        QStringLiteral("script"));
    if (make.isError()) {
        // What is missing at the script's end is found behind it.
        const auto lines = static_cast<int>(std::count(script.begin(), script.end(), '\n')) + 1;
        return refused(std::min(make.property(QStringLiteral("lineNumber")).toInt(), lines),
                       "The script cannot be read: " +
                           make.property(QStringLiteral("message")).toString().toStdString() + ".");
    }
    bool interrupted = false;
    const QJSValue functions = d->watched([&] { return make.call(); }, interrupted);
    if (interrupted) {
        return refused(0, "While the script was read " + d->whyBroken() + ".");
    }
    if (functions.isError()) {
        return refused(scriptLine(functions.property(QStringLiteral("stack")).toString()),
                       functions.toString().toStdString());
    }
    if (!functions.property(QStringLiteral("apply")).isCallable()) {
        return refused(0, "The script has no function apply(state, event).");
    }
    d->removes = functions.property(QStringLiteral("remove")).isCallable();
    // Classes and literals do so without a call that the guards see.
    const bool ownWriting = std::ranges::any_of(
        std::array<std::string_view, 3>{"toJSON", "__proto__", "extends"},
        [&](std::string_view word) { return script.find(word) != std::string_view::npos; });
    d->drive = driver.call(
        {make, QJSValue(static_cast<double>(kMostState)), lookAtEach, QJSValue(ownWriting)});
    return std::unique_ptr<ScriptEngine>(new ScriptEngine(std::move(d)));
}

bool ScriptEngine::hasRemove() const
{
    return d->removes;
}

const ScriptEngine::Answer& ScriptEngine::apply(std::optional<std::string_view> state,
                                                std::string_view key, const RecordView& record)
{
    return d->run(false, state, key, record);
}

const ScriptEngine::Answer& ScriptEngine::remove(std::string_view state, std::string_view key,
                                                 const RecordView& record)
{
    return d->run(true, state, key, record);
}

QJSValue ScriptEngine::Private::stateValue(std::optional<std::string_view> state)
{
    if (!state) {
        return {};
    }
    return textValue(quoteWideNumbers(*state, quoted) ? std::string_view(quoted) : *state);
}

// 0: null, or a text; 1: perhaps JSON; 2: bytes in base64.
QJSValue ScriptEngine::Private::recordValue(const RecordView& record, int& kind)
{
    kind = 0;
    if (!record.value) {
        return QJSValue(QJSValue::NullValue);
    }
    if (!simdjson::validate_utf8(record.value->data(), record.value->size())) {
        kind = 2;
        quoted.clear();
        appendBase64(*record.value, quoted);
        return textValue(quoted);
    }
    kind = 1;
    if (!quoteWideNumbers(*record.value, quoted)) {
        return textValue(*record.value);
    }
    // Digits were put in quotes, which must not happen to what is no JSON.
    simdjson::dom::parser parser;
    const bool json = parser.parse(quoted).error() == simdjson::SUCCESS;
    return textValue(json ? std::string_view(quoted) : *record.value);
}

QJSValue ScriptEngine::Private::headersValue(const RecordView& record)
{
    if (record.headers.empty()) {
        return {};
    }
    std::string json = "{";
    for (const Header& header : record.headers.toVector()) {
        json += json.size() > 1 ? "," : "";
        appendJsonText(header.name, json);
        json += ':';
        if (header.value) {
            appendJsonText(*header.value, json);
        } else {
            json += "null";
        }
    }
    json += '}';
    return textValue(json);
}

const QJSValue& ScriptEngine::Private::topicValue(std::string_view topic)
{
    const auto found = topics.find(topic);
    return found != topics.end()
               ? found->second
               : topics.emplace(std::string(topic), textValue(topic)).first->second;
}

const ScriptEngine::Answer& ScriptEngine::Private::run(bool removing,
                                                       std::optional<std::string_view> state,
                                                       std::string_view key,
                                                       const RecordView& record)
{
    const QJSValue before = stateValue(state);
    int kind = 0;
    const QJSValue value = recordValue(record, kind);
    const QJSValue time = record.timestamp == kNoTimestamp
                              ? QJSValue(QJSValue::NullValue)
                              : QJSValue(static_cast<double>(toMs(record.timestamp)));
    const QJSValueList arguments{QJSValue(removing),
                                 textValue(key),
                                 before,
                                 value,
                                 QJSValue(kind),
                                 headersValue(record),
                                 topicValue(record.topic),
                                 QJSValue(record.partition),
                                 QJSValue(static_cast<double>(record.offset)),
                                 time};
    bool interrupted = false;
    const QJSValue result = watched([&] { return drive.call(arguments); }, interrupted);
    answer.text.clear();
    if (result.isString()) {
        answer.kind = Answer::Kind::State;
        answer.text = result.toString().toStdString();
    } else if (result.isUndefined() || result.isNull()) {
        answer.kind = result.isNull() ? Answer::Kind::Delete : Answer::Kind::Keep;
    } else {
        answer.kind = Answer::Kind::Failed;
        if (interrupted) {
            answer.text = "The script failed here: " + whyBroken() + ".";
            outOfMemory = false;
            engine.collectGarbage();
            return answer;
        }
        const int line = scriptLine(result.property(QStringLiteral("stack")).toString());
        const std::string where = line > 0 ? fmt::format(" in line {}", line) : std::string();
        answer.text =
            fmt::format("The script failed here{}: {}.", where,
                        result.property(QStringLiteral("message")).toString().toStdString());
        if (answer.text.ends_with("..")) {
            answer.text.pop_back();
        }
    }
    return answer;
}

} // namespace hindcast
