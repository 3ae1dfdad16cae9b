#pragma once

#include "model/record/receipt.h"
#include "model/replay/commit_order.h"
#include "tests/unit/replay/replay_fixture.h"

#include <fmt/format.h>

namespace hindcast::test {

// A change of a table as Debezium writes it, in its envelope: `id` and `v` are the row's columns.
struct TableChange
{
    std::int32_t partition = 0;
    char op = 'c';
    int id = 0;
    std::int64_t v = 0;
    std::uint64_t lsn = 0;      // of the change, or of its snapshot
    std::string mark = {};      // source.snapshot
    std::uint64_t previous = 0; // end of the transaction before; 0: of the one written before
};

// The log of one table: offsets are given as changes are written, and may be lost again.
class TableLog
{
public:
    static constexpr const char* kTopic = "db.app.t";

    enum class Shape { Envelope, WithSchema, Unwrapped };
    explicit TableLog(Shape shape = Shape::Envelope)
        : m_shape(shape)
    {
    }

    void write(const TableChange& change)
    {
        const auto p = static_cast<std::size_t>(change.partition);
        m_ends.resize(std::max(m_ends.size(), p + 1));
        m_ms += 10;
        const bool read = change.op == 'r';
        const std::uint64_t position = read                  ? 0
                                       : change.previous > 0 ? change.previous
                                                             : m_position;
        const std::string row = fmt::format(R"({{"id":{},"v":{}}})", change.id, change.v);
        const std::string key = fmt::format(R"({{"id":{}}})", change.id);
        const std::string before = change.op == 'd' ? key : "null";
        Event event{kTopic, change.partition, m_ends[p]++, m_ms, key, std::nullopt};
        if (change.op != '\0') {
            const std::string mark = change.mark.empty() ? "false" : change.mark;
            const std::string sequence = fmt::format(
                R"([{},\"{}\"])", position == 0 ? "null" : fmt::format(R"(\"{}\")", position),
                change.lsn);
            event.value =
                m_shape == Shape::Unwrapped
                    ? fmt::format(R"({},"__deleted":"{}","__op":"{}","__source_ts_ms":{},)"
                                  R"("__source_snapshot":"{}","__source_sequence":"{}",)"
                                  R"("__source_txId":{},"__source_lsn":{}}})",
                                  row.substr(0, row.size() - 1), change.op == 'd', change.op, m_ms,
                                  mark, sequence, change.lsn, change.lsn)
                    : fmt::format(
                          R"({{"before":{},"after":{},"source":{{"name":"db","ts_ms":{},)"
                          R"("snapshot":"{}","sequence":"{}","txId":{},"lsn":{}}},"op":"{}"}})",
                          before, change.op == 'd' ? "null" : row, m_ms, mark, sequence, change.lsn,
                          change.lsn, change.op);
            if (m_shape == Shape::WithSchema) {
                event.value = R"({"schema":{"type":"struct"},"payload":)" + *event.value + "}";
            }
            m_position = read ? 0 : change.lsn; // the first behind a snapshot names none
        }
        m_events.push_back(std::move(event));
    }

    const std::vector<Event>& events() const { return m_events; }
    const std::vector<std::int64_t>& ends() const { return m_ends; }

    // What a reader has: of each partition the records from `starts` on, without those that were
    // lost, and read up to `to`.
    struct Reader
    {
        std::vector<std::int64_t> starts = {};
        std::vector<std::pair<std::int32_t, std::int64_t>> lost = {};
        std::vector<std::int64_t> to = {};
        std::string where = {};
        bool removed = true; // what is before the starts, by the broker
        std::vector<std::int64_t> ends = {};
    };

    std::shared_ptr<Capture> capture(const Reader& reader,
                                     std::shared_ptr<Capture> into = Capture::inMemory()) const
    {
        Receipt receipt;
        receipt.where = reader.where;
        std::vector<Event> read = m_events;
        for (std::size_t p = 0; p < m_ends.size(); ++p) {
            const auto number = static_cast<std::int32_t>(p);
            const std::int64_t start = p < reader.starts.size() ? reader.starts[p] : 0;
            PartitionReceipt part;
            part.place = {kTopic, number};
            part.logStart = reader.removed ? start : 0;
            part.logEnd = p < reader.ends.size() ? reader.ends[p] : m_ends[p];
            part.from = start;
            part.to = part.next = p < reader.to.size() ? reader.to[p] : m_ends[p];
            std::erase_if(read, [&](const Event& event) {
                return event.partition == number &&
                       (event.offset < start || event.offset >= part.to);
            });
            receipt.partitions.push_back(part);
        }
        std::erase_if(read, [&](const Event& event) {
            return std::find(reader.lost.begin(), reader.lost.end(),
                             std::pair(event.partition, event.offset)) != reader.lost.end();
        });
        append(*into, read);
        if (!into->putReceipt(receipt)) {
            std::abort();
        }
        return into;
    }

private:
    Shape m_shape;
    std::vector<Event> m_events;
    std::vector<std::int64_t> m_ends;
    std::int64_t m_ms = 1000;
    std::uint64_t m_position = 5;
};

inline VersionLogPtr
foldByCommit(const Capture& capture,
             const ProjectionPtr& projection = test::projection(TableLog::kTopic, "cdc"))
{
    auto order = CommitOrder::build(capture.snapshot());
    auto log = order ? VersionLog::fold(projection, *order, {})
                     : Result<VersionLogPtr>(tl::unexpected(order.error()));
    if (!log) {
        std::fprintf(stderr, "fold: %s\n", log.error().message.c_str());
        std::abort();
    }
    return *log;
}

} // namespace hindcast::test
