#include "tests/unit/trace/record_list.h"

#include <QByteArray>

#include <nlohmann/json.hpp>
#include <zstd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace hindcast::test {

namespace {

// A field of an interchange line: text, null, or {"base64": ...}.
std::optional<std::string> bytesOf(const nlohmann::json& field)
{
    if (field.is_string()) {
        return field.get<std::string>();
    }
    if (field.is_object()) {
        return QByteArray::fromBase64(
                   QByteArray::fromStdString(field.at("base64").get<std::string>()))
            .toStdString();
    }
    return std::nullopt;
}

} // namespace

std::string fileText(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
}

std::vector<std::string> zstdLines(const std::string& path)
{
    const std::string packed = fileText(path);
    std::string text;
    std::string piece(ZSTD_DStreamOutSize(), '\0');
    auto* stream = ZSTD_createDStream();
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    // Output may still wait inside when the input is used up.
    bool more = true;
    while (more) {
        ZSTD_outBuffer out{piece.data(), piece.size(), 0};
        if (ZSTD_isError(ZSTD_decompressStream(stream, &out, &in)) != 0) {
            break;
        }
        text.append(piece.data(), out.pos);
        more = in.pos < in.size || out.pos == out.size;
    }
    ZSTD_freeDStream(stream);
    std::vector<std::string> lines;
    std::istringstream all(text);
    for (std::string line; std::getline(all, line);) {
        lines.push_back(line);
    }
    return lines;
}

void RecordList::add(RecordBatchPtr batch)
{
    auto topic = std::find(m_topics.begin(), m_topics.end(), batch->topic());
    if (topic == m_topics.end()) {
        topic = m_topics.insert(topic, batch->topic());
    }
    const Row first = rowCount();
    BlockInfo block;
    block.topic = static_cast<TopicId>(topic - m_topics.begin());
    block.firstRow = first;
    block.count = static_cast<std::uint32_t>(batch->size());
    for (std::size_t i = 0; i < batch->size(); ++i) {
        m_rows.emplace(RecordPlace{batch->topic(), batch->partition(i), batch->offset(i)},
                       first + static_cast<Row>(i));
    }
    m_blocks.push_back(block);
    m_batches.push_back(std::move(batch));
}

bool RecordList::addInterchange(const std::string& path)
{
    std::optional<RecordBatchBuilder> builder;
    std::string topic;
    for (const std::string& text : zstdLines(path)) {
        const auto line = nlohmann::json::parse(text);
        if (!builder || topic != line.at("topic")) {
            if (builder) {
                add(builder->take());
            }
            topic = line.at("topic").get<std::string>();
            builder.emplace(topic);
        }
        const auto key = bytesOf(line.at("key"));
        const auto value = bytesOf(line.at("payload"));
        builder->add(line.at("partition"), line.at("offset"), line.at("ts"),
                     TimestampType::CreateTime, key, value);
        const auto& headers = line.at("headers");
        for (std::size_t i = 0; i + 1 < headers.size(); i += 2) {
            const auto headerValue = bytesOf(headers[i + 1]);
            builder->addHeader(headers[i].get<std::string>(), headerValue);
        }
        if (builder->full()) {
            add(builder->take());
        }
    }
    if (!builder) {
        return false;
    }
    if (builder->size() > 0) {
        add(builder->take());
    }
    return true;
}

std::shared_ptr<RecordList> RecordList::prefix(std::size_t blocks) const
{
    auto list = std::make_shared<RecordList>();
    for (std::size_t i = 0; i < std::min(blocks, m_batches.size()); ++i) {
        list->add(m_batches[i]);
    }
    return list;
}

Row RecordList::rowCount() const
{
    return m_blocks.empty() ? 0 : m_blocks.back().firstRow + m_blocks.back().count;
}

std::optional<TopicId> RecordList::topicId(std::string_view name) const
{
    const auto at = std::find(m_topics.begin(), m_topics.end(), name);
    return at == m_topics.end() ? std::nullopt
                                : std::optional(static_cast<TopicId>(at - m_topics.begin()));
}

std::size_t RecordList::blockOf(Row row) const
{
    const auto after =
        std::upper_bound(m_blocks.begin(), m_blocks.end(), row,
                         [](Row key, const BlockInfo& block) { return key < block.firstRow; });
    return static_cast<std::size_t>(after - m_blocks.begin()) - 1;
}

RowInfo RecordList::row(Row row) const
{
    const std::size_t index = blockOf(row);
    const std::size_t at = row - m_blocks[index].firstRow;
    RowInfo info;
    info.topic = m_blocks[index].topic;
    info.partition = m_batches[index]->partition(at);
    info.offset = m_batches[index]->offset(at);
    info.timestamp = m_batches[index]->timestamp(at);
    return info;
}

Result<StoredRecord> RecordList::record(Row row) const
{
    const std::size_t index = blockOf(row);
    return StoredRecord{m_batches[index], row - m_blocks[index].firstRow};
}

std::optional<Row> RecordList::find(const RecordPlace& place) const
{
    const auto at = m_rows.find(place);
    return at == m_rows.end() ? std::nullopt : std::optional(at->second);
}

Result<RecordBatchPtr> RecordList::loadBlock(std::size_t index) const
{
    return m_batches[index];
}

} // namespace hindcast::test
