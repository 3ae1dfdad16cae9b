#include "model/query/records_table.h"

#include "model/capture/base64.h"
#include "model/query/table_bounds.h"
#include "model/query/virtual_table.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>

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
    std::optional<std::vector<TopicId>> topics;
    NumberBounds partition;
    NumberBounds offset;
    NumberBounds ms;
    TimeBounds time;
    bool nothing = false;

    bool admits(const RowInfo& info) const
    {
        return partition.contains(info.partition) && offset.contains(info.offset) &&
               ms.contains(toMs(info.timestamp)) && time.contains(toMs(info.timestamp));
    }
    bool admits(const BlockInfo& block) const
    {
        const std::int64_t first = toMs(block.times.from);
        const std::int64_t last = toMs(block.times.to);
        return (!topics ||
                std::find(topics->begin(), topics->end(), block.topic) != topics->end()) &&
               last >= ms.from && first <= ms.to && time.meets(first, last) && block.count > 0;
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
    Result<void> narrowToSource(const TableValue& value);
    void narrowToTopics(std::span<const TableValue> values);
    void narrow(const TableConstraint& constraint);
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

Result<void> RecordsCursor::narrowToSource(const TableValue& value)
{
    if (value.isNull()) {
        return fail(ErrorCode::InvalidArgument,
                    "The topic of records() is NULL; a subselect that finds nothing is.");
    }
    if (!m_snapshot->topicId(value.bytes)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("There is no topic \"{}\" in this capture; it holds {}.",
                                value.bytes, fmt::join(m_snapshot->topics(), ", ")));
    }
    narrowToTopics({&value, 1});
    return {};
}

void RecordsCursor::narrowToTopics(std::span<const TableValue> values)
{
    std::vector<TopicId> topics;
    for (const TableValue& value : values) {
        if (value.isNumber()) {
            return; // which the topic's text may be converted to
        }
        const auto id = value.isNull() ? std::nullopt : m_snapshot->topicId(value.bytes);
        if (id && (!m_bounds.topics || std::find(m_bounds.topics->begin(), m_bounds.topics->end(),
                                                 *id) != m_bounds.topics->end())) {
            topics.push_back(*id);
        }
    }
    m_bounds.nothing = m_bounds.nothing || topics.empty();
    m_bounds.topics = std::move(topics);
}

void RecordsCursor::narrow(const TableConstraint& constraint)
{
    if (constraint.op != 'i' && constraint.value.isNull()) {
        m_bounds.nothing = true; // no comparison with NULL is true
        return;
    }
    switch (constraint.column) {
    case Topic:
        narrowToTopics(constraint.op == 'i' ? std::span<const TableValue>(constraint.list)
                                            : std::span<const TableValue>(&constraint.value, 1));
        break;
    case Partition:
        m_bounds.partition.narrow(constraint);
        break;
    case Offset:
        m_bounds.offset.narrow(constraint);
        break;
    case Time:
        m_bounds.time.narrow(constraint);
        break;
    default:
        m_bounds.ms.narrow(constraint);
        break;
    }
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
        if (constraint.column == Source) {
            if (auto found = narrowToSource(constraint.value); !found) {
                return found;
            }
        } else {
            narrow(constraint);
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
            if (!m_bounds.admits(block)) {
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

void giveBytesOrNull(sqlite3_context* context, std::optional<std::string_view> bytes)
{
    if (bytes) {
        giveBytes(context, *bytes);
    } else {
        giveNull(context);
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
        giveBytesOrNull(context, record().key);
        break;
    case Value:
        giveBytesOrNull(context, record().value);
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
