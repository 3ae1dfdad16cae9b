#pragma once

#include "model/replay/columns.h"
#include "model/replay/version_log.h"

#include <optional>
#include <string>
#include <vector>

namespace hindcast {

// A field that one step of a history changed; texts as Cell has them, nullopt: not there.
struct FieldChange
{
    std::string name;
    std::optional<std::string> before; // JSON as written
    std::optional<std::string> after;
};

// One version of a key.
struct HistoryEntry
{
    Version version = kNoVersion;
    Rank rank = 0;
    Timestamp time = kNoTimestamp; // effective
    RecordPlace place;
    std::optional<std::string> state; // nullopt: deleted
    std::vector<FieldChange> changes; // against the version before; by the states' own fields
};

// A key's versions in order, the newest `most` of them. Empty where the key is not known.
Result<std::vector<HistoryEntry>> historyOf(const VersionLog& log, std::string_view key,
                                            std::size_t most = 10'000);

// The version that gave a value at a prefix: the last one that changed it. nullopt where the key
// does not exist there.
Result<std::optional<Version>> provenanceOf(const VersionLog& log, std::string_view key,
                                            const ProjectionColumn& column, Rank prefix);

// Of a history, the steps at which a column became another value, or went with its row: indices
// into `entries`, oldest first. The last of them inside a moment names the record that set what the
// column is there.
std::vector<std::size_t> stepsThatSet(const std::vector<HistoryEntry>& entries,
                                      const ProjectionColumn& column);

// Where "next change" and "previous change" of a row go from a prefix: the key's first version
// behind it; the newest one inside it, or the one before that where it is the prefix's last record.
std::optional<Version> nextChange(const VersionLog& log, std::string_view key, Rank prefix);
std::optional<Version> previousChange(const VersionLog& log, std::string_view key, Rank prefix);

// What differs between two states by their top-level fields; a state that is no object counts as
// one field "value".
std::vector<FieldChange> fieldChanges(std::optional<std::string_view> before,
                                      std::optional<std::string_view> after);

} // namespace hindcast
