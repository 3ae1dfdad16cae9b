#include "model/query/records_table.h"

#include "model/capture/base64.h"
#include "model/query/virtual_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>
#include <sqlite3.h>

namespace hindcast {

namespace {

enum Column { Topic, Partition, Offset, Time, TimestampMs, Key, Value, Headers, Source };

constexpr const char* kSchema = "CREATE TABLE records(topic TEXT, partition INTEGER, offset "
                                "INTEGER, time TEXT, timestamp INTEGER, key, value, headers TEXT, "
                                "source HIDDEN)";
constexpr std::uint64_t kPayloads = 1u << Key | 1u << Value | 1u << Headers;

// What a statement rules out beforehand.
struct Bounds
{
    std::optional<TopicId> topic;
    NumberBounds partition;
    NumberBounds offset;
    NumberBounds ms;
    bool nothing = false;

    bool admits(const RowInfo& info) const
    {
        return partition.contains(info.partition) && offset.contains(info.offset) &&
               ms.contains(toMs(info.timestamp));
    }
};

class RecordsCursor final : public VirtualCursor
{
public:
    explicit RecordsCursor(CaptureSnapshotPtr snapshot)
        : m_snapshot(std::move(snapshot))
    {
    }

    Result<void> begin(std::uint64_t columns, std::span<const TableConstraint> constraints,
                       std::span<const TableOrder> order) override;
    bool atEnd() const override { return m_bounds.nothing || m_block >= m_snapshot->blockCount(); }
    Result<void> next() override
    {
        ++m_row;
        return settle();
    }
    void column(sqlite3_context* context, int index) const override;
    std::int64_t rowid() const override { return m_row; }

private:
    Result<void> narrowToTopic(sqlite3_value* value, bool mustExist);
    Result<void> settle();

    const CaptureSnapshotPtr m_snapshot;
    Bounds m_bounds;
    bool m_payloads = true;
    std::size_t m_block = 0;
    Row m_row = 0; // in the block
    Row m_blockFirst = 0;
    Row m_blockEnd = 0;
    RowInfo m_info;         // of `m_row`
    RecordBatchPtr m_batch; // null where payloads are not asked for
};

Result<void> RecordsCursor::narrowToTopic(sqlite3_value* value, bool mustExist)
{
    if (isNullValue(value)) {
        m_bounds.nothing = m_bounds.nothing || !mustExist;
        return {};
    }
    const auto id = m_snapshot->topicId(textOfValue(value));
    if (!id && mustExist) {
        return fail(ErrorCode::NotFound,
                    fmt::format("There is no topic \"{}\" in this capture; it holds {}.",
                                textOfValue(value), fmt::join(m_snapshot->topics(), ", ")));
    }
    m_bounds.nothing = m_bounds.nothing || !id || (m_bounds.topic && m_bounds.topic != id);
    m_bounds.topic = id;
    return {};
}

Result<void> RecordsCursor::begin(std::uint64_t columns,
                                  std::span<const TableConstraint> constraints,
                                  std::span<const TableOrder> /*order*/)
{
    m_bounds = {};
    m_payloads = (columns & kPayloads) != 0;
    m_block = 0;
    m_blockEnd = 0;
    m_batch = nullptr;
    for (const TableConstraint& constraint : constraints) {
        if (constraint.column == Source || constraint.column == Topic) {
            if (auto found = narrowToTopic(constraint.value, constraint.column == Source); !found) {
                return found;
            }
        } else if (isNullValue(constraint.value)) {
            m_bounds.nothing = true; // no comparison with NULL is true
        } else if (constraint.column == Time) {
            m_bounds.ms.narrowByTime(constraint.op, textOfValue(constraint.value));
        } else {
            NumberBounds& bounds = constraint.column == Partition ? m_bounds.partition
                                   : constraint.column == Offset  ? m_bounds.offset
                                                                  : m_bounds.ms;
            bounds.narrow(constraint.op, constraint.value);
        }
    }
    return atEnd() ? Result<void>() : settle();
}

// Moves to the first block from `m_block` on that may hold what is asked for, and in it to its
// first row that does.
Result<void> RecordsCursor::settle()
{
    for (; m_block < m_snapshot->blockCount(); ++m_block, m_blockEnd = 0) {
        if (m_blockEnd == 0) {
            const BlockInfo block = m_snapshot->block(m_block);
            if ((m_bounds.topic && *m_bounds.topic != block.topic) ||
                toMs(block.times.to) < m_bounds.ms.from ||
                toMs(block.times.from) > m_bounds.ms.to || block.count == 0) {
                continue;
            }
            m_row = m_blockFirst = block.firstRow;
            m_blockEnd = std::min(block.firstRow + block.count, m_snapshot->rowCount());
            m_batch = nullptr;
        }
        for (; m_row < m_blockEnd; ++m_row) {
            m_info = m_snapshot->row(m_row);
            if (!m_bounds.admits(m_info)) {
                continue;
            }
            if (m_payloads && !m_batch) {
                auto batch = m_snapshot->loadBlock(m_block);
                if (!batch) {
                    return tl::unexpected<Error>(batch.error());
                }
                m_batch = std::move(*batch);
            }
            return {};
        }
    }
    return {};
}

void giveBytes(sqlite3_context* context, std::optional<std::string_view> bytes)
{
    if (!bytes) {
        giveNull(context);
    } else if (simdjson::validate_utf8(bytes->data(), bytes->size())) {
        giveText(context, *bytes);
    } else {
        sqlite3_result_blob64(context, bytes->data(), bytes->size(), SQLITE_TRANSIENT);
    }
}

std::string headersJson(const HeaderView& headers)
{
    auto json = nlohmann::ordered_json::object();
    for (const Header& header : headers.toVector()) {
        auto& value = json[std::string(header.name)];
        if (!header.value) {
            value = nullptr;
        } else if (simdjson::validate_utf8(header.value->data(), header.value->size())) {
            value = *header.value;
        } else {
            std::string base64;
            appendBase64(*header.value, base64);
            value = {{"base64", base64}};
        }
    }
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void RecordsCursor::column(sqlite3_context* context, int index) const
{
    const auto record = [this] { return m_batch->record(m_row - m_blockFirst); };
    switch (index) {
    case Topic:
        giveText(context, m_snapshot->topics()[m_info.topic]);
        break;
    case Partition:
        giveInteger(context, m_info.partition);
        break;
    case Offset:
        giveInteger(context, m_info.offset);
        break;
    case Time:
        if (m_info.timestamp != kNoTimestamp) {
            giveText(context, formatUtc(m_info.timestamp));
        }
        break;
    case TimestampMs:
        if (m_info.timestamp != kNoTimestamp) {
            giveInteger(context, toMs(m_info.timestamp));
        }
        break;
    case Key:
        giveBytes(context, record().key);
        break;
    case Value:
        giveBytes(context, record().value);
        break;
    case Headers:
        giveText(context, headersJson(record().headers));
        break;
    default:
        break;
    }
}

class RecordsTable final : public VirtualTable
{
public:
    explicit RecordsTable(CaptureSnapshotPtr snapshot)
        : m_snapshot(std::move(snapshot))
    {
    }

    std::string schema() const override { return kSchema; }
    Use use(int column, char op) const override
    {
        if (column == Source || column == Topic) {
            return op != '=' ? Use::No : column == Source ? Use::Argument : Use::Hint;
        }
        return column >= Partition && column <= TimestampMs ? Use::Hint : Use::No;
    }
    std::pair<double, double> estimate(std::span<const TableConstraint> constraints) const override
    {
        double rows = m_snapshot->rowCount();
        for (const TableConstraint& constraint : constraints) {
            rows *= constraint.op == '=' ? 0.1 : 0.5;
        }
        return {rows, rows};
    }
    std::unique_ptr<VirtualCursor> open() const override
    {
        return std::make_unique<RecordsCursor>(m_snapshot);
    }

private:
    const CaptureSnapshotPtr m_snapshot;
};

} // namespace

void registerRecords(sqlite3* database, CaptureSnapshotPtr snapshot)
{
    VirtualTable::registerAt(database, "records",
                             std::make_shared<RecordsTable>(std::move(snapshot)));
}

} // namespace hindcast
