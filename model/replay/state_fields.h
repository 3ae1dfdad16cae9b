#pragma once

#include "model/decode/field_reader.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// Reads fields of states by their paths; a state's bytes need not be padded. One thread an object.
class StateFields
{
public:
    explicit StateFields(const std::vector<FieldPath>& paths)
        : m_reader(paths)
    {
    }

    // In the order of the paths; valid until the next call.
    std::span<const FieldValue> read(std::string_view state)
    {
        m_padded.assign(state);
        m_padded.append(RecordBatch::kPadding, '\0');
        RecordView record;
        record.value = std::string_view(m_padded).substr(0, state.size());
        return m_reader.read(record);
    }
    // What read() was given last is not JSON, though paths lead into it.
    bool broken() const { return m_reader.broken(); }

private:
    FieldReader m_reader;
    std::string m_padded;
};

} // namespace hindcast
