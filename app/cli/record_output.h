#pragma once

#include "app/cli/program.h"
#include "model/record/record_batch.h"

#include <memory>

namespace hindcast {

// Writes records: interchange lines, CSV, or a table with one line a record. One thread.
class RecordOutput
{
public:
    RecordOutput(Console& console, OutputFormat format);

    void write(const RecordView& record);
    void finish();
    std::uint64_t records() const { return m_records; }

private:
    Console& m_console;
    const OutputFormat m_format;
    std::unique_ptr<RowWriter> m_rows;
    std::string m_line;
    std::uint64_t m_records = 0;
};

} // namespace hindcast
