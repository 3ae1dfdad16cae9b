#pragma once

#include "model/query/filter.h"
#include "model/replay/key_reader.h"
#include "model/replay/prepared_texts.h"
#include "model/replay/record_preparer.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace hindcast {

// What a fold knows of a block's records before their turn, for each source that reads the topic.
struct PreparedBlock
{
    struct Part
    {
        std::vector<bool> passes;  // the source's `where`; empty: all do
        std::vector<bool> unclear; // `where` could not be asked about them; empty: about all
        bool hasKeys = false;      // the source reads its keys by paths:
        PreparedTexts keys;
        std::vector<bool> broken; // what the paths lead into is not readable; empty: none is
        std::unique_ptr<const PreparedRecords> records; // of the reducer; null: it makes none

        std::size_t bytes() const;
    };
    std::vector<Part> parts; // in the order of the sources
    std::size_t bytes() const;
};

// Makes it: which records `where` lets through, their keys, and what the reducers read. Safe in any
// thread.
class BlockPreparer
{
public:
    // Of one source.
    struct Part
    {
        std::optional<Filter> filter;
        std::unique_ptr<KeyReader> keys;
        std::unique_ptr<RecordPreparer> records;
    };
    // A thread at work has parts of its own: `make` gives them, always the same.
    explicit BlockPreparer(std::function<std::vector<Part>()> make);

    std::shared_ptr<const PreparedBlock> prepare(const RecordBatch& batch);

private:
    static void prepare(const RecordBatch& batch, Part& part, PreparedBlock::Part& to);

    const std::function<std::vector<Part>()> m_make;
    std::mutex m_mutex;
    std::vector<std::vector<Part>> m_idle; // guarded by m_mutex
};

} // namespace hindcast
