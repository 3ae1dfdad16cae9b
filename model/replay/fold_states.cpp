// The states as a fold has them, key by key, and the versions that it adds to the log.
#include "model/replay/fold.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::uint32_t kManyLookedUp = 2000;

}

// The capture has numbered the record keys already: each is looked up by its text only once. Any
// other key is nearly always the one that was looked up last.
KeyNo Fold::find(std::string_view key)
{
    KeyNo* const known = knownNumber(key);
    if (known && *known != kNoKeyNo) {
        return *known;
    }
    if (!known && m_lastKey != kNoKeyNo && m_log->m_keys.text(m_lastKey) == key) {
        return m_lastKey;
    }
    const KeyNo number = m_log->m_keys.find(key);
    (known ? *known : m_lastKey) = number;
    return number;
}

KeyNo* Fold::knownNumber(std::string_view key)
{
    const bool follows = m_keyOfRecord && key.data() == m_keyOfRecord->data() &&
                         key.size() == m_keyOfRecord->size() && m_info.key != kNoKey;
    if (!follows) {
        return nullptr;
    }
    if (m_run->numbers.empty()) {
        m_run->numbers.assign(m_snapshot->keyCount(), kNoKeyNo);
    }
    return &m_run->numbers[m_info.key];
}

KeyNo Fold::numberOf(std::string_view key)
{
    KeyNo number = find(key);
    if (number == kNoKeyNo) {
        number = m_log->m_keys.add(key);
        KeyNo* const known = knownNumber(key);
        (known ? *known : m_lastKey) = number;
        m_newest.push_back(kNever);
    }
    return number;
}

Version Fold::newestOf(KeyNo key)
{
    Version& newest = m_newest[key];
    if (newest == kNoVersion) {
        newest = m_log->m_chains.lastBefore(key, kNoVersion).value_or(kNever);
    }
    return newest;
}

std::optional<std::string_view> Fold::materialise(Version version)
{
    const StateRef ref = m_log->m_refs[version];
    if (ref == kDeleted) {
        return std::nullopt;
    }
    auto state = m_log->stateOf(version);
    if (!state) {
        m_failed = true;
        m_problem = state.error();
        return std::nullopt;
    }
    m_scratch = std::move(**state);
    const std::size_t size = m_scratch.size();
    m_scratch.append(RecordBatch::kPadding, '\0');
    return std::string_view(m_scratch).substr(0, size);
}

std::optional<std::string_view> Fold::stateOf(std::string_view key)
{
    const KeyNo number = find(key);
    if (number == kNoKeyNo) {
        return std::nullopt;
    }
    if (const auto current = currentOf(number)) {
        return current;
    }
    const Version newest = newestOf(number);
    if (newest == kNever || m_log->m_refs[newest] == kDeleted) {
        return std::nullopt;
    }
    const auto state = materialise(newest);
    if (!m_keepsCurrent && ++m_lookedUp == kManyLookedUp) {
        m_keepsCurrent = true;
    } else if (state && m_keepsCurrent) {
        keepCurrent(number, *state);
    }
    return state;
}

bool Fold::exists(std::string_view key)
{
    const KeyNo number = find(key);
    if (number == kNoKeyNo) {
        return false;
    }
    const Version newest = newestOf(number);
    return newest != kNever && m_log->m_refs[newest] != kDeleted;
}

const std::vector<std::string>* Fold::rowIdentity(std::string_view table)
{
    return m_commits == nullptr ? nullptr : m_commits->rowIdentity(m_info.topic, table);
}

std::optional<std::string_view> Fold::lastStateOf(std::string_view key)
{
    const KeyNo number = find(key);
    if (number == kNoKeyNo) {
        return std::nullopt;
    }
    Version version = newestOf(number);
    if (version == kNever) {
        return std::nullopt;
    }
    if (m_log->m_refs[version] != kDeleted) {
        return stateOf(key);
    }
    // Chains end where this run began; the delete is nearly always the version just made.
    for (Version v = version; v-- > 0;) {
        if (v < m_log->m_chains.size()) {
            const auto before = m_log->m_chains.lastBefore(number, v + 1);
            return before ? materialise(*before) : std::nullopt;
        }
        if (m_log->m_versionKeys[v] == number) {
            return materialise(v);
        }
    }
    return std::nullopt;
}

void Fold::addVersion(KeyNo key, StateRef ref)
{
    if (m_watched) {
        touch(key);
    }
    VersionLog& log = *m_log;
    const Version version = log.size();
    // Of rows that several sources write, who wrote is not looked at.
    if (log.m_report.doubts.waitsForRows() && m_runs.size() == 1) {
        const Version newest = newestOf(key);
        if (newest != kNever && log.m_refs[newest] != kDeleted) {
            log.m_report.doubts.rowWritten(log.m_ranks[newest], m_rank);
        }
    }
    if (version % VersionLog::kCheckpoint == 0 &&
        log.m_checkpoints.size() == version / VersionLog::kCheckpoint) {
        log.m_checkpoints.push_back(std::make_shared<const std::vector<std::uint64_t>>(m_alive));
    }
    const std::size_t word = key / 64;
    if (word >= m_alive.size()) {
        m_alive.resize(word + 1, 0);
    }
    const std::uint64_t bit = std::uint64_t{1} << (key % 64);
    m_alive[word] = ref == kDeleted ? m_alive[word] & ~bit : m_alive[word] | bit;
    log.m_ranks.push_back(m_rank);
    log.m_versionKeys.push_back(key);
    log.m_refs.push_back(ref);
    m_newest[key] = version;
}

std::optional<std::string_view> Fold::currentOf(KeyNo key) const
{
    if (key >= m_current.size() || m_current[key].empty()) {
        return std::nullopt;
    }
    const std::string& current = m_current[key];
    return std::string_view(current).substr(0, current.size() - RecordBatch::kPadding);
}

void Fold::keepCurrent(KeyNo key, std::string_view state)
{
    if (!m_keepsCurrent) {
        return;
    }
    if (key >= m_current.size()) {
        m_current.resize(std::max<std::size_t>(key + 1, m_current.size() * 2));
    }
    std::string& current = m_current[key];
    current.reserve(state.size() + RecordBatch::kPadding);
    current.assign(state);
    current.append(RecordBatch::kPadding, '\0');
}

void Fold::put(std::string_view key, std::string_view state)
{
    const KeyNo number = numberOf(key);
    bool again = false;
    const auto current = currentOf(number);
    const bool differs = current && *current != state;
    const Version newest = differs ? kNever : newestOf(number);
    if (newest != kNever && m_log->m_refs[newest] < kInRecord) {
        const auto before = stateOf(key);
        again = before && *before == state;
    }
    addVersion(number, again ? m_log->m_refs[newest] : m_log->m_store->add(state));
    keepCurrent(number, state);
}

void Fold::putFromRecord(std::string_view key, std::string_view part)
{
    if (m_run->number >= kMostSourcesInRecord) {
        put(key, part);
        return;
    }
    const KeyNo number = numberOf(key);
    addVersion(number, refInRecord(part));
    keepCurrent(number, part);
}

StateRef Fold::refInRecord(std::string_view part) const
{
    return kInRecord | (m_run->number << kStateHashBits) | stateHashBits(part);
}

void Fold::remove(std::string_view key)
{
    const KeyNo number = find(key);
    if (number == kNoKeyNo) {
        return;
    }
    const Version newest = newestOf(number);
    if (newest != kNever && m_log->m_refs[newest] != kDeleted) {
        addVersion(number, kDeleted);
        if (number < m_current.size()) {
            m_current[number].clear();
        }
    }
}

void Fold::removeAllOfTopic()
{
    const TopicId topic = m_info.topic;
    const KeyNo keys = m_log->m_keys.size();
    if (m_oneTopic) {
        m_log->m_report.doubts.emptied(m_rank);
    }
    for (KeyNo key = 0; key < keys; ++key) {
        const Version newest = newestOf(key);
        if (newest == kNever || m_log->m_refs[newest] == kDeleted) {
            continue;
        }
        if (m_snapshot->row(m_order->rowAt(m_log->m_ranks[newest])).topic == topic) {
            addVersion(key, kDeleted);
            if (key < m_current.size()) {
                m_current[key].clear();
            }
        }
    }
}

} // namespace hindcast
