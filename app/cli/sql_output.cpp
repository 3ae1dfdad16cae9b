#include "app/cli/sql_output.h"

namespace hindcast {

namespace {

OutCell cellOf(const SqlValue& value)
{
    switch (value.kind) {
    case SqlValue::Kind::Null:
        return OutCell::null();
    case SqlValue::Kind::Integer:
        return OutCell::number(value.integer);
    case SqlValue::Kind::Real:
        return OutCell::real(value.real);
    case SqlValue::Kind::Text:
    case SqlValue::Kind::Blob:
        break;
    }
    return OutCell::payload(value.bytes);
}

} // namespace

void SqlOutput::columns(std::span<const std::string> names)
{
    std::vector<std::string> columns(names.begin(), names.end());
    if (!isFile()) {
        m_rows = std::make_unique<RowWriter>(m_program.console, m_options.format, columns);
        return;
    }
    auto file = SqliteFile::create(m_options.file, m_table, columns);
    if (file) {
        m_file = std::move(*file);
    } else {
        m_done = tl::unexpected<Error>(file.error());
    }
}

bool SqlOutput::row(std::span<const SqlValue> cells)
{
    ++m_count;
    if (isFile()) {
        if (m_done) {
            m_done = m_file->row(cells);
        }
        return m_done.has_value();
    }
    std::vector<OutCell> out;
    out.reserve(cells.size());
    for (const SqlValue& value : cells) {
        out.push_back(cellOf(value));
    }
    m_rows->row(out);
    return !m_program.console.outFailed();
}

Result<void> SqlOutput::finish()
{
    if (m_rows) {
        m_rows->finish();
    }
    return m_done;
}

Result<void> SqlOutput::finishFile(std::string_view receiptJson)
{
    return m_file ? m_file->finish(receiptJson) : Result<void>();
}

} // namespace hindcast
