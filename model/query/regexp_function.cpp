#include "model/query/regexp_function.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <array>
#include <fmt/core.h>
#include <memory>
#include <pcre2.h>
#include <sqlite3.h>

namespace hindcast {

namespace {

// Steps on one text before a pattern gives up: some milliseconds, and far more than a pattern needs
// that does not backtrack without end.
constexpr std::uint32_t kMatchLimit = 200'000;
constexpr std::size_t kJitStackBytes = 512 * 1024;
constexpr std::uint32_t kHeapLimitKiB = 20'000;
constexpr std::size_t kMaxPatternBytes = 64 * 1024;

// A compiled pattern; one thread. Kept by SQLite as long as the statement that uses it.
class Pattern
{
public:
    explicit Pattern(std::string_view text)
    {
        int code = 0;
        PCRE2_SIZE offset = 0;
        if (text.size() > kMaxPatternBytes) {
            m_mistake = {0, "the pattern is longer than 64 KiB"};
            return;
        }
        // Texts may hold bytes that are not UTF-8 (CAST from a blob): those match nothing.
        m_code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                               PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &code,
                               &offset, nullptr);
        if (!m_code) {
            std::array<PCRE2_UCHAR, 256> words{};
            pcre2_get_error_message(code, words.data(), words.size());
            m_mistake = {offset, reinterpret_cast<const char*>(words.data())};
            return;
        }
        pcre2_jit_compile(m_code, PCRE2_JIT_COMPLETE);
        m_data = pcre2_match_data_create(1, nullptr);
        m_context = pcre2_match_context_create(nullptr);
        m_stack = pcre2_jit_stack_create(32 * 1024, kJitStackBytes, nullptr);
        pcre2_set_match_limit(m_context, kMatchLimit);
        pcre2_set_depth_limit(m_context, kMatchLimit);
        pcre2_set_heap_limit(m_context, kHeapLimitKiB);
        pcre2_jit_stack_assign(m_context, nullptr, m_stack);
    }
    ~Pattern()
    {
        pcre2_jit_stack_free(m_stack);
        pcre2_match_context_free(m_context);
        pcre2_match_data_free(m_data);
        pcre2_code_free(m_code);
    }
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    const std::optional<PatternMistake>& mistake() const { return m_mistake; }

    // PCRE2's own code: >= 0 found, PCRE2_ERROR_NOMATCH, or an error.
    int match(std::string_view text) const
    {
        return pcre2_match(m_code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                           m_data, m_context);
    }

private:
    std::optional<PatternMistake> m_mistake;
    pcre2_code* m_code = nullptr;
    pcre2_match_data* m_data = nullptr;
    pcre2_match_context* m_context = nullptr;
    pcre2_jit_stack* m_stack = nullptr;
};

std::string_view textOf(sqlite3_value* value)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {text ? text : "", static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void regexp(sqlite3_context* context, int, sqlite3_value** arguments)
{
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL ||
        sqlite3_value_type(arguments[1]) == SQLITE_NULL) {
        return;
    }
    auto* pattern = static_cast<Pattern*>(sqlite3_get_auxdata(context, 0));
    std::unique_ptr<Pattern> fresh;
    if (!pattern) {
        fresh = std::make_unique<Pattern>(textOf(arguments[0]));
        pattern = fresh.get();
    }
    if (const auto& mistake = pattern->mistake()) {
        const std::string words = fmt::format("The pattern goes wrong at character {}: {}.",
                                              mistake->offset + 1, mistake->message);
        sqlite3_result_error(context, words.c_str(), -1);
        return;
    }
    const int found = pattern->match(textOf(arguments[1]));
    if (found >= 0 || found == PCRE2_ERROR_NOMATCH) {
        sqlite3_result_int(context, found >= 0 ? 1 : 0);
    } else {
        sqlite3_result_error(
            context, "The pattern takes too many steps on a record's text; make it simpler.", -1);
    }
    if (fresh) {
        // Only a pattern that stands there as a literal is kept; SQLite frees any other at once.
        sqlite3_set_auxdata(context, 0, fresh.release(),
                            [](void* kept) { delete static_cast<Pattern*>(kept); });
    }
}

} // namespace

void registerRegexp(sqlite3* database)
{
    sqlite3_create_function_v2(database, "regexp", 2,
                               SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                               regexp, nullptr, nullptr, nullptr);
}

std::optional<PatternMistake> checkPattern(std::string_view pattern)
{
    return Pattern(pattern).mistake();
}

} // namespace hindcast
