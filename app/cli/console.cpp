#include "app/cli/console.h"

#include <unistd.h>

namespace hindcast {

namespace {

constexpr std::size_t kBufferBytes = 1 << 16;
constexpr std::chrono::milliseconds kBetweenLines{200};

// Names and payloads may hold what a terminal takes for commands.
std::string withoutCommands(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string clean;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
        const bool second = c == 0xc2 && next >= 0x80 && next < 0xa0; // U+0080 to U+009F
        if (second || c == 0x7f || (c < 0x20 && c != '\n' && c != '\t')) {
            const unsigned char code = second ? next : c;
            clean += "\\x";
            clean += kDigits[code >> 4];
            clean += kDigits[code & 15];
            i += second ? 1 : 0;
        } else {
            clean += text[i];
        }
    }
    return clean;
}

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
    std::fprintf(stderr, "%s\n", withoutCommands(sentence).c_str());
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
