#pragma once

#include "model/decode/field_reader.h"
#include "model/replay/record_preparer.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hindcast {

// The values of a few fields of each record of a block, as FieldReader gives them.
class PreparedFields final : public PreparedRecords
{
public:
    static std::unique_ptr<RecordPreparer> preparer(std::vector<FieldPath> paths);

    // In the order of the paths; of a record that was not wanted: missing.
    std::span<const FieldValue> values(std::size_t record) const
    {
        return std::span(m_values).subspan(record * m_fields, m_fields);
    }
    bool broken(std::size_t record) const { return m_broken[record]; }
    std::size_t bytes() const override;

private:
    class Preparer;

    std::size_t m_fields = 0;
    std::vector<FieldValue> m_values; // record after record
    std::vector<bool> m_broken;
    std::vector<std::unique_ptr<char[]>> m_texts; // of those that are not written so in a record
    std::size_t m_textBytes = 0;
};

} // namespace hindcast
