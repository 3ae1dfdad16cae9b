#pragma once

#include "app/demo/story_builder.h"

#include <vector>

namespace hindcast::demo {

// The table of the warehouse, as Debezium reports it (a snapshot first, then inserts, updates and
// deletes with their tombstones), and the customers' master data.
class Catalogue
{
public:
    explicit Catalogue(StoryBuilder& builder);
    void run(std::int64_t records);

private:
    struct Row
    {
        std::int64_t quantity = 0;
        std::int64_t reserved = 0;
        bool alive = false;
    };

    void snapshot();
    void change(std::int64_t ms);
    void customer(std::int64_t ms);
    EventId report(std::int64_t ms, std::int64_t sku, char op, const Row* before, const Row* after);
    std::string rowJson(std::int64_t sku, const Row* row) const;

    StoryBuilder& m_builder;
    Random& m_random;
    std::vector<Row> m_rows;
    std::int64_t m_transaction = 771'204;
    std::int64_t m_position = 33'554'432'104;
};

} // namespace hindcast::demo
