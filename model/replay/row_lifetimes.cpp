#include "model/replay/row_lifetimes.h"

#include "model/replay/row_identities.h"

#include <algorithm>

namespace hindcast {

RowLifetimes::RowLifetimes(CaptureSnapshotPtr snapshot, std::set<TopicId> wholeImages)
    : m_snapshot(std::move(snapshot))
    , m_wholeImages(std::move(wholeImages))
    , m_blocks(m_snapshot)
{
}

void RowLifetimes::clear()
{
    m_changes.clear();
    m_creates = false;
    m_deletes = false;
}

void RowLifetimes::add(Row row, std::size_t place, char op)
{
    if (op != 'c' && op != 'u' && op != 'd') {
        return;
    }
    const RowInfo info = m_snapshot->row(row);
    if (info.key == kNoKey) {
        return;
    }
    m_creates = m_creates || op == 'c';
    m_deletes = m_deletes || op == 'd';
    m_changes.push_back({{info.topic, info.key}, {place, op}});
}

Result<void> RowLifetimes::order(std::span<Row> transaction)
{
    if (!m_creates || !m_deletes) {
        return {};
    }
    std::stable_sort(m_changes.begin(), m_changes.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Change> changes;
    for (std::size_t i = 0; i < m_changes.size();) {
        changes.clear();
        const Key key = m_changes[i].first;
        bool created = false;
        bool deletedLater = false;
        for (; i < m_changes.size() && m_changes[i].first == key; ++i) {
            changes.push_back(m_changes[i].second);
            created = created || m_changes[i].second.op == 'c';
            deletedLater = deletedLater || (created && m_changes[i].second.op == 'd');
        }
        if (deletedLater) {
            if (auto ordered = orderKey(key.first, changes, transaction); !ordered) {
                return ordered;
            }
        }
    }
    return {};
}

// A row as its own members only, padded for another reading.
std::string RowLifetimes::rowText(std::string_view row, bool metadata)
{
    std::string text;
    if (!metadata) {
        text = row;
    } else if (m_a.read(row, false) == JsonMembers::Kind::Object) {
        text = "{";
        for (const JsonMember& member : m_a.members()) {
            if (ChangeReader::isMetadata(member.key)) {
                continue;
            }
            text += text.size() > 1 ? ",\"" : "\"";
            text += member.key;
            text += "\":";
            text += member.value;
        }
        text += '}';
    }
    return text;
}

// Whether what `before` says of the row is so.
bool RowLifetimes::agrees(const std::string& before, const std::string& row)
{
    const auto read = [](JsonMembers& members, std::string& padded) {
        const std::size_t size = padded.size();
        padded.append(RecordBatch::kPadding, '\0');
        return members.read(std::string_view(padded).substr(0, size), false) ==
               JsonMembers::Kind::Object;
    };
    std::string a = before;
    std::string b = row;
    if (!read(m_a, a) || !read(m_b, b)) {
        return false;
    }
    return std::all_of(m_a.members().begin(), m_a.members().end(), [this](const JsonMember& m) {
        return RowIdentities::isBlank(m.value) || m_b.value(m.key) == m.value;
    });
}

Result<void> RowLifetimes::orderKey(TopicId topic, const std::vector<Change>& changes,
                                    std::span<Row> transaction)
{
    // One row's life inside the transaction; the first is that of the row from before it.
    struct Life
    {
        std::string row; // as last written
        std::vector<std::size_t> changes;
        bool alive = true;
    };
    std::vector<Life> lives(1);
    bool wholeImages = m_wholeImages.contains(topic);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto at = m_blocks.at(transaction[changes[i].place]);
        if (!at) {
            return tl::unexpected(at.error());
        }
        const ChangeEvent& event = m_reader.read(at->batch->record(at->index));
        const std::string before = rowText(event.before, event.metadata);
        std::string after = rowText(event.after, event.metadata);
        if (event.op == 'c') {
            lives.push_back({std::move(after), {i}, true});
            continue;
        }
        wholeImages = wholeImages || (event.op == 'u' && !before.empty());
        std::size_t life = 0;
        const auto find = [&](auto&& same) {
            for (std::size_t n = lives.size(); n-- > 1 && life == 0;) {
                life = lives[n].alive && same(lives[n].row) ? n : 0;
            }
        };
        find([&](const std::string& row) { return before.empty() || row == before; });
        if (life == 0 && !wholeImages && !before.empty()) {
            find([&](const std::string& row) { return agrees(before, row); });
        }
        lives[life].changes.push_back(i);
        lives[life].alive = event.op != 'd';
        if (event.op != 'd') {
            lives[life].row = std::move(after);
        }
    }
    std::vector<Row> rows;
    rows.reserve(changes.size());
    for (const bool alive : {false, true}) { // what is alive at the end comes last
        for (std::size_t n = 0; n < lives.size(); ++n) {
            if ((n > 0 && lives[n].alive) != alive) {
                continue;
            }
            for (const std::size_t i : lives[n].changes) {
                rows.push_back(transaction[changes[i].place]);
            }
        }
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
        transaction[changes[i].place] = rows[i];
    }
    return {};
}

} // namespace hindcast
