#include "app/cli/console.h"

#include <unistd.h>

namespace hindcast {

namespace {

constexpr std::size_t kBufferBytes = 1 << 16;
constexpr std::chrono::milliseconds kBetweenLines{200};

} // namespace

Console::Console()
    : m_watched(isatty(STDERR_FILENO) == 1)
{
}

Console::~Console()
{
    flush();
    const std::lock_guard lock(m_mutex);
    clearProgress();
}

void Console::out(std::string_view text)
{
    m_buffer += text;
    if (m_buffer.size() >= kBufferBytes) {
        flush();
    }
}

bool Console::flush()
{
    if (!m_failed && !m_buffer.empty()) {
        m_failed = std::fwrite(m_buffer.data(), 1, m_buffer.size(), stdout) != m_buffer.size();
    }
    m_failed = std::fflush(stdout) != 0 || m_failed;
    m_buffer.clear();
    return !m_failed;
}

void Console::say(std::string_view sentence)
{
    const std::lock_guard lock(m_mutex);
    clearProgress();
    std::fprintf(stderr, "%.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

void Console::progress(std::string_view line)
{
    if (!m_watched) {
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(m_mutex);
    if (m_progressShown && now - m_lastProgress < kBetweenLines) {
        return;
    }
    m_lastProgress = now;
    m_progressShown = true;
    std::fprintf(stderr, "\r\x1b[2K%.*s", static_cast<int>(line.size()), line.data());
    std::fflush(stderr);
}

void Console::clearProgress()
{
    if (m_progressShown) {
        std::fprintf(stderr, "\r\x1b[2K");
        m_progressShown = false;
    }
}

} // namespace hindcast
