#pragma once

#include "model/query/sql_session.h"
#include "model/replay/state_tables.h"
#include "tests/unit/replay/replay_fixture.h"

#include <fmt/format.h>

namespace hindcast::test {

inline std::string textOf(const SqlValue& value)
{
    switch (value.kind) {
    case SqlValue::Kind::Null:
        return "null";
    case SqlValue::Kind::Integer:
        return std::to_string(value.integer);
    case SqlValue::Kind::Real:
        return fmt::format("{}r", value.real);
    case SqlValue::Kind::Text:
        return "'" + std::string(value.bytes) + "'";
    case SqlValue::Kind::Blob:
        return "blob of " + std::to_string(value.bytes.size());
    }
    return {};
}

// A capture, its projections, and a session that asks them.
class Asked
{
public:
    explicit Asked(const std::vector<Event>& events)
        : m_capture(Capture::inMemory())
    {
        append(*m_capture, events);
    }
    void add(const std::string& toml)
    {
        const ProjectionPtr shared = projection(toml);
        const std::string name = shared->name;
        m_logs[name] = fold(*m_capture, shared);
        catalog->add(name, [this, name](const std::stop_token&) -> Result<VersionLogPtr> {
            ++folds;
            return m_logs[name];
        });
    }
    const VersionLogPtr& log(const std::string& name) { return m_logs[name]; }

    SqlSession& session()
    {
        if (!m_session) {
            m_session =
                SqlSession::open(m_capture->snapshot(), std::make_shared<StateTables>(catalog))
                    .value();
        }
        return *m_session;
    }
    // Rows by ";", cells by "|".
    Result<std::string> ask(const std::string& sql, FilterMistake* mistake = nullptr)
    {
        std::string seen;
        const auto done = session().query(sql,
                                          {{},
                                           [&](auto cells) {
                                               seen += seen.empty() ? "" : ";";
                                               for (std::size_t i = 0; i < cells.size(); ++i) {
                                                   seen += (i == 0 ? "" : "|") + textOf(cells[i]);
                                               }
                                               return true;
                                           }},
                                          mistake);
        return done ? Result<std::string>(seen) : tl::unexpected<Error>(done.error());
    }

    StateCatalogPtr catalog = std::make_shared<StateCatalog>("give one with --projection");
    int folds = 0;

private:
    std::shared_ptr<Capture> m_capture;
    std::map<std::string, VersionLogPtr> m_logs;
    std::unique_ptr<SqlSession> m_session;
};

} // namespace hindcast::test
