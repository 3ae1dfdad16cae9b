#include "model/replay/state_file.h"

#include "model/replay/state_rows.h"
#include "model/replay/table_columns.h"

namespace hindcast {

namespace {

SqlValue textValue(std::string_view text)
{
    SqlValue value;
    value.kind = SqlValue::Kind::Text;
    value.bytes = text;
    return value;
}

SqlValue integerValue(std::int64_t number)
{
    SqlValue value;
    value.kind = SqlValue::Kind::Integer;
    value.integer = number;
    return value;
}

} // namespace

Result<void> writeStateFile(const std::string& path, const State& state,
                            const std::vector<ProjectionColumn>& columns,
                            const std::string& receiptJson, SqliteFile::Existing existing,
                            const std::stop_token& stop, const std::vector<bool>* only)
{
    const TableColumns names({"key"}, columns, {"time", "topic", "partition", "offset"}, {});
    auto file = SqliteFile::create(path, "state", names.names(), existing);
    if (!file) {
        return tl::unexpected<Error>(file.error());
    }
    const VersionLog& log = *state.log();
    std::vector<FieldPath> paths;
    paths.reserve(columns.size());
    for (const ProjectionColumn& column : columns) {
        paths.push_back(column.path);
    }
    StateRows rows(State::at(state.log(), state.prefix()), std::move(paths));
    std::vector<SqlValue> cells;
    for (std::size_t at = 0; at < state.size();) {
        const auto stretch = rows.walk(at, stop);
        if (!stretch) {
            return tl::unexpected<Error>(stretch.error());
        }
        for (; at < state.size() && (*stretch)->holds(at); ++at) {
            const std::size_t inside = at - (*stretch)->first;
            const StateRow& row = (*stretch)->rows[inside];
            if (only && !(*only)[row.key]) {
                continue;
            }
            cells.assign(1, textValue(state.keyText(row)));
            for (std::size_t column = 0; column < columns.size(); ++column) {
                cells.push_back(sqlValueOf((*stretch)->cells->at(inside, column)));
            }
            const std::string time = formatUtc(log.timeOf(row.version));
            const RecordPlace place = log.placeOf(row.version);
            cells.push_back(textValue(time));
            cells.push_back(textValue(place.topic));
            cells.push_back(integerValue(place.partition));
            cells.push_back(integerValue(place.offset));
            if (auto written = (*file)->row(cells); !written) {
                return written;
            }
            if (stop.stop_requested()) {
                return fail(ErrorCode::Cancelled, "Writing the state was stopped.");
            }
        }
    }
    return (*file)->finish(receiptJson);
}

} // namespace hindcast
