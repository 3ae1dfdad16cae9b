#pragma once

#include "model/query/sql_lexer.h"
#include "model/query/sql_tables.h"
#include "model/replay/state_catalog.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace hindcast {

// `state('order', moment)`, `history('order', moment)` and `changes('order', m1, m2)` in SQL over
// the projections of a catalog (StateTable, HistoryTable, ChangesTable say what they hold).
//
// SQLite gives a table-valued function one set of columns, whatever its arguments; these have the
// columns of their projection. So each call is a table of its own, named as it is written up to the
// projection, and calls are found and renamed before SQLite reads the query. A moment is a text or
// a number as findMoment() takes it, a name that the catalog knows (A, B), or any expression.
class StateTables final : public SqlTables
{
public:
    explicit StateTables(StateCatalogPtr catalog)
        : m_catalog(std::move(catalog))
    {
    }

    Result<void> prepare(sqlite3* database, SqlRewrite& query, const std::stop_token& stop,
                         FilterMistake& mistake) override;
    std::string explained(std::string complaint) const override;
    void finished() override { m_catalog->end(); }

    // Where a query asks for a moment that only the clock `commit` knows, by one of its texts.
    static bool asksForCommit(std::string_view query);

private:
    struct Call;
    struct Edit
    {
        std::size_t at = 0;
        std::size_t length = 0;
        std::string text;
    };
    Result<void> prepareCall(sqlite3* database, const Call& call, FilterMistake& mistake);
    Result<void> prepareMoment(const StateCatalog::Entry& entry, std::span<const SqlToken> tokens,
                               FilterMistake& mistake);
    Result<void> registerTable(sqlite3* database, const std::string& function,
                               const std::string& projection, const StateCatalog::EntryPtr& entry);

    const StateCatalogPtr m_catalog;
    std::map<std::string, std::vector<std::string>> m_tables; // registered: name and columns
    // Of the query at hand.
    std::vector<std::string> m_named;
    std::vector<Edit> m_edits;
};

} // namespace hindcast
