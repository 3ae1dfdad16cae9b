#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

namespace hindcast {

// What the programs of a shell see: results on stdout through one buffer, words on stderr, and a
// line of progress there where a person looks at it. Thread-safe but for out(), which the command's
// own thread writes.
class Console
{
public:
    Console();
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    void out(std::string_view text);
    // false: stdout is gone (a closed pipe, a full disk); the command can stop.
    bool flush();
    bool outFailed() const { return m_failed; }

    void say(std::string_view sentence); // a line on stderr
    // Overwrites itself, a few times a second; nothing where stderr is not a terminal.
    void progress(std::string_view line);

private:
    void clearProgress(); // m_mutex is held

    std::string m_buffer;
    bool m_failed = false;
    const bool m_watched; // stderr is a terminal

    std::mutex m_mutex; // guards what follows and stderr
    bool m_progressShown = false;
    std::chrono::steady_clock::time_point m_lastProgress;
};

} // namespace hindcast
