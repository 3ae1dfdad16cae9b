#pragma once

#include "app/cli/program.h"
#include "model/replay/columns.h"
#include "model/replay/state.h"
#include "model/replay/state_writer.h"
#include "model/replay/trust_judge.h"

#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// What is asked of a state: one of these, or, where all are empty, the table itself.
struct StateQuestion
{
    OutputFormat format = OutputFormat::Table;
    std::string diff;             // what differs from it to this moment
    StatePtr other;               // the state at `diff`
    std::string history;          // the versions of this key
    std::vector<std::string> why; // a key and a column: the records that set the value
    std::string when;             // where rows began to satisfy this condition
    std::string as;               // "postgres": the table as its COPY writes it
    bool hash = false;
    bool trust = false;   // how far each partition can be believed
    std::string trustKey; // or this row

    bool isTable() const
    {
        return diff.empty() && history.empty() && why.empty() && when.empty() && as.empty() &&
               trustKey.empty() && !hash && !trust;
    }
};

// One answer of the command `state`, written to stdout.
class StateAnswer
{
public:
    StateAnswer(Program& program, StateQuestion question, StatePtr state, TrustJudgePtr judge);

    const State& state() const { return *m_state; }
    Result<void> write();
    // Of the table, how many rows hold nothing that its columns could read.
    Result<std::uint64_t> unreadable() const;
    // The table as a SQLite file instead.
    Result<void> writeFile(const std::string& path, const std::string& receiptJson);

private:
    bool table() const { return m_question.format == OutputFormat::Table; }
    StateWriter writer() const;
    std::vector<std::string> names(std::vector<std::string> before) const;

    Result<void> writeTrust();
    Result<void> writeState();
    Result<void> writePostgres();
    Result<void> writeDiff();
    Result<void> writeHistory();
    Result<void> writeWhy();
    Result<void> writeWhen();

    Program& m_program;
    const StateQuestion m_question;
    const StatePtr m_state;
    const VersionLogPtr m_log;
    const TrustJudgePtr m_judge;
    const std::stop_token m_stop;
    std::vector<ProjectionColumn> m_columns;
};

} // namespace hindcast
