#include "model/replay/block_preparer.h"

namespace hindcast {

std::size_t PreparedBlock::Part::bytes() const
{
    return (passes.size() + unclear.size() + broken.size()) / 8 + keys.bytes() +
           (records ? records->bytes() : 0);
}

std::size_t PreparedBlock::bytes() const
{
    std::size_t sum = 0;
    for (const Part& part : parts) {
        sum += part.bytes();
    }
    return sum;
}

BlockPreparer::BlockPreparer(std::function<std::vector<Part>()> make)
    : m_make(std::move(make))
{
}

std::shared_ptr<const PreparedBlock> BlockPreparer::prepare(const RecordBatch& batch)
{
    std::vector<Part> parts;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_idle.empty()) {
            parts = std::move(m_idle.back());
            m_idle.pop_back();
        }
    }
    if (parts.empty()) {
        parts = m_make();
    }
    auto block = std::make_shared<PreparedBlock>();
    block->parts.resize(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        prepare(batch, parts[i], block->parts[i]);
    }
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(parts));
    return block;
}

void BlockPreparer::prepare(const RecordBatch& batch, Part& part, PreparedBlock::Part& to)
{
    if (part.filter) {
        std::vector<std::uint32_t> matches;
        std::vector<std::uint32_t> undecodable;
        part.filter->match(batch, matches, {}, &undecodable);
        to.passes.assign(batch.size(), false);
        for (const std::uint32_t match : matches) {
            to.passes[match] = true;
        }
        if (!undecodable.empty()) {
            to.unclear.assign(batch.size(), false);
            for (const std::uint32_t record : undecodable) {
                to.unclear[record] = true;
            }
        }
    }
    if (part.keys) {
        to.hasKeys = true;
        to.keys.reserve(batch.size());
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto key =
                to.passes.empty() || to.passes[i] ? part.keys->read(batch.record(i)) : std::nullopt;
            if (key) {
                to.keys.add(*key);
                continue;
            }
            to.keys.addNone();
            if ((to.passes.empty() || to.passes[i]) && part.keys->broken()) {
                to.broken.resize(batch.size(), false);
                to.broken[i] = true;
            }
        }
    }
    if (part.records) {
        to.records = part.records->prepare(batch, to.passes);
    }
}

} // namespace hindcast
