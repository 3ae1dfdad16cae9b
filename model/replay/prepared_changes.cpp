#include "model/replay/prepared_changes.h"

#include "model/replay/change_key.h"

namespace hindcast {

class PreparedChanges::Preparer final : public RecordPreparer
{
public:
    std::unique_ptr<const PreparedRecords> prepare(const RecordBatch& batch,
                                                   const std::vector<bool>& wanted) override
    {
        auto result = std::make_unique<PreparedChanges>();
        result->m_events.resize(batch.size());
        result->m_there.resize(batch.size(), false);
        result->m_marks.resize(batch.size(), 0);
        result->m_keys.reserve(batch.size());
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (!wanted.empty() && !wanted[i]) {
                result->m_keys.addNone();
                continue;
            }
            const RecordView record = batch.record(i);
            const ChangeEvent& event = m_reader.read(record);
            if (!isStreamed(event.shape)) {
                result->m_events[i] = event;
                result->m_there[i] = true;
                result->m_marks[i] = m_reader.columnsMark();
            }
            if (record.key && m_keys.read(*record.key, m_key)) {
                result->m_keys.add(m_key);
                if (m_keys.hasNull()) {
                    result->m_withNull.resize(batch.size(), false);
                    result->m_withNull[i] = true;
                }
            } else {
                result->m_keys.addNone();
            }
        }
        return result;
    }

private:
    ChangeReader m_reader;
    ChangeKey m_keys;
    std::string m_key;
};

std::unique_ptr<RecordPreparer> PreparedChanges::preparer()
{
    return std::make_unique<Preparer>();
}

std::size_t PreparedChanges::bytes() const
{
    return m_events.capacity() * sizeof(ChangeEvent) + m_marks.capacity() * sizeof(std::uint64_t) +
           m_there.size() / 8 + m_keys.bytes();
}

} // namespace hindcast
