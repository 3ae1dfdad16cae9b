#include "widgets/state/state_frame.h"

#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kMargin = 30;        // rows read on either side of those in sight
constexpr std::size_t kColumnSample = 400; // states looked at for the columns

} // namespace

RowCache::Cells RowCache::find(Version version) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_cells.find(version);
    return found == m_cells.end() ? nullptr : found->second;
}

void RowCache::put(Version version, Cells cells)
{
    const std::lock_guard lock(m_mutex);
    if (m_cells.size() >= kMost) {
        m_cells.clear(); // rows in sight come back in one frame
    }
    m_cells[version] = std::move(cells);
}

Result<void> RowCache::fill(const VersionLog& log, const std::vector<ProjectionColumn>& columns,
                            const std::vector<Version>& versions, const std::stop_token& stop)
{
    std::vector<Version> missing;
    for (const Version version : versions) {
        if (!find(version)) {
            missing.push_back(version);
        }
    }
    if (missing.empty()) {
        return {};
    }
    ColumnReader reader(columns);
    return log.statesOf(
        missing,
        [&](std::size_t i, std::optional<std::string_view> state) {
            put(missing[i], std::make_shared<const std::vector<Cell>>(reader.read(state)));
        },
        stop);
}

std::size_t RowList::placeOf(const RowKeys& keys, std::string_view text) const
{
    if (sorted && some) {
        const KeyNo key = keys.find(text);
        return static_cast<std::size_t>(std::find(some->begin(), some->end(), key) - some->begin());
    }
    if (!some) {
        return all.lowerBound(keys, text);
    }
    return static_cast<std::size_t>(std::lower_bound(some->begin(), some->end(), text,
                                                     [&keys](KeyNo key, std::string_view other) {
                                                         return keyLess(keys.text(key), other);
                                                     }) -
                                    some->begin());
}

StateFramePtr StateFrame::make(const Request& request, const std::stop_token& stop)
{
    auto frame = std::make_shared<StateFrame>();
    frame->log = request.log;
    frame->a = State::at(request.log, request.prefixA);
    frame->b = request.prefixB ? State::at(request.log, *request.prefixB) : nullptr;
    const RowKeys& keys = request.log->keys();
    if (request.only) {
        frame->rows.some = request.only;
        frame->rows.sorted = request.sorted;
    } else {
        frame->rows.all = frame->b ? State::rowsOfEither(*frame->a, *frame->b) : frame->a->rows();
    }
    frame->columns = request.columns;
    if (!frame->columns) {
        // Of the end, so that columns do not come and go while A is dragged.
        const StatePtr end = State::at(request.log, request.log->order()->size());
        auto columns = columnsOf(*end, kColumnSample, stop);
        if (!columns) {
            frame->problem = text::fromUtf8(columns.error().message);
            columns = std::vector<ProjectionColumn>();
        }
        frame->columns = std::make_shared<const std::vector<ProjectionColumn>>(std::move(*columns));
    }
    const std::size_t total = frame->rows.size();
    frame->top = request.topKey ? frame->rows.placeOf(keys, *request.topKey) : request.first;
    frame->top = std::min(frame->top, total == 0 ? 0 : total - 1);
    frame->first = frame->top > kMargin ? frame->top - kMargin : 0;
    const std::size_t end = std::min(total, frame->top + request.count + kMargin);
    std::vector<Version> versions;
    for (std::size_t i = frame->first; i < end; ++i) {
        Row row;
        row.key = frame->rows.at(keys, i);
        if (frame->a->alive(row.key)) {
            row.a = frame->a->versionOf(row.key);
            versions.push_back(*row.a);
        }
        if (frame->b && frame->b->alive(row.key)) {
            row.b = frame->b->versionOf(row.key);
            versions.push_back(*row.b);
        }
        const StatePtr& shown = row.a || !frame->b ? frame->a : frame->b;
        if (const auto version = row.a ? row.a : row.b) {
            row.changed = request.log->timeOf(*version);
            row.versions = shown->versions({row.key, *version});
        }
        frame->page.push_back(std::move(row));
    }
    const auto read = request.cache->fill(*request.log, *frame->columns, versions, stop);
    if (!read) {
        frame->problem = text::fromUtf8(read.error().message);
    }
    for (Row& row : frame->page) {
        row.cellsA = row.a ? request.cache->find(*row.a) : nullptr;
        row.cellsB = row.b ? request.cache->find(*row.b) : nullptr;
    }
    return frame;
}

} // namespace hindcast
