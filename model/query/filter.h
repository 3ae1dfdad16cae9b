#pragma once

#include "model/query/filter_expression.h"
#include "model/record/record_batch.h"
#include "model/record/result.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// An SQL expression over one record, evaluated by SQLite a batch at a time. One thread an object;
// clone() makes another for another thread.
//
// Names: `value.a.b[0]`, `key`, `key.id`, `header.x`, `topic`, `partition`, `offset`, `timestamp`
// (integer, milliseconds), `time` (ISO 8601 text; compared with any text that parseTimestamp()
// reads), `value` and `key` alone as text. Names with blanks or dashes in double quotes:
// `header."x-id"`. Whole numbers of up to 64 bits are exact, other numbers are doubles; booleans
// are 1 and 0, objects and arrays their JSON text, null and missing fields NULL, bytes that are not
// UTF-8 a blob. A number and a text are never equal ('5' = 5 is false), as SQL has it.
// All of SQLite's scalar functions can be used, and `text REGEXP 'pattern'` (Perl's patterns).
class Filter
{
public:
    // `mistake`, where given, receives the place of what is wrong; the error's message holds it in
    // words.
    static Result<Filter> compile(std::string_view expression, FilterMistake* mistake = nullptr);
    // For a fold, which must come out the same each time: refuses chance and the clock.
    static Result<Filter> compileForFold(std::string_view expression);
    Filter(Filter&&) noexcept;
    Filter& operator=(Filter&&) noexcept;
    ~Filter();

    Filter clone() const;
    const std::string& expression() const;
    const FilterExpression& parsed() const;

    // Appends the indexes of the records that match, in rising order. Stops early, with what it
    // has, when asked to. `undecodable`, where given, gets those that are counted as such.
    void match(const RecordBatch& batch, std::vector<std::uint32_t>& out, std::stop_token stop = {},
               std::vector<std::uint32_t>* undecodable = nullptr);

    // Since compile(): records that the expression could not be evaluated on, as a path led into
    // something that was not JSON, or a function failed on it. They match only where the rest of
    // the expression is enough.
    std::uint64_t undecodable() const;
    // What a function said when it first failed; empty: none did.
    const std::string& problem() const;

private:
    struct Private;
    explicit Filter(std::unique_ptr<Private> p);
    static Result<Filter> make(std::string_view expression, bool forFold, FilterMistake* mistake);
    std::unique_ptr<Private> d;
};

// A mistake drawn under its expression: the text, and a line with carets below the place.
std::string underlined(std::string_view expression, const FilterMistake& mistake);

} // namespace hindcast
